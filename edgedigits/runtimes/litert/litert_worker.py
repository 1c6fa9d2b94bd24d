"""Opens TFLite files, each in a fork of this program (see `fork_server`) that may crash alone."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import OpResolverType
from numpy.typing import NDArray

# As a program it has no package around it; what it needs of ours is found beside it.
sys.path.append(str(Path(__file__).parents[3]))

from converters.tflite import model_file
from edgedigits.runtimes.file_worker import OpenedFile
from edgedigits.runtimes.litert.watching import Watched
from edgedigits.runtimes.processes import fork_server
from edgedigits.runtimes.processes.messages import Message, Payload


class Opened(OpenedFile):
    """What a fork does: one file in its interpreter."""

    def open(self, _: Payload, path: str, reference: bool) -> Message:
        """Open the file at `path`; its contract."""
        self._content = Path(path).read_bytes()
        kernels = OpResolverType.BUILTIN_REF if reference else OpResolverType.AUTO
        self._interpreter = model_file.interpreter(self._content, kernels)
        self._interpreter.allocate_tensors()
        contract = model_file.contract_of(self._interpreter)
        (taken,) = self._interpreter.get_input_details()
        (given,) = self._interpreter.get_output_details()
        self._input, self._output = taken["index"], given["index"]
        self.taken = contract.input
        return {"input": asdict(contract.input), "output": asdict(contract.output)}, b""

    def answers(self, pictures: NDArray[Any]) -> bytes:
        """The stored answers to stored pictures `[N, *input shape]`, one after another."""
        interpreter, found = self._interpreter, []
        for picture in pictures:
            interpreter.set_tensor(self._input, picture)
            interpreter.invoke()
            found.append(interpreter.get_tensor(self._output).tobytes())
        return b"".join(found)

    def watch(self, _: Payload, tensors: list[int]) -> Message:
        """Keep the values of these tensors from here on, for `differences`."""
        self._watched = Watched(self._content, tensors)
        return {}, b""

    def differences(self, stored: Payload, dtype: str, shape: list[int]) -> Message:
        """What lies between the tensors watched, three by three, on some stored pictures."""
        found = self._watched.differences(np.frombuffer(stored, dtype).reshape(shape))
        return {"channels": list(found.channels)}, found.tobytes()

    def violations(
        self, stored: Payload, dtype: str, shape: list[int], artifact: dict[str, Any]
    ) -> Message:
        """Where what is in the file, or what its signature answers to stored pictures, is not what
        the manifest's entry of it says."""
        from edgedigits.bundle.artifact import Artifact
        from edgedigits.runtimes.litert import contents

        told = Artifact.from_json(artifact, tuple(artifact["labels"]))
        pictures = np.frombuffer(stored, dtype).reshape(shape)
        lines = contents.violations(self._content, told)
        lines += contents.signature_violations(self._interpreter, pictures, told)
        return {"lines": lines}, b""


if __name__ == "__main__":
    fork_server.main(Opened)
