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
LEAST_LEVELS = 8
"""Grey levels of 256 that pictures must run over: bytes that were scaled to 0..1 run over 1, blank
ones over none. Dim pictures are no fault: a model may well have been trained on 0..16."""


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
        BudgetBroken: the pictures as they are run over hardly any grey levels.
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
    indices = draw(train.labels, count, seed)
    images = train.images[indices]
    # Before the ends are set: afterwards every set would run over all of them.
    if (problem := span_problem(images)) is not None:
        raise BudgetBroken(
            f"calibration pictures: {problem}",
            "give it pictures of grey levels 0..255, not scaled: --dataset, or --scheme dynamic",
        )
    return Calibration(values(images, pixels), tuple(int(index) for index in indices), seed)


def draw(labels: NDArray[np.int64], count: int, seed: int) -> NDArray[np.int64]:
    """Places of `count` pictures at most, the same number of every class as far as there are."""
    if not len(labels):
        return np.empty(0, np.int64)
    generator = np.random.default_rng(seed)
    drawn = _drawn(labels, -(-count // len(np.unique(labels))), generator)
    return generator.permutation(np.concatenate(drawn))[:count]


def values(images: NDArray[np.uint8], pixels: InputContract) -> NDArray[np.float32]:
    """What a converter is shown of pictures `uint8 [N, ...]`: their values as the model takes them,
    with the ends of the range among them."""
    return pixels.values(_full_range(images))


def span_problem(images: NDArray[np.uint8]) -> str | None:
    """What is wrong with the grey levels that pictures run over; None where nothing is."""
    low, high = int(images.min()), int(images.max())
    if high - low >= LEAST_LEVELS:
        return None
    return f"all their pixels are within {low}..{high} of 0..255"


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
