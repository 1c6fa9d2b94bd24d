from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic import make_pictures

from edgedigits.datasets import splits
from edgedigits.datasets.dataset import Dataset, Split
from edgedigits.datasets.datasets import check_trainable
from edgedigits.errors import DataBad


def contents(split: Split) -> set[bytes]:
    return set(map(bytes, split.images))


def parts(dataset: Dataset) -> list[Split]:
    return [dataset.train, dataset.validation, dataset.test]


def assert_no_overlap(dataset: Dataset) -> None:
    train, validation, test = map(contents, parts(dataset))
    assert not train & validation
    assert not train & test
    assert not validation & test


def test_each_digit_is_divided_80_10_10() -> None:
    dataset = splits.make("a", "here", Split(*make_pictures(500)))
    for split, share in zip(parts(dataset), (40, 5, 5), strict=True):
        assert np.bincount(split.labels, minlength=10).tolist() == [share] * 10
    assert_no_overlap(dataset)
    assert not dataset.official_test


def test_seed_decides() -> None:
    pictures = Split(*make_pictures(200))
    prints = [splits.make("a", "", pictures, seed=seed).fingerprint for seed in (1, 1, 2)]
    assert prints[0] == prints[1] != prints[2]


def test_order_of_the_source_does_not_matter() -> None:
    pictures = Split(*make_pictures(200))
    shuffled = pictures.take(np.random.default_rng(3).permutation(200))
    for one, other in zip(
        parts(splits.make("a", "", pictures)), parts(splits.make("a", "", shuffled)), strict=True
    ):
        assert contents(one) == contents(other)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 25), st.integers(0, 9)), min_size=1, max_size=60))
def test_no_picture_is_in_two_splits_and_none_is_lost(drawn: list[tuple[int, int]]) -> None:
    images = np.zeros((len(drawn), 28, 28), dtype=np.uint8)
    images[:, 14, 14] = [number for number, _ in drawn]
    labels = np.array([label for _, label in drawn], dtype=np.int64)
    dataset = splits.make("a", "", Split(images, labels))
    assert_no_overlap(dataset)
    assert sum(map(len, parts(dataset))) == len(drawn)


@pytest.mark.parametrize(("count", "held"), [(1, [1, 0, 0]), (2, [1, 0, 1]), (3, [1, 1, 1])])
def test_few_pictures_reach_training_first(count: int, held: list[int]) -> None:
    dataset = splits.make("a", "", Split(*make_pictures(count, classes=1)))
    assert list(map(len, parts(dataset))) == held


def test_official_test_pictures_are_never_trained_on() -> None:
    images, labels = make_pictures(100)
    test = Split(images[:20], labels[:20])
    dataset = splits.make("a", "here", Split(images, labels), test)
    assert dataset.official_test
    assert (dataset.test.images == test.images).all()
    assert_no_overlap(dataset)
    assert len(dataset.train) + len(dataset.validation) == 80
    assert "20 training pictures that are also test pictures" in dataset.origin


def test_empty_class_loads_but_cannot_be_trained_on() -> None:
    dataset = splits.make("mine", "here", Split(*make_pictures(80, classes=8)))
    with pytest.raises(DataBad, match="mine: no training picture of 8, 9") as caught:
        check_trainable(dataset)
    assert "strokes" in (caught.value.hint or "")


def test_complete_data_set_can_be_trained_on() -> None:
    check_trainable(splits.make("mine", "here", Split(*make_pictures(30))))
