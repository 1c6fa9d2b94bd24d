"""Whether what an artifact does is good enough: a parity held against a budget, with reasons."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from edgedigits.verification import exam, intervals
from edgedigits.verification.budget import Budget
from edgedigits.verification.class_words import ClassWords
from edgedigits.verification.comparison import Parity
from edgedigits.verification.undecided import Agreement

FLOAT_MODEL = "the float model"
SURE = 0.999
"""Confidence that more undecided pictures were turned over than chance would."""


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


def judge(
    parity: Parity,
    budget: Budget,
    violations: tuple[str, ...] = (),
    words: ClassWords | None = None,
    against: str = FLOAT_MODEL,
) -> Verdict:
    """Hold a parity against a budget. `violations` are broken contracts found beforehand, `words`
    what the reasons call the classes; digits unless told. `against` is what they call the
    reference.

    A non-finite output is looked for first, because every comparison with NaN is false.
    """
    words = words or ClassWords()
    nan = f"{parity.non_finite:,} of the answered numbers are not finite (NaN)"
    reasons = [
        *([nan] if parity.non_finite else []),
        *violations,
        *_changed_answers(parity, budget, against),
        *_lost_class(parity, budget, words),
        *_changed_probabilities(parity, budget, against),
        *_turned_over(parity, budget, against),
    ]
    if reasons:
        return Verdict(Status.FAIL, tuple(reasons))
    too_few = _too_few_of_a_class(parity, words)
    if budget.exact or parity.drop_upper_points <= budget.max_drop_points:
        return Verdict(Status.INCONCLUSIVE if too_few else Status.PASS, too_few)
    needed = intervals.pictures_needed(
        parity.losses, parity.gains, parity.pictures, budget.max_drop_points
    )
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


def judged_agreement(parity: Parity, budget: Budget) -> Agreement:
    """The agreement that a budget is held against: of the pictures that the float model decides.

    Of all pictures where the budget is strict or exact, or where most are undecided.
    """
    if budget.counts_ties or parity.decided is None:
        return parity.agreement
    return parity.decided


def _changed_answers(parity: Parity, budget: Budget, against: str) -> list[str]:
    reasons = []
    agreement = judged_agreement(parity, budget)
    if not agreement.percent >= budget.min_agreement_percent:
        reasons.append(
            f"agreement {agreement.percent:.2f} % is below "
            f"{budget.min_agreement_percent:g} %: {agreement.changed:,} of {agreement.pictures:,} "
            f"answers changed{_about_ties(parity, budget, against)}"
        )
    if not parity.drop_points <= budget.max_drop_points:
        reasons.append(
            f"accuracy drop {parity.drop_points:.2f} points is above {budget.max_drop_points:g}: "
            f"{parity.float_accuracy.percent:.2f} % became {parity.accuracy.percent:.2f} %"
        )
    return reasons


def _about_ties(parity: Parity, budget: Budget, against: str) -> str:
    """Which pictures an agreement is of, where that does not go without saying."""
    ties = parity.undecided
    if not ties.pictures:
        return ""
    if budget.counts_ties:
        return f", {ties.changed:,} of them on pictures that {against} leaves undecided"
    if parity.decided is None:
        return f"; all count, as {against} leaves {ties.percent:.0f} % undecided"
    strayed = f" (but for {ties.strayed:,} that went astray)" if ties.strayed else ""
    return f", beside {ties.pictures:,} that the float model leaves undecided{strayed}"


def _turned_over(parity: Parity, budget: Budget, against: str) -> list[str]:
    """A coin tossed for each undecided picture changes half of the answers, and a class that is
    preferred everywhere about as many at most: who changes more has the two the wrong way round."""
    ties = parity.undecided
    if budget.counts_ties or parity.decided is None or not ties.pictures:
        return []
    if budget.min_agreement_percent <= 0:
        # Who lets any answer change lets these.
        return []
    least, _ = intervals.share_limits(ties.changed, ties.pictures, SURE)
    if not least > 0.5:
        return []
    return [
        f"of {ties.pictures:,} pictures that {against} leaves undecided, {ties.changed:,} "
        "are answered otherwise: chance would change half of them"
    ]


def _lost_class(parity: Parity, budget: Budget, words: ClassWords) -> list[str]:
    limit = budget.class_limit(parity.classes)
    lost = [
        (
            exam.class_drop_lower_points(each.losses, each.gains, each.pictures, parity.classes),
            each,
        )
        for each in parity.digits
    ]
    over = [pair for pair in lost if not pair[0] <= limit]
    if not over:
        return []
    least, worst = max(over, key=lambda pair: pair[0])
    # Of many classes only the worst are told of, and there may be more than these.
    at_least = "at least " if len(over) == len(lost) < parity.classes else ""
    others = f" (and {at_least}{len(over) - 1} more)" if len(over) > 1 else ""
    return [
        f"{words.one(worst.digit)}{others} loses at least {least:.1f} points, {limit:g} are "
        f"allowed: of {worst.pictures:,} pictures {worst.float_right:,} right became "
        f"{worst.artifact_right:,}"
    ]


def _changed_probabilities(parity: Parity, budget: Budget, against: str) -> list[str]:
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
            f"{against}"
        )
    if found is not None and limit is not None and not found.high >= 1 / limit:
        reasons.append(
            f"temperature {found.value:.3g} is below {1 / limit:.3g}: the artifact is surer than "
            f"{against}"
        )
    return reasons


def _too_few_of_a_class(parity: Parity, words: ClassWords) -> tuple[str, ...]:
    thin = parity.thin
    if not thin.classes:
        return ()
    named = ", ".join(f"{words.short(one.digit)} ({one.pictures:,})" for one in thin.first)
    others = thin.classes - len(thin.first)
    more = f" and {others:,} more" if others else ""
    return (
        f"at least {thin.least:,} pictures of each {words.noun} needed, too few of {named}{more}",
    )
