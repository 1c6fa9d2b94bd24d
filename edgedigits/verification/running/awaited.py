"""The float model's answers as they come, and what waits for them."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.float32]

MOST_WAITING_BYTES = 64 << 20
"""Answers of artifacts that wait for the float model's; whoever has more waits for it himself."""
_LOOK_UP_SECONDS = 0.2


class Stopped(Exception):
    """Something else went wrong, or the user wants to leave: this work is no longer wanted."""


class Awaited:
    """A table of answers `[N, classes]` that grows from its first row on; of use to any thread."""

    def __init__(self, stop: threading.Event) -> None:
        """Nothing is answered yet. `stop` ends whoever waits."""
        self._stop = stop
        self._grown = threading.Condition()
        self._table: Table | None = None
        self._until = self._bytes = 0
        self._waiting: list[tuple[slice, int, Callable[[Table], None]]] = []

    def grown(self, table: Table, until: int) -> None:
        """The rows before `until` are answered: does what waited for them."""
        with self._grown:
            self._table, self._until = table, max(until, self._until)
            ready = [each for each in self._waiting if each[0].stop <= self._until]
            self._waiting = [each for each in self._waiting if each[0].stop > self._until]
        for some, size, act in ready:
            act(table[some])
            with self._grown:
                self._bytes -= size
                self._grown.notify_all()
        with self._grown:
            self._grown.notify_all()

    def when(self, some: slice, size: int, act: Callable[[Table], None]) -> None:
        """Call `act` with these rows: now if they are answered, else once they are, by the thread
        that answers them. It holds `size` bytes until then.

        Raises:
            Stopped: there was no room to wait, and then no need.
        """
        with self._grown:
            while some.stop > self._until and self._bytes + size > MOST_WAITING_BYTES:
                if self._stop.is_set():
                    raise Stopped
                if not self._waiting:
                    break
                self._grown.wait(_LOOK_UP_SECONDS)
            table = self._table
            if table is None or some.stop > self._until:
                self._bytes += size
                self._waiting.append((some, size, act))
                return
        act(table[some])
