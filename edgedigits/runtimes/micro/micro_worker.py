"""Opens TFLite files in TensorFlow Lite for Microcontrollers, each in a fork of this program (see
`fork_server`) that may crash alone."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tflite_micro.python.tflite_micro import runtime

# As a program it has no package around it; what it needs of ours is found beside it.
sys.path.append(str(Path(__file__).parents[3]))

from converters.base import Tensor
from edgedigits.runtimes.file_worker import OpenedFile
from edgedigits.runtimes.processes import fork_server
from edgedigits.runtimes.processes.messages import Message, Payload


class Opened(OpenedFile):
    """What a fork does: one file in its interpreter."""

    def open(self, _: Payload, path: str, arena_bytes: int) -> Message:
        """Open the file at `path` with a tensor arena of so many bytes; its contract."""
        # The interpreter says on standard error why it refuses, and raises without a reason.
        self._told = os.memfd_create("told")
        os.dup2(self._told, 2)
        # Weights are not copied, and nothing says that the interpreter holds on to them.
        self._content = Path(path).read_bytes()
        with self._reasons():
            self._interpreter = runtime.Interpreter.from_bytes(
                self._content, arena_size=arena_bytes
            )
            taken = self._interpreter.get_input_details(0)
            given = self._interpreter.get_output_details(0)
        contract = {"input": _tensor(taken), "output": _tensor(given)}
        self.taken = Tensor.from_json(contract["input"])
        return contract, b""

    def answers(self, pictures: NDArray[Any]) -> bytes:
        """The stored answers to stored pictures `[N, *input shape]`, one after another."""
        interpreter, found = self._interpreter, []
        with self._reasons():
            for picture in pictures:
                interpreter.set_input(picture, 0)
                interpreter.invoke()
                found.append(interpreter.get_output(0).tobytes())
        return b"".join(found)

    @contextmanager
    def _reasons(self) -> Iterator[None]:
        try:
            yield
        except RuntimeError as error:
            os.lseek(self._told, 0, os.SEEK_SET)
            lines = os.read(self._told, 1000).decode(errors="replace").split("\n")
            reason = next((line for line in lines if line.strip()), str(error))
            raise RuntimeError(reason.strip()) from error


def _tensor(details: dict[str, Any]) -> dict[str, Any]:
    quantized = details["quantization_parameters"]
    scales, zero_points = quantized["scales"], quantized["zero_points"]
    return {
        "name": "",
        "dtype": np.dtype(details["dtype"]).name,
        "shape": [int(size) for size in details["shape"]],
        "scale": float(scales[0]) if len(scales) else None,
        "zero_point": int(zero_points[0]) if len(zero_points) else None,
    }


if __name__ == "__main__":
    fork_server.main(Opened)
