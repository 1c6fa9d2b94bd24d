"""A program that times a model in a process of its own, asked in lines of JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from edgedigits.bench.memory import Growth
from edgedigits.errors import DataBad, EdgeDigitsError, MachineLacks
from edgedigits.runtimes.processes.child_process import ChildEnded, ChildProcess, End
from edgedigits.runtimes.processes.forks import limit_memory
from edgedigits.runtimes.shared import ended_on_error

DEADLINE_S = 120.0
LINES_SHOWN = 6


class Refused(EdgeDigitsError):
    """The program answered that it cannot do what it was asked to; `said` are its own words."""

    def __init__(self, what: str, said: str) -> None:
        super().__init__(f"{what}: {said}")
        self.said = said


class TimerProcess:
    """A started program. It ends with this object, or with the whole interpreter.

    Attributes:
        pid: its process id.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        what: str,
        *,
        deadline_s: float = DEADLINE_S,
        late: type[DataBad | MachineLacks] = MachineLacks,
    ) -> None:
        """Start it; `what` names it in errors, such as "LiteRT, timing model.tflite". No answer in
        time is an error `late`: the machine's fault, or that of the file.

        Raises:
            MachineLacks: it cannot be started.
        """
        self._what, self._late = what, late
        try:
            self._child = ChildProcess(command, deadline_s)
        except OSError as error:
            raise MachineLacks(f"{what}: it does not start: {error}") from error
        self.pid = self._child.pid

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """The program's answer to one request.

        Raises:
            Refused: it says that it cannot.
            MachineLacks: no answer in time (unless `late` says otherwise), or it was ended from
                outside.
            DataBad: it crashed.
        """
        try:
            answer = self._child.ask(do, **arguments)
        except ChildEnded as ended:
            raise self._failure(ended.end) from ended
        if "error" in answer:
            raise Refused(self._what, " ".join(answer["error"].split())[:300])
        return answer

    def close(self) -> None:
        """End the process; calling it again does nothing."""
        self._child.close()

    def _failure(self, end: End) -> EdgeDigitsError:
        if end.was_late:
            slow = "this machine is too slow or too busy: try again, with fewer artifacts"
            return self._late(f"{self._what}: no answer within {self._child.deadline_s:g} s", slow)
        if end.came_from_outside:
            return MachineLacks(f"{self._what}: ended from outside (signal {-end.status})")
        said = "\n".join(end.lines[-LINES_SHOWN:]) or None
        return DataBad(f"{self._what}: ended with status {end.status}", said)


class TimerSession:
    """A model loaded in such a program.

    Attributes:
        load_ms: reading and opening its files, until it is ready for a picture.
    """

    def __init__(
        self,
        process: TimerProcess,
        start: dict[str, Any],
        load: dict[str, Any],
        memory_bytes: int | None = None,
    ) -> None:
        """Have the program get ready, as `start` asks, and load the model, for which it may take
        `memory_bytes`; where it does not, it is ended."""
        self._process = process
        with ended_on_error(self):
            self._started = process.ask(**start)
            self._memory = Growth(process.pid)
            if memory_bytes is not None:
                limit_memory(process.pid, memory_bytes)
            self.load_ms: float = process.ask("load", **load)["load_ms"]

    def first_ms(self) -> float:
        """Milliseconds of the first answer after loading."""
        took: float = self._process.ask("first")["first_ms"]
        return took

    def peak_bytes(self) -> int | None:
        """Most memory since before loading, above what the process held then."""
        return self._memory.peak_bytes()

    def close(self) -> None:
        """End the process."""
        self._process.close()
