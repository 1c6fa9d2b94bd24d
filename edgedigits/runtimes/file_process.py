"""A model file opened in a process of its own: one that crashes, hangs or grows ends alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters.base import Tensor
from converters.tflite.model_file import Contract
from edgedigits.bundle.input_contract import InputContract
from edgedigits.errors import DataBad, Killed, MachineLacks
from edgedigits.runtimes.processes import forks
from edgedigits.runtimes.processes.forks import ForkEnded
from edgedigits.runtimes.processes.messages import Message, Payload
from edgedigits.runtimes.processes.pace import Pace
from edgedigits.runtimes.shared import ended_on_error

MOST_PICTURES = 256
MOST_BYTES = 1 << 31
"""Places in a TFLite file are 32-bit numbers."""
EXPORT_HINT = "export it again: edgedigits export --target tflite"


def memory_bytes(path: Path) -> int:
    """What opening and running a file may take: a gigabyte, and eight times its own size."""
    return (1 << 30) + 8 * path.stat().st_size


class FileProcess:
    """One TFLite file in an interpreter. One thread at a time may use it.

    Attributes:
        contract: input and output as the interpreter sees them.
        pid: id of the process.
    """

    interpreter: str
    """What the interpreter is called in errors."""

    def __init__(self, path: Path, program: Path, deadline_s: float, **how: Any) -> None:
        """Open the file at `path` in a fork of `program`, which is told `how`; opening it and each
        answer may take `deadline_s`.

        Raises:
            DataBad: the interpreter refuses it, crashes, hangs, or takes too much memory.
            MachineLacks: there is no such interpreter here.
        """
        if (size := path.stat().st_size) > MOST_BYTES:
            raise DataBad(f"{path} has {size:,} bytes, more than a .tflite file can", EXPORT_HINT)
        self._path = path
        self._deadline_s = deadline_s
        self._pace = Pace(deadline_s, MOST_PICTURES)
        self._fork = forks.forker(program).fork()
        self.pid = self._fork.pid
        with ended_on_error(self):
            forks.limit_memory(self.pid, memory_bytes(path))
            found, _ = self._ask("open", path=str(path.absolute()), **how)
            self.contract = Contract(
                *(Tensor.from_json(found[each]) for each in ("input", "output"))
            )
            for tensor in (self.contract.input, self.contract.output):
                if np.dtype(tensor.dtype).kind not in "fiu":
                    raise DataBad(f"{path} holds no numbers, but {tensor.dtype}", EXPORT_HINT)

    def answers(self, stored: NDArray[Any]) -> NDArray[Any]:
        """What the file answers, `[N, *output shape]` in its output's type, to pictures
        `[N, *input shape]` in its input's.

        Raises:
            DataBad: it crashes, hangs or refuses.
        """
        return self._answers(stored, "answer", dtype=stored.dtype.name)

    def answers_to(
        self, images: NDArray[np.uint8], pixels: InputContract, tensor: Tensor
    ) -> NDArray[Any]:
        """The same for pictures `uint8 [N, *form.shape]`, of which `tensor` stores what `pixels`
        makes: bytes are fewer to hand over than numbers."""
        how = {"pixels": pixels.as_json(), "tensor": asdict(tensor)}
        return self._answers(images, "answer_pictures", **how)

    def _answers(self, pictures: NDArray[Any], do: str, **how: Any) -> NDArray[Any]:
        given = self.contract.output
        parts = [np.empty((0, *given.shape), given.dtype)]
        for some in self._paced(pictures):
            _, payload = self._ask(do, some.data, shape=list(some.shape), **how)
            found = np.frombuffer(payload, given.dtype)
            parts.append(found.reshape(len(some), *given.shape))
        return np.concatenate(parts)

    def _paced(self, pictures: NDArray[Any]) -> Iterator[NDArray[Any]]:
        """So many pictures at a time as are answered well within the deadline; each piece is asked
        about before the next one is taken."""
        start = 0
        while start < len(pictures):
            some = np.ascontiguousarray(pictures[start : start + self._pace.count()])
            with self._pace.of(len(some)):
                yield some
            start += len(some)

    def close(self) -> None:
        """End the process; again does nothing."""
        self._fork.close()

    def __del__(self) -> None:
        if hasattr(self, "_fork"):
            self.close()

    def _ask(self, do: str, payload: Payload = b"", **arguments: Any) -> Message:
        try:
            found, answer = self._fork.ask(do, payload, deadline_s=self._deadline_s, **arguments)
        except ForkEnded as ended:
            raise self._failure(ended) from ended
        if "error" in found:
            raise DataBad(f"{self.interpreter} refuses {self._path}: {found['error']}", EXPORT_HINT)
        return found, answer

    def _failure(self, ended: ForkEnded) -> DataBad | MachineLacks:
        who = self.interpreter
        if ended.was_late:
            return DataBad(
                f"{self._path} does not end: {who} gave no answer within {self._deadline_s:g} s",
                EXPORT_HINT,
            )
        name = ended.signal_name
        if ended.came_from_outside:
            return Killed(
                f"{who}, running {self._path}, was ended from outside ({name})",
                "a machine that is out of memory does so: see free -h",
            )
        return DataBad(f"{who} crashes on {self._path} ({name}): it is damaged", EXPORT_HINT)
