"""Pictures moved, bent, thickened and blurred: what distortions are made of.

All take and return `uint8 [N, 28, 28]`, ink bright on dark, and leave what they are given as it is.
Outside of a picture is paper, level 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets.dataset import SIDE

Images = NDArray[np.uint8]
Element = Sequence[tuple[int, int]]

CENTRE = (SIDE - 1) / 2
"""The middle of a picture lies between its pixels 13 and 14."""
FINENESS = 64
"""Geometry looks at places in 1/64 of a pixel, so that every sum is exact in float32: the same
bytes come out on every machine."""

SQUARE: Element = ((0, 0), (0, 1), (1, 0), (1, 1))
CROSS: Element = ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))
LARGE_SQUARE: Element = tuple((down, right) for down in (-1, 0, 1) for right in (-1, 0, 1))


def shifted(images: Images, down: int, right: int) -> Images:
    """Pictures moved by whole pixels."""
    moved = np.zeros_like(images)
    height, width = SIDE - abs(down), SIDE - abs(right)
    top, left, above, before = max(0, down), max(0, right), max(0, -down), max(0, -right)
    source = images[:, above : above + height, before : before + width]
    moved[:, top : top + height, left : left + width] = source
    return moved


def warped(images: Images, matrix: NDArray[np.float64]) -> Images:
    """Pictures under a linear map about their middle, read off bilinearly.

    `matrix` `[2, 2]` takes an offset (down, right) from the middle to where it goes.
    """
    goals = np.indices((SIDE, SIDE)).reshape(2, -1) - CENTRE
    places = np.linalg.inv(matrix) @ goals + CENTRE
    places = np.floor(places * FINENESS + 0.5) / FINENESS
    # All that lies further out is read in the frame of zeros.
    places = np.clip(places, -1, SIDE - 1 / FINENESS)
    corner = np.floor(places).astype(np.int64)
    below, beside = (places - corner).astype(np.float32)[:, :, None]
    row = SIDE + 2
    framed = np.pad(images, ((0, 0), (1, 1), (1, 1))).reshape(len(images), row * row)
    pixels = np.ascontiguousarray(framed.T, dtype=np.float32)
    first = (corner[0] + 1) * row + corner[1] + 1
    total = (1 - below) * (1 - beside) * pixels[first]
    total += (1 - below) * beside * pixels[first + 1]
    total += below * (1 - beside) * pixels[first + row]
    total += below * beside * pixels[first + row + 1]
    return levels(total.T.reshape(images.shape))


def eroded(images: Images, element: Element) -> Images:
    """The least level over each pixel's neighbours at the offsets (down, right) of `element`."""
    least: Images = np.minimum.reduce([shifted(images, -down, -right) for down, right in element])
    return least


def dilated(images: Images, element: Element) -> Images:
    """The greatest level over each pixel's neighbours, `element` mirrored: what was thinned by it
    grows back where it was."""
    most: Images = np.maximum.reduce([shifted(images, down, right) for down, right in element])
    return most


def blurred(images: Images, sigma: float) -> Images:
    """Pictures under a Gaussian of `sigma` pixels that is cut off beyond three sigma."""
    reach = math.ceil(3 * sigma)
    weights = [math.exp(-(offset**2) / (2 * sigma**2)) for offset in range(-reach, reach + 1)]
    values = images.astype(np.float64)
    for axis in (1, 2):
        margins = [(reach, reach) if axis == other else (0, 0) for other in range(3)]
        padded, total = np.pad(values, margins), np.zeros(images.shape)
        for offset, weight in enumerate(weights):
            part = (slice(None),) * axis + (slice(offset, offset + SIDE),)
            total += weight / sum(weights) * padded[part]
        values = total
    return levels(values)


def brightened(images: Images, factor: float, about: float = 0.0) -> Images:
    """Levels `factor` times as far from the level `about`."""
    return levels((images - about) * factor + about)


def inverted(images: Images) -> Images:
    """Dark ink on bright paper."""
    return np.uint8(255) - images


def levels(values: NDArray[Any]) -> Images:
    """Numbers as grey levels: rounded, halves up, and cut off at 0 and 255."""
    found: Images = np.clip(np.floor(values + 0.5), 0, 255).astype(np.uint8)
    return found
