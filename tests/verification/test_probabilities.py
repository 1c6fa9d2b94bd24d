"""How sure an artifact is beside the float model, and whether its answers are probabilities."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from edgedigits.verification import parity, probabilities
from edgedigits.verification.parity import FLOAT, HALF, QUANTIZED, Status
from edgedigits.verification.probabilities import Temperature
from edgedigits.verification.summaries.ranked import Ranked

Table = NDArray[np.float32]
STEP = 1 / 256
"""The scale of a softmax's answer in 8 bits."""


def temperature(reference: Table, candidate: Table, step: float) -> Temperature | None:
    slopes = probabilities.slopes(reference, candidate, step)
    return probabilities.temperature(Ranked.of(slopes))


def softmax(logits: NDArray[np.float64]) -> Table:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Table = (raised / raised.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


def stored(table: Table) -> Table:
    kept: Table = (np.clip(np.round(table / STEP), 0, 255) * STEP).astype(np.float32)
    return kept


def logits(count: int, classes: int = 10, sure: float = 6.0, seed: int = 0) -> NDArray[np.float64]:
    """Logits of a classifier that mostly is sure, and now and then is not."""
    generator = np.random.default_rng(seed)
    found = generator.normal(0, 1, (count, classes))
    favourite = np.arange(count) % classes
    found[np.arange(count), favourite] += generator.gamma(2.0, sure / 2, count)
    return found


def coarse(found: NDArray[np.float64], step: float, seed: int = 1) -> NDArray[np.float64]:
    """What a quantization leaves of logits: noise, and a grid."""
    noise = np.random.default_rng(seed).normal(0, step / 2, found.shape)
    moved: NDArray[np.float64] = np.round((found + noise) / step) * step
    return moved


@given(
    factor=st.sampled_from([1 / 8, 1 / 4, 1 / 2, 2.0, 4.0]),
    classes=st.sampled_from([2, 3, 10, 100]),
    eight_bits=st.booleans(),
)
@settings(max_examples=30, deadline=None)
def test_logits_multiplied_or_divided_never_pass(
    factor: float, classes: int, eight_bits: bool
) -> None:
    found = logits(3000, classes)
    reference, candidate = softmax(found), softmax(found * factor)
    step = STEP if eight_bits else 0.0
    if eight_bits:
        candidate = stored(candidate)
    labels = reference.argmax(axis=1)
    for budget in (FLOAT, HALF, QUANTIZED):
        verdict = parity.judge(parity.compare(reference, candidate, labels, step), budget)
        assert verdict.status is Status.FAIL
        said = " ".join(verdict.reasons)
        assert ("surer than" if factor > 1 else "less sure than") in said


@given(
    grid=st.floats(0.01, 0.3),
    classes=st.sampled_from([2, 3, 10, 100]),
    sure=st.floats(1.0, 12.0),
    seed=st.integers(0, 1000),
)
@settings(max_examples=60, deadline=None)
def test_a_quantization_that_moves_logits_about_is_no_change_of_temperature(
    grid: float, classes: int, sure: float, seed: int
) -> None:
    found = logits(1000, classes, sure, seed)
    reference, candidate = softmax(found), stored(softmax(coarse(found, grid, seed)))
    told = temperature(reference, candidate, STEP)
    assert told is None or (told.low <= 1.25 and told.high >= 0.8)
    assert probabilities.sums(reference, candidate, STEP).improper == 0


@pytest.mark.parametrize("factor", [0.25, 1.0, 3.0])
def test_the_temperature_is_what_logits_were_divided_by(factor: float) -> None:
    found = logits(5000)
    told = temperature(softmax(found), softmax(found / factor), 0.0)
    assert told is not None
    assert told.value == pytest.approx(factor, rel=1e-4)
    assert told.low <= told.value <= told.high
    assert told.high - told.low < 1e-3 * factor


def test_single_pictures_turned_over_do_not_move_the_temperature() -> None:
    found = logits(2000)
    candidate = softmax(found)
    candidate[::20] = candidate[::20, ::-1]
    told = temperature(softmax(found), candidate, 0.0)
    assert told is not None
    assert told.value == pytest.approx(1.0, rel=1e-4)


@pytest.mark.parametrize(("count", "judged"), [(10, False), (11, True)])
def test_so_few_pictures_tell_no_temperature(count: int, judged: bool) -> None:
    # Each picture of two classes at odds of e to 1 tells; 2 / 2^11 is the first below 0.001.
    reference = softmax(np.tile([1.0, 0.0], (count, 1)))
    candidate = softmax(np.tile([2.0, 0.0], (count, 1)))
    told = temperature(reference, candidate, 0.0)
    assert told is not None
    assert told.pictures == count
    assert told.value == pytest.approx(0.5)
    assert (told.low, told.high) == ((pytest.approx(0.5),) * 2 if judged else (0.0, math.inf))


def test_the_interval_holds_the_true_median_999_times_in_1000() -> None:
    generator = np.random.default_rng(2)
    missed = 0
    for _ in range(2000):
        found = np.stack([generator.uniform(1, 3, 40), np.zeros(40)], axis=1)
        noise = np.exp(generator.normal(0, 0.5, 40))
        told = temperature(softmax(found), softmax(found * noise[:, None]), 0.0)
        assert told is not None
        missed += not told.low <= 1.0 <= told.high
    assert missed <= 8


def test_a_model_that_is_sure_of_everything_tells_no_temperature() -> None:
    certain = np.eye(10, dtype=np.float32)[np.arange(500) % 10]
    assert temperature(certain, certain, STEP) is None
    compared = parity.compare(certain, certain, np.arange(500) % 10)
    assert parity.judge(compared, FLOAT).passed


def test_answers_that_do_not_heed_the_picture_have_no_finite_temperature() -> None:
    found = logits(1000)
    told = temperature(softmax(found), np.full((1000, 10), 0.1, np.float32), 0.0)
    assert told is not None
    assert told.value == math.inf
    compared = parity.compare(
        softmax(found), np.full((1000, 10), 0.1, np.float32), np.arange(1000) % 10
    )
    assert any("less sure" in reason for reason in parity.judge(compared, QUANTIZED).reasons)


@pytest.mark.parametrize("classes", [2, 10, 100, 1000])
def test_what_8_bits_leave_of_a_probability_is_one_still(classes: int) -> None:
    # Of a thousand classes at 0.001 each, nothing is left: that is rounding and no fault.
    for sure in (0.1, 3.0, 30.0):
        reference = softmax(logits(300, classes, sure))
        assert probabilities.sums(reference, stored(reference), STEP).improper == 0


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("logits", lambda found: found),
        ("logits cut to 0..1", lambda found: np.clip(found, 0, 1)),
        ("sigmoid", lambda found: 1 / (1 + np.exp(-found))),
        ("logarithms", lambda found: np.log(softmax(found))),
        ("percent", lambda found: 100 * softmax(found)),
        ("halved", lambda found: softmax(found) / 2),
        ("negative", lambda found: softmax(found) - np.eye(10)[0] * 0.5 + np.eye(10)[1] * 0.5),
    ],
)
@pytest.mark.parametrize("step", [0.0, STEP])
def test_what_is_no_probability_is_none_in_any_scheme(
    name: str, change: object, step: float
) -> None:
    found = logits(300)
    candidate = change(found).astype(np.float32)  # type: ignore[operator]
    reference = softmax(found)
    compared = parity.compare(reference, candidate, reference.argmax(axis=1), step)
    assert compared.sums.improper > 200, name
    verdict = parity.judge(compared, parity.Budget(0.0, 100.0))
    assert verdict.status is Status.FAIL
    assert "are no probabilities" in verdict.reasons[0]


