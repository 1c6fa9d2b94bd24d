"""Labelled pictures that a model has not been trained on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from edgedigits.bundle import calibration
from edgedigits.bundle.bundle import Manifest
from edgedigits.bundle.run import Recorded
from edgedigits.datasets import datasets
from edgedigits.datasets.dataset import DIGITS, Dataset, Split
from edgedigits.errors import DataBad, WrongUse
from edgedigits.picture.form import DIGIT, Form

Load = Callable[..., Dataset]
"""`datasets.load`, or what remembers its results."""


@dataclass(frozen=True)
class Pictures:
    """What a model is judged on, and how to name it in a report."""

    name: str
    fingerprint: str
    split: Split

    def as_json(self) -> dict[str, Any]:
        """Which and how many they are."""
        return {
            "name": self.name,
            "fingerprint": self.fingerprint,
            "pictures": len(self.split),
        }


def of_bundle(
    manifest: Manifest,
    spec: str | None,
    *,
    data_dir: Path | None,
    limit: int | None,
    load: Load = datasets.load,
) -> Pictures:
    """`choose` for a bundle: what its manifest records, takes and tells apart."""
    return choose(
        manifest.recorded,
        spec,
        data_dir=data_dir,
        limit=limit,
        form=manifest.form,
        classes=manifest.labels,
        load=load,
    )


def choose(
    recorded: Recorded | None,
    spec: str | None,
    *,
    data_dir: Path | None,
    limit: int | None,
    form: Form = DIGIT,
    classes: tuple[str, ...] | None = None,
    load: Load = datasets.load,
) -> Pictures:
    """The pictures to judge a model on: those it was made with unless others are named.

    Of a set with official test pictures, and of the one the model was trained on, only the test
    split counts, which a set that is drawn has as much of as `limit` asks for; of any other all
    pictures do, but for those that calibrated its artifacts. A
    model that records nothing is judged on MNIST where that is found, else on `strokes`. The model
    takes pictures of a form, and its answers are places in `classes`.

    Raises:
        WrongUse: there is no such data set, it has no test pictures, or none is named for a model
            of other classes that records nothing.
        DataBad: it is missing or corrupt, or no longer what the model was made with, or its
            calibration pictures are not those that an export draws.
    """
    if recorded is None and spec is None and (form != DIGIT or classes not in (None, DIGITS)):
        raise WrongUse(
            "nothing says which pictures this model is judged on",
            "name a folder of its classes: --dataset FOLDER",
        )
    if recorded is None:
        spec = spec or datasets.local_default(data_dir)
    card = recorded.dataset if recorded is not None else None
    own = card is not None and spec in (None, card.spec)
    dataset = load(
        card.spec if own and card is not None else str(spec),
        data_dir=data_dir,
        # The seed divides a set of one's own: with the recorded one it is recognised by any path.
        seed=card.seed if card is not None and (own or spec not in datasets.known()) else 0,
        samples=card.samples if own and card is not None else None,
        form=form,
        classes=classes,
        test_alone=True,
    )
    same = card is not None and dataset.fingerprint == card.fingerprint
    if card is not None and spec is None and not same:
        raise DataBad(
            f"{card.spec} is no longer the data set that the model was made with",
            f"say that you mean these pictures: --dataset {card.spec}",
        )
    seen = same and recorded is not None and recorded.trained_on
    calibrated = recorded.calibrated if same and recorded is not None else ()
    honest = dataset.official_test or seen
    if calibrated and recorded is not None and not honest:
        calibration.check_indices(calibrated, recorded.calibration_seed, dataset.train)
    split = dataset.test if honest else dataset.everything(calibrated)
    if honest and dataset.more is not None and limit is not None and limit > len(split):
        split = dataset.more(limit)
    if len(split) == 0:
        raise WrongUse(f"{dataset.name} has no test pictures", "name others with --dataset")
    return Pictures(dataset.name, dataset.fingerprint, _some(split, limit))


def after_export(
    dataset: Dataset, calibrated: Sequence[int], limit: int | None, *, trained_on: bool
) -> Pictures:
    """The pictures on which an export verifies: those that nothing was set by.

    The test split where there is an official one or the model was trained on the set; else all
    pictures but the calibration ones, which are indices into the training split.
    """
    honest = dataset.official_test or trained_on
    split = dataset.test if honest else dataset.everything(calibrated)
    return Pictures(dataset.name, dataset.fingerprint, _some(split, limit))


def first(pictures: Pictures, limit: int) -> tuple[Pictures, str]:
    """At most `limit` of the pictures, and in words which: the first ones, as figures elsewhere are
    given for. Where these lack some of the digits, the set is sorted and they are drawn at random.
    """
    split, total = pictures.split, f"{len(pictures.split):,}"
    if limit >= len(split):
        return pictures, f"all {total}"
    head, words = split.take(slice(limit)), f"the first {limit:,} of {total}"
    if set(np.unique(head.labels)) != set(np.unique(split.labels)):
        head, words = _some(split, limit), f"{limit:,} of {total}, drawn at random"
    return replace(pictures, split=head), words


def _some(split: Split, limit: int | None) -> Split:
    """`limit` pictures drawn at random, always the same ones: a set may be sorted by digit."""
    if limit is None or limit >= len(split):
        return split
    drawn = np.random.default_rng(0).permutation(len(split))[:limit]
    return split.take(np.sort(drawn))
