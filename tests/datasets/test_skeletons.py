"""Skeletons, and the hand that writes them: ways, weights, strokes and the pen's width."""

from __future__ import annotations

import numpy as np
import pytest

from edgedigits.datasets.strokes.hand import Hand, write
from edgedigits.datasets.strokes.paths import Skeleton, compile_alphabet
from edgedigits.datasets.strokes.skeletons import DIGITS


def test_every_skeleton_is_readable_and_every_digit_has_many() -> None:
    ways = np.bincount([skeleton.label for skeleton in DIGITS], minlength=10)
    assert len(ways) == 10
    assert ways.min() >= 10
    assert all(skeleton.weight > 0 for skeleton in DIGITS)
    paths = [skeleton.path for skeleton in DIGITS]
    assert len(set(paths)) == len(paths)


def test_a_skeleton_that_is_no_stroke_is_refused() -> None:
    with pytest.raises(ValueError, match="two points"):
        compile_alphabet([Skeleton(0, 1.0, "1,2 / 3,4 5,6")])
    with pytest.raises(ValueError, match="unpack"):
        compile_alphabet([Skeleton(0, 1.0, "1,2 3;4")])


def test_ways_are_used_as_often_as_their_weights_say() -> None:
    alphabet = compile_alphabet(
        [
            Skeleton(4, 3.0, "0,0 0,100"),
            Skeleton(2, 1.0, "0,0 50,100"),
            Skeleton(4, 1.0, "0,0 100,100"),
        ]
    )
    labels = np.array([4, 2] * 2_000, np.int64)
    ways = alphabet.choose(labels, np.random.default_rng(0).random(len(labels)))
    assert np.array_equal(alphabet.labels[ways], labels)
    assert abs((ways == 0).mean() - 0.375) < 0.02


def test_the_engine_draws_any_table_of_skeletons() -> None:
    letters = compile_alphabet(
        [
            Skeleton(ord("L"), 1.0, "0,0 0,100! 60,100"),
            Skeleton(ord("T"), 1.0, "0,0 60,0 / 30,0 30,100"),
        ]
    )
    steady = Hand(slant=0.0, slant_spread=0.0, rotation=0.0, bend=0.0, aspect=0.0)
    pictures = write(letters, np.array([0] * 50 + [1] * 50), np.random.default_rng(0), steady)
    assert pictures.shape == (100, 28, 28)
    ink = pictures / 255.0
    bottoms = ink[:, 19:].sum(axis=(1, 2)) / ink.sum(axis=(1, 2))
    assert bottoms[:50].mean() > 1.2 * bottoms[50:].mean(), "an L is heavy below, a T is not"


def test_a_sign_may_have_many_strokes() -> None:
    fence = " / ".join(f"{x},0 {x},100" for x in range(0, 120, 20))
    pictures = write(
        compile_alphabet([Skeleton(0, 1.0, fence)]),
        np.zeros(20, np.int64),
        np.random.default_rng(0),
        Hand(),
    )
    assert pictures.any(axis=(1, 2)).all()


def test_a_steady_hand_draws_a_stroke_as_wide_as_its_pen() -> None:
    stick = compile_alphabet([Skeleton(1, 1.0, "0,0 0,100")])
    still = {name: 0.0 for name in Hand.__dataclass_fields__ if name not in ("pen", "haste")}
    for pen in (1.0, 1.6, 2.4):
        hand = Hand(**{**still, "pen": pen, "haste": 0.0})
        pictures = write(stick, np.zeros(20, np.int64), np.random.default_rng(0), hand)
        widths = pictures[:, 10:18].sum(axis=2) / 255.0
        assert np.allclose(widths.mean(), 2 * pen, rtol=0.15)
