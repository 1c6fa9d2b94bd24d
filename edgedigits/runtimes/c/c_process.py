"""A model in C in a process of its own: compiled once, asked through pipes."""

from __future__ import annotations

import json
import struct
import tempfile
from dataclasses import dataclass
from functools import partial
from math import prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgedigits.errors import DataBad, EdgeDigitsError, MachineLacks
from edgedigits.runtimes.c import compiler
from edgedigits.runtimes.processes.child_process import TOO_SLOW, ChildEnded, ChildProcess, End
from edgedigits.runtimes.processes.pace import Pace
from edgedigits.runtimes.shared import ended_on_error

EXPORT_HINT = "export it again: edgedigits export --target c"
RUNNER = Path(__file__).parent / "runner.c"
DEADLINE_S = 60.0
MOST_PICTURES, MOST_ANSWERED = 256, 32_768
"""A request has so many pictures at most, and answers of so many bytes, which a pipe holds: while
pictures are written nobody reads."""


@dataclass(frozen=True)
class Stated:
    """What `model.h` says, as compiled: scales with their zero points."""

    digest: str
    pixels: int
    classes: int
    input: tuple[float, int]
    output: tuple[float, int]


class CProcess:
    """The compiled sources of one folder. One thread at a time may use it.

    Attributes:
        compiler: what compiled them.
        stated: what their header says.
    """

    def __init__(self, model_c: Path, deadline_s: float = DEADLINE_S) -> None:
        """Compile `model_c`, whose header lies beside it, and start the program.

        Raises:
            MachineLacks: there is no compiler.
            DataBad: the sources cannot be compiled, or the program does not start.
        """
        self._folder = model_c.parent
        self.compiler = compiler.find()
        self._place = tempfile.TemporaryDirectory(prefix="edgedigits-c-")
        try:
            program = Path(self._place.name) / "runner"
            compiler.build(self.compiler, (RUNNER, model_c), self._folder, program)
            self._child = ChildProcess([program], deadline_s)
        except BaseException:
            self._place.cleanup()
            raise
        with ended_on_error(self), self._child.guarded(partial(self._failure, "starting")):
            said = json.loads(self._child.answers.readline() or b"null")
            if not isinstance(said, dict) or said["classes"] < 1:
                raise ValueError
            ends = {side: (float(said[side][0]), said[side][1]) for side in ("input", "output")}
            self.stated = Stated(**{**said, **ends})
        most = max(1, min(MOST_PICTURES, MOST_ANSWERED // self.stated.classes))
        self._pace = Pace(deadline_s, most)

    def answers(self, stored: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """What it answers, `uint8 [N, classes]`, to pictures `uint8 [N, ...]`.

        Raises:
            DataBad: it crashes or hangs, or takes other pictures.
        """
        if not self._child.is_open:
            raise EdgeDigitsError(f"the program of {self._folder} was already ended")
        classes, start = self.stated.classes, 0
        if (given := prod(stored.shape[1:])) != self.stated.pixels:
            taken = f"{self.stated.pixels:,} pixels, and pictures have {given:,}"
            raise DataBad(f"model.h of {self._folder} says that it takes {taken}", EXPORT_HINT)
        found = [np.empty((0, classes), np.uint8)]
        while start < len(stored):
            some = np.ascontiguousarray(stored[start : start + self._pace.count()])
            failure = partial(self._failure, "answering")
            with self._pace.of(len(some)), self._child.guarded(failure):
                self._child.requests.write(struct.pack("<I", len(some)))
                self._child.requests.write(some.data)
                self._child.requests.flush()
                answer = self._child.answers.read(len(some) * classes)
                if len(answer) < len(some) * classes:
                    raise EOFError
            found.append(np.frombuffer(answer, np.uint8).reshape(len(some), classes))
            start += len(some)
        return np.concatenate(found)

    def self_test(self, main_c: Path, model_c: Path) -> str | None:
        """What the sources' own self-test says where it does not pass; None where it does."""
        program = Path(self._place.name) / "selftest"
        compiler.build(self.compiler, (main_c, model_c), self._folder, program)
        child = ChildProcess([program], self._child.deadline_s)
        try:
            with child.waiting():
                said = child.answers.read(1000).decode(errors="replace").strip()
                raise EOFError
        except ChildEnded as ended:
            if ended.end.status == 0 and not ended.end.was_late:
                return None
            return said or f"it ended with status {ended.end.status}"

    def close(self) -> None:
        """End the program and remove it; again does nothing."""
        if hasattr(self, "_child"):
            self._child.close()
        self._place.cleanup()

    def _failure(self, doing: str, end: End) -> EdgeDigitsError:
        where = f"the program of {self._folder}, {doing}"
        if end.was_late:
            why = f"it does not end: no answer within {self._child.deadline_s:g} s"
            return DataBad(f"{where}: {why}", EXPORT_HINT)
        if end.came_from_outside:
            return MachineLacks(f"{where}: ended from outside (signal {-end.status})", TOO_SLOW)
        return DataBad(
            f"{where}: ended with status {end.status}",
            EXPORT_HINT,
        )
