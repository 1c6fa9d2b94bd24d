"""Temperature and both limits: what they mean, and that fitting keeps its promises."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import softmax

from edgedigits.bundle import reject
from edgedigits.bundle.reject import Reject


def logits(count: int, seed: int, sharpness: float = 3.0) -> NDArray[np.float64]:
    return sharpness * np.random.default_rng(seed).normal(size=(count, 10))


def as_answers(table: NDArray[np.float64]) -> NDArray[np.float32]:
    return table.astype(np.float32)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_confidence_is_the_largest_probability_at_that_temperature(temperature: float) -> None:
    table = logits(200, 0)
    expected = softmax(table / temperature, axis=1).max(axis=1)
    found = Reject(temperature, 0.5).confidence(as_answers(softmax(table, axis=1)))
    np.testing.assert_allclose(found, expected, rtol=2e-3)


def test_answers_that_are_no_numbers_are_no_digit() -> None:
    rows = np.array([[np.nan] * 10, [0.0] * 10, [1.0] + [0.0] * 9, [np.inf] * 10], np.float32)
    assert Reject(1.0, 0.0).accepts(rows).tolist() == [False, False, True, False]


def test_confidence_at_the_threshold_is_enough() -> None:
    half = np.array([[0.5, 0.5, *[0.0] * 8]], np.float32)
    assert Reject(1.0, 0.5).accepts(half).all()
    assert not Reject(1.0, 0.5001).accepts(half).any()


def test_an_answer_between_the_limits_is_an_unsure_digit() -> None:
    rows = as_answers(np.array([[c, *[(1 - c) / 9] * 9] for c in (0.9, 0.7, 0.69, 0.4, 0.39)]))
    rule = Reject(1.0, float(rows[3, 0]) - 1e-6, float(rows[1, 0]) - 1e-6)
    assert rule.accepts(rows).tolist() == [True, True, True, True, False]
    assert rule.doubts(rows).tolist() == [False, False, True, True, False]
    assert not rule.doubts(np.full((1, 10), np.nan, np.float32)).any()
    assert not Reject(1.0, 0.4).doubts(rows).any()


def between(digits: int, count: int, seed: int, first: float = 0.5) -> NDArray[np.float32]:
    """Answers undecided between so many digits, one of which gets `first` and a little more."""
    rng = np.random.default_rng(seed)
    rows = np.full((count, 10), 1e-4)
    rows[:, 0] = first + 0.02 * rng.random(count)
    rows[:, 1:digits] = (1 - rows[:, :1]) / (digits - 1)
    return as_answers(rows / rows.sum(axis=1, keepdims=True))


def sure(rule: Reject, table: NDArray[np.float32]) -> float:
    """The share of answers that are sure digits."""
    return float((rule.accepts(table) & ~rule.doubts(table)).mean())


def test_the_temperature_tells_letters_from_digits_that_are_as_sure() -> None:
    digits, letters = between(2, 2_000, 1), between(6, 2_000, 2)
    at_one = np.quantile(Reject(1.0, 0).confidence(digits), reject.MOST_DIGITS_UNSURE)
    assert Reject(1.0, float(at_one)).accepts(letters).mean() > 0.9
    fitted = reject.fit(digits, digits, letters)
    assert fitted.temperature > 1
    assert sure(fitted, digits) >= 1 - reject.MOST_DIGITS_UNSURE
    assert sure(fitted, letters) <= reject.MOST_OUTLIERS_SURE


def test_no_more_digits_are_made_unsure_than_allowed() -> None:
    table = as_answers(softmax(logits(10_000, 3), axis=1))
    # Outliers that look just like digits: keeping them out would cost nearly all digits.
    fitted = reject.fit(table, table, as_answers(softmax(logits(5_000, 4), axis=1)))
    assert reject.MOST_DIGITS_UNSURE / 2 < 1 - sure(fitted, table) <= reject.MOST_DIGITS_UNSURE


@pytest.mark.parametrize(("undecided", "kept_out"), [(0.01, True), (0.05, True), (0.07, False)])
def test_more_digits_are_unsure_where_that_alone_keeps_others_out(
    undecided: float, kept_out: bool
) -> None:
    alike, certain = round(5_000 * undecided), round(5_000 * (1 - undecided))
    digits = np.concatenate([between(6, alike, 11), np.eye(10, dtype=np.float32)[[0] * certain]])
    fitted = reject.fit(digits, digits, between(6, 5_000, 12))
    assert (sure(fitted, between(6, 5_000, 13)) <= 0.05) is kept_out
    # All that are like the others are what it costs; where that is too much, as few as ever.
    unsure = 1 - sure(fitted, digits)
    assert unsure > 0.9 * undecided if kept_out else unsure <= reject.MOST_DIGITS_UNSURE


def test_a_few_others_that_are_sure_are_borne() -> None:
    digits = np.concatenate([between(6, 250, 11), np.eye(10, dtype=np.float32)[[0] * 4_750]])
    for surer, unsure in ((0.035, False), (0.045, True)):
        flat = np.full((round(5_000 * (1 - surer)), 10), 0.1, np.float32)
        others = np.concatenate([between(6, round(5_000 * surer), 12, 0.55), flat])
        fitted = reject.fit(digits, digits, others)
        assert (1 - sure(fitted, digits) > reject.MOST_DIGITS_UNSURE) is unsure


def test_digits_are_not_given_up_for_nothing() -> None:
    table = as_answers(softmax(logits(10_000, 5, sharpness=12.0), axis=1))
    flat = as_answers(softmax(logits(5_000, 6, sharpness=0.1), axis=1))
    fitted = reject.fit(table, table, flat)
    assert sure(fitted, flat) <= reject.MOST_OUTLIERS_SURE
    assert 1 - sure(fitted, table) < reject.MOST_DIGITS_UNSURE / 2


def test_digits_of_other_hands_are_hardly_ever_told_to_be_none() -> None:
    digits, hands, signs, flat = (
        as_answers(softmax(logits(5_000, seed, sharpness), axis=1))
        for seed, sharpness in ((8, 12.0), (9, 6.0), (10, 2.0), (6, 0.1))
    )
    fitted = reject.fit(digits, hands, np.concatenate([signs, flat]))
    assert fitted.threshold < fitted.sure
    assert 0 < 1 - fitted.accepts(hands).mean() <= reject.MOST_HANDS_REJECTED
    # By what the model is sure of, many more of them would be lost; all that is flat is none.
    assert 1 - sure(fitted, hands) > 10 * reject.MOST_HANDS_REJECTED
    assert fitted.accepts(flat).mean() < 0.01


def test_hands_that_are_surer_than_digits_make_no_digit_sure_that_is_none() -> None:
    digits = between(6, 1_000, 1)
    certain = np.eye(10, dtype=np.float32)
    fitted = reject.fit(digits, certain, digits)
    assert fitted.threshold == fitted.sure < 1


def test_answers_of_eight_bits_can_be_fitted() -> None:
    rounded = as_answers(np.round(softmax(logits(2_000, 7), axis=1) * 256) / 256)
    fitted = reject.fit(rounded, rounded, rounded)
    assert np.isfinite([fitted.temperature, fitted.threshold, fitted.sure]).all()


def test_limits_can_be_met_however_sure_a_model_is() -> None:
    certain = np.eye(10, dtype=np.float32)[np.arange(1000) % 10]
    fitted = reject.fit(certain, certain, certain)
    assert fitted.sure < 1
    assert sure(fitted, certain) == 1
