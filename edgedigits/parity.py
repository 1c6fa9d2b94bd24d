"""What an artifact does compared with the float model, and whether that is good enough.

Pure functions over arrays and frozen dataclasses: two tables of probabilities and the labels make a
`Parity`; a `Parity` and a `Budget` make a `Verdict`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import special

CONFIDENCE = 0.95
WILSON_Z = 1.959963984540054
"""Standard normal quantile of the two-sided 95 % interval."""
MOST_PICTURES = 100_000_000
"""Above this many pictures a drop counts as too near its budget to be settled by more of them."""
NO_ANSWER = -1
"""Stands for the predicted digit of a picture whose probabilities are not all finite."""


@dataclass(frozen=True)
class Share:
    """A share of pictures with its 95 % interval, all in percent."""

    percent: float
    low: float
    high: float


@dataclass(frozen=True)
class DigitChange:
    """How many pictures of one digit the float model and the artifact answer right."""

    digit: int
    pictures: int
    float_right: int
    artifact_right: int


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
    digits: tuple[DigitChange, ...]
    flips: tuple[Flip, ...]


@dataclass(frozen=True)
class Budget:
    """The limits parity must keep. `max_difference` None means: reported, not judged.

    `exact` budgets are judged on the pictures themselves; the others must keep the drop's upper
    95 % end within `max_drop_points`, so too few pictures cannot pass.
    """

    min_agreement_percent: float
    max_drop_points: float
    max_difference: float | None = None
    exact: bool = False


FLOAT = Budget(100.0, 0.0, 1e-4, exact=True)
HALF = Budget(99.9, 0.05, 0.02)
QUANTIZED = Budget(99.5, 0.3)

BUDGETS: dict[str, Budget] = {
    "float32": FLOAT,
    "float16": HALF,
    "uint16": HALF,
    "dynamic": QUANTIZED,
    "int8": QUANTIZED,
    "int16x8": QUANTIZED,
    "int4": QUANTIZED,
    "uint8": QUANTIZED,
}
"""Default budget of every scheme."""


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
    reference: NDArray[np.float32], candidate: NDArray[np.float32], labels: NDArray[np.int64]
) -> Parity:
    """Compare two tables of probabilities `[N, classes]` on pictures with `labels [N]`.

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
    difference = np.abs(candidate[finite].astype(np.float64) - reference[finite])
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
        digits=tuple(
            DigitChange(
                digit,
                int(np.sum(labels == digit)),
                int(np.sum(float_right & (labels == digit))),
                int(np.sum(right & (labels == digit))),
            )
            for digit in range(reference.shape[1])
        ),
        flips=tuple(
            Flip(int(i), int(labels[i]), int(expected[i]), int(answered[i])) for i in changed
        ),
    )


def judge(parity: Parity, budget: Budget, violations: tuple[str, ...] = ()) -> Verdict:
    """Hold a parity against a budget. `violations` are broken contracts found beforehand.

    A non-finite output is looked for first, because every comparison with NaN is false.
    """
    reasons = list(violations)
    if parity.non_finite:
        reasons.insert(0, f"{parity.non_finite:,} of the answered numbers are not finite (NaN)")
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
    if budget.max_difference is not None and not parity.max_difference <= budget.max_difference:
        reasons.append(
            f"largest probability difference {parity.max_difference:.2g} is above "
            f"{budget.max_difference:g}"
        )
    if reasons:
        return Verdict(Status.FAIL, tuple(reasons))
    if budget.exact or parity.drop_upper_points <= budget.max_drop_points:
        return Verdict(Status.PASS)
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
        ),
        needed,
    )


def wilson(right: int, count: int) -> Share:
    """Share with its 95 % score interval (Wilson, JASA 22, 1927).

    `(p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)`.
    """
    share, spread = right / count, WILSON_Z**2 / count
    centre = (share + spread / 2) / (1 + spread)
    half = WILSON_Z * math.sqrt(share * (1 - share) / count + spread / (4 * count)) / (1 + spread)
    # At 0 and at all of them one end is the share itself, but for the last bit of its arithmetic.
    low, high = max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half))
    return Share(100.0 * share, 100.0 * low, 100.0 * high)


def mcnemar(losses: int, gains: int) -> float:
    """Two-sided exact McNemar test: the binomial test of `losses` against `gains` at 1/2.

    (McNemar, Psychometrika 12, 1947; exact form: Agresti, Categorical Data Analysis, 10.1.)
    """
    discordant = losses + gains
    if discordant == 0:
        return 1.0
    return min(1.0, 2.0 * float(special.bdtr(min(losses, gains), discordant, 0.5)))


def drop_upper_points(losses: float, gains: float, count: float) -> float:
    """Upper end of the paired drop's one-sided 95 % interval, in percentage points.

    The drop is `losses/n - gains/n`. Exact (Clopper-Pearson) one-sided limits of the two shares are
    combined by MOVER: `d + sqrt((u_losses - losses/n)² + (gains/n - l_gains)²)` (Zou and Donner,
    Statistics in Medicine 27, 2008). With no change at all it is `1 - 0.05^(1/n)`, the rule of
    three.
    """
    loss, gain = losses / count, gains / count
    upper = 1.0 if losses >= count else _beta_quantile(losses + 1, count - losses, CONFIDENCE)
    lower = 0.0 if gains == 0 else _beta_quantile(gains, count - gains + 1, 1 - CONFIDENCE)
    return 100.0 * (loss - gain + math.hypot(upper - loss, gain - lower))


def _beta_quantile(a: float, b: float, probability: float) -> float:
    return float(special.betaincinv(a, b, probability))


def pictures_needed(losses: int, gains: int, count: int, max_drop_points: float) -> int | None:
    """The fewest pictures, at the shares seen here, whose interval ends within the budget.

    None when the drop is so near to its budget that no sensible number would do.
    """
    loss, gain = losses / count, gains / count

    def within(n: int) -> bool:
        return drop_upper_points(loss * n, gain * n, n) <= max_drop_points

    low, high = 0, count
    while not within(high):
        low, high = high, high * 2
        if high > MOST_PICTURES:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if within(middle) else (middle, high)
    return high


def overridden(
    budget: Budget,
    *,
    min_agreement_percent: float | None = None,
    max_drop_points: float | None = None,
    max_difference: float | None = None,
) -> Budget:
    """`budget` with the limits that are given replaced.

    An exact budget stays exact only while it allows no drop: a drop that is allowed at all has to
    be shown with confidence.
    """
    changed = budget
    if min_agreement_percent is not None:
        changed = replace(changed, min_agreement_percent=min_agreement_percent)
    if max_drop_points is not None:
        changed = replace(
            changed,
            max_drop_points=max_drop_points,
            exact=changed.exact and max_drop_points == 0.0,
        )
    if max_difference is not None:
        changed = replace(changed, max_difference=max_difference)
    return changed
