"""What a model is unsure of is looked at again, moved by a pixel, and narrower where it may be
stretched; the page does the same."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from edgedigits.bundle.reject import Reject
from edgedigits.reading import predictions, second_look
from edgedigits.reading.predictions import Answer
from edgedigits.runtimes.tfjs.node import find_node

SOURCE = Path(__file__).parents[2] / "web_demo" / "src" / "second-look.js"
PROGRAM = """
import { readFileSync } from 'node:fs';
const { again } = await import(process.argv[1]);
const { pictures, weights, first } = JSON.parse(readFileSync(0, 'utf8'));
const dot = (row, picture) => row.reduce((sum, weight, n) => sum + weight * picture[n], 0);
const answer = (picture) => weights.map((row) => dot(row, picture));
const look = (picture, n) => again(answer, Uint8Array.from(picture), first[n]);
const looked = await Promise.all(pictures.map(look));
console.log(JSON.stringify(looked.map((each) => [...each])));
"""


class Model:
    """Probabilities that hang on where the ink is; it remembers the pictures that it saw."""

    def __init__(self) -> None:
        self.seen: list[NDArray[np.uint8]] = []
        self.weights = np.random.default_rng(0).random((10, 784))

    def __call__(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.seen.extend(images)
        table = (images.reshape(-1, 784).astype(np.float64) @ self.weights.T) ** 8
        answers: NDArray[np.float32] = (table / table.sum(axis=1, keepdims=True)).astype(np.float32)
        return answers


@pytest.fixture(scope="module")
def pictures() -> NDArray[np.uint8]:
    """Six, of which the last three are much higher than wide."""
    some = np.random.default_rng(1).integers(0, 256, (6, 28, 28), dtype=np.uint8)
    some[3:, :, :6] = some[3:, :, -6:] = 0
    return some


@pytest.mark.parametrize(
    ("move", "ink"), [((-1, 0), (0, 2)), ((1, 0), (2, 2)), ((0, -1), (1, 1)), ((0, 1), (1, 3))]
)
def test_pictures_move_and_zeros_come_in(move: tuple[int, int], ink: tuple[int, int]) -> None:
    picture = np.zeros((1, 4, 5), np.uint8)
    picture[0, 1, 2] = 9
    expected = np.zeros((4, 5), np.uint8)
    expected[ink] = 9
    assert np.array_equal(second_look.moved(picture, *move), [expected])
    full = np.full((1, 4, 5), 9, np.uint8)
    assert np.count_nonzero(second_look.moved(full, *move)) == 20 - (5 if move[0] else 4)


@pytest.mark.parametrize("width", second_look.WIDTHS)
def test_pictures_become_narrower_around_the_middle(width: float) -> None:
    dots = np.zeros((2, 28, 28), np.uint8)
    dots[0, 5, 20:22] = dots[1, 5, 4:6] = 200
    narrow = second_look.narrowed(dots, width)
    assert not narrow[:, np.arange(28) != 5].any()
    row = narrow[:, 5].astype(np.float64)
    assert row @ np.arange(28) / row.sum(1) - 13.5 == pytest.approx(
        [7 * width, -9 * width], abs=0.2
    )
    assert row.sum(1) == pytest.approx([400 * width] * 2, rel=0.2)
    full = second_look.narrowed(np.full((1, 28, 28), 200, np.uint8), width)
    assert np.count_nonzero(full[0, 0]) == pytest.approx(28 * width, abs=1)
    assert full[0, :, 13:15].tolist() == [[200, 200]] * 28


@pytest.fixture(scope="module")
def boxes() -> NDArray[np.uint8]:
    """At the limits of what may be stretched."""
    some = np.zeros((5, 28, 28), np.uint8)
    sizes = [(20, 18, 77), (26, 23, 77), (20, 20, 76), (8, 20, 255), (20, 6, 255)]
    for image, (height, width, level) in zip(some, sizes, strict=True):
        image[2 : 2 + height, 3 : 3 + width] = level
    some[2, 4:24, 5] = 255  # the only ink of a faint square
    return some


def test_what_is_as_wide_as_high_may_be_stretched(boxes: NDArray[np.uint8]) -> None:
    assert second_look.may_be_stretched(boxes).tolist() == [True, False, False, True, False]


def test_only_what_is_unsure_is_asked_again(pictures: NDArray[np.uint8]) -> None:
    model = Model()
    table = model(pictures)
    which = np.array([True, False, False, True, False, False])
    model.seen.clear()
    looked = second_look.again(model, pictures, table, which)
    assert len(model.seen) == 2 * len(second_look.MOVES) + len(second_look.WIDTHS) == 11
    assert np.array_equal(looked[~which], table[~which])
    looks = [table, *(model(second_look.moved(pictures, *move)) for move in second_look.MOVES)]
    assert np.allclose(looked[3], np.mean(looks, axis=0)[3], rtol=1e-6)
    looks += [model(second_look.narrowed(pictures, width)) for width in second_look.WIDTHS]
    assert np.allclose(looked[0], np.mean(looks, axis=0)[0], rtol=1e-6)
    assert not np.allclose(looked[which], table[which], rtol=1e-3)


def test_the_page_looks_again_as_python_does(
    pictures: NDArray[np.uint8], boxes: NDArray[np.uint8]
) -> None:
    model = Model()
    pictures = np.concatenate([pictures, boxes])

    def linear(images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return (images.reshape(-1, 784) @ model.weights.T).astype(np.float32)

    first = linear(pictures)
    sent = {
        "pictures": pictures.reshape(-1, 784).tolist(),
        "weights": model.weights.tolist(),
        "first": first.tolist(),
    }
    done = subprocess.run(
        [find_node(), "--input-type=module", "-e", PROGRAM, SOURCE.as_uri()],
        input=json.dumps(sent).encode(),
        capture_output=True,
        check=True,
    )
    looked = second_look.again(linear, pictures, first, np.ones(len(pictures), np.bool_))
    assert np.allclose(json.loads(done.stdout), looked, rtol=1e-6)


def test_predictions_are_sure_by_the_first_answer(
    pictures: NDArray[np.uint8], tmp_path: Path
) -> None:
    for number, image in enumerate(pictures):
        Image.fromarray(image).save(tmp_path / f"{number}.png")
    model = Model()

    def found(reject: Reject | None) -> list[Answer]:
        some = predictions.predict([str(tmp_path)], model, one=True, reject=reject)
        return [prediction.answers[0] for prediction in some]

    once = np.array([one.probabilities for one in found(None)])
    confidence = Reject(1.0, 0.0).confidence(once)
    none, sure = (float(np.sort(confidence)[place]) + 1e-9 for place in (1, 3))
    model.seen.clear()
    twice = found(Reject(1.0, none, sure))
    again = [one.unsure for one in twice]
    wide = second_look.may_be_stretched(np.stack(model.seen[:6]))[again].sum()
    assert len(model.seen) == 6 + 4 * 2 + 3 * wide
    assert [one.rejected for one in twice] == (confidence < none).tolist()
    assert [one.unsure for one in twice] == ((confidence >= none) & (confidence < sure)).tolist()
    is_same = [np.allclose(one.probabilities, row) for one, row in zip(twice, once, strict=True)]
    assert is_same == [not one.unsure for one in twice]
