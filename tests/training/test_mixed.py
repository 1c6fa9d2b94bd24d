"""What is drawn beside a data set's digits: how it is mixed in, and what is learned from it."""

from __future__ import annotations

import numpy as np
import pytest

from edgedigits.datasets.dataset import Dataset
from edgedigits.datasets.strokes import strokes
from edgedigits.errors import WrongUse
from edgedigits.training import batches, losses, training_set
from edgedigits.training.plan import plan
from edgedigits.training.training_set import NO_DIGIT, Loaded, Mixed


@pytest.fixture(scope="module")
def drawn() -> Dataset:
    return strokes.load(600, seed=3)


def test_outliers_fill_up_the_batches_and_no_digit_is_lost(drawn: Dataset) -> None:
    mixed = Mixed(Loaded(drawn.train, 0), 0, 14, 0)
    (first, second) = (list(mixed.epoch(number, 64)) for number in (0, 1))
    assert len(first) == mixed.batches(64) == 12
    assert [len(labels) for _, labels in first] == [64] * 12
    images, labels = (np.concatenate(parts) for parts in zip(*first, strict=True))
    is_digit = labels != NO_DIGIT
    assert sorted(map(bytes, images[is_digit])) == sorted(map(bytes, drawn.train.images))
    others, later = (
        {bytes(image) for images, labels in epoch for image in images[labels == NO_DIGIT]}
        for epoch in (first, second)
    )
    assert len(others) > 150  # blanks are all alike
    assert len(others & later) <= 2


def test_drawn_digits_are_mixed_in_with_their_labels(drawn: Dataset) -> None:
    mixed = Mixed(Loaded(drawn.train, 0), 10, 4, 1)
    images, labels = (np.concatenate(parts) for parts in zip(*mixed.epoch(2, 64), strict=True))
    assert mixed.batches(64) == 12
    assert np.sum(labels == NO_DIGIT) == 48
    expected, expected_labels = strokes.chunk(0, 1, epoch=2)
    found = {bytes(image): label for image, label in zip(images, labels, strict=True)}
    for image, label in zip(expected[:120], expected_labels[:120], strict=True):
        assert found[bytes(image)] == label
    assert bytes(expected[120]) not in found


def test_pictures_of_no_digit_are_trained_towards_equal_probabilities() -> None:
    images, labels = np.zeros((3, 28, 28), np.uint8), np.array([4, NO_DIGIT, 0])
    ((_, targets),) = list(batches.as_tensors(iter([(images, labels)]), 1))
    expected = np.zeros((3, 10), np.float32)
    expected[0, 4] = expected[2, 0] = 1
    expected[1] = 0.1
    assert np.array_equal(targets.numpy(), expected)


def test_pictures_of_no_digit_do_not_count_as_mistakes() -> None:
    targets = np.array([[1, 0], [0.5, 0.5], [0, 1]], np.float32)
    answers = np.array([[0.9, 0.1], [0.2, 0.8], [0.7, 0.3]], np.float32)
    metric = losses.digit_accuracy()
    metric.update_state(targets, answers)
    assert float(metric.result()) == 0.5


def test_of_pictures_of_no_digit_counts_only_what_is_too_sure() -> None:
    import keras

    flat, sure = np.full(10, 0.1, np.float32), np.full(10, 0.001, np.float32)
    sure[3] = 0.991
    targets = np.stack([flat, flat, np.eye(10, dtype=np.float32)[3]])
    answers = np.stack([flat, sure, flat])
    usual = keras.losses.CategoricalCrossentropy()
    each = losses.forgiving(usual).call(targets, answers)
    too_sure = -np.log(sure).mean() - losses.UNSURE_ENOUGH
    assert np.allclose(each, [0, too_sure, -np.log(0.1)], rtol=1e-5)
    assert too_sure > 3


def test_a_finish_is_for_the_digits_of_the_data_set(drawn: Dataset) -> None:
    mixed = Mixed(Loaded(drawn.train, 0), 10, 4, 1, finish=2)
    few = training_set.DRAWN_IN_FINISH
    before, after = (list(mixed.epoch(number, 64)) for number in (1, 2))
    assert [len(labels) for _, labels in before] == [64] * 12
    assert [len(labels) for _, labels in after] == [50 + few] * 12
    assert sum(int(np.sum(labels == NO_DIGIT)) for _, labels in before) == 48
    assert not any(np.any(labels == NO_DIGIT) for _, labels in after)


def test_a_batch_of_outliers_alone_is_refused() -> None:
    with pytest.raises(WrongUse, match="leave nothing of the data"):
        plan("cnn", "mnist", outliers=64)
