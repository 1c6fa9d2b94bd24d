"""LiteRT's GPU in a process of its own: its libraries can crash, and find their drivers once."""

from __future__ import annotations

import base64
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.errors import EdgeDigitsError, Killed, MachineLacks
from edgedigits.runtimes.base import Backend
from edgedigits.runtimes.litert import doubling_model
from edgedigits.runtimes.processes import chromium
from edgedigits.runtimes.processes.child_process import TOO_SLOW, ChildEnded, ChildProcess, End

WORKER = Path(__file__).with_name("litert_gpu_worker.py")
DEADLINE_S = 120.0
PICTURES_PER_REQUEST = 256
LINES_SHOWN = 6
DRIVERS = ("VK_DRIVER_FILES", "VK_ICD_FILENAMES")
"""Where the environment says which drivers Vulkan has."""
# What it said when no card of the machine's own computed: none will for the next process either.
_without_card: set[tuple[str | None, ...]] = set()


class GpuRefuses(EdgeDigitsError):
    """LiteRT's GPU does not take a file; the message is LiteRT's reason."""


class GpuProcess:
    """LiteRT's GPU, ready for files. One thread at a time may use it.

    It ends with this object, or with the whole interpreter.

    Attributes:
        backend: what computes, as LiteRT says.
    """

    def __init__(self, *, deadline_s: float = DEADLINE_S) -> None:
        """Start it on the machine's own graphics card, or on the stand-in that a Chromium brings.

        Args:
            deadline_s: seconds that starting, and each answer, may take.

        Raises:
            MachineLacks: LiteRT computes with neither.
        """
        stand_in = chromium.swiftshader()
        drivers = tuple(map(os.environ.get, DRIVERS))
        reasons = []
        for folder in (None, *([stand_in] if stand_in else [])):
            if folder is None and stand_in and drivers in _without_card:
                continue
            try:
                self._start(folder, deadline_s)
                return
            except MachineLacks as error:
                reasons.append(error.message)
                if folder is None:
                    _without_card.add(drivers)
        raise MachineLacks(
            f"LiteRT finds no GPU to compute with here: {reasons[-1]}",
            f"install a card's Vulkan driver, or a stand-in for one: {chromium.install_command()}",
        )

    def _start(self, folder: Path | None, deadline_s: float) -> None:
        """Start it on one driver, and see whether that computes."""
        try:
            self._child = ChildProcess([sys.executable, "-P", WORKER], deadline_s)
        except OSError as error:
            raise MachineLacks(f"Python does not start: {error}") from error
        given = np.array([[1, 2, 3, -4]], np.float32)
        try:
            self._ask("load", folder=str(folder) if folder else None)
            self.backend = backend_of(self.open(doubling_model.content()))
            found = self.answers(given)
        except EdgeDigitsError as error:
            self.close()
            raise MachineLacks(error.message) from error
        if not np.array_equal(found, 2 * given):
            self.close()
            raise MachineLacks(f"{self.backend.device} computes wrongly")

    def open(self, content: bytes) -> str | None:
        """Take a TFLite file, for this GPU alone and in full precision; what LiteRT says of the
        graphics card.

        Raises:
            GpuRefuses: it has operations that LiteRT's GPU does not.
            MachineLacks: no answer in time, or the process was ended from outside.
            EdgeDigitsError: it crashed.
        """
        adapter: str | None = self._ask("open", content=_text(content))["adapter"]
        return adapter

    def answers(self, inputs: NDArray[Any]) -> NDArray[Any]:
        """What the file answers, one picture at a time, with its own numbers: `[N, classes]`.

        Args:
            inputs: `[N, ...]`, in the dtype of the file's input.

        Raises:
            GpuRefuses: these are no inputs of this file.
            MachineLacks: no answer in time, or the process was ended from outside.
            EdgeDigitsError: it crashed.
        """
        parts = []
        for start in range(0, max(1, len(inputs)), PICTURES_PER_REQUEST):
            piece = np.ascontiguousarray(inputs[start : start + PICTURES_PER_REQUEST])
            said = self._ask("answer", pictures=_text(piece.tobytes()), count=len(piece))
            values = np.frombuffer(base64.b64decode(said["answers"]), said["dtype"])
            parts.append(values.reshape(len(piece), -1) if len(piece) else values.reshape(0, 0))
        return np.concatenate(parts)

    def close(self) -> None:
        """End the process; calling it again does nothing."""
        self._child.close()

    def _ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        if not self._child.is_open:
            raise EdgeDigitsError("the process of LiteRT's GPU was already ended")
        try:
            answer = self._child.ask(do, **arguments)
        except ChildEnded as ended:
            raise self._failure(ended.end) from ended
        if "error" in answer:
            raise GpuRefuses(" ".join(answer["error"].split())[:200])
        return answer

    def _failure(self, end: End) -> EdgeDigitsError:
        where = "LiteRT's GPU"
        if end.was_late:
            return MachineLacks(f"{where}: no answer within {self._child.deadline_s:g} s", TOO_SLOW)
        if end.came_from_outside:
            return Killed(f"{where}: ended from outside (signal {-end.status})")
        said = "\n".join(end.lines[-LINES_SHOWN:]) or None
        return EdgeDigitsError(f"{where}: ended with status {end.status}", said)


class GpuBeside:
    """What TFLite files answer on the GPU, where there is one: started beside other work."""

    def __init__(self) -> None:
        """Start it; nobody waits for it until the first question."""
        self._starter = ThreadPoolExecutor(1)
        self._starting = self._starter.submit(GpuProcess)

    def __call__(self, content: bytes, inputs: NDArray[Any]) -> NDArray[Any] | None:
        """What a file answers to `[N, ...]` in its input's dtype; None where the GPU does not take
        it, or where there is none."""
        try:
            gpu = self._starting.result()
            gpu.open(content)
            return gpu.answers(inputs)
        except EdgeDigitsError:
            return None

    def close(self) -> None:
        """End it."""
        self._starter.shutdown()
        if self._starting.exception() is None:
            self._starting.result().close()


def backend_of(adapter: str | None) -> Backend:
    """What computes, out of LiteRT's words such as "SwiftShader Device (Subzero),
    arch=swiftshader, vendor=google, backend=Vulkan, adapterType=CPU / Software".

    Raises:
        MachineLacks: it does not say, so nothing proves that a GPU computes.
    """
    found = re.fullmatch(r"(.+?), arch=.*\bbackend=(\w+), adapterType=(.+)", adapter or "")
    if found is None:
        raise MachineLacks(f"LiteRT does not say which graphics card it uses: {adapter}")
    return Backend(found[2].lower(), device=f"{found[1]}, {found[3]}")


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
