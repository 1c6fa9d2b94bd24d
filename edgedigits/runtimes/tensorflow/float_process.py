"""The float reference of a bundle in a process of its own: a graph that crashes ends alone."""

from __future__ import annotations

import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.artifact import LABELS, InputContract
from edgedigits.bundle.bundle import Reference
from edgedigits.bundle.file_check import EXPORT_HINT
from edgedigits.errors import DataBad, Killed, MachineLacks
from edgedigits.runtimes.processes import forks
from edgedigits.runtimes.processes.forks import ForkEnded
from edgedigits.runtimes.processes.messages import Message, Payload
from edgedigits.runtimes.shared import ended_on_error

SECONDS_TO_OPEN = 300.0
SECONDS_A_PICTURE = 1.0
MEMORY_BYTES = 8 << 30
MOST_BYTES_AT_ONCE = 16 << 20
"""Of pictures that are handed over together."""


class FloatProcess:
    """`tensorflow.FloatModel` elsewhere. One thread at a time may use it.

    Attributes:
        path: of its frozen graph.
    """

    def __init__(
        self,
        reference: Reference,
        folder: Path,
        pixels: InputContract,
        *,
        classes: int = len(LABELS),
        logits: bool,
    ) -> None:
        """Load the frozen graph of the bundle in `folder`, which tells so many classes apart.

        Raises:
            DataBad: the graph cannot be read, or TensorFlow crashes on it.
            MachineLacks: there is no TensorFlow here, or it does not get ready.
        """
        self.path = folder / reference.file.path
        self._fork = forks.forker(forks.TENSORFLOW).fork()
        with ended_on_error(self):
            forks.limit_memory(self._fork.pid, MEMORY_BYTES)
            self._ask(
                "open",
                SECONDS_TO_OPEN,
                reference=asdict(reference),
                folder=str(folder.absolute()),
                pixels=pixels.as_json(),
                classes=classes,
                logits=logits,
            )

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` for pictures `uint8 [N, *form.shape]`.

        Raises:
            DataBad: the graph does not run, or answers something else.
            MachineLacks: it takes too long.
        """
        size = max(1, MOST_BYTES_AT_ONCE // max(1, math.prod(images.shape[1:])))
        starts = range(0, max(1, len(images)), size)
        return np.concatenate([self._some(images[start : start + size]) for start in starts])

    def _some(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        seconds = SECONDS_TO_OPEN + SECONDS_A_PICTURE * len(images)
        pictures = np.ascontiguousarray(images).data
        found, payload = self._ask("answer", seconds, pictures, shape=list(images.shape))
        answers = np.frombuffer(payload, "<f4").reshape(found["shape"])
        return answers.astype(np.float32)

    def close(self) -> None:
        """End the process; again does nothing."""
        self._fork.close()

    def _ask(self, do: str, seconds: float, payload: Payload = b"", **arguments: Any) -> Message:
        try:
            found, answer = self._fork.ask(do, payload, deadline_s=seconds, **arguments)
        except ForkEnded as ended:
            what = f"TensorFlow, running {self.path},"
            if ended.was_late:
                raise MachineLacks(
                    f"{what} gave no answer within {seconds:g} s",
                    "this machine is too slow or too busy: fewer pictures with --limit",
                ) from ended
            if ended.came_from_outside:
                raise Killed(
                    f"{what} was ended from outside ({ended.signal_name})",
                    "a machine that is out of memory does so: see free -h",
                ) from ended
            raise DataBad(
                f"TensorFlow crashes on {self.path} ({ended.signal_name}): it is damaged",
                EXPORT_HINT,
            ) from ended
        if "error" in found:
            raise DataBad(found["error"], found.get("hint"))
        return found, answer
