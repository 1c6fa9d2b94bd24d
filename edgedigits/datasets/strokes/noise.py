"""Pictures of nothing: noise, patterns and textures, none of them a digit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets.dataset import SIDE
from edgedigits.datasets.strokes.ink import BOX, centre

Grey = NDArray[np.float64]
Generator = np.random.Generator


def pictures(families: list[str], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Pictures `uint8 [N, 28, 28]` of the named families.

    Half fill the whole picture, as a camera's raw pixels would; half fill the 20x20 box with the
    brightest pixel 255 and the centre of mass in the middle, as picture preparation leaves them.
    """
    result = np.empty((len(families), SIDE, SIDE), np.uint8)
    for row, family in enumerate(families):
        prepared = rng.random() < 0.5
        side = BOX if prepared else SIDE
        grey = np.clip(FAMILIES[family](rng, side), 0, 1)
        if prepared:
            grey = grey / max(grey.max(), 0.05)
            result[row] = centre(np.rint(255 * grey).astype(np.uint8)[None])[0]
        else:
            result[row] = np.rint(255 * grey)
    return result


def blanks(count: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Pictures `uint8 [N, 28, 28]` of one level each: half of them 0, others faint or any."""
    levels = rng.integers(1, 33, count)
    levels[1::4] = rng.integers(33, 256, len(levels[1::4]))
    levels[::2] = 0
    return np.repeat(levels.astype(np.uint8), SIDE * SIDE).reshape(count, SIDE, SIDE)


def _speckles(rng: Generator, side: int) -> Grey:
    """Salt and pepper, sparse to dense."""
    return (rng.random((side, side)) < rng.uniform(0.05, 0.6)).astype(np.float64)


def _gaussian(rng: Generator, side: int) -> Grey:
    """Normal noise around a grey."""
    grey: Grey = rng.uniform(0.1, 0.7) + rng.uniform(0.1, 0.4) * rng.normal(size=(side, side))
    return grey


def _uniform(rng: Generator, side: int) -> Grey:
    """Every level equally likely, some of the ink taken away."""
    grey: Grey = rng.random((side, side)) * (rng.random((side, side)) < rng.uniform(0.3, 1))
    return grey


def _blobs(rng: Generator, side: int) -> Grey:
    """Smooth noise with a level taken for ink, hard or soft."""
    smooth = _value_noise(rng, side, int(rng.integers(4, 10)))
    level = np.quantile(smooth, rng.uniform(0.35, 0.75))
    grey: Grey = (smooth - level) * rng.uniform(2, 40) + 0.5
    return grey


def _smoke(rng: Generator, side: int) -> Grey:
    """Smooth grey noise."""
    return _value_noise(rng, side, int(rng.integers(3, 10)))


def _checks(rng: Generator, side: int) -> Grey:
    """A checkerboard, upright, fields of two to five pixels."""
    size, offset = int(rng.integers(2, 6)), rng.integers(0, 6, 2)
    row, column = np.indices((side, side)) + offset[:, None, None]
    board = (row // size + column // size) % 2
    grain = rng.uniform(0, 0.08) * rng.normal(size=(side, side))
    grey: Grey = board * rng.uniform(0.4, 1) + rng.uniform(0, 0.2) + grain
    return grey


def _stripes(rng: Generator, side: int) -> Grey:
    """Stripes at any angle, at least three of them, hard or soft."""
    angle, width = rng.uniform(0, np.pi), rng.uniform(3, side / 3.5)
    row, column = np.indices((side, side))
    wave = np.sin(
        2 * np.pi * ((row * np.cos(angle) + column * np.sin(angle)) / width + rng.random())
    )
    grey: Grey = wave * rng.uniform(0.4, 4) + 0.5
    return grey


def _gradient(rng: Generator, side: int) -> Grey:
    """Light from one side, with a little noise."""
    angle = rng.uniform(0, 2 * np.pi)
    row, column = np.indices((side, side)) / (side - 1) - 0.5
    slope = row * np.cos(angle) + column * np.sin(angle)
    grey: Grey = (
        0.5 + rng.uniform(0.3, 1) * slope + rng.uniform(0, 0.08) * rng.normal(size=(side, side))
    )
    return grey


def _rectangles(rng: Generator, side: int) -> Grey:
    """Four to nine rectangles over one another, each of its own grey."""
    grey = np.full((side, side), rng.uniform(0, 0.3))
    for _ in range(int(rng.integers(4, 10))):
        top, left = rng.integers(0, side - 3, 2)
        height, width = rng.integers(3, side * 3 // 4, 2)
        grey[top : top + height, left : left + width] = rng.random()
    return grey


def _blot(rng: Generator, side: int) -> Grey:
    """One full shape, round to square, its edge sharp or soft: a fat blot, thinned."""
    angle, corners = rng.uniform(0, np.pi), rng.uniform(2, 8)
    row, column = (np.indices((side, side)) - (side - 1) / 2) / (side / 2)
    across = np.abs(column * np.cos(angle) - row * np.sin(angle))
    down = np.abs(column * np.sin(angle) + row * np.cos(angle)) / rng.uniform(0.65, 1)
    reach = (across**corners + down**corners) ** (1 / corners)
    reach += rng.uniform(0, 0.3) * (_value_noise(rng, side, 4) - 0.5)
    grey: Grey = (1 - reach) * rng.uniform(1.5, 10) + 0.5
    return grey


def _clouds(rng: Generator, side: int) -> Grey:
    """Noise of every scale, the coarser the stronger: its spectrum falls as that of nature."""
    grey = np.zeros((side, side))
    for octave in range(5):
        grey += 0.5**octave * (_value_noise(rng, side, 3 * 2**octave) - 0.5)
    return 0.5 + grey * rng.uniform(0.6, 2.5)


def _plaid(rng: Generator, side: int) -> Grey:
    """Stripes across stripes."""
    grey: Grey = (_stripes(rng, side) + _stripes(rng, side)) / 2
    return grey


def _dots(rng: Generator, side: int) -> Grey:
    """A lattice of dots."""
    pitch, size = rng.uniform(4, 7), rng.uniform(0.2, 0.8)
    row, column = np.indices((side, side)) + rng.uniform(0, pitch, (2, 1, 1))
    wave = np.cos(2 * np.pi * row / pitch) + np.cos(2 * np.pi * column / pitch)
    grey: Grey = (wave - 2 * size) * rng.uniform(0.5, 3) + 0.5
    return grey


FAMILIES: dict[str, Callable[[Generator, int], Grey]] = {
    "speckles": _speckles,
    "gaussian": _gaussian,
    "uniform": _uniform,
    "blobs": _blobs,
    "smoke": _smoke,
    "checks": _checks,
    "stripes": _stripes,
    "gradient": _gradient,
    "rectangles": _rectangles,
    "blot": _blot,
    "clouds": _clouds,
    "plaid": _plaid,
    "dots": _dots,
}
"""Families of noise by name: a random generator and a side to levels, 0 paper and 1 ink."""


def _value_noise(rng: Generator, side: int, cells: int) -> Grey:
    """Random levels on a grid of `cells`, smoothly joined, in 0..1."""
    place = np.arange(side) / side * cells
    index = place.astype(int)
    part = place - index
    part = part * part * (3 - 2 * part)
    grid = rng.random((cells + 1, cells + 1))
    rows = grid[index] * (1 - part)[:, None] + grid[index + 1] * part[:, None]
    grey: Grey = rows[:, index] * (1 - part) + rows[:, index + 1] * part
    return grey
