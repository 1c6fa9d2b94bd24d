"""Two tables of probabilities and the labels: what an artifact does compared with the float model.

Statistics alone, on NumPy and SciPy. Classes are told apart by their place, 2 to thousands of them:
figures of each are made where there are few enough to read, and of the worst where there are more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from edgedigits.verification import exam, intervals, probabilities, undecided
from edgedigits.verification.exam import Thin
from edgedigits.verification.intervals import Share
from edgedigits.verification.probabilities import Sums, Temperature
from edgedigits.verification.rows import by_rows
from edgedigits.verification.undecided import Agreement, Undecided

Table = NDArray[np.float32]
Places = NDArray[np.int64]
Which = NDArray[np.bool_]

NO_ANSWER = -1
"""Stands for the answered class of a picture whose probabilities are not all finite."""
FEW_CLASSES = 20
"""Of so many classes each has its figures; of more only those that lost most, as many at most."""
MOST_CONFUSIONS = 10
RANKS_A_DECADE = 12
"""Points of the curve that tells how many pictures' probabilities moved how far, and shares of the
pictures that have one in any case."""
SHARES = (1.0, 0.5, 0.1, 0.01, 0.001)
BEST, LEAST_CLASSES = 5, 6
"""With fewer classes than six, nearly all of them are among the five likeliest."""


@dataclass(frozen=True)
class DigitChange:
    """How many pictures of one class the float model and the artifact answer right. `losses` only
    the float model gets right, `gains` only the artifact. `digit` is the class's place."""

    digit: int
    pictures: int
    float_right: int
    artifact_right: int
    losses: int
    gains: int


@dataclass(frozen=True)
class Flip:
    """A picture whose predicted class changed, and how probable each found its own answer. A digit
    of -1 stands for a non-finite answer, which has no probability. Two are equal that answer one
    picture alike, however sure they are."""

    index: int
    label: int
    float_digit: int
    artifact_digit: int
    float_probability: float = field(compare=False)
    artifact_probability: float | None = field(compare=False)


@dataclass(frozen=True)
class Moved:
    """Of so many pictures at least, some probability differs by `difference` or more."""

    pictures: int
    difference: float


@dataclass(frozen=True)
class Confusion:
    """Pictures of `label` that the float model answers right and the artifact with `answer`, which
    is -1 for a non-finite one."""

    label: int
    answer: int
    pictures: int


@dataclass(frozen=True)
class BestFive:
    """Shares of pictures in percent: whose label is among the five likeliest classes, and whose
    float answer is among the artifact's five.

    A class that shares the fifth place with others is not among the five, as a table of equal
    numbers would have every class among them.
    """

    float_accuracy_percent: float
    accuracy_percent: float
    agreement_percent: float


@dataclass(frozen=True)
class Parity:
    """An artifact compared with the float model on the same labelled pictures.

    `drop_points` is float accuracy minus artifact accuracy in percentage points;
    `drop_upper_points` the end of its one-sided 95 % interval (paired). `losses` counts pictures
    that only the float model gets right, `gains` those that only the artifact does.
    `agreement_percent` is of all pictures; `decided` leaves those out that the float model is
    `undecided` about, and is None where it is of most. `moved` is a curve, from the picture that
    differs most to all that have finite answers. `mean_difference` is over pictures and classes,
    `mean_variation` over pictures; `temperature` is None where no picture tells one.
    `digits` are all classes up to 20, else those that surely lost most, the worst first.
    `confusions` are the commonest, `best_five` is there from six classes on.
    """

    pictures: int
    classes: int
    non_finite: int
    float_accuracy: Share
    accuracy: Share
    losses: int
    gains: int
    drop_points: float
    drop_upper_points: float
    mcnemar_p: float
    agreement_percent: float
    decided: Agreement | None
    undecided: Undecided
    best_five: BestFive | None
    max_difference: float
    moved: tuple[Moved, ...]
    mean_difference: float
    mean_variation: float
    temperature: Temperature | None
    sums: Sums
    digits: tuple[DigitChange, ...]
    thin: Thin
    confusions: tuple[Confusion, ...]
    flips: tuple[Flip, ...]

    @property
    def agreement(self) -> Agreement:
        """That of all pictures, undecided or not."""
        return Agreement(self.pictures, len(self.flips), self.agreement_percent)


