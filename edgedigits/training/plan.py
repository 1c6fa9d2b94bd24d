"""What a training is asked to do, checked before anything is loaded."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypedDict, Unpack

from edgedigits import json_file
from edgedigits.datasets import datasets
from edgedigits.datasets.dataset import MOST_PICTURES
from edgedigits.errors import WrongUse, check_known
from edgedigits.models import models
from edgedigits.models.architecture import CLASSES, OPTIMIZERS, SCHEDULES, Recipe
from edgedigits.training import augmentation as augmenting
from edgedigits.training import teachers as teaching
from edgedigits.training.teachers import Teacher

DRAWN_AN_EPOCH = 60_000
MOST_SHIFT = 8
MOST_DRAWN = 1_000_000_000
LIMITS: dict[str, tuple[float, float]] = {
    "seed": (0, 2**32 - 1),
    "samples": (1, MOST_DRAWN),
    "learning_rate": (0, 1e30),
    "batch_size": (1, 100_000),
    "epochs": (1, 1_000_000),
    "steps": (1, 1_000_000_000),
    "validation": (0, MOST_PICTURES),
    "training_pictures": (CLASSES, MOST_PICTURES),
    "shift": (0, MOST_SHIFT),
    "drawn": (0, 100_000),
    "outliers": (0, 100_000),
    "warm_up": (0, 1_000_000_000),
    "weight_decay": (0, 1e30),
    "averaging": (0, 1),
    "finish_epochs": (0, 1_000_000),
    "finish_rate": (0, 1e30),
}
"""From and to, of the numbers in a plan. What is beyond would fill the memory or never end."""
COUNTS = (
    "epochs", "steps", "samples", "batch_size", "validation", "training_pictures", "shift", "drawn",
    "outliers",
)  # fmt: skip
"""Those of them that are options with a whole number."""
WORDS = {
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "augmentation": tuple(augmenting.AUGMENTATIONS),
}
SHARES = 1000
"""A progress bar counts thousandths of an epoch, since it begins before the batches are known."""


@dataclass(frozen=True)
class Plan:
    """A training, complete enough to be repeated: the same plan gives the same weights.

    `model` is a name, or a line that describes a network (see `models.network`); `samples` is how
    many pictures a data set that is drawn has in an epoch. Where there are `teachers`, their
    answers are learnt in place of the labels.
    """

    model: str
    dataset: str
    samples: int | None
    seed: int
    recipe: Recipe
    teachers: tuple[Teacher, ...] = ()

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
        """Whether its data set is drawn: every epoch has pictures of its own."""
        return self.dataset in datasets.drawn()

    def as_json(self) -> dict[str, Any]:
        """What `from_json` reads back."""
        content = asdict(self)
        taught_by = list(content.pop("teachers"))
        # Finished trials that users keep are known by plans that say nothing of teachers.
        return {**content, "teachers": taught_by} if taught_by else content

    @staticmethod
    def from_json(content: dict[str, Any]) -> Plan:
        """The plan that `as_json` wrote.

        Raises:
            ValueError: the content is no plan, or one that `plan` would not make.
        """
        form = {**json_file.form_of(Plan), "recipe": json_file.form_of(Recipe)}
        del form["teachers"]
        json_file.check(content, form, "the plan")
        try:
            recipe = Recipe(**content["recipe"])
            taught_by = teaching.read(content.get("teachers", []))
            found = Plan(**{**content, "recipe": recipe, "teachers": taught_by})
        except TypeError as error:
            raise ValueError(str(error)) from error
        try:
            known = models.find(found.model).name
        except WrongUse as error:
            raise ValueError(error.message) from error
        if found.model != known:
            raise ValueError(f"the model {found.model!r} is {known!r}")
        if (problem := _problem(found)) is not None:
            raise ValueError(problem)
        return found


def _problem(asked: Plan) -> str | None:
    """Why a plan that was read is none that can be carried out; None where it can."""
    recipe = asked.recipe
    values = {"seed": asked.seed, "samples": asked.samples, **asdict(recipe)}
    for name, (least, most) in LIMITS.items():
        if values[name] is not None and not least <= values[name] <= most:
            return f"{name} {values[name]} is not from {least:g} to {most:g}"
    for name, known in WORDS.items():
        if values[name] not in known:
            return f"nothing is known of {values[name]!r}"
    if (recipe.epochs is None) == (recipe.steps is None):
        return "it is as long as epochs or as steps say, not both"
    if recipe.drawn + recipe.outliers >= recipe.batch_size:
        return "drawn pictures leave nothing of the data set"
    if asked.drawn != (asked.samples is not None):
        return f"a number of samples belongs to {', '.join(datasets.drawn())}"
    return None


class Changes(TypedDict, total=False):
    """What is to be otherwise than in a model's recipe; None is as good as nothing said."""

    epochs: int | None
    steps: int | None
    batch_size: int | None
    learning_rate: float | None
    optimizer: str | None
    schedule: str | None
    shift: int | None
    drawn: int | None
    outliers: int | None
    augmentation: str | None
    validation: int | None
    training_pictures: int | None


