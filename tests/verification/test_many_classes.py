"""The same statistics for two classes and for thousands, and what they are called."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits.verification import parity
from edgedigits.verification.class_words import ClassWords
from edgedigits.verification.comparison import BestFive, Confusion
from edgedigits.verification.parity import QUANTIZED, Parity
from edgedigits.verification.summaries import rows

Table = NDArray[np.float32]
ANIMALS = tuple(f"animal {number}" for number in range(1000))


def answers(classes: NDArray[np.int64], count: int) -> Table:
    return np.eye(count, dtype=np.float32)[classes]


def noisy(count: int, classes: int, seed: int = 0) -> Table:
    """Probabilities that no two classes share."""
    generator = np.random.default_rng(seed)
    raised = np.exp(generator.normal(0, 2, (count, classes)))
    found: Table = (raised / raised.sum(axis=1, keepdims=True)).astype(np.float32)
    return found


def thousand() -> tuple[Parity, NDArray[np.int64]]:
    """Ten pictures of each of 1,000 classes: 25 lose all of theirs, five more a single one."""
    labels = np.arange(10_000) % 1000
    answered = labels.copy()
    lost = labels < 25
    answered[lost] = labels[lost] + 500
    answered[25:30] = 999
    return parity.compare(answers(labels, 1000), answers(answered, 1000), labels), labels


def test_of_a_thousand_classes_those_that_lost_most_are_told_of() -> None:
    found, _ = thousand()
    assert found.classes == 1000
    assert [one.digit for one in found.digits] == list(range(20))
    assert all((one.pictures, one.losses, one.gains) == (10, 10, 0) for one in found.digits)


def test_the_commonest_confusions_that_were_added_come_first() -> None:
    found, _ = thousand()
    assert found.confusions == tuple(Confusion(place, place + 500, 10) for place in range(10))


def test_confusions_are_those_of_pictures_that_the_float_model_gets_right() -> None:
    labels = np.array([4, 4, 4, 7, 2, 3])
    theirs = answers(np.array([4, 4, 4, 7, 5, 3]), 10)
    ours = answers(np.array([9, 9, 4, 1, 6, 0]), 10)
    ours[5] = np.nan
    found = parity.compare(theirs, ours, labels)
    assert found.confusions == (Confusion(4, 9, 2), Confusion(3, -1, 1), Confusion(7, 1, 1))


def test_reasons_call_a_class_by_its_label() -> None:
    found, _ = thousand()
    budget = parity.overridden(QUANTIZED, max_class_drop_points=5.0)
    reasons = parity.judge(found, budget, (), ClassWords(ANIMALS)).reasons
    (said,) = [reason for reason in reasons if "loses at least" in reason]
    assert said.startswith('"animal 0" (and at least 19 more) loses at least ')
    assert said.endswith("5 are allowed: of 10 pictures 10 right became 0")


def test_classes_without_pictures_are_counted_and_some_named() -> None:
    labels = np.arange(10_000) % 970
    table = answers(labels, 1000)
    found = parity.compare(table, table, labels)
    assert found.thin.classes == 30
    (said,) = parity.judge(found, QUANTIZED, (), ClassWords(ANIMALS)).reasons
    assert said.startswith("at least 1 pictures of each class needed, too few of animal 970 (0), ")
    assert said.endswith("animal 979 (0) and 20 more")


@pytest.mark.parametrize(
    ("labels", "one", "short", "noun"),
    [
        (tuple("0123456789"), "digit 3", "3", "digit"),
        (tuple("abcdefghij"), '"d"', "d", "class"),
        (tuple(str(number) for number in range(12)), '"3"', "3", "class"),
    ],
)
def test_only_the_ten_digits_are_called_digits(
    labels: tuple[str, ...], one: str, short: str, noun: str
) -> None:
    words = ClassWords(labels)
    assert (words.one(3), words.short(3), words.noun) == (one, short, noun)
    assert words.short(-1) == "no answer"


def test_up_to_20_classes_each_has_its_figures() -> None:
    for classes, told in ((2, 2), (20, 20), (21, 0)):
        labels = np.arange(1000) % classes
        table = answers(labels, classes)
        assert len(parity.compare(table, table, labels).digits) == told


def test_the_five_likeliest_are_told_of_from_six_classes_on() -> None:
    table = noisy(300, 5)
    assert parity.compare(table, table, np.zeros(300, np.int64)).best_five is None
    table, other = noisy(300, 6), noisy(300, 6, seed=1)
    labels = np.arange(300) % 6
    found = parity.compare(table, other, labels).best_five
    assert found is not None
    ours = np.argsort(-other, axis=1)[:, :5]
    theirs = np.argsort(-table, axis=1)[:, :5]
    assert found == BestFive(
        100 * float(np.mean([label in row for label, row in zip(labels, theirs, strict=True)])),
        100 * float(np.mean([label in row for label, row in zip(labels, ours, strict=True)])),
        100 * float(np.mean([best in row for best, row in zip(theirs[:, 0], ours, strict=True)])),
    )
    assert found.agreement_percent < 100


@pytest.mark.parametrize("value", [0.1, np.nan])
def test_where_all_classes_are_equal_none_is_among_the_five_likeliest(value: float) -> None:
    labels = np.arange(200) % 10
    found = parity.compare(noisy(200, 10), np.full((200, 10), value, np.float32), labels)
    assert found.best_five is not None
    assert (found.best_five.accuracy_percent, found.best_five.agreement_percent) == (0, 0)


def test_two_classes_are_judged_like_ten() -> None:
    labels = np.arange(10_000) % 2
    table = answers(labels, 2)
    assert parity.judge(parity.compare(table, table, labels), QUANTIZED).passed
    turned = parity.compare(table, table[:, ::-1], labels)
    assert turned.confusions == (Confusion(0, 1, 5000), Confusion(1, 0, 5000))
    assert not parity.judge(turned, QUANTIZED).passed


def test_22000_classes_need_no_table_of_all_pairs() -> None:
    labels = np.random.default_rng(0).integers(0, 22_000, 200)
    table, other = noisy(200, 22_000), noisy(200, 22_000, seed=1)
    tracemalloc.start()
    try:
        found = parity.compare(table, other, labels)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found.classes == 22_000
    assert len(found.digits) <= 20
    # All pairs of classes, a byte each, would be 484 MB; both tables have 35 MB.
    assert most < 100e6


def test_working_on_few_rows_at_a_time_changes_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    table, other, labels = noisy(500, 30), noisy(500, 30, seed=1), np.arange(500) % 30
    other[7, 3] = np.nan
    at_once = parity.compare(table, other, labels)
    monkeypatch.setattr(rows, "NUMBERS", 100)
    assert parity.compare(table, other, labels) == at_once


def test_the_two_best_are_those_of_a_stable_sort() -> None:
    table = np.random.default_rng(3).integers(0, 4, (500, 6)).astype(np.float32)
    sorted_out = np.argsort(-table, axis=1, kind="stable")[:, :2]
    assert (rows.two_best(table) == sorted_out).all()


@pytest.mark.parametrize("label", [-1, 10])
def test_a_label_of_no_class_is_refused(label: int) -> None:
    table = noisy(3, 10)
    with pytest.raises(ValueError, match="for 10 classes"):
        parity.compare(table, table, np.array([0, label, 1]))
