"""A model in C in a process of its own: compiled once, asked through pipes."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import prod
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from edgedigits.errors import DataBad, EdgeDigitsError, Killed
from edgedigits.runtimes.base import Backend
from edgedigits.runtimes.processes.child_process import TOO_SLOW, ChildEnded, ChildProcess, End
from edgedigits.runtimes.processes.pace import Pace
from edgedigits.runtimes.shared import ended_on_error

EXPORT_HINT = "export it again: edgedigits export --target c"
RUNNER = Path(__file__).parent / "runner.c"
STATED = struct.Struct("<64sIIIfifi")
"""What it says first."""
NUMBERS = {1: "uint8", 2: "int16"}
"""Types of pixels and answers, by their bytes."""
DEADLINE_S = 60.0
MOST_PICTURES, MOST_ANSWERED = 256, 32_768
"""A request has so many pictures at most, and answers of so many bytes, which a pipe holds: while
pictures are written nobody reads."""


class Machine(Protocol):
    """What compiled models run on."""

    @property
    def backend(self) -> Backend:
        """What is told with the answers."""
        ...

    def build(self, sources: Sequence[Path], include: Path, program: Path) -> None:
        """Compile sources, whose headers lie in `include`, to a program."""
        ...

    def command(self, program: Path) -> list[str | Path]:
        """What starts such a program."""
        ...


@dataclass(frozen=True)
class Stated:
    """What `model.h` says, as compiled: scales with their zero points, and the type of pixels and
    answers."""

    digest: str
    pixels: int
    classes: int
    dtype: str
    input: tuple[float, int]
    output: tuple[float, int]


class CProcess:
    """The compiled sources of one folder. One thread at a time may use it.

    Attributes:
        stated: what their header says.
    """

    def __init__(self, model_c: Path, machine: Machine, deadline_s: float = DEADLINE_S) -> None:
        """Compile `model_c`, whose header lies beside it, and start the program.

        Raises:
            MachineLacks: compiling takes too long, or something else ended the program.
            DataBad: the sources cannot be compiled, or the program does not start.
        """
        self._folder = model_c.parent
        self._machine = machine
        self._place = tempfile.TemporaryDirectory(prefix="edgedigits-c-")
        try:
            program = Path(self._place.name) / "runner"
            machine.build((RUNNER, model_c), self._folder, program)
            self._child = ChildProcess(machine.command(program), deadline_s)
        except BaseException:
            self._place.cleanup()
            raise
        with ended_on_error(self), self._child.guarded(partial(self._failure, "starting")):
            self.stated = _stated(*STATED.unpack(self._child.answers.read(STATED.size)))
        self._number = np.dtype(self.stated.dtype)
        self._answer_bytes = self.stated.classes * self._number.itemsize
        most = max(1, min(MOST_PICTURES, MOST_ANSWERED // self._answer_bytes))
        self._pace = Pace(deadline_s, most)

    def answers(self, stored: NDArray[Any]) -> NDArray[Any]:
        """What it answers, `[N, classes]`, to pictures `[N, ...]`, all of the type that it states.

        Raises:
            DataBad: it crashes or hangs, or takes other pictures.
        """
        if not self._child.is_open:
            raise EdgeDigitsError(f"the program of {self._folder} was already ended")
        classes, start = self.stated.classes, 0
        if (given := prod(stored.shape[1:])) != self.stated.pixels:
            taken = f"{self.stated.pixels:,} pixels, and pictures have {given:,}"
            raise DataBad(f"model.h of {self._folder} says that it takes {taken}", EXPORT_HINT)
        found = [np.empty((0, classes), self._number)]
        while start < len(stored):
            few = stored[start : start + self._pace.count()]
            some = np.ascontiguousarray(few, self._number)
            failure = partial(self._failure, "answering")
            with self._pace.of(len(some)), self._child.guarded(failure):
                self._child.requests.write(struct.pack("<I", len(some)))
                self._child.requests.write(some.data)
                self._child.requests.flush()
                answer = self._child.answers.read(len(some) * self._answer_bytes)
                if len(answer) < len(some) * self._answer_bytes:
                    raise EOFError
            found.append(np.frombuffer(answer, self._number).reshape(len(some), classes))
            start += len(some)
        return np.concatenate(found)

    def self_test(self, main_c: Path, model_c: Path) -> str | None:
        """What the sources' own self-test says where it does not pass; None where it does."""
        program = Path(self._place.name) / "selftest"
        self._machine.build((main_c, model_c), self._folder, program)
        child = ChildProcess(self._machine.command(program), self._child.deadline_s)
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
            return Killed(f"{where}: ended from outside (signal {-end.status})", TOO_SLOW)
        return DataBad(
            f"{where}: ended with status {end.status}",
            EXPORT_HINT,
        )


def _stated(
    digest: bytes,
    pixels: int,
    classes: int,
    number_bytes: int,
    input_scale: float,
    input_zero_point: int,
    output_scale: float,
    output_zero_point: int,
) -> Stated:
    if classes < 1 or number_bytes not in NUMBERS:
        raise ValueError
    taken, given = (input_scale, input_zero_point), (output_scale, output_zero_point)
    dtype = NUMBERS[number_bytes]
    return Stated(digest.decode("ascii"), pixels, classes, dtype, taken, given)
