"""What every source of images turns into: three splits of labelled pictures."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets import on_disk
from edgedigits.errors import DataBad

SIDE = 28
CLASSES = 10
DIGITS = tuple("0123456789")
"""The classes of a set of digits."""
MOST_CLASSES = 22_000
MOST_PICTURES = 1_000_000
"""More than this in one set are refused, so that a forged size cannot fill the memory."""


BLOCK_BYTES = 1 << 24
"""Of pictures that are looked at together; as float32 they are four times as many."""


def blocks(images: NDArray[np.uint8], most: int | None = None) -> Iterator[NDArray[np.uint8]]:
    """Pictures `[N, ...]`, of which there may be more than fit into memory, a part at a time: of
    `BLOCK_BYTES`, or of `most` bytes."""
    size = max(1, (most or BLOCK_BYTES) // max(1, math.prod(images.shape[1:])))
    for start in range(0, len(images), size):
        yield images[start : start + size]


@dataclass(frozen=True, eq=False)
class Split:
    """Images `uint8 [N, H, W]` in grey or `[N, H, W, 3]` in colour, with labels `int64 [N]`, which
    are places in `classes`. Of digits: `[N, 28, 28]`, ink bright on dark, labels 0..9.

    Images that are more than memory should hold are `on_disk.OnDisk`, or `made.Made`: of these,
    `blocks` gives a part at a time.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    classes: tuple[str, ...] = DIGITS

    def __post_init__(self) -> None:
        shape = self.images.shape
        if self.images.dtype != np.uint8 or len(shape) < 3 or shape[3:] not in ((), (3,)):
            raise DataBad(
                f"pictures must be uint8 [N, H, W] or [N, H, W, 3], not {self.images.dtype} "
                f"{list(shape)}"
            )
        if len(self.images) != len(self.labels):
            raise DataBad(f"{len(self.images)} pictures but {len(self.labels)} labels")
        count = len(self.classes)
        if len(self.labels) and not (self.labels.min() >= 0 and self.labels.max() < count):
            worst = int(self.labels.min() if self.labels.min() < 0 else self.labels.max())
            raise DataBad(f"label {worst} is outside 0..{count - 1}")

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def of_digits(self) -> bool:
        """Whether its classes are the ten digits."""
        return self.classes == DIGITS

    @property
    def missing(self) -> list[str]:
        """The classes that it holds no picture of."""
        counts = np.bincount(self.labels, minlength=len(self.classes))
        return [self.classes[place] for place in np.flatnonzero(counts == 0)]

    def take(self, indices: NDArray[np.int64] | slice) -> Split:
        """The pictures at `indices`, in that order."""
        return Split(on_disk.taken(self.images, indices), self.labels[indices], self.classes)


@dataclass(frozen=True, eq=False)
class Dataset:
    """A named set of pictures whose train, validation and test splits never overlap.

    `origin` says in words where the pictures came from. `official_test` is true when the source
    itself sets test pictures apart (MNIST does, a folder does not). `more` gives any number of test
    pictures where the source makes them, of which the first are those of `test`. `said` is its
    fingerprint where the source has one, so that not all pictures need be read for it.
    """

    name: str
    origin: str
    train: Split
    validation: Split
    test: Split
    official_test: bool
    more: Callable[[int], Split] | None = None
    said: str | None = None

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of what its labels stand for."""
        return self.train.classes

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over shapes, images and labels of the three splits, and over the names of classes
        where they are no digits; or what is `said`. In hexadecimal.
        """
        if self.said is not None:
            return self.said
        digest = hashlib.sha256()
        if not self.train.of_digits:
            digest.update(json.dumps(self.classes).encode())
        for split in (self.train, self.validation, self.test):
            digest.update(f"{'x'.join(map(str, split.images.shape))};".encode())
            for block in blocks(split.images):
                digest.update(np.ascontiguousarray(block).data)
            digest.update(np.ascontiguousarray(split.labels, dtype="<i8").data)
        return digest.hexdigest()

    def everything(self, without: Sequence[int] = ()) -> Split:
        """All pictures of the three splits, but not those of the training split at `without`."""
        kept = np.setdiff1d(np.arange(len(self.train)), np.asarray(without, np.int64))
        splits = (self.train.take(kept), self.validation, self.test)
        return Split(
            on_disk.joined([split.images for split in splits]),
            np.concatenate([split.labels for split in splits]),
            self.classes,
        )
