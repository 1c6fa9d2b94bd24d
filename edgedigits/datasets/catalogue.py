"""The data sets of this machine: where each lies, how many pictures it has, and its fingerprint."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from edgedigits.datasets import datasets
from edgedigits.datasets.dataset import DIGITS

if TYPE_CHECKING:
    from edgedigits.datasets.dataset import Dataset

SPLITS = ("train", "validation", "test")
NOT_HERE = "not on this machine; downloaded when it is first used (11 MB)"


@dataclass(frozen=True)
class Entry:
    """A data set as it is here. One that is not on this machine has neither counts nor fingerprint.

    `counts` are pictures by split and class, `{"train": (5923, …), …}`; `classes` their names.
    """

    name: str
    place: str
    fingerprint: str | None = None
    counts: dict[str, tuple[int, ...]] | None = None
    classes: tuple[str, ...] = DIGITS


def look_up(name: str, data_dir: Path | None = None) -> Entry:
    """What there is under a name or path. Nothing is downloaded.

    Raises:
        WrongUse: there is no such data set.
        DataBad: it is missing where it should be, or corrupt.
    """
    if name == "mnist":
        from edgedigits.datasets import mnist

        if mnist.locate(data_dir) is None:
            return Entry(name, NOT_HERE)
    return describe(datasets.load(name, data_dir=data_dir if name == "mnist" else None))


def describe(dataset: Dataset) -> Entry:
    """The entry of a data set that has been loaded."""
    counts = {
        split: tuple(
            int(count)
            for count in np.bincount(getattr(dataset, split).labels, minlength=len(dataset.classes))
        )
        for split in SPLITS
    }
    return Entry(dataset.name, dataset.origin, dataset.fingerprint, counts, dataset.classes)
