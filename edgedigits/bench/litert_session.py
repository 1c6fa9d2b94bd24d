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
from edgedigits.bench.memory import Growth
from edgedigits.bench.rounds import LEAST_CALLS, Turn
from edgedigits.bench.timer_process import Refused, TimerProcess
from edgedigits.errors import DataBad, WrongUse
from edgedigits.runtimes.litert import litert_process
from edgedigits.runtimes.processes.forks import limit_memory

TIMER = Path(__file__).with_name("litert_timer.py")
DEADLINE_S = 60.0


class LiteRTSession:
    """One file in its interpreter.

    Attributes:
        load_ms: reading and opening the file, until it is ready for a picture.
    """

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
        self._process = TimerProcess(
            [sys.executable, "-P", TIMER],
            f"LiteRT, timing {path}",
            deadline_s=DEADLINE_S,
            # A file whose answer nobody waits for is a loop without end.
            late=DataBad,
        )
        try:
            self._process.ask("ready")
            self._memory = Growth(self._process.pid)
            limit_memory(self._process.pid, litert_process.memory_bytes(path))
            found = self._process.ask(
                "load", path=str(path.absolute()), threads=threads, reference=reference
            )
        except Refused as error:
            self.close()
            raise DataBad(
                f"LiteRT refuses {path}: {error.said}",
                "export it again: edgedigits export --target tflite",
            ) from error
        except BaseException:
            self.close()
            raise
        self.load_ms: float = found["load_ms"]

    def first_ms(self) -> float:
        """Milliseconds of the first answer after loading."""
        took: float = self._process.ask("first")["first_ms"]
        return took

    def peak_bytes(self) -> int | None:
        """Most memory since before loading, above what the process held then."""
        return self._memory.peak_bytes()

    def turn(self, seconds: float, warm_seconds: float) -> Turn:
        """Run it again and again with the picture in place."""
        return self._time(seconds, warm_seconds, copied=False)

    def _time(self, seconds: float, warm_seconds: float, *, copied: bool) -> Turn:
        found = self._process.ask(
            "time", seconds=seconds, warm_seconds=warm_seconds, least=LEAST_CALLS, copied=copied
        )
        return Turn.of(found["times_us"])

    def close(self) -> None:
        """End the process."""
        self._process.close()


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
