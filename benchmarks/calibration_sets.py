"""Sets of pictures to calibrate a model on, good ones and bad ones, by name."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle import calibration
from edgedigits.datasets.dataset import Split
from edgedigits.datasets.strokes import outliers, strokes

COUNT = 500
Images = NDArray[np.uint8]


def good(train: Split) -> Iterator[tuple[str, Split]]:
    """Draws of the training split, and for digits such as the program draws."""
    for seed in range(5):
        yield f"{COUNT} pictures, seed {seed}", drawn(train, COUNT, seed)
    for count in (100, 2_000):
        if count <= len(train):
            yield f"{count:,} pictures", drawn(train, count, 0)
    if train.of_digits:
        yield "digits of `strokes`", Split(*strokes.draw(COUNT, seed=3))


def bad(train: Split) -> Iterator[tuple[str, Split]]:
    """What must not calibrate a model of `train`."""
    base = drawn(train, COUNT, 0)
    rng = np.random.default_rng(0)
    yield "one class", train.take(np.flatnonzero(train.labels == 1)[:COUNT])
    yield "one picture repeated", base.take(np.zeros(COUNT, np.int64))
    inverted: Images = np.invert(base.images)
    scaled: Images = (base.images >= 128).astype(np.uint8)
    dim: Images = base.images // np.uint8(4)
    noise: Images = np.asarray(rng.integers(0, 256, base.images.shape)).astype(np.uint8)
    for name, images in (
        ("inverted", inverted),
        ("scaled to 0..1", scaled),
        ("blank", np.zeros_like(base.images)),
        ("a quarter as bright", dim),
        ("noise", noise),
    ):
        yield name, Split(images, base.labels, base.classes)
    others = _digits_like(base) if train.of_digits else _colours_like(base)
    for name, images in others:
        yield name, Split(images, base.labels, base.classes)


def _digits_like(base: Split) -> Iterator[tuple[str, Images]]:
    for kind in ("letters", "scribbles"):
        yield kind, outliers.draw(kind, len(base), seed=0)
    rows, columns = np.indices(base.images.shape[1:])
    rng = np.random.default_rng(0)
    low, slope = rng.integers(40, 160, len(base)), rng.uniform(-2, 2, (2, len(base)))
    ground = low[:, None, None] + np.tensordot(slope, np.stack([rows, columns]), (0, 0))
    noise = rng.integers(-15, 16, ground.shape)
    yield "grey photos", np.clip(ground + noise, 0, 255).astype(np.uint8)


def _colours_like(base: Split) -> Iterator[tuple[str, Images]]:
    grey = base.images.mean(axis=3, keepdims=True).astype(np.uint8)
    yield "without colours", np.repeat(grey, 3, axis=3)


def drawn(train: Split, count: int, seed: int) -> Split:
    return train.take(calibration.draw(train.labels, count, seed))
