"""Forms of other schools: their shares, and the hand that draws as the scanners of forms do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits.datasets.strokes import strokes
from edgedigits.datasets.strokes.alphabets import LETTERS
from edgedigits.datasets.strokes.forms import FAMILIES, ways
from edgedigits.datasets.strokes.hand import CALM, DIGITS, Hand, write
from edgedigits.datasets.strokes.paths import Skeleton, compile_alphabet
from edgedigits.datasets.strokes.skeletons import DIGITS as SKELETONS

COUNT = 400


def test_every_family_has_its_share_of_its_digit_and_the_skeletons_the_rest() -> None:
    alphabet = strokes.digits()
    by_path = {way.path: alphabet.weights[i] for i, way in enumerate(ways(SKELETONS))}
    for family in FAMILIES:
        assert sum(by_path[path] for path in family.paths) == pytest.approx(family.share)
    assert (
        len(by_path)
        == len(alphabet.labels)
        == len(SKELETONS) + sum(len(each.paths) for each in FAMILIES)
    )
    for digit in range(10):
        taken = sum(family.share for family in FAMILIES if family.digit == digit)
        usual = [s for s in SKELETONS if s.label == digit]
        assert sum(by_path[s.path] for s in usual) == pytest.approx(1 - taken)
        ratio = usual[0].weight / usual[1].weight
        assert by_path[usual[0].path] / by_path[usual[1].path] == pytest.approx(ratio)


def test_a_family_is_drawn_as_often_as_its_share_says() -> None:
    alphabet = strokes.digits()
    labels = np.full(20_000, 7)
    chosen = alphabet.choose(labels, np.random.default_rng(0).random(len(labels)))
    every = list(ways(SKELETONS))
    for family in (each for each in FAMILIES if each.digit == 7):
        drawn = np.isin(chosen, [i for i, way in enumerate(every) if way.path in family.paths])
        assert drawn.mean() == pytest.approx(family.share, abs=0.01)


def drawn(path: str, **changes: float) -> NDArray[np.uint8]:
    hand = replace(Hand(slant_spread=0.0, rotation=0.0), **changes)
    alphabet = compile_alphabet([Skeleton(0, 1.0, path)])
    return write(alphabet, np.zeros(COUNT, np.int64), np.random.default_rng(0), hand)


def widths(pictures: NDArray[np.uint8]) -> NDArray[np.int64]:
    columns: NDArray[np.int64] = (pictures > 0).any(axis=1).sum(axis=1)
    return columns


def test_signs_are_drawn_out_as_often_as_the_hand_says() -> None:
    narrow = "20,0 20,100! 40,100 40,0"
    usual, wide = widths(drawn(narrow)), widths(drawn(narrow, drawn_out=1.0))
    assert (wide > usual + 3).mean() > 0.5
    some = widths(drawn(narrow, drawn_out=0.3))
    assert 0.1 < (some > usual + 3).mean() < 0.3


def test_leaning_signs_are_slanted_far_both_ways() -> None:
    stick = drawn("30,0 30,100", leaning=1.0).astype(float)
    rows = np.arange(28)
    top = (stick[:, :12] * rows).sum(axis=(1, 2)) / stick[:, :12].sum(axis=(1, 2))
    bottom = (stick[:, 16:] * rows).sum(axis=(1, 2)) / stick[:, 16:].sum(axis=(1, 2))
    assert (top > bottom + 6).mean() > 0.2
    assert (top < bottom - 2).mean() > 0.1


def test_a_broad_nib_draws_one_direction_thin_and_the_other_thick() -> None:
    cross = "30,0 30,100 / 0,50 60,50"
    assert not np.array_equal(drawn(cross), drawn(cross, nib=1.0))
    falling, rising = drawn("0,0 100,100", nib=1.0), drawn("0,100 100,0", nib=1.0)
    assert falling.sum() > 1.3 * rising.sum(), "the nib's edge rises to the right"


def test_binary_pictures_have_no_grey_and_are_as_many_as_the_hand_says() -> None:
    is_binary = np.isin(drawn("30,0 30,100", binary=0.4), (0, 255)).all(axis=(1, 2))
    assert 0.3 < is_binary.mean() < 0.5
    assert not np.isin(drawn("30,0 30,100"), (0, 255)).all(axis=(1, 2)).any()


def test_digits_are_drawn_so_and_letters_are_not() -> None:
    wild = ("leaning", "drawn_out", "nib", "binary")
    assert all(getattr(DIGITS, name) > 0 for name in wild)
    assert not any(getattr(CALM, name) for name in wild)
    images, _ = strokes.draw(1_000, seed=0)
    assert 0.05 < np.isin(images, (0, 255)).all(axis=(1, 2)).mean() < 0.2


def test_another_stream_says_its_version() -> None:
    assert "version 2, seed 3" in strokes.load(samples=10, seed=3).origin
    assert "version 1, seed 3" in LETTERS.load(samples=26, seed=3).origin
