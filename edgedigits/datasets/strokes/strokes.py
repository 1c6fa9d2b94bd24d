"""Digits drawn by the program itself: no download, any number, the same for the same seed.

Pictures come in chunks of fixed size, each from its own random stream, so the same bytes come out
however many pictures are asked for, and however many threads or processes draw them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets.dataset import CLASSES, MOST_PICTURES, SIDE, Dataset, Split
from edgedigits.datasets.strokes.hand import Hand, write
from edgedigits.datasets.strokes.paths import Alphabet, compile_alphabet
from edgedigits.datasets.strokes.skeletons import DIGITS
from edgedigits.errors import WrongUse

CHUNK = 500
"""Pictures in a chunk, a multiple of the ten classes."""

TEST_SAMPLES = 10_000
_TRAIN, _VALIDATION, _TEST = 0, 1, 2

Pictures = tuple[NDArray[np.uint8], NDArray[np.int64]]


def draw(count: int, seed: int, *, labels: NDArray[np.int64] | None = None) -> Pictures:
    """`count` pictures and their labels, the first pictures of any longer drawing of `seed`.

    Args:
        count: how many pictures.
        seed: not negative.
        labels: what to draw, `int64 [count]` in 0..9; without them every ten pictures hold each
            digit once, in an order of the seed's.

    Returns:
        Images `uint8 [count, 28, 28]`, ink bright on dark, and labels `int64 [count]`.

    Raises:
        WrongUse: a negative count or seed, or labels that are not `count` digits.
    """
    return _draw(count, seed, _TRAIN, labels)


def chunk(
    index: int,
    seed: int,
    *,
    epoch: int = 0,
    labels: NDArray[np.int64] | None = None,
) -> Pictures:
    """Chunk number `index`: `CHUNK` pictures that depend on nothing but these arguments.

    `draw` is chunks 0, 1, … of epoch 0. `labels`, when given, are `int64 [CHUNK]`.
    """
    return _chunk(index, seed, _TRAIN, epoch, labels)


def stream(seed: int, epoch: int, count: int, batch: int) -> Iterator[Pictures]:
    """`count` fresh pictures in batches, other ones each epoch, with memory for one chunk.

    Epoch 0 is `draw(count, seed)`. Every batch has `batch` pictures, the last one what is left.
    """
    _check(count, seed)
    if batch < 1:
        raise WrongUse(f"a batch needs at least one picture, not {batch}")
    left_images = np.empty((0, SIDE, SIDE), np.uint8)
    left_labels = np.empty(0, np.int64)
    for index in range(-(-count // CHUNK)):
        images, labels = chunk(index, seed, epoch=epoch)
        wanted = min(CHUNK, count - index * CHUNK)
        left_images = np.concatenate([left_images, images[:wanted]])
        left_labels = np.concatenate([left_labels, labels[:wanted]])
        whole = len(left_labels) // batch * batch
        for start in range(0, whole, batch):
            yield left_images[start : start + batch], left_labels[start : start + batch]
        left_images, left_labels = left_images[whole:], left_labels[whole:]
    if len(left_labels):
        yield left_images, left_labels


def load(samples: int = 60_000, seed: int = 0) -> Dataset:
    """`samples` training pictures, with validation and test pictures from streams of their own.

    There are 10,000 test pictures, the same whatever `samples` is, and 5,000 validation pictures
    or a tenth of `samples` where that is less.

    Raises:
        WrongUse: fewer than 10 samples, more than a million, or a negative seed.
    """
    if samples > MOST_PICTURES:
        raise WrongUse(
            f"{samples:,} samples do not fit into memory",
            f"ask for at most {MOST_PICTURES:,}; a training draws any number as it goes on",
        )
    if samples < CLASSES:
        raise WrongUse(f"{samples} samples cannot hold ten digits", "ask for at least 10 samples")
    splits = [
        Split(*_draw(count, seed, purpose, None))
        for purpose, count in (
            (_TRAIN, samples),
            (_VALIDATION, min(5_000, max(CLASSES, samples // 10))),
            (_TEST, TEST_SAMPLES),
        )
    ]
    return Dataset(
        name="strokes",
        origin=f"drawn by edgedigits from pen-stroke skeletons, seed {seed}",
        train=splits[0],
        validation=splits[1],
        test=splits[2],
        official_test=True,
    )


@cache
def digits() -> Alphabet:
    """The digits' skeletons, compiled once."""
    return compile_alphabet(DIGITS)


def _draw(count: int, seed: int, purpose: int, labels: NDArray[np.int64] | None) -> Pictures:
    """`count` pictures from the chunks of one purpose's stream."""
    _check(count, seed)
    chunks = -(-count // CHUNK)
    images = np.empty((count, SIDE, SIDE), np.uint8)
    found = np.empty(count, np.int64)
    if labels is not None:
        labels = _checked_labels(labels, count)
    for index in range(chunks):
        place = slice(index * CHUNK, min((index + 1) * CHUNK, count))
        size = place.stop - place.start
        wanted = None
        if labels is not None:
            wanted = np.zeros(CHUNK, np.int64)
            wanted[:size] = labels[place]
        some_images, some_labels = _chunk(index, seed, purpose, 0, wanted)
        images[place], found[place] = some_images[:size], some_labels[:size]
    return images, found


def _chunk(
    index: int, seed: int, purpose: int, epoch: int, labels: NDArray[np.int64] | None
) -> Pictures:
    """The pictures of one chunk; always `CHUNK` of them, so that every batch has one shape."""
    _check(index, seed)
    key = np.random.SeedSequence(seed, spawn_key=(purpose, epoch, index))
    rng = np.random.default_rng(key)
    order = rng.permuted(np.tile(np.arange(CLASSES), (CHUNK // CLASSES, 1)), axis=1).reshape(-1)
    labels = order.astype(np.int64) if labels is None else labels
    alphabet = digits()
    ways = alphabet.choose(labels, rng.random(CHUNK))
    return write(alphabet, ways, rng, Hand()), labels


def _check(count: int, seed: int) -> None:
    """Refuse negative numbers."""
    if count < 0:
        raise WrongUse(f"cannot draw {count} pictures")
    if seed < 0:
        raise WrongUse(f"a seed is 0 or more, not {seed}")


def _checked_labels(labels: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """`labels` as int64, or why they cannot be drawn."""
    labels = np.asarray(labels)
    if labels.shape != (count,) or not np.issubdtype(labels.dtype, np.integer):
        raise WrongUse(f"labels must be {count} whole numbers, not {labels.dtype} {labels.shape}")
    if count and not (labels.min() >= 0 and labels.max() < CLASSES):
        raise WrongUse("labels must lie in 0..9")
    return labels.astype(np.int64)
