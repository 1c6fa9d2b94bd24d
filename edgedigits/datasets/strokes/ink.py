"""Pen paths to pictures: anti-aliased ink as one batched product of separable bells.

Every sampled point of a path leaves a bell of ink, the product of one bell in x and one in y, so
that the ink of a picture is `rows @ columns`, one matrix product `[20, P] x [P, 20]`. Ink above a
level is black, and the level is where the bell is as wide as the pen.

The bells are rounded to multiples of 1/1024 before the product: their products and sums are then
exact in float32, so no order of summation, number of threads or kind of processor changes a bit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets.dataset import SIDE

BOX = 20
"""Side of the box that a picture's ink fills, as in MNIST."""

_BATCH = 50  # pictures at a time: their bells stay in the second-level cache
_PEN = 1.9  # the pen's edge, in standard widths of the bell
_EDGE = (1 - _PEN**2 / 16) ** 4  # the root of the bell's height there
_SLOPE = _PEN / 2 * (1 - _PEN**2 / 16) ** 3  # the root's steepness there, per standard width
_AREA = float(((1 - (np.arange(-4000, 4000) / 1000) ** 2 / 16) ** 8).sum() / 1000)
_STEPS = np.float32(1024)


def fit_box(points: NDArray[np.float64], radii: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale and move paths so that their ink just fills the longer side of the 20x20 box.

    Args:
        points: `[N, P, 2]`, x and y in any unit.
        radii: `[N, P]`, half the pen's width in pixels of the result.

    Returns:
        The points in pixels; pixel centres lie at 0.5, 1.5, …
    """
    pad = radii.mean(1)[:, None]
    low, high = ends(points)
    extent = np.maximum(high - low, 1e-6)
    scale = ((BOX - 2 * pad) / extent).min(1, keepdims=True)
    # The shorter side lies in the middle, from a whole pixel on as a cropped scan does.
    first = np.floor((BOX - extent * scale - 2 * pad) / 2 + 0.25)
    placed: NDArray[np.float64] = (points - low[:, None]) * scale[..., None]
    placed += (pad + first)[:, None]
    return placed


def ends(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The smallest and largest x and y of paths `[N, P, 2]`, each `[N, 2]`."""
    # Numbers that lie side by side are compared many at a time.
    along = np.ascontiguousarray(points.transpose(0, 2, 1))
    return along.min(2), along.max(2)


def render(
    points: NDArray[np.float64],
    radii: NDArray[np.float64],
    lengths: NDArray[np.float64],
    softness: NDArray[np.float64],
    grain: NDArray[np.float32],
) -> NDArray[np.uint8]:
    """Ink of paths inside the 20x20 box, brightest pixel 255.

    Args:
        points: `[N, P, 2]` in pixels.
        radii: `[N, P]`, half the pen's width in pixels.
        lengths: `[N, P]`, the part of the path that each point stands for, in pixels.
        softness: `[N]`, pixels over which the edge goes from paper to ink.
        grain: `[N, 20, 20]`, what the paper makes of the ink: 1 everywhere is smooth paper.

    Returns:
        `uint8 [N, 20, 20]`, rows first.
    """
    count = len(points)
    sigma = radii / _PEN
    weight = (lengths / (sigma * _AREA)).astype(np.float32)
    inverse = (1 / (4 * sigma)).astype(np.float32)
    # Whole 1/1024ths of a pixel: the last bits of a sine or a square root never reach the ink.
    place = (np.rint(points * 1024) / 1024).astype(np.float32)
    # An edge softer than half the level would leave grey paper.
    gain = np.maximum(sigma.mean(1) / (_SLOPE * softness), 0.52 / _EDGE).astype(np.float32)
    centres = (np.arange(BOX) + 0.5).astype(np.float32)[None, :, None]
    boxes = np.empty((count, BOX, BOX), np.uint8)
    for start in range(0, count, _BATCH):
        part = slice(start, start + _BATCH)
        rows = _bells(place[part, None, :, 1], centres, inverse[part])
        columns = _bells(place[part, None, :, 0], centres, inverse[part])
        rows *= weight[part, None, :]
        rows *= _STEPS
        columns *= _STEPS
        np.rint(rows, out=rows)
        np.rint(columns, out=columns)
        ink = rows @ columns.transpose(0, 2, 1)
        ink *= np.float32(1 / 1024**2)
        ink *= grain[part]
        np.sqrt(ink, out=ink)
        ink -= np.float32(_EDGE)
        ink *= gain[part, None, None]
        ink += np.float32(0.5)
        np.clip(ink, 0, 1, out=ink)
        ink *= (np.float32(255) / np.maximum(ink.max((1, 2)), np.float32(0.05)))[:, None, None]
        np.rint(ink, out=ink)
        boxes[part] = ink
    return boxes


def centre(boxes: NDArray[np.uint8], margin: int = 0) -> NDArray[np.uint8]:
    """`[N, 20, 20]` placed in `[N, 28, 28]` with the centre of mass at the middle, as in MNIST.

    `margin` rows of paper stay above, however heavy a sign is below.
    """
    mass = boxes.astype(np.int64)
    index = np.arange(BOX)
    total = np.maximum(mass.sum((1, 2)), 1)
    # Middle pixel is 14; half-pixels round up: exact in whole numbers.
    top = np.maximum(_offset((mass.sum(2) * index).sum(1), total), margin)
    left = _offset((mass.sum(1) * index).sum(1), total)
    pictures = np.zeros((len(boxes), SIDE, SIDE), np.uint8)
    for picture, box, y, x in zip(pictures, boxes, top.tolist(), left.tolist(), strict=True):
        picture[y : y + BOX, x : x + BOX] = box
    return pictures


def _offset(moment: NDArray[np.int64], total: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where the box begins so that its centre of mass is nearest to pixel 14."""
    middle = (2 * moment + total) // (2 * total)
    return np.clip(SIDE // 2 - middle, 0, SIDE - BOX)


def _bells(
    place: NDArray[np.float32], centres: NDArray[np.float32], inverse: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Bells `(1 - u^2/16)^8`, u in standard widths: nearly Gaussian, and only multiplications."""
    bells = centres - place
    bells *= inverse[:, None, :]
    np.multiply(bells, bells, out=bells)
    np.subtract(np.float32(1), bells, out=bells)
    np.maximum(bells, np.float32(0), out=bells)
    for _ in range(3):
        np.multiply(bells, bells, out=bells)
    return bells
