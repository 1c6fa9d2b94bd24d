"""What a training is asked to do, checked before anything is loaded."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

from edgedigits import augmentation as augmenting
from edgedigits import models
from edgedigits.errors import WrongUse, unknown
from edgedigits.models.architecture import OPTIMIZERS, SCHEDULES, Recipe

DRAWN = "strokes"
"""The data set that is drawn anew for every epoch, instead of being loaded."""

DRAWN_AN_EPOCH = 60_000
MOST_SHIFT = 8
SHARES = 1000
"""A progress bar counts thousandths of an epoch, since it begins before the batches are known."""


@dataclass(frozen=True)
class Plan:
    """A training, complete enough to be repeated: the same plan gives the same weights.

    `samples` is how many pictures a data set that is drawn has in an epoch.
    """

    model: str
    dataset: str
    samples: int | None
    seed: int
    recipe: Recipe

    @property
    def epochs(self) -> int:
        """Passes over the pictures; 0 where the recipe counts steps."""
        return self.recipe.epochs or 0

    def finishes_in(self, epoch: int) -> bool:
        """Whether epoch `epoch` (from 0) belongs to the recipe's finish."""
        return self.recipe.finish_epochs > 0 and epoch >= self.epochs - self.recipe.finish_epochs

    @property
    def bar_length(self) -> int:
        """What a progress bar counts to: steps, or `SHARES` of every epoch."""
        return self.recipe.steps or self.epochs * SHARES

    @property
    def drawn(self) -> bool:
        """Whether every epoch has pictures of its own."""
        return self.dataset == DRAWN

    def as_json(self) -> dict[str, Any]:
        """What `from_json` reads back."""
        return asdict(self)

    @staticmethod
    def from_json(content: dict[str, Any]) -> Plan:
        """The plan that `as_json` wrote."""
        return Plan(**{**content, "recipe": Recipe(**content["recipe"])})


def plan(
    model: str,
    dataset: str,
    *,
    samples: int | None = None,
    seed: int = 0,
    epochs: int | None = None,
    steps: int | None = None,
    batch_size: int | None = None,
    learning_rate: float | None = None,
    optimizer: str | None = None,
    schedule: str | None = None,
    shift: int | None = None,
    drawn: int | None = None,
    outliers: int | None = None,
    augmentation: str | None = None,
    validation: int | None = None,
    training_pictures: int | None = None,
) -> Plan:
    """A plan with the model's recipe filled in where nothing is said.

    Raises:
        WrongUse: there is no such model, or a value makes no sense.
    """
    recipe = models.find(model).recipe
    if epochs is not None and steps is not None:
        raise WrongUse("a training is as long as --epochs or as --steps says", "give one of them")
    for name, number, least in (
        ("--epochs", epochs, 1),
        ("--steps", steps, 1),
        ("--samples", samples, 1),
        ("--batch-size", batch_size, 1),
        ("--validation", validation, 0),
        ("--training-pictures", training_pictures, models.architecture.CLASSES),
        ("--shift", shift, 0),
        ("--drawn", drawn, 0),
        ("--outliers", outliers, 0),
    ):
        if number is not None and number < least:
            raise WrongUse(f"{name} must be at least {least}, not {number}")
    if shift is not None and shift > MOST_SHIFT:
        raise WrongUse(f"--shift {shift} moves digits out of the picture", f"at most {MOST_SHIFT}")
    if learning_rate is not None and not (math.isfinite(learning_rate) and learning_rate > 0):
        raise WrongUse(f"--learning-rate must be above 0, not {learning_rate:g}")
    if not 0 <= seed < 2**32:
        raise WrongUse(f"--seed must be from 0 to {2**32 - 1}, not {seed}")
    for what, word, known in (
        ("optimizer", optimizer, OPTIMIZERS),
        ("schedule", schedule, SCHEDULES),
        ("augmentation", augmentation, tuple(augmenting.AUGMENTATIONS)),
    ):
        if word is not None and word not in known:
            raise unknown(what, word, known)
    given: dict[str, Any] = {
        "batch_size": batch_size,
        "learning_rate": learning_rate,
        "optimizer": optimizer,
        "schedule": schedule,
        "shift": shift,
        "drawn": drawn,
        "outliers": outliers,
        "augmentation": augmentation,
        "validation": validation,
        "training_pictures": training_pictures,
    }
    recipe = replace(recipe, **{name: value for name, value in given.items() if value is not None})
    if epochs is not None or steps is not None:
        # A finish is worth its time at the end of a whole training only.
        whole = epochs is not None and epochs > 2 * recipe.finish_epochs
        finish = recipe.finish_epochs if whole else 0
        recipe = replace(recipe, epochs=epochs, steps=steps, finish_epochs=finish)
    if recipe.drawn + recipe.outliers >= recipe.batch_size:
        raise WrongUse(
            f"--drawn {recipe.drawn} and --outliers {recipe.outliers} leave nothing of the data "
            f"set in batches of {recipe.batch_size}",
            "ask for fewer, such as a tenth of the batch, or for larger batches: --batch-size",
        )
    if dataset != DRAWN:
        return Plan(model, dataset, samples, seed, recipe)
    return _drawn(Plan(model, dataset, samples, seed, recipe), validation, training_pictures)


def _drawn(asked: Plan, validation: int | None, training_pictures: int | None) -> Plan:
    """The plan for a data set with as many pictures as one wants: nothing need be held out."""
    if training_pictures is not None or validation is not None:
        option = "--training-pictures" if training_pictures is not None else "--validation"
        raise WrongUse(
            f"{option} divides pictures that are given; {DRAWN} draws its own for each purpose",
            "say how many to train on in an epoch with --samples",
        )
    samples = asked.samples
    if samples is None:
        samples = asked.recipe.training_pictures or DRAWN_AN_EPOCH
    recipe = replace(asked.recipe, validation=None, training_pictures=None, drawn=0)
    return replace(asked, samples=samples, recipe=recipe)
