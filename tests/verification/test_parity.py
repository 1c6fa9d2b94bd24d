"""A verdict is never optimistic: every rule of it, on tables of probabilities made by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from edgedigits.verification import intervals, parity
from edgedigits.verification.parity import (
    FLOAT,
    HALF,
    QUANTIZED,
    Agreement,
    Budget,
    Parity,
    Status,
)

Table = NDArray[np.float32]


def table(digits: NDArray[np.int64], confidence: float = 0.91) -> Table:
    """Probabilities that answer with `digits`."""
    rest = np.float32((1 - confidence) / 9)
    answers = np.full((len(digits), 10), rest, np.float32)
    answers[np.arange(len(digits)), digits] = confidence
    return answers


def case(count: int, losses: int = 0, gains: int = 0, wrong: int = 0) -> Parity:
    """A comparison on `count` pictures: `losses` only the float model gets right, `gains` only the
    artifact; `wrong` other pictures both get wrong, in different ways."""
    labels = np.arange(count) % 10
    expected, answered = labels.copy(), labels.copy()
    answered[:losses] = (labels[:losses] + 1) % 10
    expected[losses : losses + gains] = (labels[losses : losses + gains] + 1) % 10
    both = slice(losses + gains, losses + gains + wrong)
    expected[both], answered[both] = (labels[both] + 1) % 10, (labels[both] + 2) % 10
    return parity.compare(table(expected), table(answered), labels)


@dataclass(frozen=True)
class Case:
    name: str
    compared: Parity
    budget: Budget
    status: Status
    says: str = ""


CASES = [
    Case("nothing changed, float", case(200), FLOAT, Status.PASS),
    Case("nothing changed, int8, plenty", case(10_000), QUANTIZED, Status.PASS),
    Case("nothing changed, int8, few", case(200), QUANTIZED, Status.INCONCLUSIVE, "998 pictures"),
    Case("nothing changed, half, 1000", case(1000), HALF, Status.INCONCLUSIVE, "5,990 pictures"),
    Case("a single changed answer, float", case(10_000, 1), FLOAT, Status.FAIL, "1 of 10,000"),
    Case("a gain is a change too, float", case(10_000, 0, 1), FLOAT, Status.FAIL, "agreement"),
    Case("wrong both ways is a change", case(10_000, wrong=1), FLOAT, Status.FAIL, "agreement"),
    Case("a small drop, int8", case(10_000, 15), QUANTIZED, Status.PASS),
    Case("a drop above the budget", case(10_000, 45), QUANTIZED, Status.FAIL, "above 0.3"),
    Case("gains do not hide flips", case(10_000, 30, 30), QUANTIZED, Status.FAIL, "agreement"),
    Case("a drop on the budget itself", case(10_000, 30), QUANTIZED, Status.FAIL, "too near"),
    Case("a drop that needs more pictures", case(10_000, 25), QUANTIZED, Status.INCONCLUSIVE),
    Case("all answers gone", case(1000, 1000), QUANTIZED, Status.FAIL, "100.00 % became 0.00 %"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_verdict(case: Case) -> None:
    verdict = parity.judge(case.compared, case.budget)
    assert verdict.status is case.status
    assert verdict.passed == (case.status is Status.PASS)
    assert case.says in " ".join(verdict.reasons)
    assert (verdict.pictures_needed is not None) == (case.status is Status.INCONCLUSIVE)


def test_a_comparison_counts_what_happened() -> None:
    labels = np.array([0, 1, 2, 3])
    compared = parity.compare(
        table(np.array([0, 1, 2, 4])), table(np.array([0, 2, 2, 3]), 0.82), labels
    )
    assert (compared.losses, compared.gains, compared.drop_points) == (1, 1, 0.0)
    assert compared.agreement_percent == 50.0
    assert compared.max_difference == pytest.approx(0.91 - 0.02, abs=1e-6)
    assert [(flip.index, flip.float_digit, flip.artifact_digit) for flip in compared.flips] == [
        (1, 1, 2),
        (3, 4, 3),
    ]
    assert [(d.float_right, d.artifact_right) for d in compared.digits[:4]] == [
        (1, 1), (1, 0), (1, 1), (0, 1),
    ]  # fmt: skip


def test_a_large_probability_difference_fails_though_no_answer_changed() -> None:
    labels = np.arange(10_000) % 10
    compared = parity.compare(table(labels), table(labels, 0.88), labels)
    assert parity.judge(compared, FLOAT).status is Status.FAIL
    assert parity.judge(compared, HALF).reasons == (
        "largest probability difference 0.03 is above 0.02",
        "mean variation of the probabilities 0.03 is above 0.01",
    )
    assert parity.judge(compared, QUANTIZED).passed


@given(
    value=st.sampled_from([math.nan, math.inf, -math.inf]),
    where=st.tuples(st.integers(0, 99), st.integers(0, 9)),
)
@settings(max_examples=30, deadline=None)
def test_an_answer_that_is_not_finite_never_passes(value: float, where: tuple[int, int]) -> None:
    labels = np.arange(100) % 10
    answers = table(labels)
    answers[where] = value
    compared = parity.compare(table(labels), answers, labels)
    generous = Budget(0.0, 100.0, math.inf)
    verdict = parity.judge(compared, generous)
    assert verdict.status is Status.FAIL
    assert "not finite" in verdict.reasons[0]


def test_nothing_but_nan_never_passes_and_is_no_zero_difference() -> None:
    labels = np.arange(100) % 10
    compared = parity.compare(table(labels), np.full((100, 10), np.nan, np.float32), labels)
    assert compared.max_difference == math.inf
    assert compared.agreement_percent == 0.0
    assert compared.accuracy.percent == 0.0
    assert not parity.judge(compared, Budget(0.0, 100.0)).passed


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("max_difference", math.nan),
        ("drop_points", math.nan),
        ("mean_variation", math.nan),
        ("decided", Agreement(10_000, 0, math.nan)),
    ],
)
def test_a_figure_that_is_nan_is_not_within_any_budget(field: str, value: Any) -> None:
    broken = replace(case(10_000), **{field: value})
    assert parity.judge(broken, HALF).status is Status.FAIL


def test_an_agreement_of_all_pictures_that_is_nan_is_not_within_a_strict_budget() -> None:
    broken = replace(case(10_000), agreement_percent=math.nan)
    assert parity.judge(broken, replace(HALF, strict=True)).status is Status.FAIL


def test_a_float_model_that_answers_nan_is_no_reference() -> None:
    labels = np.arange(10)
    with pytest.raises(ValueError, match="float model itself"):
        parity.compare(np.full((10, 10), np.nan, np.float32), table(labels), labels)


def test_tables_that_do_not_belong_together_are_refused() -> None:
    labels = np.arange(10)
    with pytest.raises(ValueError, match="cannot compare"):
        parity.compare(table(labels), table(labels)[:5], labels)
    with pytest.raises(ValueError, match="no pictures"):
        parity.compare(table(labels)[:0], table(labels)[:0], labels[:0])


changes = st.tuples(st.integers(1, 3000), st.integers(0, 60), st.integers(0, 60)).filter(
    lambda these: these[1] + these[2] <= these[0]
)


@given(changes)
@settings(deadline=None)
def test_swapping_model_and_artifact_turns_the_drop_around(
    these: tuple[int, int, int],
) -> None:
    count, losses, gains = these
    one, other = case(count, losses, gains), case(count, gains, losses)
    assert one.drop_points == -other.drop_points
    assert one.mcnemar_p == other.mcnemar_p
    assert one.agreement_percent == other.agreement_percent


@given(changes)
@settings(deadline=None)
def test_the_upper_end_is_above_the_drop_and_no_more_than_everything(
    these: tuple[int, int, int],
) -> None:
    count, losses, gains = these
    upper = parity.drop_upper_points(losses, gains, count)
    assert 100 * (losses - gains) / count <= upper <= 100


@given(changes, st.integers(2, 50))
@settings(deadline=None)
def test_more_pictures_at_the_same_shares_bring_the_upper_end_down(
    these: tuple[int, int, int], times: int
) -> None:
    count, losses, gains = these
    few = parity.drop_upper_points(losses, gains, count)
    assert parity.drop_upper_points(losses * times, gains * times, count * times) <= few


@given(changes)
@settings(deadline=None)
def test_one_more_loss_never_looks_better(these: tuple[int, int, int]) -> None:
    count, losses, gains = these
    before = parity.drop_upper_points(losses, gains, count + 1)
    assert parity.drop_upper_points(losses + 1, gains, count + 1) >= before


@given(st.integers(1, 100_000))
@settings(deadline=None)
def test_with_no_change_at_all_the_upper_end_is_the_rule_of_three(count: int) -> None:
    upper = parity.drop_upper_points(0, 0, count)
    assert upper == pytest.approx(100 * (1 - 0.05 ** (1 / count)), rel=1e-9)
    assert upper < 100 * 3 / count


@given(changes, st.floats(0.01, 5))
@settings(deadline=None)
def test_pictures_needed_is_the_smallest_number_that_passes(
    these: tuple[int, int, int], budget: float
) -> None:
    count, losses, gains = these
    needed = parity.pictures_needed(losses, gains, count, budget)
    loss, gain = losses / count, gains / count
    if needed is None:
        n = intervals.MOST_PICTURES // 2
        assert parity.drop_upper_points(loss * n, gain * n, n) > budget
        return
    assert parity.drop_upper_points(loss * needed, gain * needed, needed) <= budget
    fewer = needed - 1
    if fewer:
        assert parity.drop_upper_points(loss * fewer, gain * fewer, fewer) > budget


@given(st.integers(1, 20_000), st.floats(0, 1))
@settings(deadline=None)
def test_wilson_is_scipys(count: int, share: float) -> None:
    from scipy import stats

    right = round(share * count)
    ours = parity.wilson(right, count)
    theirs = stats.binomtest(right, count).proportion_ci(method="wilson")
    assert ours.low == pytest.approx(100 * theirs.low, abs=1e-9)
    assert ours.high == pytest.approx(100 * theirs.high, abs=1e-9)
    assert ours.low <= ours.percent <= ours.high


@given(st.integers(0, 400), st.integers(0, 400))
@settings(deadline=None)
def test_mcnemar_is_scipys_binomial_test(losses: int, gains: int) -> None:
    from scipy import stats

    ours = parity.mcnemar(losses, gains)
    if losses + gains == 0:
        assert ours == 1.0
    else:
        assert ours == pytest.approx(stats.binomtest(losses, losses + gains).pvalue, rel=1e-9)


@pytest.mark.parametrize(("losses", "gains", "count"), [(20, 12, 1000), (3, 0, 400), (0, 5, 400)])
def test_the_upper_end_covers_the_true_drop_95_times_in_100(
    losses: int, gains: int, count: int
) -> None:
    generator = np.random.default_rng(5)
    rest = count - losses - gains
    shares = np.array([losses, gains, rest]) / count
    drawn, times = np.unique(
        generator.multinomial(count, shares, 50_000), axis=0, return_counts=True
    )
    uppers = [parity.drop_upper_points(int(lost), int(won), count) for lost, won, _ in drawn]
    covered = np.array(uppers) >= 100 * (losses - gains) / count
    assert float(np.average(covered, weights=times)) >= 0.945


def test_allowing_a_float_scheme_a_drop_asks_for_enough_pictures_to_show_it() -> None:
    loosened = parity.overridden(FLOAT, max_drop_points=1.0)
    assert not loosened.exact
    assert parity.judge(case(200), loosened).status is Status.INCONCLUSIVE
    assert parity.judge(case(300), loosened).passed


@pytest.mark.parametrize("count", [1, 200, 10_000])
def test_a_tighter_limit_never_passes_what_a_wider_one_did_not(count: int) -> None:
    verdicts = [
        parity.judge(case(count), parity.overridden(QUANTIZED, max_drop_points=limit)).passed
        for limit in (0.3, 0.1, 0.0)
    ]
    assert verdicts == sorted(verdicts, reverse=True)
    assert not verdicts[-1]
