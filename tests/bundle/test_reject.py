"""Temperature and threshold: what they mean, and that fitting keeps its promises."""

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


def between(digits: int, count: int, seed: int) -> NDArray[np.float32]:
    """Answers undecided between so many digits, the first of which gets 0.5 and a little more."""
    rng = np.random.default_rng(seed)
    rows = np.full((count, 10), 1e-4)
    rows[:, 0] = 0.5 + 0.02 * rng.random(count)
    rows[:, 1:digits] = (1 - rows[:, :1]) / (digits - 1)
    return as_answers(rows / rows.sum(axis=1, keepdims=True))


def test_the_temperature_tells_letters_from_digits_that_are_as_sure() -> None:
    digits, letters = between(2, 2_000, 1), between(6, 2_000, 2)
    at_one = np.quantile(Reject(1.0, 0).confidence(digits), reject.MOST_DIGITS_REJECTED)
    assert Reject(1.0, float(at_one)).accepts(letters).mean() > 0.9
    fitted = reject.fit(digits, letters)
    assert fitted.temperature > 1
    assert fitted.accepts(digits).mean() >= 1 - reject.MOST_DIGITS_REJECTED
    assert fitted.accepts(letters).mean() <= reject.MOST_OUTLIERS_ACCEPTED


def test_no_more_digits_are_given_up_than_allowed() -> None:
    table = softmax(logits(10_000, 3), axis=1)
    # Outliers that look just like digits: keeping them out would cost nearly all digits.
    fitted = reject.fit(as_answers(table), as_answers(softmax(logits(5_000, 4), axis=1)))
    lost = 1 - fitted.accepts(as_answers(table)).mean()
    assert reject.MOST_DIGITS_REJECTED / 2 < lost <= reject.MOST_DIGITS_REJECTED


def test_digits_are_not_given_up_for_nothing() -> None:
    sure = softmax(logits(10_000, 5, sharpness=12.0), axis=1)
    flat = softmax(logits(5_000, 6, sharpness=0.1), axis=1)
    fitted = reject.fit(as_answers(sure), as_answers(flat))
    kept_out = 1 - fitted.accepts(as_answers(flat)).mean()
    assert kept_out >= 1 - reject.MOST_OUTLIERS_ACCEPTED
    assert 1 - fitted.accepts(as_answers(sure)).mean() < reject.MOST_DIGITS_REJECTED / 2


def test_answers_of_eight_bits_can_be_fitted() -> None:
    rounded = np.round(softmax(logits(2_000, 7), axis=1) * 256) / 256
    fitted = reject.fit(as_answers(rounded), as_answers(rounded))
    assert np.isfinite([fitted.temperature, fitted.threshold]).all()


def test_a_threshold_can_be_met_however_sure_a_model_is() -> None:
    certain = np.eye(10, dtype=np.float32)[np.arange(1000) % 10]
    fitted = reject.fit(certain, certain)
    assert fitted.threshold < 1
    assert fitted.accepts(certain).all()
