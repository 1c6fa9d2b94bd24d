"""What an artifact does compared with the float model, and whether that is good enough.

Pure functions over arrays and frozen dataclasses: two tables of probabilities and the labels make a
`Parity`; a `Parity` and a `Budget` make a `Verdict`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from edgedigits.verification import exam, probabilities
from edgedigits.verification.budget import BUDGETS as BUDGETS
from edgedigits.verification.budget import FLOAT as FLOAT
from edgedigits.verification.budget import HALF as HALF
from edgedigits.verification.budget import QUANTIZED as QUANTIZED
from edgedigits.verification.budget import Budget as Budget
from edgedigits.verification.budget import overridden as overridden
from edgedigits.verification.intervals import Share as Share
from edgedigits.verification.intervals import drop_upper_points as drop_upper_points
from edgedigits.verification.intervals import mcnemar as mcnemar
from edgedigits.verification.intervals import pictures_needed as pictures_needed
from edgedigits.verification.intervals import wilson as wilson
from edgedigits.verification.probabilities import Sums, Temperature

NO_ANSWER = -1
"""Stands for the predicted digit of a picture whose probabilities are not all finite."""


@dataclass(frozen=True)
class DigitChange:
    """How many pictures of one digit the float model and the artifact answer right. `losses` only
    the float model gets right, `gains` only the artifact."""

    digit: int
    pictures: int
    float_right: int
    artifact_right: int
    losses: int
    gains: int


@dataclass(frozen=True)
class Flip:
    """A picture whose predicted digit changed. A digit of -1 stands for a non-finite answer."""

    index: int
    label: int
    float_digit: int
    artifact_digit: int


@dataclass(frozen=True)
class Parity:
    """An artifact compared with the float model on the same labelled pictures.

    `drop_points` is float accuracy minus artifact accuracy in percentage points;
    `drop_upper_points` the end of its one-sided 95 % interval (paired). `losses` counts pictures
    that only the float model gets right, `gains` those that only the artifact does.
    `mean_difference` is over pictures and digits, `mean_variation` over pictures; `temperature` is
    None where no picture tells one.
    """

    pictures: int
    non_finite: int
    float_accuracy: Share
    accuracy: Share
    losses: int
    gains: int
    drop_points: float
    drop_upper_points: float
    mcnemar_p: float
    agreement_percent: float
    max_difference: float
    mean_difference: float
    mean_variation: float
    temperature: Temperature | None
    sums: Sums
    digits: tuple[DigitChange, ...]
    flips: tuple[Flip, ...]


class Status(StrEnum):
    """The three ways a verdict can go. Only `PASS` is a pass."""

    PASS = "pass"
    FAIL = "fail"
    INCONCLUSIVE = "not enough pictures"


@dataclass(frozen=True)
class Verdict:
    """Pass or fail with every reason; `pictures_needed` is set when there were too few."""

    status: Status
    reasons: tuple[str, ...] = ()
    pictures_needed: int | None = None

    @property
    def passed(self) -> bool:
        """Whether the artifact may be released."""
        return self.status is Status.PASS


def compare(
    reference: NDArray[np.float32],
    candidate: NDArray[np.float32],
    labels: NDArray[np.int64],
    step: float = 0.0,
) -> Parity:
    """Compare two tables of probabilities `[N, classes]` on pictures with `labels [N]`.

    `step` is the scale of the candidate's numbers where they were stored as integers.

    Raises:
        ValueError: the shapes differ, there are no pictures, or the reference is not finite.
    """
    if reference.shape != candidate.shape or len(reference) != len(labels):
        raise ValueError(
            f"cannot compare {reference.shape} with {candidate.shape} for {len(labels)} labels"
        )
    if len(labels) == 0:
        raise ValueError("there are no pictures to compare on")
    if not np.isfinite(reference).all():
        raise ValueError("the float model itself answers with non-finite numbers")
    finite = np.isfinite(candidate).all(axis=1)
    expected = reference.argmax(axis=1)
    answered = np.where(finite, np.where(finite[:, None], candidate, 0).argmax(axis=1), NO_ANSWER)
    float_right, right = expected == labels, answered == labels
    losses = int(np.sum(float_right & ~right))
    gains = int(np.sum(right & ~float_right))
    count = len(labels)
    compared = reference[finite], candidate[finite]
    difference = np.abs(compared[1].astype(np.float64) - compared[0])
    changed = np.flatnonzero(expected != answered)
    return Parity(
        pictures=count,
        non_finite=int(np.sum(~np.isfinite(candidate))),
        float_accuracy=wilson(int(float_right.sum()), count),
        accuracy=wilson(int(right.sum()), count),
        losses=losses,
        gains=gains,
        drop_points=100.0 * (losses - gains) / count,
        drop_upper_points=drop_upper_points(losses, gains, count),
        mcnemar_p=mcnemar(losses, gains),
        agreement_percent=100.0 * (count - len(changed)) / count,
        max_difference=float(difference.max()) if difference.size else math.inf,
        mean_difference=float(difference.mean()) if difference.size else math.inf,
        mean_variation=probabilities.variation(*compared),
        temperature=probabilities.temperature(*compared, step),
        sums=probabilities.sums(*compared, step),
        digits=tuple(
            _digit_change(digit, labels == digit, float_right, right)
            for digit in range(reference.shape[1])
        ),
        flips=tuple(
            Flip(int(i), int(labels[i]), int(expected[i]), int(answered[i])) for i in changed
        ),
    )


def _digit_change(
    digit: int, its: NDArray[np.bool_], float_right: NDArray[np.bool_], right: NDArray[np.bool_]
) -> DigitChange:
    counted = (its, its & float_right, its & right, its & float_right & ~right)
    pictures, theirs, ours, losses = (int(np.sum(which)) for which in counted)
    return DigitChange(digit, pictures, theirs, ours, losses, ours - theirs + losses)


def judge(parity: Parity, budget: Budget, violations: tuple[str, ...] = ()) -> Verdict:
    """Hold a parity against a budget. `violations` are broken contracts found beforehand.

    A non-finite output is looked for first, because every comparison with NaN is false.
    """
    nan = f"{parity.non_finite:,} of the answered numbers are not finite (NaN)"
    reasons = [
        *([nan] if parity.non_finite else []),
        *violations,
        *_changed_answers(parity, budget),
        *_lost_class(parity, budget),
        *_changed_probabilities(parity, budget),
    ]
    if reasons:
        return Verdict(Status.FAIL, tuple(reasons))
    too_few = _too_few_of_a_class(parity)
    if budget.exact or parity.drop_upper_points <= budget.max_drop_points:
        return Verdict(Status.INCONCLUSIVE if too_few else Status.PASS, too_few)
    needed = pictures_needed(parity.losses, parity.gains, parity.pictures, budget.max_drop_points)
    if needed is None:
        return Verdict(
            Status.FAIL,
            (
                f"accuracy drop {parity.drop_points:.2f} points is too near the allowed "
                f"{budget.max_drop_points:g} to be told below it "
                f"(95 % interval up to {parity.drop_upper_points:.2f})",
            ),
        )
    return Verdict(
        Status.INCONCLUSIVE,
        (
            f"at least {needed:,} pictures needed, {parity.pictures:,} given "
            f"(the drop may be up to {parity.drop_upper_points:.2f} points, "
            f"{budget.max_drop_points:g} are allowed)",
            *too_few,
        ),
        needed,
    )


def _changed_answers(parity: Parity, budget: Budget) -> list[str]:
    reasons = []
    if not parity.agreement_percent >= budget.min_agreement_percent:
        reasons.append(
            f"agreement {parity.agreement_percent:.2f} % is below "
            f"{budget.min_agreement_percent:g} %: {len(parity.flips):,} of {parity.pictures:,} "
            "answers changed"
        )
    if not parity.drop_points <= budget.max_drop_points:
        reasons.append(
            f"accuracy drop {parity.drop_points:.2f} points is above {budget.max_drop_points:g}: "
            f"{parity.float_accuracy.percent:.2f} % became {parity.accuracy.percent:.2f} %"
        )
    return reasons


def _lost_class(parity: Parity, budget: Budget) -> list[str]:
    classes = len(parity.digits)
    limit = budget.class_limit(classes)
    lost = [
        (exam.class_drop_lower_points(each.losses, each.gains, each.pictures, classes), each)
        for each in parity.digits
    ]
    over = [pair for pair in lost if not pair[0] <= limit]
    if not over:
        return []
    least, worst = max(over, key=lambda pair: pair[0])
    others = f" (and {len(over) - 1} more)" if len(over) > 1 else ""
    return [
        f"digit {worst.digit}{others} loses at least {least:.1f} points, {limit:g} are allowed: of "
        f"{worst.pictures:,} pictures {worst.float_right:,} right became {worst.artifact_right:,}"
    ]


def _changed_probabilities(parity: Parity, budget: Budget) -> list[str]:
    reasons = []
    sums = parity.sums
    if sums.improper:
        reasons.append(
            f"{sums.improper:,} of {parity.pictures:,} answers are no probabilities (0 to 1, 1 in "
            f"sum): their sums run from {sums.least:.3g} to {sums.largest:.3g}"
        )
    if budget.max_difference is not None and not parity.max_difference <= budget.max_difference:
        reasons.append(
            f"largest probability difference {parity.max_difference:.2g} is above "
            f"{budget.max_difference:g}"
        )
    if budget.max_variation is not None and not parity.mean_variation <= budget.max_variation:
        reasons.append(
            f"mean variation of the probabilities {parity.mean_variation:.2g} is above "
            f"{budget.max_variation:g}"
        )
    found, limit = parity.temperature, budget.max_temperature
    if found is not None and limit is not None and not found.low <= limit:
        reasons.append(
            f"temperature {found.value:.3g} is above {limit:.3g}: the artifact is less sure than "
            "the float model"
        )
    if found is not None and limit is not None and not found.high >= 1 / limit:
        reasons.append(
            f"temperature {found.value:.3g} is below {1 / limit:.3g}: the artifact is surer than "
            "the float model"
        )
    return reasons


def _too_few_of_a_class(parity: Parity) -> tuple[str, ...]:
    counts = [each.pictures for each in parity.digits]
    least = exam.least_of_a_class(sum(counts), len(counts))
    thin = exam.thin_classes(counts)
    if not thin:
        return ()
    named = ", ".join(f"{parity.digits[place].digit} ({counts[place]:,})" for place in thin[:10])
    return (f"at least {least:,} pictures of each digit needed, too few of {named}",)
