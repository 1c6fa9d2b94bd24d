"""The connected pieces of a picture's ink."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from edgedigits.picture.paper import extreme

CLEAR = 77
"""Ink level from which a pixel belongs to a piece."""

CORE = 160
"""Ink level that every piece reaches somewhere."""


@dataclass(frozen=True, eq=False)
class Parts:
    """Pieces of clear ink, joined at sides and corners, in the order of their first pixel.

    Pieces are numbered from 0; boxes are half open. Runs are stretches of clear ink in one row.
    """

    top: NDArray[np.int64]
    left: NDArray[np.int64]
    bottom: NDArray[np.int64]
    right: NDArray[np.int64]
    area: NDArray[np.int64]
    run_row: NDArray[np.int64]
    run_start: NDArray[np.int64]
    run_stop: NDArray[np.int64]
    run_part: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.area)

    @cached_property
    def _runs_of_parts(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The runs ordered by piece, and where those of each piece begin."""
        order = np.argsort(self.run_part, kind="stable")
        return order, np.searchsorted(self.run_part[order], np.arange(len(self) + 1))

    @property
    def longer(self) -> NDArray[np.int64]:
        """The longer sides of the boxes."""
        return np.maximum(self.bottom - self.top, self.right - self.left)

    def bars(self, shape: tuple[int, ...]) -> NDArray[np.bool_]:
        """Which pieces are edges of a picture `[h, w]`: bars along a whole side of it."""
        height, width = shape
        tall, wide = self.bottom - self.top, self.right - self.left
        ends_down, ends_across = self._ends(shape)
        flat: NDArray[np.bool_] = ends_down & (16 * wide >= 15 * width) & (6 * tall <= height)
        upright: NDArray[np.bool_] = ends_across & (16 * tall >= 15 * height) & (6 * wide <= width)
        return flat | upright

    def ends(self, shape: tuple[int, ...]) -> NDArray[np.bool_]:
        """Which pieces touch the border of the picture."""
        ends_down, ends_across = self._ends(shape)
        return ends_down | ends_across

    def crossing(self, shape: tuple[int, ...]) -> NDArray[np.bool_]:
        """Which pieces reach from one side of the picture to the opposite one."""
        height, width = shape
        down: NDArray[np.bool_] = (self.top == 0) & (self.bottom == height)
        across: NDArray[np.bool_] = (self.left == 0) & (self.right == width)
        return down | across

    def _ends(self, shape: tuple[int, ...]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        height, width = shape
        down = (self.top == 0) | (self.bottom == height)
        return down, (self.left == 0) | (self.right == width)

    def box(self, which: NDArray[np.int64]) -> tuple[int, int, int, int]:
        """Top, left, bottom and right of the box around the pieces `which`."""
        return (
            int(self.top[which].min()),
            int(self.left[which].min()),
            int(self.bottom[which].max()),
            int(self.right[which].max()),
        )

    def mask(self, which: NDArray[np.int64], box: tuple[int, int, int, int]) -> NDArray[np.bool_]:
        """The pixels of the pieces `which`, cut to a box that holds them."""
        top, left, bottom, right = box
        order, ends = self._runs_of_parts
        runs = np.concatenate([order[ends[part] : ends[part + 1]] for part in which])
        width = right - left + 1
        edges = np.zeros((bottom - top) * width, dtype=np.int8)
        rows = (self.run_row[runs] - top) * width - left
        edges[rows + self.run_start[runs]] = 1
        edges[rows + self.run_stop[runs]] = -1
        filled = np.cumsum(edges, dtype=np.int8).reshape(-1, width)[:, :-1]
        return filled.astype(np.bool_)


def find_parts(levels: NDArray[np.uint8], clear_level: int = CLEAR) -> Parts:
    """The pieces of clear ink in `uint8 [h, w]` that reach the level of a core somewhere."""
    height, width = levels.shape
    clear = np.zeros((height, width + 2), dtype=np.int8)
    clear[:, 1:-1] = levels >= clear_level
    flips = np.diff(clear.reshape(-1))
    begins, ends = np.flatnonzero(flips == 1), np.flatnonzero(flips == -1)
    row, start = np.divmod(begins, width + 2)
    stop = start + ends - begins
    owner = _joined(row, start, stop, width)
    first, part = np.unique(owner, return_inverse=True)
    if not len(first):
        empty = np.zeros(0, dtype=np.int64)
        return Parts(*(empty,) * 9)

    # The strongest pixel of each run: the maximum over [start, stop), the odd stretches left out.
    flat = np.append(levels.reshape(-1), np.uint8(0))
    places = np.stack([row * width + start, row * width + stop], axis=1).reshape(-1)
    peak = np.maximum.reduceat(flat, places)[::2]
    order = np.argsort(part, kind="stable")
    bounds = np.searchsorted(part[order], np.arange(len(first)))
    core = np.maximum.reduceat(peak[order], bounds) >= CORE
    number = np.cumsum(core) - 1
    runs = core[part]
    return Parts(
        top=np.minimum.reduceat(row[order], bounds)[core],
        left=np.minimum.reduceat(start[order], bounds)[core],
        bottom=np.maximum.reduceat(row[order], bounds)[core] + 1,
        right=np.maximum.reduceat(stop[order], bounds)[core],
        area=np.add.reduceat((stop - start)[order], bounds)[core],
        run_row=row[runs],
        run_start=start[runs],
        run_stop=stop[runs],
        run_part=number[part[runs]],
    )


def _joined(
    row: NDArray[np.int64], start: NDArray[np.int64], stop: NDArray[np.int64], width: int
) -> NDArray[np.int64]:
    """For each run the first run of its piece."""
    line = width + 2
    # Runs in the row above that end at or after this one's start, and start at or before its end.
    low = np.searchsorted(row * line + stop, (row - 1) * line + start)
    high = np.searchsorted(row * line + start, (row - 1) * line + stop, side="right")
    many = np.maximum(high - low, 0)
    below = np.repeat(np.arange(len(row)), many)
    above = np.arange(len(below)) - np.repeat(np.cumsum(many) - many - low, many)
    owner = np.arange(len(row))
    while True:
        a, b = owner[below], owner[above]
        apart = a != b
        if not apart.any():
            return owner
        below, above, a, b = below[apart], above[apart], a[apart], b[apart]
        np.minimum.at(owner, np.maximum(a, b), np.minimum(a, b))
        while not (owner == owner[owner]).all():
            owner = owner[owner]


def one_digit(parts: Parts, shape: tuple[int, ...]) -> NDArray[np.int64]:
    """The pieces that make up the one digit of a picture `[h, w]`; none if all are specks.

    The largest piece counts, one that touches the picture's border by a quarter of its area. With
    it go pieces of a sixteenth of its area, smaller ones near it, and at the border only those
    near it. Bars along a whole side of the picture are its edge, unless there is nothing else.
    """
    bar = parts.bars(shape)
    visible = parts.longer * 40 >= min(shape)
    real = visible & ~bar
    if not real.any():
        real = visible
    if not real.any():
        return np.zeros(0, dtype=np.int64)
    border = parts.ends(shape)
    main = int(np.argmax(parts.area * np.where(border, 1, 4) * real))
    reach = int(parts.longer[main]) // 4
    near = (
        (parts.top <= parts.bottom[main] + reach)
        & (parts.bottom >= parts.top[main] - reach)
        & (parts.left <= parts.right[main] + reach)
        & (parts.right >= parts.left[main] - reach)
    )
    large = ~border & (parts.area * 16 >= parts.area[main])
    kept = large | (near & (parts.area * 48 >= parts.area[main]))
    return np.flatnonzero(kept & (real | ~bar))


def cut_ink(levels: NDArray[np.uint8], parts: Parts, which: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The ink of the pieces `which` in the box around them, with the soft edges near them.

    Near is a fortieth of the box's longer side and one pixel, up, down and across.
    """
    box = parts.box(which)
    mask = parts.mask(which, box).astype(np.uint8)
    reach = max(mask.shape) // 40 + 1
    near = extreme(extreme(mask, reach, 0, np.maximum), reach, 1, np.maximum)
    top, left, bottom, right = box
    ink: NDArray[np.uint8] = levels[top:bottom, left:right] * near
    return ink
