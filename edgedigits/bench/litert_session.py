"""A TFLite file in a process of its own that times it."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from edgedigits.bench import empty_model
from edgedigits.bench.rounds import LEAST_CALLS, Turn
from edgedigits.bench.timer_process import Refused, TimerProcess, TimerSession
from edgedigits.errors import DataBad, WrongUse
from edgedigits.runtimes import file_process

TIMER = Path(__file__).with_name("litert_timer.py")
DEADLINE_S = 60.0


class LiteRTSession(TimerSession):
    """One file in its interpreter."""

    backend = None
    versions: Mapping[str, str] = MappingProxyType({})

    def __init__(self, path: Path, threads: int = 1, *, reference: bool = False) -> None:
        """Start the process and load the file, with plain reference kernels where so said.

        Raises:
            WrongUse: there is no such file.
            DataBad: LiteRT refuses it, crashes, does not end, or takes too much memory.
        """
        if not path.is_file():
            raise WrongUse(f"there is no {path}", "name a .tflite file")
        process = TimerProcess(
            [sys.executable, "-P", TIMER],
            f"LiteRT, timing {path}",
            deadline_s=DEADLINE_S,
            # A file whose answer nobody waits for is a loop without end.
            late=DataBad,
        )
        load = {"path": str(path.absolute()), "threads": threads, "reference": reference}
        try:
            super().__init__(process, {"do": "ready"}, load, file_process.memory_bytes(path))
        except Refused as error:
            raise DataBad(
                f"LiteRT refuses {path}: {error.said}",
                "export it again: edgedigits export --target tflite",
            ) from error

    def turn(self, seconds: float, warm_seconds: float) -> Turn:
        """Run it again and again with the picture in place."""
        return self._time(seconds, warm_seconds, copied=False)

    def _time(self, seconds: float, warm_seconds: float, *, copied: bool) -> Turn:
        found = self._process.ask(
            "time", seconds=seconds, warm_seconds=warm_seconds, least=LEAST_CALLS, copied=copied
        )
        return Turn.of(found["times_us"])


@dataclass(frozen=True)
class Copying:
    """A session whose pictures are copied in and whose answers are copied out, each time."""

    session: LiteRTSession

    def turn(self, seconds: float, warm_seconds: float) -> Turn:
        """Set the input, run, get the output, again and again."""
        return self.session._time(seconds, warm_seconds, copied=True)


@contextlib.contextmanager
def empty(threads: int = 1) -> Iterator[LiteRTSession]:
    """A session with a model that does nothing at all."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.tflite"
        path.write_bytes(empty_model.content())
        with contextlib.closing(LiteRTSession(path, threads)) as session:
            yield session
