"""Pictures that calibrate are looked at: bad sets are told from good ones by what is wrong."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits.bundle import calibration
from edgedigits.datasets.dataset import Split
from edgedigits.datasets.strokes import strokes
from edgedigits.diagnosis.calibration_pictures import Finding, findings, thickness

Images = NDArray[np.uint8]


@pytest.fixture(scope="module")
def digits() -> Split:
    return Split(*strokes.draw(700, seed=4))


@pytest.fixture(scope="module")
def held_out(digits: Split) -> Split:
    return digits.take(slice(400, 700))


def found(chosen: Split, held_out: Split) -> tuple[list[str], list[str]]:
    """What fails, and what is noted."""
    every: list[Finding] = list(findings(chosen, held_out, strokes=True))
    return (
        [each.words for each in every if each.failed],
        [each.words for each in every if not each.failed],
    )


@pytest.mark.parametrize(("count", "seed"), [(100, 0), (100, 1), (400, 2)])
def test_good_draws_pass(digits: Split, held_out: Split, count: int, seed: int) -> None:
    train = digits.take(slice(400))
    chosen = train.take(calibration.draw(train.labels, count, seed))
    assert found(chosen, held_out) == ([], [])


def repeated(images: Images) -> Images:
    return np.repeat(images[:1], len(images), axis=0)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda images: 255 - images, "(inverted, they would not be)"),
        (lambda images: images // 5, "are darker or brighter than every one of them"),
        (np.zeros_like, "100 % of them are blank"),
        (lambda images: images // 255, "100 % of them are blank"),
        (repeated, "only 1 of the 400 differ from one another"),
    ],
    ids=["inverted", "dim", "blank", "scaled to 0..1", "repeated"],
)
def test_bad_pictures_fail(
    digits: Split, held_out: Split, change: Callable[[Images], Images], says: str
) -> None:
    train = digits.take(slice(400))
    failed, _ = found(Split(change(train.images), train.labels), held_out)
    assert any(says in each for each in failed), failed


def test_one_class_fails_and_one_that_is_missing_is_noted(digits: Split, held_out: Split) -> None:
    train = digits.take(slice(400))
    ones = train.take(np.flatnonzero(train.labels == 1))
    assert found(ones, held_out)[0][0].startswith(
        "they are of 1 of 10 classes: there is none of 0, 2, 3, 4, 5 and 4 more"
    )
    without = train.take(np.flatnonzero(train.labels != 7))
    assert found(without, held_out) == ([], ["there is none of 7"])


def test_more_classes_than_pictures_are_no_fault(digits: Split) -> None:
    names = tuple(map(str, range(500)))
    some = Split(digits.images[:100], np.arange(100), names)
    assert found(some, digits.take(slice(0))) == ([], [])


def test_a_few_blank_and_repeated_pictures_are_noted(digits: Split, held_out: Split) -> None:
    train = digits.take(slice(400))
    images = train.images.copy()
    images[:40] = 0
    failed, noted = found(Split(images, train.labels), held_out)
    assert not failed
    assert noted == [
        "10 % of them are blank", "only 361 of the 400 differ from one another",
    ]  # fmt: skip


def test_strokes_of_another_thickness_are_missed() -> None:
    thin = np.zeros((100, 28, 28), np.uint8)
    thin[:, 4:24, 13] = np.arange(150, 250)[:, np.newaxis]
    thick = np.zeros_like(thin)
    thick[:, 4:24, 10:16] = 25  # as bright in the mean
    thick[:, 4:24, 11:15] = thin[:, 4:24, 13:14]
    labels = np.arange(100) % 10
    failed, _ = found(Split(thin, labels), Split(thick, labels))
    assert failed[-1] == (
        "100 % of the held-out pictures are of thinner or thicker strokes than every one of them"
    )


@pytest.mark.parametrize("width", [1, 2, 4])
def test_thickness_is_that_of_the_pen(width: int) -> None:
    images = np.zeros((1, 28, 28), np.uint8)
    images[0, 2:26, 5 : 5 + width] = 255
    assert thickness(images)[0] == pytest.approx(width, rel=0.2)
    assert thickness(np.zeros_like(images))[0] == 0
