"""A bundle's calibration, done over: the pictures it was made with, and the float model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from converters.errors import ConversionError
from edgedigits import quiet
from edgedigits.bundle import calibration
from edgedigits.bundle.bundle import Bundle
from edgedigits.bundle.file_check import EXPORT_HINT
from edgedigits.datasets import datasets
from edgedigits.datasets.dataset import Dataset
from edgedigits.diagnosis import calibration_audit, calibration_spread, diagnosis
from edgedigits.diagnosis.calibration_audit import Audit
from edgedigits.diagnosis.calibration_spread import COUNTS, SEEDS, Draws
from edgedigits.errors import DataBad, WrongUse, damaged
from edgedigits.verification.unseen import Pictures


@dataclass(frozen=True)
class Calibrated:
    """What became of a bundle's calibration: its audit, and other draws of several sizes."""

    seed: int
    audit: Audit
    draws: tuple[Draws, ...]


def diagnose(
    opened: Bundle,
    pictures: Pictures,
    *,
    data_dir: Path | None = None,
    counts: Sequence[int] = COUNTS,
    seeds: int = SEEDS,
    tick: Callable[[int], None] | None = None,
) -> Calibrated:
    """Audit the pictures that calibrated a bundle, then calibrate its float model with `seeds`
    draws of each count, and ask each file `pictures`. Counts beyond the training split are left
    out: every draw would be the same.

    Raises:
        WrongUse: nothing in the bundle was calibrated, or TFLite cannot express it in 8 bits.
        DataBad: its data set is not there, or no longer the same; or it names other pictures than
            an export draws.
    """
    manifest = opened.manifest
    recorded = manifest.recorded
    if not recorded.calibrated:
        raise WrongUse(
            f"nothing in {opened.folder} was calibrated",
            "schemes that are: edgedigits export --scheme int8",
        )
    dataset = _dataset(opened, data_dir)
    calibration.check_indices(recorded.calibrated, recorded.calibration_seed, dataset.train)
    first = manifest.artifacts[0]
    quiet.import_tensorflow()
    with damaged(opened.folder / manifest.reference.file.path, EXPORT_HINT):
        model = diagnosis.source_of(opened)
    audited = calibration_audit.audit(
        model,
        first.pixels,
        dataset.train.take(np.array(recorded.calibrated)),
        calibration_audit.held_out(dataset, recorded.calibrated),
    )
    draws = calibration_spread.measure(
        model,
        first.pixels,
        dataset.train,
        pictures.split,
        logits=first.logits,
        counts=[count for count in counts if count < len(dataset.train)],
        seeds=seeds,
        tick=tick,
    )
    try:
        return Calibrated(recorded.calibration_seed, audited, tuple(draws))
    except ConversionError as error:
        raise WrongUse(error.message, error.hint) from error


def _dataset(opened: Bundle, data_dir: Path | None) -> Dataset:
    card = opened.manifest.recorded.dataset
    found = datasets.load(
        card.spec,
        data_dir=data_dir,
        seed=card.seed,
        samples=card.samples,
        form=opened.manifest.form,
        classes=opened.manifest.labels,
    )
    if found.fingerprint != card.fingerprint:
        raise DataBad(
            f"{card.spec} is no longer the data set that {opened.folder} was calibrated on",
            "give it the same pictures again (--data-dir), or export anew",
        )
    return found
