"""Tables of answers, a few rows at a time: thousands of classes need no second table in memory."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

NUMBERS = 1 << 20
"""About so many numbers of a table are worked on at once."""


def pieces(count: int, classes: int) -> Iterator[slice]:
    """The rows of a table `[count, classes]` in pieces; one at least, were it of no rows."""
    size = max(1, NUMBERS // max(1, classes))
    return (slice(start, min(start + size, count)) for start in range(0, max(1, count), size))


def two_best(table: NDArray[np.float32]) -> NDArray[np.int64]:
    """The places of each row's largest and second largest number, `int64 [N, 2]`; of equal numbers
    the earlier one is first. There must be two classes at least."""
    rows = np.arange(len(table))
    first = table.argmax(axis=1)
    left = table.copy()
    left[rows, first] = -np.inf
    return np.stack([first, left.argmax(axis=1)], axis=1)
