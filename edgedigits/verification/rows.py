"""Tables of answers, a few rows at a time: thousands of classes need no second table in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

NUMBERS = 1 << 20
"""About so many numbers of a table are worked on at once."""


def by_rows(measure: Callable[..., NDArray[Any]], *tables: NDArray[Any]) -> NDArray[Any]:
    """`measure(*tables)` for a measure that looks at each row by itself, one entry a row.

    The tables have the same number of rows, and the first is `[N, classes]`.
    """
    parts = [measure(*(table[piece] for table in tables)) for piece in _pieces(tables[0])]
    return np.concatenate(parts)


def _pieces(table: NDArray[Any]) -> Iterator[slice]:
    size = max(1, NUMBERS // max(1, table.shape[1]))
    return (slice(start, start + size) for start in range(0, max(1, len(table)), size))


def two_best(table: NDArray[np.float32]) -> NDArray[np.int64]:
    """The places of each row's largest and second largest number, `int64 [N, 2]`; of equal numbers
    the earlier one is first. There must be two classes at least."""
    rows = np.arange(len(table))
    first = table.argmax(axis=1)
    left = table.copy()
    left[rows, first] = -np.inf
    return np.stack([first, left.argmax(axis=1)], axis=1)
