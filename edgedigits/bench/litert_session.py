"""A TFLite file in a process of its own that times it."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from edgedigits.bench import empty_model
from edgedigits.bench.rounds import Turn
from edgedigits.bench.timer_process import Refused, TimerProcess
from edgedigits.errors import DataBad, WrongUse

TIMER = Path(__file__).with_name("litert_timer.py")


class LiteRTSession:
    """One file in its interpreter.

    Attributes:
        load_ms: reading and opening the file, until it is ready for a picture.
    """

    def __init__(self, path: Path, threads: int = 1, *, reference: bool = False) -> None:
        """Start the process and load the file, with plain reference kernels where so said.

        Raises:
            WrongUse: there is no such file.
            DataBad: LiteRT refuses it.
        """
        if not path.is_file():
            raise WrongUse(f"there is no {path}", "name a .tflite file")
        self._process = TimerProcess([sys.executable, "-P", TIMER], f"LiteRT, timing {path}")
        try:
            found = self._process.ask(
                "load", path=str(path.absolute()), threads=threads, reference=reference
            )
        except Refused as error:
            self.close()
            raise DataBad(
                error.message, "export it again: edgedigits export --target tflite"
            ) from error
        except BaseException:
            self.close()
            raise
        self.load_ms: float = found["load_ms"]

    def first(self) -> float:
        """Milliseconds of the first answer after loading."""
        took: float = self._process.ask("first")["first_ms"]
        return took

    def turn(self, seconds: float, warm_seconds: float) -> Turn:
        """Run it again and again with the picture in place."""
        return Turn(**self._process.ask("run", seconds=seconds, warm_seconds=warm_seconds))

    def close(self) -> None:
        """End the process."""
        self._process.close()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process."""
        self.close()


@contextlib.contextmanager
def empty(threads: int = 1) -> Iterator[LiteRTSession]:
    """A session with a model that does nothing at all."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.tflite"
        path.write_bytes(empty_model.content())
        with LiteRTSession(path, threads) as session:
            yield session