def test_a_model_of_others_may_add_up_to_a_little_more_than_1() -> None:
    reference = softmax(logits(300)) * np.float32(1.008)
    compared = parity.compare(reference, reference, reference.argmax(axis=1))
    assert compared.sums.improper == 0


def test_variation_is_half_of_what_moved() -> None:
    one = np.array([[0.7, 0.3, 0.0]], np.float32)
    other = np.array([[0.5, 0.3, 0.2]], np.float32)
    nothing = np.full_like(one, np.nan)
    for candidate, variation in ((other, pytest.approx(0.2)), (one, 0.0), (nothing, math.inf)):
        compared = parity.compare(one, candidate, np.array([0]))
        assert compared.mean_variation == variation


def test_probabilities_dealt_out_anew_fail_though_answer_and_temperature_stay() -> None:
    # The rest of each row, shared out evenly: first and second class keep their odds.
    found = logits(3000, sure=3.0)
    reference = softmax(found)
    order = np.argsort(-reference, axis=1)
    rows = np.arange(len(reference))[:, None]
    candidate = np.zeros_like(reference)
    candidate[rows, order[:, :2]] = reference[rows, order[:, :2]]
    candidate /= candidate.sum(axis=1, keepdims=True)
    compared = parity.compare(reference, candidate, reference.argmax(axis=1))
    assert compared.agreement_percent == 100.0
    assert compared.temperature is not None
    assert compared.temperature.value == pytest.approx(1.0, rel=1e-4)
    (reason,) = parity.judge(compared, QUANTIZED).reasons
    assert "mean variation of the probabilities" in reason


@pytest.mark.parametrize("count", [1, 7, 10, 1003])
def test_the_curve_says_of_how_many_pictures_a_probability_moved_how_far(count: int) -> None:
    found = logits(count)
    reference, candidate = softmax(found), softmax(coarse(found, 0.5))
    compared = parity.compare(reference, candidate, np.zeros(count, np.int64))
    largest = np.abs(candidate.astype(np.float64) - reference).max(axis=1)
    assert compared.moved[0].difference == compared.max_difference
    assert compared.moved[-1].pictures == count
    assert len(compared.moved) <= 50
    for each in compared.moved:
        assert np.sum(largest >= each.difference) >= each.pictures
        assert np.sum(largest > each.difference) < each.pictures


def test_pictures_without_a_finite_answer_are_not_on_the_curve_and_have_no_probability() -> None:
    reference = softmax(logits(20))
    candidate = reference.copy()
    candidate[3, 5] = np.nan
    compared = parity.compare(reference, candidate, reference.argmax(axis=1))
    assert compared.moved[-1].pictures == 19
    (flip,) = compared.flips
    assert flip.float_probability == reference[3].max()
    assert flip.artifact_probability is None
    candidate[:] = np.nan
    assert parity.compare(reference, candidate, reference.argmax(axis=1)).moved == ()
