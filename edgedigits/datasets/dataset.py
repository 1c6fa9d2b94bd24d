"""What every source of images turns into: three splits of labelled 28x28 pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from edgedigits.errors import DataBad

SIDE = 28
CLASSES = 10
MOST_PICTURES = 1_000_000
"""More than this in one set are refused, so that a forged size cannot fill the memory."""


@dataclass(frozen=True, eq=False)
class Split:
    """Images `uint8 [N, 28, 28]`, ink bright on dark, with labels `int64 [N]` in 0..9."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]

    def __post_init__(self) -> None:
        if self.images.dtype != np.uint8 or self.images.shape[1:] != (SIDE, SIDE):
            raise DataBad(
                f"pictures must be uint8 [N, 28, 28], not {self.images.dtype} "
                f"{list(self.images.shape)}"
            )
        if len(self.images) != len(self.labels):
            raise DataBad(f"{len(self.images)} pictures but {len(self.labels)} labels")
        if len(self.labels) and not (self.labels.min() >= 0 and self.labels.max() < CLASSES):
            worst = int(self.labels.min() if self.labels.min() < 0 else self.labels.max())
            raise DataBad(f"label {worst} is outside 0..9")

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, indices: NDArray[np.int64] | slice) -> Split:
        """The pictures at `indices`, in that order."""
        return Split(self.images[indices], self.labels[indices])


@dataclass(frozen=True, eq=False)
class Dataset:
    """A named set of pictures whose train, validation and test splits never overlap.

    `origin` says in words where the pictures came from. `official_test` is true when the source
    itself sets test pictures apart (MNIST does, a folder does not).
    """

    name: str
    origin: str
    train: Split
    validation: Split
    test: Split
    official_test: bool

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over shapes, images and labels of the three splits, in hexadecimal."""
        digest = hashlib.sha256()
        for split in (self.train, self.validation, self.test):
            digest.update(f"{len(split)}x{SIDE}x{SIDE};".encode())
            digest.update(np.ascontiguousarray(split.images).data)
            digest.update(np.ascontiguousarray(split.labels, dtype="<i8").data)
        return digest.hexdigest()

    def everything(self, without: Sequence[int] = ()) -> Split:
        """All pictures of the three splits, but not those of the training split at `without`."""
        kept = np.setdiff1d(np.arange(len(self.train)), np.asarray(without, np.int64))
        splits = (self.train.take(kept), self.validation, self.test)
        return Split(
            np.concatenate([split.images for split in splits]),
            np.concatenate([split.labels for split in splits]),
        )


def missing_classes(labels: NDArray[np.int64]) -> list[int]:
    """The digits that `labels` holds no picture of."""
    return [int(d) for d in np.flatnonzero(np.bincount(labels, minlength=CLASSES)[:CLASSES] == 0)]
