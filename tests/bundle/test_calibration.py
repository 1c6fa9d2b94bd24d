"""Calibration pictures are training pictures, enough of every digit, over the model's range."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits.bundle import calibration
from edgedigits.bundle.artifact import InputContract
from edgedigits.datasets.dataset import Split
from edgedigits.errors import BudgetBroken, DataBad, ExitCode, WrongUse

RAW = InputContract(0.0, 255.0)
RANGES = [
    RAW,
    *(InputContract(*ends) for ends in ((0, 1), (-1, 1), (255, 0), (1, 0), (-0.42, 2.8))),
]


def split(count: int, digits: int = 10, seed: int = 0, brightest: int = 255) -> Split:
    images = np.random.default_rng(seed).integers(0, brightest + 1, (count, 28, 28))
    return Split(images.astype(np.uint8), np.arange(count, dtype=np.int64) % digits)


def labels_of(train: Split, chosen: calibration.Calibration) -> NDArray[np.int64]:
    return train.labels[list(chosen.indices)]


def test_every_digit_is_drawn_equally_often() -> None:
    train = split(2000)
    chosen = calibration.choose(train, RAW, count=500, seed=0)
    assert len(chosen.values) == len(chosen.indices) == 500
    assert np.bincount(labels_of(train, chosen)).tolist() == [50] * 10


def test_no_picture_is_drawn_twice_and_each_is_the_training_splits() -> None:
    train = split(1000)
    chosen = calibration.choose(train, RAW, count=300, seed=3)
    assert len(set(chosen.indices)) == 300
    drawn = train.images[list(chosen.indices)].astype(np.float32)
    # One pixel may have been set to each end of the range.
    assert int(np.sum(drawn != chosen.values)) <= 2


def test_the_same_seed_draws_the_same_and_another_others() -> None:
    train = split(1000)
    first, again, other = (calibration.choose(train, RAW, count=200, seed=s) for s in (1, 1, 2))
    assert first.indices == again.indices
    np.testing.assert_array_equal(first.values, again.values)
    assert first.indices != other.indices
    assert first.as_json() == {
        "split": "train", "count": 200, "seed": 1, "indices": list(first.indices),
    }  # fmt: skip


def test_a_rare_digit_gives_what_it_has() -> None:
    labels = np.concatenate([np.arange(900) % 9, [9, 9]]).astype(np.int64)
    images = split(902).images
    chosen = calibration.choose(Split(images, labels), RAW, count=500, seed=0)
    counts = np.bincount(labels[list(chosen.indices)], minlength=10)
    assert counts[9] == 2
    assert counts[:9].min() >= 45


@pytest.mark.parametrize("pixels", RANGES, ids=str)
def test_values_reach_both_ends_of_the_range(pixels: InputContract) -> None:
    # No picture of the set is fully white, and none fully black.
    train = Split(np.clip(split(500, brightest=200).images, 3, 200), split(500).labels)
    values = calibration.choose(train, pixels, count=200, seed=0).values
    assert values.dtype == np.float32
    assert float(values.min()) == pytest.approx(min(pixels.low, pixels.high), abs=1e-5)
    assert float(values.max()) == pytest.approx(max(pixels.low, pixels.high), abs=1e-5)


def test_the_split_itself_is_not_touched() -> None:
    train = split(500, brightest=200)
    before = train.images.copy()
    calibration.choose(train, RAW, count=200, seed=0)
    np.testing.assert_array_equal(train.images, before)


def test_too_few_asked_for_is_refused() -> None:
    with pytest.raises(WrongUse, match="99 calibration pictures are too few") as caught:
        calibration.choose(split(1000), RAW, count=99, seed=0)
    assert caught.value.hint == "ask for at least 100: --calibration-count 500"


def test_too_few_to_draw_from_is_refused() -> None:
    with pytest.raises(DataBad, match="has 90 pictures") as caught:
        calibration.choose(split(90), RAW, count=100, seed=0)
    assert "--scheme dynamic" in str(caught.value.hint)


def test_a_missing_digit_is_named() -> None:
    with pytest.raises(DataBad, match="no picture of 8, 9"):
        calibration.choose(split(500, digits=8), RAW, count=100, seed=0)


@pytest.mark.parametrize(
    ("images", "says"),
    [
        (np.zeros((200, 28, 28), np.uint8), "all their pixels are within 0..0 of 0..255"),
        (np.full((200, 28, 28), 255, np.uint8), "within 255..255"),
        (split(200, brightest=1).images, "within 0..1 "),
    ],
    ids=["black", "white", "scaled to 0..1"],
)
@pytest.mark.parametrize("pixels", RANGES, ids=str)
def test_pictures_that_run_over_no_grey_levels_are_refused(
    images: NDArray[np.uint8], says: str, pixels: InputContract
) -> None:
    with pytest.raises(BudgetBroken, match=says) as caught:
        calibration.choose(Split(images, split(200).labels), pixels, count=100, seed=0)
    assert caught.value.exit_code == ExitCode.BUDGET_BROKEN
    assert "--dataset" in str(caught.value.hint)


def test_dim_pictures_are_no_fault() -> None:
    # As the digits of scikit-learn are: 0..16.
    calibration.choose(split(200, brightest=16), RAW, count=100, seed=0)


@pytest.mark.parametrize("count", [100, 101, 109, 491, 500, 5000])
@pytest.mark.parametrize("rare", [0, 3, 48])
def test_what_an_export_draws_is_known_again(count: int, rare: int) -> None:
    labels = np.concatenate([np.arange(900) % 9, np.full(rare or 100, 9)]).astype(np.int64)
    train = Split(split(len(labels)).images, labels)
    indices = calibration.choose(train, RAW, count=count, seed=4).indices
    calibration.check_indices(indices, 4, train)
    refused = [
        (indices, 5),
        (indices, -1),
        ((*indices, *indices[:1]), 4),
        (indices[: len(indices) // 2], 4),
        ((), 4),
        ((*indices, len(train)), 4),
        ((*indices, 10**30), 4),
        ((*indices, -1), 4),
    ]
    if len(indices) < len(train) - 100:
        other = next(i for i in range(len(train)) if i not in indices)
        refused.append(((*indices[1:], other), 4))
    # All of a set are the same with any seed.
    for some, seed in refused[len(indices) == len(train) :]:
        with pytest.raises(DataBad, match="are not those that an export draws with seed"):
            calibration.check_indices(some, seed, train)
