"""Pixels to ink: how much of the pen's ink each pixel holds, whatever the paper and the light.

Everything here is arithmetic on whole numbers; docs/picture.md puts the same steps in words. A
picture is called dark-inked below: one with bright ink is turned into its negative first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.picture.paper import (
    DARKEST_PAPER,
    FINE,
    FULL,
    cells_of,
    paper_of,
    without_shadows,
)

LONGEST = 1024
"""Longer pictures are reduced by a whole factor until they are no longer than this."""

CELLS = 64
"""Most cells along the longer side of the map of the paper."""

_LEAST_CONTRAST = 512
_BLOCK_PIXELS = 1 << 16


@dataclass(frozen=True, eq=False)
class Ink:
    """Ink levels `uint8 [h, w]` of a picture that was reduced by `factor`: 255 is full ink."""

    levels: NDArray[np.uint8]
    factor: int


def find_ink(rgba: NDArray[np.uint8]) -> Ink | None:
    """The ink of a picture `uint8 [H, W, 4]`, or None when nothing stands out from the paper."""
    factor = -(-max(rgba.shape[:2]) // LONGEST)
    grey = reduced_grey(rgba, factor)
    if int(grey.max()) == int(grey.min()):
        return None
    side = -(-max(grey.shape) // CELLS)
    cells, darkness = cells_of(grey, side)
    paper, is_negative = paper_of(cells, darkness)
    if is_negative:
        grey = np.bitwise_not(grey)
    strength = _strength(grey, paper, side)
    peaks, paper_cells = _peaks(strength, side)
    if not paper_cells:
        return None
    if not is_negative and int(paper.min()) != int(paper.max()):
        ink = int(peaks[len(peaks) - 1 - len(peaks) // 100])
        strength = _strength(grey, without_shadows(cells, paper, ink), side)
        peaks, paper_cells = _peaks(strength, side)
    levels = _levels(strength, peaks, paper_cells)
    return None if levels is None else Ink(levels, factor)


def reduced_grey(rgba: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    """Luma of the picture on white paper, averaged over squares of `factor` pixels.

    `(S + 500 n) // (1000 n)`, S the sum of 299 R + 587 G + 114 B over the square's n pixels.
    """
    height, width = rgba.shape[:2]
    grey = np.empty((-(-height // factor), -(-width // factor)), dtype=np.uint8)
    columns = np.arange(0, width, factor)
    across = np.diff(np.append(columns, width))
    for rows in bands(len(grey), width * factor):
        band = rgba[rows.start * factor : rows.stop * factor]
        starts = np.arange(0, len(band), factor)
        down = np.diff(np.append(starts, len(band)))
        kind = np.int64 if factor > 8 else np.int32
        sums: NDArray[Any] = np.zeros((len(starts), len(columns)), dtype=kind)
        for channel, weight in enumerate((299, 587, 114)):
            values = over_white(band[..., channel], band[..., 3])
            if factor > 1:
                values = np.add.reduceat(values, starts, axis=0, dtype=np.int32)
                values = np.add.reduceat(values, columns, axis=1, dtype=kind)
            sums += np.multiply(values, weight, dtype=kind)
        pixels: NDArray[Any] = down[:, None] * across
        grey[rows] = (
            (sums + 500 * pixels) // (1000 * pixels) if factor > 1 else (sums + 500) // 1000
        )
    return grey


def bands(rows: int, cost: int) -> Iterator[slice]:
    """Bands of rows small enough to stay in the processor's cache."""
    step = max(1, _BLOCK_PIXELS // cost)
    for start in range(0, rows, step):
        yield slice(start, min(rows, start + step))


def over_white(colours: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> NDArray[Any]:
    """`(c * alpha + 255 * (255 - alpha) + 127) // 255`, which is c where alpha is 255."""
    if alpha.min() == 255:
        return colours
    # The same terms arranged so that none is negative: 255 * 255 + 127 - (255 - c) * alpha.
    mixed = np.multiply(255 - colours, alpha, dtype=np.uint32)
    np.subtract(255 * 255 + 127, mixed, out=mixed)
    mixed //= 255
    return mixed


def _strength(grey: NDArray[np.uint8], paper: NDArray[np.int64], side: int) -> NDArray[np.int32]:
    """What part of the paper's light each pixel swallows, 0 to 4095.

    The paper at a pixel is interpolated between the middles of the four nearest cells.
    """
    if int(paper.min()) == int(paper.max()):
        level = int(paper[0, 0])
        table = (level - FINE * np.arange(256)) * FULL // max(level, DARKEST_PAPER)
        return np.maximum(table, 0).astype(np.int32)[grey]
    down, next_down, part_down = _between(grey.shape[0], side, len(paper))
    across, next_across, part_across = _between(grey.shape[1], side, paper.shape[1])
    small = paper.astype(np.int32)
    strength = np.empty(grey.shape, dtype=np.int32)
    for rows in bands(*grey.shape):
        upper, lower, part = small[down[rows]], small[next_down[rows]], part_down[rows, None]
        lines = upper * (2 * side - part) + lower * part
        here = lines[:, across] * (2 * side - part_across) + lines[:, next_across] * part_across
        here += 2 * side * side
        here //= 4 * side * side
        ink = here - FINE * grey[rows].astype(np.int32)
        np.maximum(ink, 0, out=ink)
        ink *= FULL
        np.floor_divide(ink, np.maximum(here, DARKEST_PAPER), out=strength[rows])
    return strength


def _between(length: int, side: int, cells: int) -> tuple[NDArray[np.int32], ...]:
    """For each pixel: the cell before, the cell after, the part of the latter in 1/(2 side)."""
    place = 2 * np.arange(length, dtype=np.int32) + 1 - side
    before = place // (2 * side)
    part = place - before * (2 * side)
    return np.maximum(before, 0), np.minimum(before + 1, cells - 1), part


def _peaks(strength: NDArray[np.int32], side: int) -> tuple[NDArray[np.int32], int]:
    """The strongest pixel of each cell, sorted, and how many of these are paper (0: no ink)."""
    rows = np.arange(0, strength.shape[0], side)
    columns = np.arange(0, strength.shape[1], side)
    peaks = np.maximum.reduceat(np.maximum.reduceat(strength, rows, axis=0), columns, axis=1)
    peaks = np.sort(peaks, axis=None)
    return peaks, _paper_cells(peaks)


def _levels(
    strength: NDArray[np.int32], peaks: NDArray[np.int32], paper_cells: int
) -> NDArray[np.uint8] | None:
    """Strengths stretched from the paper's grain (0) to the pen's ink (255)."""
    if not paper_cells:
        return None
    grain = int(peaks[(paper_cells - 1) // 2])
    ink = int(peaks[(paper_cells + len(peaks) - 1) // 2])
    span = ink - grain
    if span < _LEAST_CONTRAST or span < grain:
        return None
    table = (np.arange(FULL + 1) - grain) * 255 + span // 2
    return np.clip(table // span, 0, 255).astype(np.uint8)[strength]


def _paper_cells(peaks: NDArray[np.int32]) -> int:
    """How many of the sorted `peaks` are paper: Otsu's threshold over 256 steps.

    Between-class variance `(d / w0) * (d / w1)`, d = s0 w1 - s1 w0, in float64; the first largest.
    """
    counts = np.bincount(peaks >> 4, minlength=256)
    w0 = np.cumsum(counts)[:-1]
    s0 = np.cumsum(counts * np.arange(256))[:-1]
    w1 = len(peaks) - w0
    total = int((counts * np.arange(256)).sum())
    d = (s0 * w1 - (total - s0) * w0).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.where((w0 > 0) & (w1 > 0), (d / w0) * (d / w1), 0.0)
    return int(w0[np.argmax(variance)]) if variance.max() > 0 else 0
