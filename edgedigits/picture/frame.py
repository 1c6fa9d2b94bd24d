"""Any photo to a picture of a given height and width, in colour or grey.

Arithmetic on whole numbers; docs/picture.md has the steps, and web_demo/src/picture-frame.js the
same in JavaScript, byte for byte.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from edgedigits.errors import WrongUse
from edgedigits.picture.ink import bands, over_white
from edgedigits.picture.picture import check
from edgedigits.picture.resample import resample


class Mode(StrEnum):
    """What becomes of a photo whose shape is another than the picture's."""

    STRETCH = "stretch"
    """The whole photo, made narrower or lower."""
    CROP = "crop"
    """The largest part in the middle that has the picture's shape."""
    PAD = "pad"
    """The whole photo in the middle, between bars."""


def frame(
    rgba: NDArray[np.uint8],
    height: int,
    width: int,
    mode: Mode,
    channels: int = 3,
    fill: tuple[int, int, int] = (0, 0, 0),
) -> NDArray[np.uint8]:
    """Make a photo the size that a model takes.

    Args:
        rgba: `uint8 [H, W, 4]`, at least 1x1 and at most 40 million pixels; laid on white.
        height: rows of the picture.
        width: columns of the picture.
        mode: how another shape is fitted.
        channels: 3 for red, green and blue; 1 for their luma.
        fill: colour of the bars of `pad`, each of its three 0 to 255.

    Returns:
        `uint8 [height, width, channels]`.

    Raises:
        WrongUse: for another shape or type, or too many pixels.
    """
    check(rgba)
    if min(height, width) < 1 or channels not in (1, 3):
        raise WrongUse(f"a picture cannot be {height}x{width} of {channels} channels")
    colours = _on_white(rgba)
    if mode is Mode.PAD:
        rows, columns = _inner((height, width), rgba.shape)
        framed = np.full((height, width, 3), fill, dtype=np.uint8)
        inner = rows.stop - rows.start, columns.stop - columns.start
        framed[rows, columns] = resample(colours, *inner)
    else:
        if mode is Mode.CROP:
            colours = colours[_inner(rgba.shape, (height, width))]
        framed = resample(colours, height, width)
    return framed if channels == 3 else _luma(framed)


def _on_white(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The colours `uint8 [H, W, 3]` laid on white, or `rgba` itself where it is opaque."""
    if rgba[..., 3].min() == 255:
        return rgba
    colours = np.empty((*rgba.shape[:2], 3), dtype=np.uint8)
    for rows in bands(*rgba.shape[:2]):
        colours[rows] = over_white(rgba[rows, :, :3], rgba[rows, :, 3:])
    return colours


def _inner(whole: tuple[int, ...], shape: tuple[int, ...]) -> tuple[slice, slice]:
    """Rows and columns of the largest rectangle of a shape in the middle; both height first."""
    (height, width), (high, wide) = whole[:2], shape[:2]
    if width * high > height * wide:
        inner = height, max(1, (height * wide + high // 2) // high)
    else:
        inner = max(1, (width * high + wide // 2) // wide), width
    top, left = (height - inner[0]) // 2, (width - inner[1]) // 2
    return slice(top, top + inner[0]), slice(left, left + inner[1])


def _luma(colours: NDArray[np.uint8]) -> NDArray[np.uint8]:
    sums = colours.astype(np.uint32) @ np.array([299, 587, 114], dtype=np.uint32)
    return ((sums + 500) // 1000).astype(np.uint8)[..., None]
