"""The paper under the ink: a coarse map of it, whatever its colour and the light on it.

Arithmetic on whole numbers, as in `ink`; docs/picture.md puts the same steps in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

FINE = 16
"""The map of the paper counts in sixteenths of a grey level."""
FULL = 4095
"""Strength of ink that reflects nothing."""
DARKEST_PAPER = 64 * FINE


def cells_of(grey: NDArray[np.uint8], side: int) -> tuple[NDArray[np.int64], int]:
    """Means over squares of `side` pixels in sixteenths, and how much fine ink is dark.

    The latter sums over cells: the square of how far the darkest pixel lies below the mean, less
    the square of how far the brightest lies above it. It tells lines much thinner than a cell.
    """
    rows, columns = np.arange(0, grey.shape[0], side), np.arange(0, grey.shape[1], side)
    sums = np.add.reduceat(grey, rows, axis=0, dtype=np.int64)
    sums = np.add.reduceat(sums, columns, axis=1)
    down = np.diff(np.append(rows, grey.shape[0]))
    across = np.diff(np.append(columns, grey.shape[1]))
    pixels = down[:, None] * across
    means: NDArray[np.int64] = (FINE * sums + pixels // 2) // pixels
    if side == 1:
        return means, 0
    low, high = (
        FINE * pick.reduceat(pick.reduceat(grey, rows, axis=0), columns, axis=1).astype(np.int64)
        for pick in (np.minimum, np.maximum)
    )
    return means, int(((means - low) ** 2 - (high - means) ** 2).sum())


def paper_of(cells: NDArray[np.int64], darkness: int) -> tuple[NDArray[np.int64], bool]:
    """The paper in each cell, and whether that is the paper of the negative.

    Tried are ink that is dark and ink that is bright, each in light that is even, falls off on a
    straight slope or curved, and with a small window and a large one. The ink has the colour that
    once leaves the smoothest paper with the least ink on it; that of fine lines and the border have
    a say too. Of its papers the smoothest is taken. The first of equals wins, flat paper at once.
    """
    reaches = [max(2, max(cells.shape) // share) for share in (6, 4)]
    costs, papers = [], []
    for negative in (False, True):
        inked = 255 * FINE - cells if negative else cells
        tried = []
        for curve, reach in product((0, 1, 2), reaches):
            found = _closed(inked, curve, reach)
            if not found.ring + found.steps:
                return found.paper, negative
            tried.append(found)
        cost = min(one.ring + 12 * one.steps + one.ink**2 // (3 * cells.size) for one in tried)
        costs.append(cost + 3 * max(0, darkness if negative else -darkness))
        papers.append(min(tried, key=lambda one: one.ring + one.steps).paper)
    is_negative = costs[1] < costs[0]
    return papers[is_negative], is_negative


@dataclass(frozen=True, eq=False)
class _Closed:
    """Paper under dark ink in each cell, and how little it looks like paper, which is smooth and
    reaches the border: sums over the map.

    Attributes:
        ring: of squares of the ink, paper less cell, along the border; corners count twice.
        steps: of squares of the steps between neighbouring cells of the paper.
        ink: of the ink in all cells.
    """

    paper: NDArray[np.int64]
    ring: int
    steps: int
    ink: int


def _closed(cells: NDArray[np.int64], curve: int, reach: int) -> _Closed:
    """What is left when whatever dark is narrower than a window is filled in.

    That is a morphological closing, after the light was taken off.
    """
    light = _light(cells, curve)[:, None] + _light(cells.T, curve)[None, :]
    paper = np.clip(_filled_in(cells - light, reach) + light, 0, 255 * FINE)
    ink = paper - cells
    ring = (ink[0], ink[-1], ink[:, 0], ink[:, -1])
    steps = (np.diff(paper, axis=0), np.diff(paper, axis=1))
    return _Closed(paper, _squares(*ring), _squares(*steps), int(ink.sum()))


def _filled_in(level: NDArray[np.int64], reach: int) -> NDArray[np.int64]:
    """A morphological closing: what is low and narrower than `2 * reach + 1` is filled in."""
    for pick in (np.maximum, np.minimum):
        for axis in (0, 1):
            level = extreme(level, reach, axis, pick)
    return level


def _squares(*parts: NDArray[np.int64]) -> int:
    """The sum of the squares."""
    return sum(int((part * part).sum()) for part in parts)


def without_shadows(
    cells: NDArray[np.int64], paper: NDArray[np.int64], ink: int
) -> NDArray[np.int64]:
    """The paper, darker where a wide part of it swallows less than five eighths of what ink does.

    Such cells take their own mean, and what is narrower than a sixth of the picture is filled in
    again: the soft edges of a wide pen are no shadow.
    """
    reach = max(2, max(cells.shape) // 12)
    strength = (paper - cells) * FULL // np.maximum(paper, DARKEST_PAPER)
    level = np.where(8 * strength < 5 * ink, cells, paper)
    return np.minimum(_filled_in(level, reach), paper)


def _light(cells: NDArray[np.int64], curve: int) -> NDArray[np.int64]:
    """How the light falls off down the rows: not at all (0), evenly (1), as a parabola (2).

    The curve goes through the paper of the thirds, the 80 % quantile of their cells, which ink
    reaches only where it covers most of a third.
    """
    count = len(cells)
    third = count // 3
    if not curve or not third:
        return np.zeros(count, dtype=np.int64)
    first, middle, last = (
        int(np.sort(part, axis=None)[-(-4 * part.size // 5) - 1])
        for part in (cells[:third], cells[third : count - third], cells[count - third :])
    )
    place = 2 * np.arange(count) + 1 - count
    far = count - third
    slope = place * ((last - first) * far)
    if curve == 2:
        slope += place * place * (first + last - 2 * middle)
    return slope // (2 * far * far)


def extreme(values: NDArray[Any], reach: int, axis: int, pick: Any) -> NDArray[Any]:
    """Largest or smallest value at most `reach` cells away along an axis."""
    moved = np.moveaxis(values, axis, 0)
    result = moved.copy()
    for step in range(1, min(reach, len(moved) - 1) + 1):
        pick(result[step:], moved[:-step], out=result[step:])
        pick(result[:-step], moved[step:], out=result[:-step])
    return np.moveaxis(result, 0, axis)