def compare(reference: Table, candidate: Table, labels: Places, step: float = 0.0) -> Parity:
    """Compare two tables of probabilities `[N, classes]` on pictures with `labels [N]`.

    `step` is the scale of the candidate's numbers where they were stored as integers.

    Raises:
        ValueError: the shapes differ, there are no pictures, the reference is not finite, or a
            label is of no class.
    """
    _check(reference, candidate, labels)
    finite = np.isfinite(candidate).all(axis=1)
    expected = reference.argmax(axis=1)
    answered = np.where(finite, candidate.argmax(axis=1), NO_ANSWER)
    float_right, right = expected == labels, answered == labels
    changed = expected != answered
    losses = int(np.sum(float_right & ~right))
    gains = int(np.sum(right & ~float_right))
    count, classes = reference.shape
    theirs, ours = reference, candidate
    if not finite.all():
        theirs, ours = reference[finite], candidate[finite]
    largest = by_rows(_largest, theirs, ours)
    variation = probabilities.variation(theirs, ours)
    ties = undecided.find(reference, answered)
    pictures_of = np.bincount(labels, minlength=classes)
    return Parity(
        pictures=count,
        classes=classes,
        non_finite=int(np.sum(~np.isfinite(candidate))),
        float_accuracy=intervals.wilson(int(float_right.sum()), count),
        accuracy=intervals.wilson(int(right.sum()), count),
        losses=losses,
        gains=gains,
        drop_points=100.0 * (losses - gains) / count,
        drop_upper_points=intervals.drop_upper_points(losses, gains, count),
        mcnemar_p=intervals.mcnemar(losses, gains),
        agreement_percent=100.0 * (count - int(changed.sum())) / count,
        decided=undecided.decided(ties, changed),
        undecided=undecided.summary(ties, changed, float_right, right),
        best_five=_best_five(reference, candidate, labels) if classes >= LEAST_CLASSES else None,
        max_difference=float(largest.max()) if finite.any() else math.inf,
        moved=_moved(largest),
        mean_difference=2 * variation / classes,
        mean_variation=variation,
        temperature=probabilities.temperature(theirs, ours, step),
        sums=probabilities.sums(theirs, ours, step),
        digits=_digits(pictures_of, labels, float_right, right),
        thin=exam.thin_classes(pictures_of),
        confusions=_confusions(labels, answered, float_right & ~right, classes),
        flips=tuple(
            _flip(reference, candidate, labels, index, int(answered[index]))
            for index in np.flatnonzero(changed).tolist()
        ),
    )


def _check(reference: Table, candidate: Table, labels: Places) -> None:
    if reference.shape != candidate.shape or len(reference) != len(labels):
        raise ValueError(
            f"cannot compare {reference.shape} with {candidate.shape} for {len(labels)} labels"
        )
    if len(labels) == 0:
        raise ValueError("there are no pictures to compare on")
    if not np.isfinite(reference).all():
        raise ValueError("the float model itself answers with non-finite numbers")
    if not (labels.min() >= 0 and labels.max() < reference.shape[1]):
        raise ValueError(
            f"labels from {labels.min()} to {labels.max()} for {reference.shape[1]} classes"
        )


def _largest(reference: Table, candidate: Table) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.abs(candidate.astype(np.float64) - reference).max(axis=1)
    return found


def _moved(largest: NDArray[np.float64]) -> tuple[Moved, ...]:
    """The largest differences of pictures, from the first to the last, at ranks evenly apart on a
    logarithmic scale."""
    count = len(largest)
    if not count:
        return ()
    steps = math.ceil(RANKS_A_DECADE * math.log10(count)) + 1
    ranks = np.round(10 ** (np.arange(steps) / RANKS_A_DECADE)).astype(np.int64)
    shares = np.ceil(count * np.array(SHARES)).astype(np.int64)
    ranks = np.unique(np.minimum(np.concatenate([ranks, shares]), count))
    found = -np.sort(-largest)[ranks - 1]
    return tuple(map(Moved, ranks.tolist(), found.tolist()))


def _flip(reference: Table, candidate: Table, labels: Places, index: int, answer: int) -> Flip:
    expected = int(reference[index].argmax())
    theirs = float(reference[index, expected])
    ours = None if answer == NO_ANSWER else float(candidate[index, answer])
    return Flip(index, int(labels[index]), expected, answer, theirs, ours)


def _digits(
    pictures: Places, labels: Places, float_right: Which, right: Which
) -> tuple[DigitChange, ...]:
    """The classes to tell of, by their figures `[classes]`."""
    classes = len(pictures)
    theirs, ours, losses, gains = (
        np.bincount(labels[which], minlength=classes)
        for which in (float_right, right, float_right & ~right, right & ~float_right)
    )
    places = np.arange(classes)
    if classes > FEW_CLASSES:
        places = exam.worst_classes(losses, gains, pictures, FEW_CLASSES)
    figures = np.stack([each[places] for each in (pictures, theirs, ours, losses, gains)], axis=1)
    return tuple(
        DigitChange(place, *row)
        for place, row in zip(places.tolist(), figures.tolist(), strict=True)
    )


def _confusions(
    labels: Places, answered: Places, lost: Which, classes: int
) -> tuple[Confusion, ...]:
    """The commonest pairs among the pictures that were lost, of equally common ones the first."""
    # Answers begin at -1. A table of all pairs would be quadratic in the classes.
    pairs, counts = np.unique(labels[lost] * (classes + 1) + answered[lost] + 1, return_counts=True)
    order = np.argsort(-counts, kind="stable")[:MOST_CONFUSIONS]
    return tuple(
        Confusion(pair // (classes + 1), pair % (classes + 1) - 1, count)
        for pair, count in zip(pairs[order].tolist(), counts[order].tolist(), strict=True)
    )


def _best_five(reference: Table, candidate: Table, labels: Places) -> BestFive:
    def percent(table: Table, asked: Places) -> float:
        return 100.0 * float(by_rows(_among_best, table, asked).mean())

    return BestFive(
        percent(reference, labels),
        percent(candidate, labels),
        percent(candidate, reference.argmax(axis=1)),
    )


def _among_best(table: Table, asked: Places) -> Which:
    own = table[np.arange(len(table)), asked][:, None]
    # A number that is not finite is no smaller than any other, and never among the best itself.
    found: Which = (np.sum(~(table < own), axis=1) <= BEST) & np.isfinite(table).all(axis=1)
    return found
