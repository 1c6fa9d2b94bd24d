"""Pictures of nothing: smooth noise, gradients, shapes and extremes, always the same ones.

They stand in for photos where a bundle must hold pictures and nobody's may travel with it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edgedigits.picture.form import Form

SMOOTH, GRADIENTS, SHAPES = 12, 8, 8
"""How many of each; the extremes are four more."""
KNOTS = (2, 9)
"""Least and most (less one) points each way between which smooth noise runs."""
FINE = 1 << 12
"""Steps of a pixel's place between two points."""


def draw(form: Form, seed: int) -> NDArray[np.uint8]:
    """32 pictures `uint8 [32, *form.shape]`, the same for the same seed on every machine."""
    rng = np.random.default_rng(seed)
    drawn = [
        *(_smooth(form, rng) for _ in range(SMOOTH)),
        *(_gradient(form, rng) for _ in range(GRADIENTS)),
        *(_shapes(form, rng) for _ in range(SHAPES)),
        *_extremes(form, rng),
    ]
    pictures: NDArray[np.uint8] = np.stack(drawn).astype(np.uint8)
    return pictures.reshape(-1, *form.shape)


def _smooth(form: Form, rng: np.random.Generator) -> NDArray[np.int64]:
    count = int(rng.integers(*KNOTS))
    knots = rng.integers(0, 256, (count, count, form.channels))
    rows, columns = _between(form.height, count), _between(form.width, count)
    mixed = np.einsum("yk,kjc,xj->yxc", rows, knots, columns)
    return np.asarray((mixed + FINE * FINE // 2) // (FINE * FINE), np.int64)


def _between(size: int, count: int) -> NDArray[np.int64]:
    """Whole-numbered weights `[size, count]` of the points at each pixel; each row sums to FINE."""
    place = np.arange(size) * (count - 1) * FINE // max(1, size - 1)
    first = np.minimum(place // FINE, count - 2)
    share = place - first * FINE
    weights = np.zeros((size, count), np.int64)
    weights[np.arange(size), first] = FINE - share
    weights[np.arange(size), first + 1] = share
    return weights


def _gradient(form: Form, rng: np.random.Generator) -> NDArray[np.int64]:
    down, right = rng.integers(-8, 9, 2)
    places = np.add.outer(down * np.arange(form.height), right * np.arange(form.width))
    places = places - places.min()
    start, end = rng.integers(0, 256, (2, form.channels))
    shares = places[..., None] * 256 // max(1, int(places.max()))
    return np.asarray(start + (end - start) * shares // 256, np.int64)


def _shapes(form: Form, rng: np.random.Generator) -> NDArray[np.int64]:
    picture = np.empty((form.height, form.width, form.channels), np.int64)
    picture[:] = rng.integers(0, 256, form.channels)
    rows, columns = np.arange(form.height)[:, None], np.arange(form.width)
    for turn in range(3):
        row, column = int(rng.integers(form.height)), int(rng.integers(form.width))
        tall, wide = (int(rng.integers(1, max(2, side // 2))) for side in (form.height, form.width))
        if turn % 2:
            inside = (abs(rows - row) <= tall // 2) & (abs(columns - column) <= wide // 2)
        else:
            inside = (rows - row) ** 2 * wide**2 + (columns - column) ** 2 * tall**2 <= (
                tall * wide // 2
            ) ** 2
        picture[inside] = rng.integers(0, 256, form.channels)
    return picture


def _extremes(form: Form, rng: np.random.Generator) -> list[NDArray[np.int64]]:
    shape = (form.height, form.width, form.channels)
    board = np.indices(shape[:2]).sum(axis=0) % 2 * 255
    return [
        np.zeros(shape, np.int64),
        np.full(shape, 255, np.int64),
        np.repeat(board[..., None], form.channels, axis=2),
        rng.integers(0, 256, shape),
    ]
