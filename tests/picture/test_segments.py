from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from photos import Scene, handwriting, page, place, take
from PIL import Image, ImageDraw

from edgedigits.picture import picture

GOLDEN = Path(__file__).parents[1] / "golden" / "pages"
ANSWERS: dict[str, list[list[list[Any]]]] = json.loads((GOLDEN / "segmented.json").read_text())
DIGITS = np.random.default_rng(3).integers(0, 10, (5, 8))


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_golden_pages_give_the_golden_boxes_and_bytes(name: str) -> None:
    found = picture.segment(picture.read(GOLDEN / f"{name}.png"))
    assert [
        [one.left, one.top, one.width, one.height, one.picture.tobytes().hex()] for one in found
    ] == [digit for line in ANSWERS[name] for digit in line]
    numbers = [number for number, line in enumerate(ANSWERS[name]) for _ in line]
    assert [one.line for one in found] == numbers


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


@pytest.mark.parametrize("digit", range(10))
def test_digits_above_each_other_stay_two(digit: int) -> None:
    upper, lower = handwriting(digit, 3, 60), handwriting(9 - digit, 4, 60)
    sheet = place(upper, (180, 120), (20, 30))
    top = 20 + len(upper) + 10
    sheet[top : top + len(lower), 30 : 30 + lower.shape[1]] = lower
    assert [one.line for one in picture.segment(take(sheet, Scene(), seed=1))] == [0, 1]


@pytest.mark.parametrize("digit", [2, 3, 5, 8])
def test_a_digit_whose_pen_was_lifted_is_one(digit: int) -> None:
    sheet = place(handwriting(digit, 3, 90), (130, 130), (20, 30))
    sheet[62:68] = 0
    assert len(picture.segment(take(sheet, Scene(), seed=1))) == 1


def test_specks_are_no_digits() -> None:
    sheet = page(np.array([[2, 0, 2, 6]]), seed=5, spread=1.3)
    assert len(picture.segment(take(sheet, Scene(specks=30), seed=1))) == 4


@pytest.mark.parametrize("turn", [0, 2])
@pytest.mark.parametrize("ruling", ["lines", "squares"])
def test_ruling_of_the_paper_is_no_ink(ruling: str, turn: float) -> None:
    faint = Scene(ruling=ruling, turn=turn)
    assert len(picture.segment(take(page(DIGITS[:2], seed=7), faint, seed=1))) == 16


@pytest.mark.parametrize("seed", [6, 7, 8])
def test_dark_lines_that_cross_digits_do_not_join_them(seed: int) -> None:
    ruled = Scene(ruling="lines", ruling_ink=(120, 140, 170), turn=1.5)
    # A digit that such a line cuts in two now and then counts twice.
    assert 40 <= len(picture.segment(take(page(DIGITS, seed=seed), ruled, seed=1))) <= 42


def test_the_edge_of_the_table_is_no_digit() -> None:
    sheet = page(np.array([[2, 0, 2, 6]]), seed=5, spread=1.3)
    found = picture.segment(take(sheet, Scene(bar=14), seed=1))
    assert len(found) == 4
    assert min(one.top for one in found) > 14


def test_dashes_are_no_digits() -> None:
    sheet = page(np.array([[2, 0, 2, 6]]), seed=5, spread=1.6)
    middle = sheet.shape[0] // 2
    sheet[middle : middle + 7, 10:55] = 1
    assert len(picture.segment(take(sheet, Scene(), seed=1))) == 4


def test_a_wide_zero_alone_is_not_cut_through_its_loop() -> None:
    image = Image.new("L", (200, 140))
    ImageDraw.Draw(image).ellipse((30, 25, 170, 115), outline=255, width=12)
    (found,) = picture.segment(take(np.asarray(image) / 255, Scene(), seed=1))
    assert abs(found.width - 140) < 6


def test_a_blank_page_has_no_digits() -> None:
    assert picture.segment(take(np.zeros((300, 400)), Scene(light="slope"), seed=1)) == []


def test_boxes_are_in_pixels_of_the_picture() -> None:
    sheet = place(handwriting(0, 1, 600), (1800, 2400), (500, 900))
    (found,) = picture.segment(take(sheet, Scene(noise=2), seed=1))
    assert abs(found.top - 500) < 20
    assert abs(found.left - 900) < 20
    assert abs(found.height - 600) < 30
