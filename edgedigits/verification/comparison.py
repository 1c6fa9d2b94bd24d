"""What an artifact does compared with the float model: figures, as reports and verdicts take them.

Classes are told apart by their place, 2 to thousands of them: there are figures of each where these
are few enough to read, and of the worst where they are more. They are made in `tally`.
"""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field

from edgedigits.verification.exam import Thin
from edgedigits.verification.intervals import Share
from edgedigits.verification.probabilities import Sums, Temperature
from edgedigits.verification.undecided import Agreement, Undecided


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

    @property
    def rank(self) -> tuple[bool, bool, float, int]:
        """The worst first: those that the float model alone answers right, and of these the ones
        it is surest of. No two pictures have the same."""
        return (
            self.float_digit != self.label,
            self.artifact_digit == self.label,
            -self.float_probability,
            self.index,
        )


def worst(flips: tuple[Flip, ...], most: int) -> tuple[Flip, ...]:
    """So many of them, which are in order then; fewer stay as they are."""
    return flips if len(flips) < most else tuple(sorted(flips, key=_rank)[:most])


def joined(some: tuple[Flip, ...], others: tuple[Flip, ...], most: int) -> tuple[Flip, ...]:
    """`worst` of both, which are such themselves."""
    some, others = sorted((some, others), key=len, reverse=True)
    if len(some) < most:
        return worst(some + others, most)
    kept = list(some)
    # Next to none of a few more is worse than the last of very many.
    for flip in (each for each in others if each.rank < some[-1].rank):
        insort(kept, flip, key=_rank)
    return tuple(kept[:most])


def _rank(flip: Flip) -> tuple[bool, bool, float, int]:
    return flip.rank


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
    `changed` answers are other ones, `agreement_percent` is of all pictures; `decided` leaves those
    out that the float model is `undecided` about, and is None where it is of most. `moved` is a
    curve, from the picture that differs most to all that have finite answers. `mean_difference` is
    over pictures and classes, `mean_variation` over pictures; `temperature` is None where no
    picture tells one. `digits` are all classes up to 20, else those that surely lost most, the
    worst first. `confusions` are the commonest, `best_five` is there from six classes on. `flips`
    are the worst of the changed pictures, 10,000 at most, in the order of the pictures.
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
    changed: int
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
        return Agreement(self.pictures, self.changed, self.agreement_percent)
