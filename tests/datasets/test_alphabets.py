"""Drawn letters: all are there and told apart, the same for the same seed, and no outliers."""

from __future__ import annotations

import os
import subprocess
import sys
from string import ascii_lowercase, ascii_uppercase

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits.datasets import datasets, folder
from edgedigits.datasets.strokes import alphabets, outliers, strokes
from edgedigits.datasets.strokes.digit_doubles import CAPITAL_DOUBLES, SMALL_DOUBLES
from edgedigits.datasets.strokes.drawing import CHUNK, Drawing
from edgedigits.datasets.strokes.letters import CAPITALS
from edgedigits.datasets.strokes.small_letters import SMALL
from edgedigits.errors import WrongUse

LETTERS = (alphabets.LETTERS, alphabets.SMALL_LETTERS)
letters = pytest.mark.parametrize("drawing", LETTERS, ids=lambda drawing: drawing.name)


def test_all_letters_and_nothing_else_are_the_classes() -> None:
    assert "".join(alphabets.LETTERS.classes) == ascii_uppercase
    assert "".join(alphabets.SMALL_LETTERS.classes) == ascii_lowercase
    assert set(CAPITALS) | set(CAPITAL_DOUBLES) == set(ascii_uppercase)
    assert set(SMALL) | set(SMALL_DOUBLES) == set(ascii_lowercase)


def test_what_can_be_drawn_is_what_a_command_can_name() -> None:
    assert list(alphabets.DRAWINGS) == datasets.drawn()
    loaded = datasets.load("small-letters", samples=60, seed=3)
    assert loaded.name == "small-letters"
    assert loaded.classes == alphabets.SMALL_LETTERS.classes
    assert [len(loaded.train), len(loaded.validation), len(loaded.test)] == [60, 26, 10_000]


@letters
def test_runs_hold_every_letter_once_and_a_shorter_drawing_begins_a_longer_one(
    drawing: Drawing,
) -> None:
    images, labels = drawing.draw(CHUNK + 90, 3)
    assert sorted(labels[:26]) == sorted(labels[26:52]) == list(range(26))
    assert not np.array_equal(labels[:26], labels[26:52])
    for count in (0, 137, CHUNK + 1):
        assert np.array_equal(drawing.draw(count, 3)[0], images[:count])
    streamed = list(drawing.stream(3, 0, CHUNK + 90, 64))
    assert np.array_equal(np.concatenate([some for some, _ in streamed]), images)


@letters
def test_another_process_draws_the_same_bytes_and_another_seed_others(drawing: Drawing) -> None:
    code = (
        "import sys; from edgedigits.datasets.strokes import alphabets;"
        f"images, _ = alphabets.DRAWINGS[{drawing.name!r}].draw(60, 3);"
        "sys.stdout.buffer.write(images.tobytes())"
    )
    oldest = {"OPENBLAS_CORETYPE": "Prescott", "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env={**os.environ, **oldest},
        stdout=subprocess.PIPE,
        check=True,
    )
    assert done.stdout == drawing.draw(60, 3)[0].tobytes()
    assert done.stdout != drawing.draw(60, 4)[0].tobytes()


def test_splits_share_no_picture() -> None:
    loaded = alphabets.LETTERS.load(200)
    pictures = [split.images for split in (loaded.train, loaded.validation, loaded.test)]
    everything = np.concatenate(pictures).reshape(-1, 784)
    # Two hands may draw the same plain bar, but hardly ever.
    assert len(np.unique(everything, axis=0)) >= len(everything) - 3


@letters
def test_letters_are_prepared_as_digits_are(drawing: Drawing) -> None:
    images, _ = drawing.draw(260, 5)
    kept = 0
    for image in images:
        rgba = np.dstack([image] * 3 + [np.full_like(image, 255)])
        kept += folder.is_prepared(rgba)
    # Most would be taken as they are from a folder; thin ink may fade at the box's edge.
    assert kept > 250


@letters
def test_a_letter_is_most_like_its_own_kind(drawing: Drawing) -> None:
    known, answers = drawing.draw(5_200, 1)
    asked, labels = drawing.draw(520, 2)
    apart = _apart(known), _apart(asked)
    nearest = (apart[0] @ apart[1].T).argmax(axis=0)
    right = answers[nearest] == labels
    assert right.mean() > 0.8
    for label in range(26):
        assert right[labels == label].mean() > 0.4, drawing.classes[label]


def _apart(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    flat = images.reshape(len(images), -1).astype(np.float32)
    scaled: NDArray[np.float32] = flat / np.linalg.norm(flat, axis=1, keepdims=True)
    return scaled


def test_digits_doubles_are_never_drawn_as_no_digit() -> None:
    assert not set(CAPITAL_DOUBLES | SMALL_DOUBLES) & set(outliers.LETTERS)


def test_every_way_that_is_left_out_is_one_that_there_is() -> None:
    tables = CAPITALS | SMALL
    for name, ways in alphabets.ANOTHER_LETTER.items():
        assert set(ways) < set(tables[name])
    total = sum(map(len, (*CAPITALS.values(), *CAPITAL_DOUBLES.values())))
    left_out = sum(len(alphabets.ANOTHER_LETTER[name]) for name in "UV")
    assert len(alphabets.capitals().labels) == total - left_out


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(WrongUse, match="25 samples cannot hold 26 letters"):
        alphabets.LETTERS.load(25)
    with pytest.raises(WrongUse, match=r"must lie in 0\.\.25"):
        alphabets.LETTERS.draw(1, 0, labels=np.array([26]))


def test_strokes_are_the_digits_of_the_same_table() -> None:
    assert strokes.DRAWING is alphabets.DRAWINGS["strokes"]
    assert strokes.DRAWING.classes == tuple("0123456789")
