"""Answers with TFLite files on LiteRT's GPU. Run as a program of its own; imports nothing of
edgedigits.

Each line of standard input is a request, `{"do": NAME, ...}` with the arguments of a method of
`Gpu`; each is answered by one line of JSON on standard output, `{"error": TEXT}` where LiteRT
refuses. Standard error has to be a file, in which LiteRT's own words are looked up.
"""

from __future__ import annotations

import base64
import ctypes
import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from ai_edge_litert.compiled_model import CompiledModel

LOADER = "libvulkan.so.1"
DRIVER = "vk_swiftshader_icd.json"
REASON = re.compile(r"^(?!INFO|WARNING|ERROR)([A-Z][A-Z0-9_]+: .+)$|INTERNAL: (.+)$", re.M)
"""What LiteRT says of an operation that it does not take, or of a machine without a GPU."""


class Gpu:
    """One file after another, in an environment that they share."""

    def __init__(self) -> None:
        self._environment: Any = None
        self._model: CompiledModel

    def load(self, folder: str | None) -> dict[str, Any]:
        """Load what finds Vulkan's drivers: the machine's own, or that of `folder` alone."""
        if sys.platform != "linux":
            return {}  # LiteRT uses Metal or Direct3D there
        if folder is not None:
            os.environ.pop("VK_DRIVER_FILES", None)
            os.environ["VK_ICD_FILENAMES"] = str(Path(folder) / DRIVER)
        try:
            ctypes.CDLL(LOADER, ctypes.RTLD_GLOBAL)
        except OSError:
            if folder is None:
                raise
            # LiteRT asks for it by its name, and gets the one that is loaded.
            ctypes.CDLL(str(Path(folder) / LOADER), ctypes.RTLD_GLOBAL)
        return {}

    def open(self, content: str) -> dict[str, Any]:
        """Compile a file, given in base64, for the GPU alone and in full precision.

        The answer has what LiteRT said of the graphics card when it chose one.
        """
        from ai_edge_litert import compiled_model as litert

        begun = len(_log())
        self._content = base64.b64decode(content)
        # Without the CPU among the accelerators, LiteRT refuses what the GPU cannot do. Left to
        # itself it computes in half floats where the card has them.
        asked = litert.Options(
            litert.HardwareAccelerator.GPU, gpu_options=litert.GpuOptions(enforce_f32=True)
        )
        try:
            self._model = litert.CompiledModel.from_buffer(
                self._content, environment=self._environment, options=asked
            )
        except RuntimeError as error:
            said = REASON.search(_log(), begun)
            raise RuntimeError(said[said.lastindex or 0] if said else str(error)) from error
        if not self._model.is_fully_accelerated():
            raise RuntimeError("some of its operations would run on the CPU")
        self._environment = self._model.environment
        (self._given,) = self._model.create_input_buffers(0)
        (self._found,) = self._model.create_output_buffers(0)
        chosen = re.findall(r"Selected adapter: (.+)", _log())
        return {"adapter": chosen[-1].strip() if chosen else None}

    def answer(self, pictures: str, count: int) -> dict[str, Any]:
        """What the file answers to `count` pictures, one at a time; numbers as it stores them."""
        taken, answered = self._given.get_tensor_details(), self._found.get_tensor_details()
        stored = np.frombuffer(base64.b64decode(pictures), taken["dtype"])
        stored = stored.reshape(count, *taken["shape"])
        answers = np.empty((count, int(np.prod(answered["shape"]))), answered["dtype"])
        for index, picture in enumerate(stored):
            self._given.write(picture)
            self._model.run_by_index(0, [self._given], [self._found])
            answers[index] = self._found.read(answers.shape[1], answers.dtype.type)
        return {"answers": base64.b64encode(answers.tobytes()).decode(), "dtype": answers.dtype.str}


def _log() -> str:
    return os.pread(2, os.fstat(2).st_size, 0).decode(errors="replace")


def _last_line(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [repr(error)]
    return lines[-1].lstrip("└ ")


def main() -> None:
    """Answer requests until standard input ends."""
    # Standard output belongs to the answers; what native code prints goes elsewhere.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    gpu = Gpu()
    for line in sys.stdin:
        request = json.loads(line)
        method = getattr(gpu, request.pop("do"))
        try:
            answer = method(**request)
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            answer = {"error": _last_line(error)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
