"""Two tables of probabilities and the labels, counted: parts of them add up to the whole.

Statistics alone, on NumPy and SciPy. A `Tally` of any part of the pictures is small and of the same
kind as that of all of them, so that nobody needs all answers at once, nor in order.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np
from numpy.typing import NDArray

from edgedigits.verification import comparison, exam, intervals, probabilities, undecided
from edgedigits.verification.comparison import (
    BestFive,
    Confusion,
    DigitChange,
    Flip,
    Moved,
    Parity,
)
from edgedigits.verification.probabilities import Sums
from edgedigits.verification.summaries import rows
from edgedigits.verification.summaries.exact_sum import ExactSum
from edgedigits.verification.summaries.ranked import Ranked
from edgedigits.verification.undecided import Ties

Table = NDArray[np.float32]
Places = NDArray[np.int64]
Which = NDArray[np.bool_]

NO_ANSWER = -1
"""Stands for the answered class of a picture whose probabilities are not all finite."""
FEW_CLASSES = 20
"""Of so many classes each has its figures; of more only those that lost most, as many at most."""
MOST_CONFUSIONS = 10
MOST_FLIPS = 10_000
"""So many of the changed pictures are told of, the worst ones; all of them are counted."""
RANKS_A_DECADE = 12
"""Points of the curve that tells how many pictures' probabilities moved how far, and shares of the
pictures that have one in any case."""
SHARES = (1.0, 0.5, 0.1, 0.01, 0.001)
BEST, LEAST_CLASSES = 5, 6
"""With fewer classes than six, nearly all of them are among the five likeliest."""


@dataclass(frozen=True, eq=False)
class Tally:
    """An artifact compared with the float model on some of the pictures.

    Tallies of parts that have no picture in common add up, in any order, to the one of all their
    pictures, and so does the `Parity` of it, to the last bit: counts are whole numbers, extremes
    are themselves, sums are exact, and ranks are exact of up to 100,000 pictures (of more, those
    of `moved`, but for the first, and of `temperature` are cut off: see `summaries.ranked`).

    Attributes:
        of_classes: `int64 [5, classes]`, of each class: pictures, right ones of the float model and
            of the artifact, losses, gains.
        best_five: how many pictures, as `BestFive` has it in percent.
        apart: how far probabilities moved, added up over classes, of the finite answers.
        furthest: how far the probability moved that moved furthest; minus infinity of no answers.
        moved: how far each picture's did at most.
        confusions: pairs of label and answer, as one number, among lost pictures, and how many.
        flips: the worst changed pictures.
    """

    of_classes: NDArray[np.int64]
    non_finite: int
    changed: int
    ties: Ties
    best_five: tuple[int, int, int]
    apart: ExactSum
    furthest: float
    moved: Ranked
    slopes: Ranked
    sums: Sums
    confusions: tuple[Places, Places]
    flips: tuple[Flip, ...]

    @classmethod
    def of(
        cls, reference: Table, candidate: Table, labels: Places, step: float = 0.0, start: int = 0
    ) -> Tally:
        """Compare two tables of probabilities `[N, classes]` on pictures with `labels [N]`, of
        which the first is picture number `start`.

        `step` is the scale of the candidate's numbers where they were stored as integers.

        Raises:
            ValueError: the shapes differ, there are no pictures, the reference is not finite, or a
                label is of no class.
        """
        if reference.shape != candidate.shape or len(reference) != len(labels):
            raise ValueError(
                f"cannot compare {reference.shape} with {candidate.shape} for {len(labels)} labels"
            )
        if len(labels) == 0:
            raise ValueError("there are no pictures to compare on")
        return reduce(
            add,
            (
                _counted(reference[some], candidate[some], labels[some], step, start + some.start)
                for some in rows.pieces(*reference.shape)
            ),
        )

    def __add__(self, other: Tally) -> Tally:
        pairs, places = np.unique(
            np.concatenate([self.confusions[0], other.confusions[0]]), return_inverse=True
        )
        counts = np.concatenate([self.confusions[1], other.confusions[1]])
        many = np.bincount(places, counts, len(pairs)).astype(np.int64)
        (first, second, third), (more, further, last) = self.best_five, other.best_five
        return Tally(
            of_classes=self.of_classes + other.of_classes,
            non_finite=self.non_finite + other.non_finite,
            changed=self.changed + other.changed,
            ties=self.ties + other.ties,
            best_five=(first + more, second + further, third + last),
            apart=self.apart + other.apart,
            furthest=max(self.furthest, other.furthest),
            moved=self.moved + other.moved,
            slopes=self.slopes + other.slopes,
            sums=self.sums + other.sums,
            confusions=(pairs, many),
            flips=comparison.joined(self.flips, other.flips, MOST_FLIPS),
        )

    @property
    def pictures(self) -> int:
        """How many there are."""
        return int(self.of_classes[0].sum())

    @property
    def float_right(self) -> int:
        """How many of them the float model answers right."""
        return int(self.of_classes[1].sum())

    def parity(self) -> Parity:
        """The figures of all that was counted."""
        count, classes = self.pictures, self.of_classes.shape[1]
        float_right, right, losses, gains = self.of_classes[1:].sum(axis=1).tolist()
        best = (100.0 * (each / count) for each in self.best_five)
        variation = self.apart.mean() / 2 if self.apart.count else math.inf
        return Parity(
            pictures=count,
            classes=classes,
            non_finite=self.non_finite,
            float_accuracy=intervals.wilson(float_right, count),
            accuracy=intervals.wilson(right, count),
            losses=losses,
            gains=gains,
            drop_points=100.0 * (losses - gains) / count,
            drop_upper_points=intervals.drop_upper_points(losses, gains, count),
            mcnemar_p=intervals.mcnemar(losses, gains),
            changed=self.changed,
            agreement_percent=100.0 * (count - self.changed) / count,
            decided=self.ties.decided(count, self.changed),
            undecided=self.ties.summary(count),
            best_five=BestFive(*best) if classes >= LEAST_CLASSES else None,
            max_difference=self.furthest if self.apart.count else math.inf,
            moved=_curve(self.moved, self.furthest),
            mean_difference=2 * variation / classes,
            mean_variation=variation,
            temperature=probabilities.temperature(self.slopes),
            sums=self.sums.told(),
            digits=_digits(self.of_classes),
            thin=exam.thin_classes(self.of_classes[0]),
            confusions=_commonest(*self.confusions, classes),
            flips=tuple(sorted(self.flips, key=lambda flip: flip.index)),
        )


def compare(reference: Table, candidate: Table, labels: Places, step: float = 0.0) -> Parity:
    """Compare two whole tables, see `Tally.of`."""
    return Tally.of(reference, candidate, labels, step).parity()


def _counted(reference: Table, candidate: Table, labels: Places, step: float, start: int) -> Tally:
    classes = reference.shape[1]
    if not np.isfinite(reference).all():
        raise ValueError("the float model itself answers with non-finite numbers")
    if not (labels.min() >= 0 and labels.max() < classes):
        raise ValueError(f"labels from {labels.min()} to {labels.max()} for {classes} classes")
    numbers = np.isfinite(candidate)
    finite = numbers.all(axis=1)
    expected = reference.argmax(axis=1)
    answered = np.where(finite, candidate.argmax(axis=1), NO_ANSWER)
    float_right, right = expected == labels, answered == labels
    changed = np.flatnonzero(expected != answered)
    lost, won = float_right & ~right, right & ~float_right
    whole = bool(finite.all())
    theirs, ours = (reference, candidate) if whole else (reference[finite], candidate[finite])
    apart = probabilities.differences(theirs, ours)
    largest = apart.max(axis=1)
    # Answers begin at -1. A table of all pairs would be quadratic in the classes.
    pairs, many = np.unique(labels[lost] * (classes + 1) + answered[lost] + 1, return_counts=True)
    return Tally(
        of_classes=np.stack(
            [
                np.bincount(labels[which], minlength=classes)
                for which in (slice(None), float_right, right, lost, won)
            ]
        ),
        non_finite=int(np.sum(~numbers)),
        changed=len(changed),
        ties=undecided.count(reference, answered, labels),
        best_five=_best_five(reference, candidate, expected, labels),
        apart=ExactSum.of(apart.sum(axis=1)),
        furthest=float(largest.max(initial=-math.inf)),
        moved=Ranked.of(largest),
        slopes=Ranked.of(probabilities.slopes(theirs, ours, step)),
        sums=probabilities.sums(theirs, ours, step),
        confusions=(pairs, many),
        flips=comparison.worst(
            tuple(
                _flip(reference, candidate, labels, index, int(answered[index]), start)
                for index in changed.tolist()
            ),
            MOST_FLIPS,
        ),
    )


def _flip(
    reference: Table, candidate: Table, labels: Places, index: int, answer: int, start: int
) -> Flip:
    expected = int(reference[index].argmax())
    theirs = float(reference[index, expected])
    ours = None if answer == NO_ANSWER else float(candidate[index, answer])
    return Flip(start + index, int(labels[index]), expected, answer, theirs, ours)


def _curve(moved: Ranked, furthest: float) -> tuple[Moved, ...]:
    """The largest differences of pictures, from the first to the last, at ranks evenly apart on a
    logarithmic scale."""
    count = moved.count
    if not count:
        return ()
    steps = math.ceil(RANKS_A_DECADE * math.log10(count)) + 1
    ranks = np.round(10 ** (np.arange(steps) / RANKS_A_DECADE)).astype(np.int64)
    shares = np.ceil(count * np.array(SHARES)).astype(np.int64)
    ranks = np.unique(np.minimum(np.concatenate([ranks, shares]), count))
    found = [furthest, *moved.at(count - ranks)[1:].tolist()]
    return tuple(map(Moved, ranks.tolist(), found))


def _digits(of_classes: NDArray[np.int64]) -> tuple[DigitChange, ...]:
    """The classes to tell of."""
    pictures, _, _, losses, gains = of_classes
    places = np.arange(len(pictures))
    if len(pictures) > FEW_CLASSES:
        places = exam.worst_classes(losses, gains, pictures, FEW_CLASSES)
    return tuple(
        DigitChange(place, *figures)
        for place, figures in zip(places.tolist(), of_classes.T[places].tolist(), strict=True)
    )


def _commonest(pairs: Places, counts: Places, classes: int) -> tuple[Confusion, ...]:
    """The commonest pairs among the pictures that were lost, of equally common ones the first."""
    order = np.argsort(-counts, kind="stable")[:MOST_CONFUSIONS]
    return tuple(
        Confusion(pair // (classes + 1), pair % (classes + 1) - 1, count)
        for pair, count in zip(pairs[order].tolist(), counts[order].tolist(), strict=True)
    )


def _best_five(
    reference: Table, candidate: Table, expected: Places, labels: Places
) -> tuple[int, int, int]:
    if reference.shape[1] < LEAST_CLASSES:
        return 0, 0, 0
    asked = ((reference, labels), (candidate, labels), (candidate, expected))
    first, second, third = (int(_among_best(*each).sum()) for each in asked)
    return first, second, third


def _among_best(table: Table, asked: Places) -> Which:
    own = table[np.arange(len(table)), asked][:, None]
    # A number that is not finite is no smaller than any other, and never among the best itself.
    found: Which = (np.sum(~(table < own), axis=1) <= BEST) & np.isfinite(table).all(axis=1)
    return found
