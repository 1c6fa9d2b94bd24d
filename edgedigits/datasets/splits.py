"""How pictures are divided into training, validation and test.

Where a source sets no test pictures apart, each class's pictures are divided 80 / 10 / 10. Which
picture goes where follows from its own content and the seed alone, not from its file name or
position: identical pictures always end in the same split, and a file that is reordered, renamed or
converted is divided in the same way.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets.dataset import Dataset, Split
from edgedigits.errors import DataBad

_SHARE = 10
MOST_TRAINED = 100
"""Classes that a model of handwritten signs is trained to tell apart."""
_TRAIN, _VALIDATION, _TEST = 0, 1, 2


def make(
    name: str, origin: str, pictures: Split, test: Split | None = None, seed: int = 0
) -> Dataset:
    """Divide `pictures` into the splits of a data set.

    Args:
        name: the data set's name.
        origin: in words, where the pictures came from.
        pictures: everything but the official test pictures.
        test: the official test pictures, kept as they are; training pictures that also occur
            among them are left out, and `origin` then says how many.
        seed: another seed, another division.

    Returns:
        A data set in which no picture is in two splits. A class with three different pictures is in
        every split.
    """
    keys = [key(image, seed) for image in pictures.images]
    if test is None:
        return divided(name, origin, pictures, parts(keys, pictures.labels))
    part = _divide(keys, pictures.labels, (_VALIDATION,))
    official = {key(image, seed) for image in test.images}
    repeated = np.array([each in official for each in keys], dtype=bool)
    part[repeated] = _TEST
    if repeated.any():
        origin += f"; {int(repeated.sum())} training pictures that are also test pictures omitted"
    return replace(divided(name, origin, pictures, part), test=test, official_test=True)


def key(image: NDArray[np.uint8], seed: int) -> bytes:
    """What decides to which split a picture goes: SHA-256 over the seed and its numbers."""
    digest = hashlib.sha256(f"edgedigits split {seed}".encode())
    digest.update(np.ascontiguousarray(image).data)
    return digest.digest()


def parts(keys: list[bytes], labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """For pictures of these keys and labels: 0 is training, 1 validation, 2 test."""
    return _divide(keys, labels, (_TEST, _VALIDATION))


def divided(name: str, origin: str, pictures: Split, part: NDArray[np.int64]) -> Dataset:
    """The data set of pictures whose `parts` are known."""
    train, validation, test = (
        pictures.take(np.flatnonzero(part == each)) for each in (_TRAIN, _VALIDATION, _TEST)
    )
    return Dataset(name, origin, train, validation, test, official_test=False)


def _divide(
    keys: list[bytes], labels: NDArray[np.int64], held_out: tuple[int, ...]
) -> NDArray[np.int64]:
    """The part of every picture; each part in `held_out` gets a tenth of every class's pictures.

    A picture that carries several labels counts as one of its smallest label.
    """
    label_of: dict[bytes, int] = {}
    for key, label in zip(keys, labels.tolist(), strict=True):
        label_of[key] = min(label, label_of.get(key, label))
    keys_of: dict[int, list[bytes]] = {}
    for key, label in label_of.items():
        keys_of.setdefault(label, []).append(key)
    part_of: dict[bytes, int] = {}
    for ranked in map(sorted, keys_of.values()):
        share = max(1, round(len(ranked) / _SHARE))
        for place, key in enumerate(ranked):
            # The last picture of a class always stays in training.
            turn = place // share
            held = turn < len(held_out) and place < len(ranked) - 1
            part_of[key] = held_out[turn] if held else _TRAIN
    return np.array([part_of[key] for key in keys], dtype=np.int64)


def check_trainable(dataset: Dataset) -> None:
    """Make sure that there are classes to tell apart, and something to learn for each.

    Raises:
        DataBad: there are less than 2 or more than `MOST_TRAINED`, or naming those that the
            training split holds no picture of.
    """
    count = len(dataset.classes)
    if not 2 <= count <= MOST_TRAINED:
        raise DataBad(
            f"{dataset.name}: {count} {'class' if count == 1 else 'classes'}; a model learns to "
            f"tell 2 to {MOST_TRAINED} apart ({dataset.origin})",
            "put the pictures of each class into a folder of its name",
        )
    if missing := dataset.train.missing:
        names = ", ".join(missing)
        digits = dataset.train.of_digits
        raise DataBad(
            f"{dataset.name}: no training picture of {names} ({dataset.origin})",
            f"add pictures of every {'digit' if digits else 'class'}, or train on drawn ones: "
            f"train --dataset {'strokes' if digits else 'letters'}",
        )
