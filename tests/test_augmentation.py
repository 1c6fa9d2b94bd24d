"""Training pictures are changed as far as they may be, no further, and the same way every time."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits.augmentation import AUGMENTATIONS, Warp, augmented, warped
from edgedigits.datasets import strokes


@pytest.fixture(scope="module")
def digits() -> NDArray[np.uint8]:
    return strokes.draw(300, seed=5)[0]


def _rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def _middle(images: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Row and column of each picture's centre of mass, `[N, 2]`."""
    weights = images.astype(np.float64)
    places = np.arange(28)
    total = weights.sum((1, 2))
    rows, columns = (weights.sum(2) @ places / total, weights.sum(1) @ places / total)
    return np.stack([rows, columns], axis=1)


def test_a_warp_of_nothing_changes_nothing(digits: NDArray[np.uint8]) -> None:
    assert np.array_equal(warped(digits, Warp(), _rng()), digits)


def test_the_same_seed_gives_the_same_pictures(digits: NDArray[np.uint8]) -> None:
    before = digits.copy()
    first, second, other = (augmented(digits, "hands", _rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, second)
    assert (first != other).any((1, 2)).all()
    assert np.array_equal(digits, before)
    assert first.dtype == np.uint8


def test_pictures_are_moved_as_far_as_said(digits: NDArray[np.uint8]) -> None:
    moved = _middle(warped(digits, Warp(shift=3), _rng())) - _middle(digits)
    assert np.abs(moved).max() < 3.1
    assert np.abs(moved).max(axis=0).min() > 2.5
    assert np.abs(moved.mean(axis=0)).max() < 0.5


def test_pictures_are_turned_both_ways() -> None:
    bar = np.zeros((200, 28, 28), np.uint8)
    bar[:, 4:24, 13:15] = 255
    turned = warped(bar, Warp(rotation_degrees=30), _rng())
    top = turned[:, 6].astype(float) @ np.arange(28) / turned[:, 6].sum(1) - 13.5
    farthest = np.tan(np.radians(30)) * 7.5
    assert -farthest - 0.3 < top.min() < -0.9 * farthest
    assert 0.9 * farthest < top.max() < farthest + 0.3
    assert np.abs(_middle(turned) - 13.5).max() < 0.1


def test_pictures_are_scaled_about_the_middle() -> None:
    square = np.zeros((400, 28, 28), np.uint8)
    square[:, 10:18, 10:18] = 255
    area = warped(square, Warp(scale=1.4), _rng()).sum((1, 2), dtype=np.int64) / 255 / 64
    most = 1.4**2 * 1.4**0.5
    assert 1 / most - 0.05 < area.min() < 1 / 1.7
    assert 1.7 < area.max() < most + 0.05


def test_bending_moves_ink_by_its_measure() -> None:
    dot = np.zeros((500, 28, 28), np.uint8)
    dot[:, 13:15, 13:15] = 255
    moved = _middle(warped(dot, Warp(bend=1.0), _rng())) - 13.5
    # A B-spline averages its knots, so that a pixel moves less than they do.
    assert 0.3 < moved.std() < 0.8
    assert abs(moved.mean()) < 0.1


def test_lines_become_thinner_as_often_as_thicker(digits: NDArray[np.uint8]) -> None:
    changed = warped(digits, Warp(thickness=0.6), _rng()).astype(np.int64)
    difference = (changed - digits).reshape(len(digits), -1)
    thinner, thicker = (difference < 0).any(1), (difference > 0).any(1)
    assert not (thinner & thicker).any()
    assert 0.2 < thinner.mean() < 0.4
    assert 0.2 < thicker.mean() < 0.4


def test_the_finish_leaves_most_pictures_as_they_are(digits: NDArray[np.uint8]) -> None:
    share = AUGMENTATIONS["hands"].finish_share
    same = (augmented(digits, "hands", _rng(), finishing=True) == digits).all((1, 2)).mean()
    assert abs(same - (1 - share)) < 0.1
    assert (augmented(digits, "hands", _rng()) == digits).all((1, 2)).mean() < 0.02


def test_a_batch_of_none_is_none() -> None:
    assert augmented(np.empty((0, 28, 28), np.uint8), "hands", _rng()).shape == (0, 28, 28)
