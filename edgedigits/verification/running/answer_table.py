"""Tables of answers, `float32 [pictures, classes]`: thousands of classes make them large, and there
is one for each artifact."""

from __future__ import annotations

import mmap
import os
import tempfile
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from edgedigits.errors import MachineLacks

HELD_BYTES = 64 << 20
"""Of a table in memory. A larger one is a file without a name, which ends with the table."""
_BLOCK_ROWS = 4096
SPAN = 5000
"""Answers are given away by so many pictures."""

Table = NDArray[np.float32]


def make(pictures: int, classes: int) -> Table:
    """A table without answers: all of them are NaN.

    Raises:
        MachineLacks: it is large, and there is no room for it on the disk.
    """
    size = pictures * classes * np.dtype(np.float32).itemsize
    if size <= HELD_BYTES:
        return np.full((pictures, classes), np.nan, np.float32)
    try:
        with tempfile.TemporaryFile() as file:
            # A full disk would otherwise end the process where a page is written.
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
            file.truncate(size)
            held = mmap.mmap(file.fileno(), size)
    except OSError as error:
        raise MachineLacks(
            f"{tempfile.gettempdir()}: {size / 1e9:.1f} GB of answers cannot be stored there "
            f"({error.strerror or error})",
            "make room, name another place with TMPDIR, or ask fewer pictures with --limit",
        ) from error
    table: Table = np.frombuffer(held, np.float32).reshape(pictures, classes)
    for start in range(0, pictures, _BLOCK_ROWS):
        table[start : start + _BLOCK_ROWS] = np.nan
        let_go(table)
    return table


def let_go(table: Table) -> None:
    """Give back the memory of a table in a file, which still has its answers."""
    held: object = table
    while isinstance(held, np.ndarray | memoryview):
        held = held.base if isinstance(held, np.ndarray) else held.obj
    if isinstance(held, mmap.mmap) and hasattr(held, "madvise"):
        held.madvise(mmap.MADV_DONTNEED)


def spans(part: slice) -> Iterator[slice]:
    """A part of the pictures in pieces of `SPAN`."""
    for start in range(part.start, part.stop, SPAN):
        yield slice(start, min(start + SPAN, part.stop))
