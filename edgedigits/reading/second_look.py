"""A second look at a digit that a model is unsure of: the same picture, moved a little, and if the
digit is as wide as high, narrower: it may have been stretched, as scans are that were fitted both
ways.

A digit that is told from another by a pixel's breadth is told better by several answers than by
one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from edgedigits.picture.parts import CLEAR

MOVES = (-1, 0), (1, 0), (0, -1), (0, 1)
"""Rows and columns by which a picture is moved."""

WIDTHS = 0.65, 0.75, 0.85
"""Parts of its width to which a digit is narrowed that may have been stretched."""

LEAST_WIDTH = 0.9
"""Parts of its height from which on a digit's width may come from stretching."""

Pixels = NDArray[np.uint8]
Ask = Callable[[Pixels], NDArray[np.float32]]


def again(
    ask: Ask, images: Pixels, table: NDArray[np.float32], which: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """The answers `[N, 10]` to pictures `uint8 [N, 28, 28]`; those of `which` as the mean of the
    given one, of four to the picture moved by one pixel, up, down, left and right, and of three to
    it made narrower, where its digit may have been stretched.
    """
    if not which.any():
        return table
    wide = which & may_be_stretched(images)
    looks = [(which, partial(moved, down=down, right=right)) for down, right in MOVES]
    looks += [(wide, partial(narrowed, width=width)) for width in WIDTHS]
    total, count = table.astype(np.float64), np.ones((len(table), 1))
    for chosen, changed in looks:
        if chosen.any():
            total[chosen] += ask(changed(images[chosen]))
            count[chosen] += 1
    mean: NDArray[np.float32] = (total / count).astype(np.float32)
    return mean


def moved(images: Pixels, down: int, right: int) -> Pixels:
    """Pictures `uint8 [N, H, W]` moved by so many pixels; zeros come in."""
    height, width = images.shape[1:]
    around = np.pad(images, ((0, 0), (abs(down),) * 2, (abs(right),) * 2))
    top, left = abs(down) - down, abs(right) - right
    return around[:, top : top + height, left : left + width]


def may_be_stretched(images: Pixels) -> NDArray[np.bool_]:
    """Whether there is ink in about as many columns as rows of pictures `uint8 [N, H, W]`."""
    ink = images >= CLEAR
    rows, columns = (ink.any(axis=axis).sum(axis=1) for axis in (2, 1))
    wide: NDArray[np.bool_] = columns >= LEAST_WIDTH * rows
    return wide


def narrowed(images: Pixels, width: float) -> Pixels:
    """Pictures `uint8 [N, H, W]` of `width` times their width, sampled linearly around the middle;
    zeros come in.
    """
    middle = (images.shape[2] - 1) / 2
    places = middle + (np.arange(images.shape[2]) - middle) / width
    left = np.floor(places).astype(np.int64)
    # One zero on either side, for whatever lies outside.
    around = np.pad(images, ((0, 0), (0, 0), (1, 1))).astype(np.float64)
    before, after = (
        around[:, :, np.clip(each + 1, 0, images.shape[2] + 1)] for each in (left, left + 1)
    )
    sampled: Pixels = (before + (after - before) * (places - left) + 0.5).astype(np.uint8)
    return sampled
