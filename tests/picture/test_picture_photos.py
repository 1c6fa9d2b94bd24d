"""A photo is prepared as the clean drawing is, whatever the light, the paper and the camera."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from photos import RGBA, Scene, handwriting, place, take
from PIL import Image

from edgedigits.datasets import datasets
from edgedigits.picture import ink, paper, picture


def alike(first: RGBA, second: RGBA) -> float:
    """Correlation of two prepared pictures, wherever the centre's rounding has put the second.

    Where the centre of mass lies between two pixels, a trace of grain decides for one of them.
    """
    moves = [np.roll(second, (down, right), (0, 1)) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    return max(float(np.corrcoef(first.reshape(-1), each.reshape(-1))[0, 1]) for each in moves)


def written(digit: int, scene: Scene, size: int = 300) -> RGBA:
    """A photo of a digit somewhere off the middle."""
    height = size * 9 // 20
    sheet = place(handwriting(digit, digit, height), (size, size), (size // 6, size // 3))
    return take(sheet, scene, seed=digit)


CLEAN = Scene((255, 255, 255), (0, 0, 0), noise=0)


@pytest.mark.parametrize("light", ["slope", "lamp", "soft shadow", "hard shadow"])
@pytest.mark.parametrize("digit", range(10))
def test_uneven_light_leaves_nothing_in_the_picture(digit: int, light: str) -> None:
    expected = picture.prepare(written(digit, CLEAN))
    # Where a shadow's edge runs through a digit, some of it stays inside the digit's loops.
    least = 0.7 if light == "hard shadow" else 0.9
    assert alike(picture.prepare(written(digit, Scene(light=light))), expected) > least


@pytest.mark.parametrize("digit", range(10))
def test_specks_and_a_dark_edge_are_left_out(digit: int) -> None:
    expected = picture.prepare(written(digit, CLEAN))
    assert alike(picture.prepare(written(digit, Scene(specks=15, bar=20))), expected) > 0.93


@pytest.mark.parametrize("light", ["even", "slope", "lamp", "soft shadow"])
@pytest.mark.parametrize("digit", range(10))
def test_the_pen_is_dark_on_ruled_paper_in_any_light(digit: int, light: str) -> None:
    expected = picture.prepare(written(digit, CLEAN, 150))
    ruled = Scene(light=light, ruling="lines", bar=5)
    assert alike(picture.prepare(written(digit, ruled, 150)), expected) > 0.9


@pytest.mark.parametrize("light", ["even", "slope", "lamp"])
@pytest.mark.parametrize(
    ("scene", "is_bright"),
    [(Scene(ink=(170, 170, 170)), False), (Scene((50, 70, 60), (95, 110, 102)), True)],
    ids=["pencil", "chalk"],
)
def test_faint_ink_keeps_its_colour_in_any_light(scene: Scene, is_bright: bool, light: str) -> None:
    for digit in range(10):
        grey = ink.reduced_grey(written(digit, replace(scene, light=light)), 1)
        _, is_negative = paper.paper_of(*paper.cells_of(grey, 5))
        assert is_negative == is_bright, digit


@pytest.mark.parametrize("digit", range(10))
def test_grain_of_the_camera_does_not_matter(digit: int) -> None:
    expected = picture.prepare(written(digit, CLEAN))
    assert alike(picture.prepare(written(digit, Scene(noise=14))), expected) > 0.93


@pytest.mark.parametrize("size", [32, 60, 700, 1500])
def test_any_size_of_picture_will_do(size: int) -> None:
    expected = picture.prepare(written(5, CLEAN))
    assert alike(picture.prepare(written(5, CLEAN, size)), expected) > 0.85


@pytest.mark.parametrize("size", [64, 200])
@pytest.mark.parametrize("digit", range(10))
def test_a_wide_soft_pen_that_fills_the_picture_is_no_shadow(digit: int, size: int) -> None:
    coarse = Image.fromarray((255 * handwriting(digit, digit, 8)).astype(np.uint8))
    scale = size / max(coarse.size)
    ink = coarse.resize((round(coarse.width * scale), round(coarse.height * scale)))
    bright, dark = (
        Image.fromarray(f(np.array(ink))).convert("RGBA") for f in (np.array, np.invert)
    )
    expected = picture.prepare(np.array(bright))
    assert alike(picture.prepare(np.array(dark)), expected) > 0.93


def test_chalk_on_a_board_is_found_to_be_bright_ink() -> None:
    scene = Scene((50, 70, 60), (225, 230, 225), "slope")
    for digit in range(10):
        expected = picture.prepare(written(digit, CLEAN))
        assert alike(picture.prepare(written(digit, scene)), expected) > 0.7


@pytest.mark.mnist
def test_digits_that_are_prepared_already_hardly_change(mnist_dir: Path) -> None:
    images = datasets.load("mnist", data_dir=mnist_dir).test.images[:300]
    likeness = []
    for image in images:
        rgba = np.repeat(image[..., None], 4, axis=2)
        rgba[..., 3] = 255
        likeness.append(alike(picture.prepare(rgba), image))
    assert np.median(likeness) > 0.97
    assert np.mean(np.array(likeness) > 0.85) > 0.97
