"""Training pictures that show a converter which ranges a model's activations take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.artifact import InputContract
from edgedigits.datasets.dataset import Split
from edgedigits.errors import BudgetBroken, DataBad, WrongUse

DEFAULT_COUNT = 500
FEWEST = 100
RANGE_TOLERANCE = 0.02
"""Calibration values may miss the ends of the pixel range by this share of it."""


@dataclass(frozen=True, eq=False)
class Calibration:
    """Inputs as the model takes them, `float32 [N, *picture]`, and where they came from."""

    values: NDArray[np.float32]
    indices: tuple[int, ...]
    seed: int

    def as_json(self) -> dict[str, Any]:
        """The manifest's record."""
        return {
            "split": "train",
            "count": len(self.indices),
            "seed": self.seed,
            "indices": list(self.indices),
        }


def choose(train: Split, pixels: InputContract, *, count: int, seed: int) -> Calibration:
    """Draw pictures from a training split, the same number of every class as far as there are.

    Raises:
        WrongUse: fewer than 100 asked for.
        DataBad: too few pictures, or digits of which there is none.
        BudgetBroken: the values do not cover the range the model takes.
    """
    if count < FEWEST:
        raise WrongUse(
            f"{count} calibration pictures are too few to set ranges by",
            f"ask for at least {FEWEST}: --calibration-count {DEFAULT_COUNT}",
        )
    if len(train) < FEWEST:
        raise DataBad(
            f"the training split has {len(train)} pictures; calibration needs at least {FEWEST}",
            "choose a larger set with --dataset, or a scheme that needs none: --scheme dynamic",
        )
    if train.of_digits and (missing := train.missing):
        raise DataBad(
            f"the training split has no picture of {', '.join(missing)}",
            "calibration needs every digit: choose another set with --dataset",
        )
    generator = np.random.default_rng(seed)
    drawn = _drawn(train.labels, -(-count // len(np.unique(train.labels))), generator)
    indices = generator.permutation(np.concatenate(drawn))[:count]
    values = pixels.values(_full_range(train.images[indices]))
    check_range(values, pixels)
    return Calibration(values, tuple(int(index) for index in indices), seed)


def _drawn(
    labels: NDArray[np.int64], each: int, generator: np.random.Generator
) -> list[NDArray[np.int64]]:
    order = np.argsort(labels, kind="stable")
    ends = np.flatnonzero(np.diff(labels[order])) + 1
    return [generator.permutation(of_one)[:each] for of_one in np.split(order, ends)]


def check_indices(indices: Sequence[int], seed: int, train: Split) -> None:
    """Refuse calibration pictures that no export draws from this training split.

    They are left out when a model is judged, so whoever may choose them freely hides those that it
    answers wrong, or all of one digit.

    Raises:
        DataBad: they are not those that `choose` draws with this seed.
    """
    if not _as_drawn(indices, seed, train.labels):
        raise DataBad(
            f"the manifest's {len(indices):,} calibration pictures are not those that an export "
            f"draws with seed {seed}",
            "make a new one: edgedigits export --target all --out FOLDER",
        )


def _as_drawn(indices: Sequence[int], seed: int, labels: NDArray[np.int64]) -> bool:
    inside = bool(indices) and min(indices) >= 0 and max(indices) < len(labels)
    if not inside or seed < 0 or len(set(indices)) < len(indices):
        return False
    given = np.array(indices, np.int64)
    each = int(np.bincount(labels[given]).max())
    drawn = np.concatenate(_drawn(labels, each, np.random.default_rng(int(seed))))
    # `choose` leaves out what is too many in its last round, fewer than there are classes.
    classes = len(np.unique(labels))
    return len(drawn) - len(given) < classes and bool(np.isin(given, drawn).all())


def check_range(values: NDArray[np.float32], pixels: InputContract) -> None:
    """Refuse calibration values that are not what the model will be fed.

    Raises:
        BudgetBroken: they are not finite, or run over another range than the pixel contract's.
    """
    low, high = float(values.min()), float(values.max())
    ends = pixels.ends
    slack = RANGE_TOLERANCE * (ends[1] - ends[0])
    fits = abs(low - ends[0]) <= abs(slack) and abs(high - ends[1]) <= abs(slack)
    if not fits or not np.isfinite(values).all():
        raise BudgetBroken(
            f"calibration pictures run over {low:g}..{high:g}, but the model takes "
            f"{ends[0]:g}..{ends[1]:g}",
            "say what the model takes with --input-range LOW,HIGH",
        )


def _full_range(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The same pictures with the brightest and darkest pixel of each channel at 255 and 0.

    Otherwise a set without pure white would give an input scale that clips the brightest pixels.
    """
    stretched = images.copy()
    planes = stretched.reshape(-1, images.shape[3] if images.ndim == 4 else 1)
    channels = np.arange(planes.shape[1])
    brightest, darkest = planes.argmax(axis=0), planes.argmin(axis=0)
    planes[brightest, channels] = 255
    planes[darkest, channels] = 0
    return stretched
