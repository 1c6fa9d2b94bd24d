from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from photos import Scene, handwriting, page, place, take

from edgedigits import picture

DIGITS = np.random.default_rng(3).integers(0, 10, (5, 8))


@pytest.mark.parametrize("light", ["even", "slope", "soft shadow"])
def test_a_page_of_40_digits_is_read_in_lines(light: str) -> None:
    found = picture.segment(take(page(DIGITS, seed=1), Scene(light=light, noise=9), seed=2))
    assert 38 <= len(found) <= 42
    lines = [[one for one in found if one.line == line] for line in range(5)]
    assert all(7 <= len(line) <= 9 for line in lines)
    assert found == [one for line in lines for one in line]
    for line in lines:
        assert [one.left for one in line] == sorted(one.left for one in line)
    middles = [np.mean([one.top + one.height / 2 for one in line]) for line in lines]
    assert middles == sorted(middles)


def test_each_digit_is_prepared_as_if_it_were_alone() -> None:
    row: NDArray[np.int64] = np.array([[1, 9, 4, 6]])
    photo = take(page(row, seed=4, spread=1.4), Scene(noise=0), seed=1)
    found = picture.segment(photo)
    assert len(found) == 4
    for one in found:
        alone = photo[:, max(0, one.left - 12) : one.left + one.width + 12]
        likeness = np.corrcoef(picture.prepare(alone).reshape(-1), one.picture.reshape(-1))[0, 1]
        assert likeness > 0.97


def test_touching_digits_are_cut_apart() -> None:
    ink, other = handwriting(3, 8, 90), handwriting(6, 2, 90)
    sheet = place(ink, (200, 300), (50, 60))
    left = 60 + ink.shape[1] - 3
    spot = sheet[50 : 50 + other.shape[0], left : left + other.shape[1]]
    np.maximum(spot, other, out=spot)
    sheet[95:101, left - 12 : left + 14] = 1
    found = picture.segment(take(sheet, Scene(), seed=1))
    assert len(found) == 2
    assert abs(found[1].left - left) < 25


def test_a_broken_stroke_stays_one_digit() -> None:
    sheet = page(np.array([[1, 1, 7, 1]]), seed=6, spread=1.4)
    whole = picture.segment(take(sheet, Scene(), seed=1))
    middle = whole[3].top + whole[3].height // 2
    sheet[middle : middle + 4, whole[3].left - 5 :] = 0
    assert len(picture.segment(take(sheet, Scene(), seed=1))) == len(whole) == 4


def test_specks_are_no_digits() -> None:
    sheet = page(np.array([[2, 0, 2, 6]]), seed=5, spread=1.3)
    assert len(picture.segment(take(sheet, Scene(specks=30), seed=1))) == 4


def test_a_blank_page_has_no_digits() -> None:
    assert picture.segment(take(np.zeros((300, 400)), Scene(light="slope"), seed=1)) == []


def test_boxes_are_in_pixels_of_the_picture() -> None:
    sheet = place(handwriting(0, 1, 600), (1800, 2400), (500, 900))
    (found,) = picture.segment(take(sheet, Scene(noise=2), seed=1))
    assert abs(found.top - 500) < 20
    assert abs(found.left - 900) < 20
    assert abs(found.height - 600) < 30
