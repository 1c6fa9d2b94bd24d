"""Ties of the float model decide nothing, and nothing hides among them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits.verification import parity, records
from edgedigits.verification.parity import FLOAT, HALF, QUANTIZED, Agreement, Parity
from edgedigits.verification.undecided import Undecided

Table = NDArray[np.float32]
COUNT, TIES = 10_000, 300
LABELS = np.arange(COUNT) % 10
STRICT = replace(QUANTIZED, strict=True)


def table(
    best: NDArray[np.int64], second: NDArray[np.int64], apart: float, classes: int = 10
) -> Table:
    """Rows that answer `best`, with `second` so far behind it; the rest has 0.02 altogether."""
    rows = np.arange(len(best))
    found = np.full((len(best), classes), 0.02 / (classes - 2), np.float32)
    found[rows, best], found[rows, second] = 0.49 + apart / 2, 0.49 - apart / 2
    return found


def following(digits: NDArray[np.int64], by: int = 1) -> NDArray[np.int64]:
    return (digits + by) % 10


def float_answers(ties: int = TIES, right: bool | None = None) -> Table:
    """A float model that leaves the first `ties` pictures undecided between the label and the next
    digit: right, wrong, or by turns."""
    found = table(LABELS, following(LABELS), 0.6)
    some = LABELS[:ties]
    turns = np.arange(ties) // 10 % 2 == 0 if right is None else np.full(ties, right)
    best, second = np.where(turns, some, following(some)), np.where(turns, following(some), some)
    found[:ties] = table(best, second, 0.02)
    return found


def swapped(reference: Table, changed: int) -> Table:
    """The same, but for the two best classes of the first pictures, which change places."""
    found = reference.copy()
    order = np.argsort(-reference[:changed], axis=1)[:, :2]
    rows = np.arange(changed)[:, None]
    found[rows, order] = reference[rows, order[:, ::-1]]
    return found


def test_ties_alone_pass_and_fail_where_they_are_counted() -> None:
    reference = float_answers()
    compared = parity.compare(reference, swapped(reference, 100), LABELS)
    assert parity.judge(compared, QUANTIZED).passed
    assert compared.decided == Agreement(COUNT - TIES, 0, 100.0)
    assert compared.agreement_percent == 99.0
    assert compared.undecided == Undecided(
        pictures=TIES, percent=3.0, changed=100, strayed=0, losses=50, gains=50
    )
    verdict = parity.judge(compared, STRICT)
    assert verdict.reasons == (
        "agreement 99.00 % is below 99.5 %: 100 of 10,000 answers changed, 100 of them on pictures "
        "that the float model leaves undecided",
    )


@pytest.mark.parametrize(("apart", "undecided"), [(0.049, TIES), (0.051, 0)])
def test_undecided_is_what_lies_less_than_5_hundredths_apart(apart: float, undecided: int) -> None:
    reference = float_answers()
    reference[:TIES] = table(LABELS[:TIES], following(LABELS[:TIES]), apart)
    compared = parity.compare(reference, swapped(reference, 100), LABELS)
    assert compared.undecided.pictures == undecided
    assert compared.decided is not None
    assert compared.decided.changed == (0 if undecided else 100)


def test_changes_beside_the_ties_are_counted_of_the_decided_pictures() -> None:
    reference = float_answers()
    candidate = swapped(reference, TIES + 60)
    candidate[:TIES] = reference[:TIES]
    compared = parity.compare(reference, candidate, LABELS)
    assert compared.decided == Agreement.of(9700, 60)
    (agreement, *_) = parity.judge(compared, QUANTIZED).reasons
    assert agreement == (
        "agreement 99.38 % is below 99.5 %: 60 of 9,700 answers changed, beside 300 that the float "
        "model leaves undecided"
    )


def test_a_real_loss_hidden_among_undecided_pictures_is_caught_by_the_drop() -> None:
    reference = float_answers(right=True)
    compared = parity.compare(reference, swapped(reference, 100), LABELS)
    assert compared.decided is not None
    assert compared.decided.changed == 0
    (reason,) = parity.judge(compared, QUANTIZED).reasons
    assert reason == ("accuracy drop 1.00 points is above 0.3: 100.00 % became 99.00 %")


def test_ties_that_are_turned_over_are_caught_though_nothing_is_lost() -> None:
    reference = float_answers()
    compared = parity.compare(reference, swapped(reference, TIES), LABELS)
    assert compared.drop_points == 0
    (reason,) = parity.judge(compared, QUANTIZED).reasons
    assert reason == (
        "of 300 pictures that the float model leaves undecided, 300 are answered otherwise: chance "
        "would change half of them"
    )


def test_who_allows_it_limits_the_agreement_of_all_pictures() -> None:
    reference = float_answers()
    compared = parity.compare(reference, swapped(reference, TIES), LABELS)
    allowed = parity.overridden(QUANTIZED, strict=True, min_agreement_percent=96.5)
    assert parity.judge(compared, allowed).passed


@pytest.mark.parametrize(("ties", "caught"), [(10, False), (11, True)])
def test_so_few_ties_tell_no_judgement_turned_over(ties: int, caught: bool) -> None:
    reference = float_answers(ties)
    compared = parity.compare(reference, swapped(reference, ties), LABELS)
    assert parity.judge(compared, QUANTIZED).passed is not caught


def test_ties_left_to_a_coin_raise_no_alarm() -> None:
    generator = np.random.default_rng(1)
    some = parity.compare(float_answers(), float_answers(), LABELS)
    alarms = 0
    for changed in generator.binomial(TIES, 0.5, 2000).tolist():
        tossed = replace(some, undecided=replace(some.undecided, changed=changed))
        alarms += not parity.judge(tossed, QUANTIZED).passed
    assert alarms <= 5


def test_an_answer_far_from_both_of_the_best_is_counted_though_the_picture_is_undecided() -> None:
    reference = float_answers()
    candidate = reference.copy()
    candidate[:60] = table(following(LABELS[:60], 5), LABELS[:60], 0.02)
    compared = parity.compare(reference, candidate, LABELS)
    assert compared.undecided.strayed == 60
    assert compared.decided == Agreement.of(9760, 60)
    reason = parity.judge(compared, QUANTIZED).reasons[0]
    assert reason.startswith("agreement 99.39 % is below 99.5 %: 60 of 9,760 answers changed")
    assert "(but for 60 that went astray)" in reason


def test_a_third_class_as_near_as_the_second_may_win_a_tie() -> None:
    reference = np.full((1, 10), 0.01, np.float32)
    reference[0, :3] = 0.31, 0.31, 0.31
    candidate = reference.copy()
    candidate[0, 2] = 0.32
    compared = parity.compare(reference, candidate, np.array([0]))
    assert (compared.undecided.changed, compared.undecided.strayed) == (1, 0)


@pytest.mark.parametrize(("likely", "strayed"), [(0.03, 0), (0.01, 1)])
def test_of_a_thousand_classes_not_each_contends_where_the_best_is_small(
    likely: float, strayed: int
) -> None:
    reference = np.full((1, 1000), 0.93 / 997, np.float32)
    reference[0, :3] = 0.04, likely, 0.0
    candidate = reference.copy()
    candidate[0, 1] = 0.05
    compared = parity.compare(reference, candidate, np.array([0]))
    assert compared.undecided.pictures == 1
    assert compared.undecided.strayed == strayed


def test_no_answer_is_none_of_those_that_a_tie_allows() -> None:
    reference = float_answers()
    candidate = reference.copy()
    candidate[:80] = np.nan
    compared = parity.compare(reference, candidate, LABELS)
    assert compared.undecided.strayed == 80
    nan, agreement, *_ = parity.judge(compared, QUANTIZED).reasons
    assert "not finite" in nan
    assert "80 of 9,780 answers changed" in agreement


@pytest.mark.parametrize("ties", [5001, COUNT])
def test_a_float_model_that_decides_hardly_anything_excuses_nothing(ties: int) -> None:
    reference = float_answers(ties)
    same = parity.compare(reference, reference, LABELS)
    assert same.decided is None
    assert parity.judge(same, QUANTIZED).passed
    compared = parity.compare(reference, swapped(reference, 100), LABELS)
    (reason,) = parity.judge(compared, QUANTIZED).reasons
    assert reason == (
        "agreement 99.00 % is below 99.5 %: 100 of 10,000 answers changed; all count, as the float "
        f"model leaves {ties / 100:.0f} % undecided"
    )


def test_half_of_the_pictures_decided_are_enough() -> None:
    reference = float_answers(5000)
    compared = parity.compare(reference, swapped(reference, 100), LABELS)
    assert compared.decided == Agreement(5000, 0, 100.0)
    assert parity.judge(compared, QUANTIZED).passed


def both_wrong(reference: Table) -> Parity:
    """One tie won by the other class, where neither is right."""
    labels = LABELS.copy()
    labels[0] = following(labels[0], 5)
    return parity.compare(reference, swapped(reference, 1), labels)


def test_float32_must_agree_on_ties_too_unless_a_drop_is_allowed() -> None:
    compared = both_wrong(float_answers())
    alike = replace(compared, max_difference=0.0)
    (reason,) = parity.judge(alike, FLOAT).reasons
    assert reason.startswith("agreement 99.99 % is below 100 %: 1 of 10,000 answers changed, 1 of")
    assert parity.judge(alike, parity.overridden(FLOAT, max_drop_points=0.1)).passed
    assert parity.judge(alike, HALF).passed
    assert not parity.judge(alike, parity.overridden(HALF, strict=True, max_drop_points=0)).passed


def test_one_class_alone_leaves_nothing_undecided() -> None:
    one = np.ones((5, 1), np.float32)
    assert parity.compare(one, one, np.zeros(5, np.int64)).undecided.pictures == 0


def test_a_recorded_agreement_of_decided_pictures_is_held_against_what_is_found() -> None:
    from test_records import pictures, record

    reference = float_answers(0)
    compared = parity.compare(reference, swapped(reference, 60), LABELS)
    honest: Any = {"decided_agreement_percent": 99.4, "undecided_pictures": 0}
    assert records.violations(record(COUNT, COUNT, **honest), pictures(COUNT), compared) == ()
    twice: Any = (
        {"decided_agreement_percent": 100.0, "undecided_pictures": 0},
        {"decided_agreement_percent": 99.9, "undecided_pictures": TIES},
    )
    for better in twice:
        (said,) = records.violations(record(COUNT, COUNT, **better), pictures(COUNT), compared)
        assert said.startswith("the manifest records decided agreement")
