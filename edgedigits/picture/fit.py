"""Ink of one digit to the 28x28 picture that models expect."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.picture.parts import CLEAR

SIDE = 28
BOX = 20

_HALF = 128
_PENS = 113 * 8, 355  # 8 / pi
_GRID = 4 * BOX  # thickness is changed on a grid of quarter pixels
_MARGIN = 8
# In hundredths of a pixel of the 20x20 box: 1 % of MNIST's training digits lie beyond each end.
_THINNEST, _THIN_BECOMES = 135, 9  # the latter in quarter pixels, odd
_THICKEST, _THICK_BECOMES = 480, 420


def fit(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture `uint8 [28, 28]` of ink `[h, w]` whose box is already cut.

    All of it is 0 where nothing is left of the ink: specks that are too far apart.
    """
    box = _brighten(_reduce(_with_usual_pen(ink), BOX))
    placed = np.zeros((SIDE, SIDE), dtype=np.uint8)
    if not box.any():
        return placed
    top, left = _corner(box)
    placed[top : top + box.shape[0], left : left + box.shape[1]] = box
    return placed


def pen(ink: NDArray[np.uint8]) -> tuple[int, int]:
    """Width of the pen as a fraction (numerator, denominator) of the ink's own pixels.

    Eight times the area over pi times the edges crossed along rows and columns: Crofton's formula
    for the length of an outline, and half an outline's length for a line's.
    """
    core = np.pad(ink >= _HALF, 1)
    edges = int((core[1:] != core[:-1]).sum()) + int((core[:, 1:] != core[:, :-1]).sum())
    return _PENS[0] * int(core.sum()), _PENS[1] * edges


def _with_usual_pen(ink: NDArray[np.uint8]) -> NDArray[Any]:
    """The ink redrawn with a thicker or thinner pen where its own is far from usual."""
    width, scale = pen(ink)
    longer = max(ink.shape)
    if not scale:
        return ink
    hundredths = width * 100 * BOX // (scale * longer)
    if hundredths < _THINNEST:
        # A line of thickness t leaves window * t in a window, where it shall leave full ink.
        grid = np.pad(_reduce(ink, _GRID), _MARGIN)
        sums = _window_sums(grid, _THIN_BECOMES) * 25
        drawn = np.minimum(255, sums // (_THIN_BECOMES * max(1, hundredths)))
    elif hundredths > _THICKEST:
        grid = np.pad(_reduce(ink, _GRID), _MARGIN)
        window = min((hundredths - _THICK_BECOMES) * 2 * 4 // 100 | 1, 2 * _MARGIN + 1)
        paper = np.minimum(255, _window_sums(255 - grid, window) * 2 // (window * window))
        drawn = 255 - paper
    else:
        return ink
    rows = np.flatnonzero(drawn.max(axis=1) >= CLEAR)
    columns = np.flatnonzero(drawn.max(axis=0) >= CLEAR)
    if not len(rows):
        return ink
    cut: NDArray[np.int64] = drawn[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return cut


def _window_sums(values: NDArray[np.int64], window: int) -> NDArray[np.int64]:
    """Sums over squares of `window` (odd) pixels around each pixel; outside is the nearest edge."""
    half = window // 2
    for axis in (0, 1):
        values = np.moveaxis(values, axis, 0)
        sums = np.cumsum(np.pad(values, ((half + 1, half), (0, 0)), mode="edge"), axis=0)
        values = np.moveaxis(sums[window:] - sums[:-window], 0, axis)
    return values


def _reduce(ink: NDArray[Any], cells: int) -> NDArray[np.int64]:
    """The ink scaled so that its longer side is `cells`, each the mean of the area it covers."""
    height, width = ink.shape
    longer = max(height, width)
    bands = _covered(ink, max(1, (height * cells + longer // 2) // longer))
    sums = _covered(bands.T, max(1, (width * cells + longer // 2) // longer)).T
    area = height * width
    mean: NDArray[np.int64] = (sums + area // 2) // area
    return mean


def _covered(values: NDArray[Any], cells: int) -> NDArray[np.int64]:
    """Sums over `cells` equal stretches of the first axis, `[L, ...]` to `[cells, ...]`.

    A pixel weighs `cells` and one that two stretches share is divided exactly between them, so
    that the weights of every sum add up to L.
    """
    length = len(values)
    edges = np.arange(cells + 1) * length
    pixel, part = edges // cells, (edges % cells)[:, None]
    sums = np.add.reduceat(values, pixel[:-1], axis=0, dtype=np.int64)
    sums[pixel[:-1] == pixel[1:]] = 0
    before = part[:-1] * values[pixel[:-1]].astype(np.int64)
    shared = part[1:] * values[np.minimum(pixel[1:], length - 1)].astype(np.int64)
    covered: NDArray[np.int64] = cells * sums - before + shared
    return covered


def _brighten(box: NDArray[np.int64]) -> NDArray[np.int64]:
    """Shrinking darkens thin lines; make the brightest pixel 255 again."""
    top = int(box.max())
    return np.minimum(255, (box * 255 + top // 2) // top) if 0 < top < 255 else box


def _corner(box: NDArray[np.int64]) -> tuple[int, int]:
    """Top and left of the box such that its centre of mass is nearest to (14.5, 14.5)."""
    height, width = box.shape
    total = int(box.sum())
    down = int(box.sum(axis=1) @ (2 * np.arange(height) + 1))
    across = int(box.sum(axis=0) @ (2 * np.arange(width) + 1))
    top = ((SIDE + 2) * total - down) // (2 * total)
    left = ((SIDE + 2) * total - across) // (2 * total)
    return min(max(top, 0), SIDE - height), min(max(left, 0), SIDE - width)
