"""Each mistake is the one that its name says, and is fed to a model as a caller would."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from drawings import Drawn

from edgedigits.bundle import bundle
from edgedigits.bundle.artifact import InputContract
from edgedigits.picture import picture
from edgedigits.robustness import wrong_preparation
from edgedigits.robustness.wrong_preparation import INK, PAPER, cases
from edgedigits.runtimes.base import TakesValues
from edgedigits.runtimes.runtimes import open_runtime

RAW = InputContract(0.0, 255.0)
NAMES = ("inverted", "transposed", "off-centre", "mirrored", "rgb-order")


def fed(pixels: InputContract) -> dict[str, InputContract]:
    return {case.name: case.fed for case in cases(pixels) if case.fed is not None}


@pytest.mark.parametrize(
    "pixels", [RAW, InputContract(0.0, 1.0), InputContract(-1.0, 1.0), InputContract(1.0, 0.0)]
)
def test_there_are_seven_and_two_of_them_are_about_the_scale(pixels: InputContract) -> None:
    assert len(cases(pixels)) == 7
    assert len(fed(pixels)) == 2
    assert tuple(case.name for case in cases(None)) == NAMES


def test_a_model_of_bytes_is_fed_divided_ones() -> None:
    found = fed(RAW)
    assert list(found) == ["divided", "divided-twice"]
    white = np.array([[[255]]], np.uint8)
    assert found["divided"].values(white).item() == pytest.approx(1.0)
    assert found["divided-twice"].values(white).item() == pytest.approx(1 / 255)


def test_a_model_of_shares_is_fed_undivided_bytes() -> None:
    found = fed(InputContract(0.0, 1.0))
    assert list(found) == ["not-divided", "divided-twice"]
    levels = np.array([[[0, 100, 255]]], np.uint8)
    assert found["not-divided"].values(levels).ravel().tolist() == [0, 100, 255]
    assert found["divided-twice"].values(levels).max() == pytest.approx(1 / 255)


def test_a_division_that_is_forgotten_before_a_shift_keeps_the_shift() -> None:
    # Such a caller computes 2 p - 1 instead of 2 p / 255 - 1.
    levels = np.array([[[0, 255]]], np.uint8)
    found = fed(InputContract(-1.0, 1.0))["not-divided"]
    assert found.values(levels).ravel().tolist() == [-1, 509]


def test_pictures_are_turned_as_the_names_say() -> None:
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 5, 9] = 255
    changed = {case.name: case.change(image)[0] for case in cases(None) if case.change is not None}
    for name, place in (("transposed", (9, 5)), ("mirrored", (5, 18)), ("off-centre", (0, 0))):
        assert np.argwhere(changed[name]).tolist() == [list(place)], name
    assert changed["inverted"][5, 9] == 0
    assert (np.delete(changed["inverted"].ravel(), 5 * 28 + 9) == 255).all()


def test_off_centre_loses_no_ink_and_leaves_blank_pictures_blank(drawn: Drawn) -> None:
    moved = wrong_preparation.cornered(drawn[0])
    assert np.array_equal(moved.sum((1, 2)), drawn[0].sum((1, 2)))
    assert moved[:, 0].any(axis=1).all()
    assert moved[:, :, 0].any(axis=1).all()
    assert not wrong_preparation.cornered(np.zeros((2, 28, 28), np.uint8)).any()


def test_colours_are_the_named_pen_on_the_named_paper() -> None:
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 5, 9] = 255
    colours = wrong_preparation.coloured(image)
    assert tuple(colours[0, 5, 9]) == INK
    assert tuple(colours[0, 0, 0]) == PAPER


def test_swapped_colours_give_paler_ink_on_greyer_paper() -> None:
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 5, 9] = 255
    swapped = wrong_preparation.swapped_to_grey(image)[0]
    # By hand: 0.299, 0.587 and 0.114 of (180, 60, 30) are 92.46, of (200, 250, 255) 235.62. In the
    # right order ink is 64.71 and paper 245.80, so that one grey level becomes 1.408.
    assert swapped[5, 9] == 216
    assert swapped[0, 0] == 14


def test_picture_preparation_undoes_swapped_colours_and_inverted_ink(drawn: Drawn) -> None:
    images = drawn[0][:6]
    for case in cases(None):
        if case.seen is None:
            continue
        for image, colours in zip(images, case.seen(images), strict=True):
            whole = np.dstack([colours, np.full((28, 28), 255, np.uint8)])
            usual = np.dstack([image, image, image, np.full((28, 28), 255, np.uint8)])
            difference = np.abs(picture.prepare(whole).astype(int) - picture.prepare(usual))
            assert difference.mean() < 4, case.name


@pytest.mark.parametrize("name", ["tflite-float32", "tflite-int8", "tfjs-float32"])
def test_values_reach_the_model_as_if_its_contract_were_another(
    full_bundle: Path, drawn: Drawn, name: str
) -> None:
    opened = bundle.read(full_bundle)
    artifact = opened.artifact(name)
    runtime = "litert" if artifact.target == "tflite" else "tfjs-node"
    wrong = fed(artifact.pixels)["divided"]
    right_one = open_runtime(runtime, artifact, full_bundle)
    wrong_one = open_runtime(runtime, replace(artifact, pixels=wrong), full_bundle)
    try:
        assert isinstance(right_one, TakesValues)
        given = right_one.probabilities_of(wrong.values(drawn[0]))
        assert np.array_equal(given, wrong_one.probabilities(drawn[0]))
        assert not np.allclose(given, right_one.probabilities(drawn[0]), atol=0.1)
    finally:
        right_one.close()
        wrong_one.close()