def plan(
    model: str,
    dataset: str,
    *,
    samples: int | None = None,
    seed: int = 0,
    teachers: Sequence[Path] = (),
    **changes: Unpack[Changes],
) -> Plan:
    """A plan with the model's recipe filled in where nothing is said; `teachers` are folders of
    finished runs.

    Raises:
        WrongUse: there is no such model, a value makes no sense, or a teacher is none.
        DataBad: a teacher is damaged.
    """
    architecture = models.find(model)
    recipe = architecture.recipe
    given: dict[str, Any] = {name: each for name, each in changes.items() if each is not None}
    epochs, steps = given.get("epochs"), given.get("steps")
    if epochs is not None and steps is not None:
        raise WrongUse("a training is as long as --epochs or as --steps says", "give one of them")
    shift = given.get("shift", 0)
    if shift > MOST_SHIFT:
        raise WrongUse(f"--shift {shift} moves digits out of the picture", f"at most {MOST_SHIFT}")
    for name in COUNTS:
        number = samples if name == "samples" else given.get(name)
        least, most = LIMITS[name]
        option = f"--{name.replace('_', '-')}"
        if number is not None and number < least:
            raise WrongUse(f"{option} must be at least {least:g}, not {number}")
        if number is not None and number > most:
            raise WrongUse(f"{option} must be at most {int(most):,}, not {number:,}")
    rate = given.get("learning_rate", recipe.learning_rate)
    if not (math.isfinite(rate) and rate > 0):
        raise WrongUse(f"--learning-rate must be above 0, not {rate:g}")
    if not 0 <= seed < 2**32:
        raise WrongUse(f"--seed must be from 0 to {2**32 - 1}, not {seed}")
    recipe = replace(recipe, **given)
    for what, known in WORDS.items():
        check_known(what, getattr(recipe, what), known)
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
    asked = Plan(architecture.name, dataset, samples, seed, recipe, teaching.known(teachers))
    return _drawn(asked, given) if asked.drawn else asked


def _drawn(asked: Plan, given: Collection[str]) -> Plan:
    """The plan for a data set with as many pictures as one wants: nothing need be held out."""
    if "training_pictures" in given or "validation" in given:
        option = "--training-pictures" if "training_pictures" in given else "--validation"
        raise WrongUse(
            f"{option} divides pictures that are given; {asked.dataset} draws its own for each "
            "purpose",
            "say how many to train on in an epoch with --samples",
        )
    samples = asked.samples
    if samples is None:
        samples = asked.recipe.training_pictures or DRAWN_AN_EPOCH
    recipe = replace(asked.recipe, validation=None, training_pictures=None, drawn=0)
    return replace(asked, samples=samples, recipe=recipe)


def without_digits(asked: Plan) -> Plan:
    """The plan for other signs than digits: without the drawn digits, and the pictures of no digit,
    that its recipe mixes in.

    Raises:
        WrongUse: somebody asked for such pictures.
    """
    usual = models.find(asked.model).recipe
    for name in ("drawn", "outliers"):
        if getattr(asked.recipe, name) not in (0, getattr(usual, name)):
            raise WrongUse(
                f"--{name} mixes drawn pictures among digits; {asked.dataset} holds other signs",
                f"leave out --{name}",
            )
    return replace(asked, recipe=replace(asked.recipe, drawn=0, outliers=0))
