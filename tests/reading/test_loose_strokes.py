"""Parts of a picture that may be the strokes of one digit: whether they are, the model decides."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from edgedigits.bundle.reject import Reject
from edgedigits.picture import picture
from edgedigits.picture.picture import Segment
from edgedigits.reading import inputs, loose_strokes, predictions, predictor
from edgedigits.reading.predictions import Prediction

PAGE = Path(__file__).parents[2] / "web_demo" / "src" / "reading.js"
LIMITS = Reject(1.0, threshold=0.3, sure=0.6)
SURE, UNSURE, NONE = 0.9, 0.5, 0.2
NANO = Reject(2.8, threshold=0.145, sure=0.73)  # as in a bundle that was exported with MNIST
WIDTHS = range(130, 165, 10)


def open_zero(width: int) -> Image.Image:
    """A 0 of 100 pixels height that is wider than high and does not close at its top."""
    paper = Image.new("L", (400, 300), 255)
    ImageDraw.Draw(paper).arc((100, 90, 100 + width, 190), -50, 250, fill=0, width=16)
    return paper


def part(left: int, top: int, width: int, height: int) -> Segment:
    return Segment(left, top, width, height, 0, np.zeros((28, 28), np.uint8))


@pytest.mark.parametrize(
    ("boxes", "may_be"),
    [
        ([(0, 0, 40, 100), (45, 0, 40, 100)], True),
        ([(0, 0, 40, 100), (59, 0, 40, 100)], True),  # 0.19 of the height apart
        ([(0, 0, 40, 100), (60, 0, 40, 100)], False),
        ([(0, 0, 100, 45), (0, 50, 100, 45)], True),
        ([(0, 0, 90, 100), (91, 0, 89, 100)], True),  # 1.8 times as wide as high
        ([(0, 0, 90, 100), (91, 0, 90, 100)], False),
        ([(0, 0, 40, 100)], False),
        ([(20 * n, 0, 19, 100) for n in range(6)], True),
        ([(20 * n, 0, 19, 100) for n in range(7)], False),
    ],
)
def test_boxes_tell_whether_parts_may_be_one_digit(
    boxes: list[tuple[int, int, int, int]], may_be: bool
) -> None:
    parts = [part(*box) for box in boxes]
    assert loose_strokes.may_be_one(parts) == may_be
    assert loose_strokes.may_be_one(parts[::-1]) == may_be


def test_the_page_has_the_same_limits() -> None:
    ours = [loose_strokes.WIDEST, loose_strokes.MOST, loose_strokes.FARTHEST]
    names = ("WIDEST", "MOST_STROKES", "FARTHEST")
    theirs = [re.findall(rf"^const {name} = ([\d.]+);", PAGE.read_text(), re.M) for name in names]
    assert [[float(one)] for one in ours] == [[float(one) for one in found] for found in theirs]


def told(path: Path, answers: list[tuple[int, float]], reject: Reject | None) -> Prediction:
    """What becomes of a picture whose parts get these answers, digits and their probabilities."""
    first = [
        [probability if n == digit else (1 - probability) / 9 for n in range(10)]
        for digit, probability in answers
    ]

    def ask(images: NDArray[np.uint8]) -> NDArray[np.float32]:
        table = np.full((len(images), 10), 0.1, np.float32)  # a second look changes no order
        if first:
            assert len(first) == len(images)
            table[:] = first
            first.clear()
        return table

    (found,) = predictions.predict([str(path)], ask, reject=reject)
    return found


@pytest.fixture
def zero(tmp_path: Path) -> Path:
    open_zero(140).save(tmp_path / "zero.png")
    assert len(inputs.read_digits(tmp_path / "zero.png").parts) == 2
    return tmp_path / "zero.png"


@pytest.mark.parametrize(
    ("left", "right", "whole", "reading"),
    [
        (SURE, UNSURE, SURE, "0"),
        (UNSURE, SURE, SURE, "0"),
        (NONE, NONE, SURE, "0"),
        (UNSURE, NONE, UNSURE, "0"),
        (SURE, SURE, SURE, "17"),
        (SURE, UNSURE, SURE - 0.05, "17"),
        (UNSURE, NONE, UNSURE - 0.05, "1?"),
        (NONE, NONE, NONE, "??"),
        (SURE, NONE, NONE, "1?"),
    ],
)
def test_a_whole_goes_before_parts_that_are_not_all_sure_and_no_surer(
    zero: Path, left: float, right: float, whole: float, reading: str
) -> None:
    found = told(zero, [(1, left), (7, right), (0, whole)], LIMITS)
    assert found.reading == reading
    if reading == "0":
        assert found.only is not None
        assert found.only.box == pytest.approx((100, 93, 141, 98), abs=1)


def test_without_limits_parts_stay_parts_and_nothing_else_is_asked(zero: Path) -> None:
    assert told(zero, [(1, UNSURE), (7, NONE)], None).reading == "17"


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_answer_that_is_not_finite_is_an_error_wherever_it_is(zero: Path, place: int) -> None:
    answers = [(1, UNSURE), (7, NONE), (0, SURE)]
    answers[place] = (0, float("nan"))
    found = told(zero, answers, LIMITS)
    assert found.error is not None
    assert found.error.endswith("the model's answer is not finite")


@pytest.mark.parametrize("width", WIDTHS)
def test_an_open_zero_is_no_ten(
    nano_bundle: Path, tmp_path: Path, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "zero.png"
    open_zero(width).save(path)
    opened = predictor.open_predictor(nano_bundle)
    try:
        (found,) = predictions.predict([str(path)], opened.probabilities, reject=NANO)
        monkeypatch.setattr(loose_strokes, "may_be_one", lambda _: False)
        (cut,) = predictions.predict([str(path)], opened.probabilities, reject=NANO)
    finally:
        opened.close()
    assert found.reading == "0"
    assert len(cut.answers) == 2
    assert found.only is not None
    whole = picture.find_pieces(picture.read(path)).one_digit()
    assert found.only.box == (whole.left, whole.top, whole.width, whole.height)
