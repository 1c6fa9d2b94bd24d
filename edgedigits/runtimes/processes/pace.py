"""How many pictures a request may have, when each request has a deadline."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

SHARE_OF_DEADLINE = 0.1
"""Requests have as many pictures as take this share of it."""


class Pace:
    """Requests of at most `most` pictures, each answered within `deadline_s`."""

    def __init__(self, deadline_s: float, most: int) -> None:
        self._fitting_s, self._most = SHARE_OF_DEADLINE * deadline_s, most
        self._each_s: float | None = None

    def count(self) -> int:
        """How many the next one may have. The first one shows how long they take."""
        if self._each_s is None:
            return 1
        return max(1, min(self._most, int(self._fitting_s / max(self._each_s, 1e-9))))

    @contextlib.contextmanager
    def of(self, pictures: int) -> Iterator[None]:
        """For one request of so many."""
        begun = time.perf_counter()
        yield
        self._each_s = (time.perf_counter() - begun) / pictures
