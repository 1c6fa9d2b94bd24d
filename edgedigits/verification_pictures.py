"""Which pictures a bundle is verified on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from edgedigits import datasets
from edgedigits.bundle import Manifest
from edgedigits.datasets.dataset import Split
from edgedigits.errors import DataBad
from edgedigits.source import Source
from edgedigits.verify import Pictures


def unseen_by(source: Source, calibrated: Sequence[int], limit: int | None) -> Pictures:
    """The pictures on which an export verifies: those that nothing was set by.

    The test split where there is an official one or the model was trained on the set; else all
    pictures but the calibration ones, which are indices into the training split.
    """
    dataset = source.dataset
    split = dataset.test
    if not (dataset.official_test or source.trained_on):
        others = np.setdiff1d(np.arange(len(dataset.train)), np.asarray(calibrated, np.int64))
        parts = (dataset.test, dataset.validation, dataset.train.take(others))
        split = Split(
            np.concatenate([part.images for part in parts]),
            np.concatenate([part.labels for part in parts]),
        )
    return Pictures(dataset.name, dataset.fingerprint, split.take(slice(limit)))


def choose(
    manifest: Manifest, spec: str | None, *, data_dir: Path | None, limit: int | None
) -> Pictures:
    """Load the pictures to verify on: the data set of the bundle unless another is named.

    Of a set with official test pictures, and of the one a model was trained on, only the test split
    counts. Of any other all pictures do: the model has seen none of them.

    Raises:
        DataBad: they are missing or corrupt, or the bundle's own data set has changed.
    """
    recorded = manifest.dataset
    own = spec is None or spec == recorded["spec"]
    dataset = datasets.load(
        spec or recorded["spec"],
        data_dir=data_dir,
        seed=recorded["seed"] if own else 0,
        samples=recorded["samples"] if own else None,
    )
    if spec is None and dataset.fingerprint != recorded["fingerprint"]:
        raise DataBad(
            f"{recorded['spec']} is not the data set this bundle was made with",
            f"say that you mean these pictures: --dataset {recorded['spec']}",
        )
    seen = recorded["trained_on"] and dataset.fingerprint == recorded["fingerprint"]
    split = dataset.test if dataset.official_test or seen else dataset.everything()
    return Pictures(dataset.name, dataset.fingerprint, split.take(slice(limit)))
