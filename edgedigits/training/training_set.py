"""The pictures that a training learns from, and those it is watched with."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets import datasets
from edgedigits.datasets.dataset import SIDE, Dataset, Split
from edgedigits.errors import DataBad, WrongUse
from edgedigits.models import models
from edgedigits.training import plan as planning
from edgedigits.training.plan import Plan

KNOWN_DRAWN = 20_000
"""Of a data set that is drawn, how many training pictures are kept to know it by (and to calibrate
with later): the first of the first epoch."""

SPARED = 10
"""A recipe holds out at most one in so many of a data set's pictures."""

DRAWN_IN_FINISH = 8
"""A recipe's finish is for the data set itself; what is no digit is not forgotten so soon."""

NO_DIGIT = -1
"""Label of a picture that is no digit."""

Batch = tuple[NDArray[np.uint8], NDArray[np.int64]]
_HOLD_OUT, _CHOOSE = 1, 2


class TrainingSet(Protocol):
    """Pictures in epochs: `count` digits in each, in batches."""

    @property
    def count(self) -> int:
        """Digits an epoch."""

    def batches(self, batch_size: int) -> int:
        """Batches an epoch."""
        return -(-self.count // batch_size)

    def epoch(self, number: int, batch_size: int) -> Iterator[Batch]:
        """Epoch `number` (from 0), the same batches whenever it is asked for.

        Images `uint8 [batch, 28, 28]`, labels `int64 [batch]`, `NO_DIGIT` where a picture shows
        none; the last batch may be smaller.
        """


@dataclass(frozen=True, eq=False)
class Loaded(TrainingSet):
    """Pictures in memory, in another order each epoch."""

    split: Split
    seed: int

    @property
    def count(self) -> int:
        """Pictures an epoch."""
        return len(self.split)

    def epoch(self, number: int, batch_size: int) -> Iterator[Batch]:
        """Every picture once, in an order that depends on seed and number alone."""
        order = np.random.default_rng([self.seed, number]).permutation(self.count)
        for start in range(0, self.count, batch_size):
            some = order[start : start + batch_size]
            yield self.split.images[some], self.split.labels[some]


@dataclass(frozen=True)
class Drawn(TrainingSet):
    """Pictures of a data set that is drawn while they are needed, other ones each epoch."""

    dataset: str
    samples: int
    seed: int

    @property
    def count(self) -> int:
        """Pictures an epoch."""
        return self.samples

    def epoch(self, number: int, batch_size: int) -> Iterator[Batch]:
        """Fresh pictures that depend on seed and number alone."""
        from edgedigits.datasets.strokes import alphabets

        return alphabets.DRAWINGS[self.dataset].stream(self.seed, number, self.samples, batch_size)


@dataclass(frozen=True, eq=False)
class Mixed(TrainingSet):
    """A data set's digits with drawn pictures beside them: in every batch `drawn` digits of
    `strokes`, and `outliers` that are no digits.

    Without drawn digits among them a model can learn that what the program draws is no digit, and
    refuse people's drawings. From epoch `finish` on there are no outliers and at most
    `DRAWN_IN_FINISH` drawn digits, and the batches are as much smaller.
    """

    digits: TrainingSet
    drawn: int
    outliers: int
    seed: int
    finish: float = math.inf

    @property
    def count(self) -> int:
        """Digits of the data set an epoch."""
        return self.digits.count

    def batches(self, batch_size: int) -> int:
        """Batches an epoch."""
        return self.digits.batches(batch_size - self.drawn - self.outliers)

    def epoch(self, number: int, batch_size: int) -> Iterator[Batch]:
        """The batches of `digits`, which are smaller, filled up with what is drawn."""
        own = self.digits.epoch(number, batch_size - self.drawn - self.outliers)
        many, drawn, outliers = self.batches(batch_size), self.drawn, self.outliers
        if number >= self.finish:
            drawn, outliers = min(drawn, DRAWN_IN_FINISH), 0
        beside = _batches(self._digit_chunks(number), drawn, many)
        others = _batches(self._outlier_chunks(number), outliers, many)
        for parts in zip(own, beside, others, strict=True):
            images = [images for images, _ in parts]
            labels = [labels for _, labels in parts]
            yield np.concatenate(images), np.concatenate(labels)

    def _digit_chunks(self, epoch: int) -> Iterator[Batch]:
        from edgedigits.datasets.strokes import strokes

        return (strokes.chunk(index, self.seed, epoch=epoch) for index in count())

    def _outlier_chunks(self, epoch: int) -> Iterator[Batch]:
        from edgedigits.datasets.strokes import outliers

        no_digit = np.full(outliers.CHUNK, NO_DIGIT)
        return ((outliers.chunk(index, self.seed, epoch=epoch), no_digit) for index in count())


def _batches(chunks: Iterator[Batch], size: int, many: int) -> Iterator[Batch]:
    """The first `many` batches of `size` pictures from endless chunks."""
    images, labels = np.empty((0, SIDE, SIDE), np.uint8), np.empty(0, np.int64)
    for _ in range(many):
        while len(labels) < size:
            more_images, more_labels = next(chunks)
            images, labels = (
                np.concatenate([images, more_images]),
                np.concatenate([labels, more_labels]),
            )
        yield images[:size], labels[:size]
        images, labels = images[size:], labels[size:]


@dataclass(frozen=True, eq=False)
class Material:
    """What a training works with.

    `plan` is what was asked for, holding out no more than the data set can spare. `samples` is what
    `datasets.load` takes to give `dataset` again. `known` are training pictures at hand: all of
    them, or the first that were drawn.
    """

    plan: Plan
    dataset: Dataset
    samples: int | None
    training: TrainingSet
    known: Split
    held_out: Split | None


def load(asked: Plan, data_dir: Path | None) -> Material:
    """Load the data set of a plan and divide it as the recipe says.

    Raises:
        WrongUse: more pictures are asked for than there are.
        DataBad: pictures are missing or corrupt, or there is none of some class.
    """
    samples = asked.samples
    if asked.drawn and samples is not None:
        samples = min(samples, KNOWN_DRAWN)
    dataset = datasets.load(asked.dataset, data_dir=data_dir, seed=asked.seed, samples=samples)
    datasets.check_trainable(dataset)
    if not dataset.train.of_digits:
        asked = planning.without_digits(asked)
    if asked.drawn:
        assert asked.samples is not None
        training = _mixed(Drawn(asked.dataset, asked.samples, asked.seed), asked)
        return Material(asked, dataset, samples, training, dataset.train, dataset.validation)
    asked = _sparing(asked, dataset)
    kept, held_out = divide(dataset, asked.recipe.validation, asked.seed)
    if asked.recipe.training_pictures is not None:
        kept = choose(kept, asked.recipe.training_pictures, asked)
    if missing := kept.missing:
        raise DataBad(
            f"no training picture of {', '.join(missing)} is left",
            "hold out fewer with --validation, or train on more with --training-pictures",
        )
    training = _mixed(Loaded(kept, asked.seed), asked)
    return Material(asked, dataset, samples, training, kept, held_out)


def _sparing(asked: Plan, dataset: Dataset) -> Plan:
    """The plan with a tenth of a small data set held out, where a recipe has more in mind.

    A number that somebody gave stays as it is.
    """
    usual = models.find(asked.model).recipe.validation
    most = (len(dataset.train) + len(dataset.validation)) // SPARED
    if usual is None or asked.recipe.validation != usual or usual <= most:
        return asked
    return replace(asked, recipe=replace(asked.recipe, validation=most))


def _mixed(digits: TrainingSet, asked: Plan) -> TrainingSet:
    drawn, outliers = asked.recipe.drawn, asked.recipe.outliers
    if not drawn and not outliers:
        return digits
    finish = next(filter(asked.finishes_in, range(asked.epochs)), math.inf)
    return Mixed(digits, drawn, outliers, asked.seed, finish)


def divide(dataset: Dataset, validation: int | None, seed: int) -> tuple[Split, Split | None]:
    """What is trained on, and what is held out: `validation` pictures, or where that is None, the
    data set's own validation split.

    Other numbers take from that split first, at random but the same for the same seed, and only
    then from the training split; what is left of both is trained on, in the order of the data set.

    Raises:
        WrongUse: nothing would be left to train on.
    """
    own = len(dataset.validation)
    if validation is None or (validation == own > 0):
        return dataset.train, dataset.validation if own else None
    pool = Split(
        np.concatenate([dataset.train.images, dataset.validation.images]),
        np.concatenate([dataset.train.labels, dataset.validation.labels]),
        dataset.classes,
    )
    if validation == 0:
        return pool, None
    if validation >= len(pool):
        raise WrongUse(
            f"--validation {validation} leaves nothing of {len(pool):,} pictures to train on",
            f"hold out fewer; the data set's own share is {own:,}",
        )
    rng = np.random.default_rng([seed, _HOLD_OUT])
    ranked = np.concatenate(
        [rng.permutation(len(dataset.train)), len(dataset.train) + rng.permutation(own)]
    )
    kept, held_out = np.sort(ranked[:-validation]), np.sort(ranked[-validation:])
    return pool.take(kept), pool.take(held_out)


def choose(split: Split, count: int, asked: Plan) -> Split:
    """`count` pictures drawn with the seed, the same number of every class as far as there are.

    Raises:
        WrongUse: there are not so many.
    """
    if count > len(split):
        raise WrongUse(
            f"{asked.dataset} has {len(split):,} pictures to train on, not the {count:,} asked for",
            f"train on them all: --training-pictures {len(split)}",
        )
    rng = np.random.default_rng([asked.seed, _CHOOSE])
    # Every class's pictures in a random order of their own; rank 0 is each one's first picture.
    rank = np.empty(len(split), np.int64)
    for label in range(len(split.classes)):
        places = np.flatnonzero(split.labels == label)
        rank[places] = rng.permutation(len(places))
    first = np.argsort(rank, kind="stable")[:count]
    return split.take(np.sort(first))
