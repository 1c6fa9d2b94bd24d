"""Training pictures are changed as far as they may be, no further, and the same way every time."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits.datasets.strokes import strokes
from edgedigits.training.augmentation import AUGMENTATIONS, Amounts, augmented, changed


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


def test_an_amount_of_nothing_changes_nothing(digits: NDArray[np.uint8]) -> None:
    assert np.array_equal(changed(digits, Amounts(), _rng()), digits)


def test_the_same_seed_gives_the_same_pictures(digits: NDArray[np.uint8]) -> None:
    before = digits.copy()
    first, second, other = (augmented(digits, "hands", _rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, second)
    assert (first != other).any((1, 2)).all()
    assert np.array_equal(digits, before)
    assert first.dtype == np.uint8


def test_pictures_are_moved_as_far_as_said(digits: NDArray[np.uint8]) -> None:
    moved = _middle(changed(digits, Amounts(shift=3), _rng())) - _middle(digits)
    assert np.abs(moved).max() < 3.1
    assert np.abs(moved).max(axis=0).min() > 2.5
    assert np.abs(moved.mean(axis=0)).max() < 0.5


def test_far_pictures_are_moved_rather_far_than_near(digits: NDArray[np.uint8]) -> None:
    moved = [
        np.abs(_middle(changed(digits, Amounts(shift=3, is_far=far), _rng())) - _middle(digits))
        for far in (False, True)
    ]
    assert moved[1].max() < 3.1
    # The mean of a uniform number and of its square root: a half, and two thirds.
    assert [distances.mean() for distances in moved] == pytest.approx([1.5, 2.0], abs=0.15)


def test_pictures_are_turned_both_ways() -> None:
    bar = np.zeros((200, 28, 28), np.uint8)
    bar[:, 4:24, 13:15] = 255
    turned = changed(bar, Amounts(rotation_degrees=30), _rng())
    top = turned[:, 6].astype(float) @ np.arange(28) / turned[:, 6].sum(1) - 13.5
    farthest = np.tan(np.radians(30)) * 7.5
    assert -farthest - 0.3 < top.min() < -0.9 * farthest
    assert 0.9 * farthest < top.max() < farthest + 0.3
    assert np.abs(_middle(turned) - 13.5).max() < 0.1


def test_pictures_are_scaled_about_the_middle() -> None:
    square = np.zeros((400, 28, 28), np.uint8)
    square[:, 10:18, 10:18] = 255
    area = changed(square, Amounts(scale=1.4), _rng()).sum((1, 2), dtype=np.int64) / 255 / 64
    most = 1.4**2 * 1.4**0.5
    assert 1 / most - 0.05 < area.min() < 1 / 1.7
    assert 1.7 < area.max() < most + 0.05


def test_bending_moves_ink_by_its_measure() -> None:
    dot = np.zeros((500, 28, 28), np.uint8)
    dot[:, 13:15, 13:15] = 255
    moved = _middle(changed(dot, Amounts(bend=1.0), _rng())) - 13.5
    # A B-spline averages its knots, so that a pixel moves less than they do.
    assert 0.3 < moved.std() < 0.8
    assert abs(moved.mean()) < 0.1


def test_lines_become_thinner_as_often_as_thicker(digits: NDArray[np.uint8]) -> None:
    after = changed(digits, Amounts(thickness=0.6), _rng()).astype(np.int64)
    difference = (after - digits).reshape(len(digits), -1)
    thinner, thicker = (difference < 0).any(1), (difference > 0).any(1)
    assert not (thinner & thicker).any()
    assert 0.2 < thinner.mean() < 0.4
    assert 0.2 < thicker.mean() < 0.4


def test_the_finish_leaves_most_pictures_as_they_are(digits: NDArray[np.uint8]) -> None:
    share = sum(share for share, _ in AUGMENTATIONS["hands"].far)
    same = (augmented(digits, "hands", _rng(), finishing=True) == digits).all((1, 2)).mean()
    assert abs(same - (1 - share)) < 0.1
    assert (augmented(digits, "hands", _rng()) == digits).all((1, 2)).mean() < 0.02


def test_paper_becomes_grey_and_ink_pale_as_far_as_said() -> None:
    half = np.zeros((400, 28, 28), np.uint8)
    half[:, :, 14:] = 255
    grey = changed(half, Amounts(grey=100), _rng())
    paper, ink = grey[:, 10, 0].astype(int), grey[:, 10, -1].astype(int)
    assert (grey[:, :, 0] == paper[:, None]).all()
    assert (grey[:, :, -1] == ink[:, None]).all()
    assert 0 <= paper.min() < 3
    assert 97 < paper.max() <= 100
    assert 155 <= ink.min() < 158
    assert 252 < ink.max() <= 255
    assert abs(np.corrcoef(paper, ink)[0, 1]) < 0.2


def test_noise_spreads_as_far_as_said() -> None:
    middle = np.full((400, 28, 28), 127, np.uint8)
    noisy = changed(middle, Amounts(noise=40), _rng())[:, 4:-4, 4:-4]
    spread = noisy.std((1, 2))
    assert spread.min() < 3
    assert 37 < spread.max() < 44
    assert abs(noisy.mean() - 127) < 0.5


def test_every_kind_of_far_pictures_gets_its_share() -> None:
    dot = np.zeros((4000, 28, 28), np.uint8)
    dot[:, 12:16, 12:16] = 255
    after = augmented(dot, "hands", _rng(), finishing=True)
    untouched = (after == dot).all((1, 2))
    grey_or_noisy = after[:, :2].any((1, 2))
    far = AUGMENTATIONS["hands"].far
    shares = {amounts: share for share, amounts in far}
    paper = next(share for amounts, share in shares.items() if amounts.noise)
    assert abs(grey_or_noisy.mean() - paper) < 0.012
    assert abs((~untouched).mean() - sum(shares.values())) < 0.02


def test_a_batch_of_none_is_none() -> None:
    assert augmented(np.empty((0, 28, 28), np.uint8), "hands", _rng()).shape == (0, 28, 28)
