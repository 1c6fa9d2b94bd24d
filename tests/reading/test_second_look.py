"""What a model is unsure of is looked at again, moved by a pixel; the page does the same."""

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
    """Probabilities that hang on where the ink is; it remembers how many pictures it saw."""

    def __init__(self) -> None:
        self.seen = 0
        self.weights = np.random.default_rng(0).random((10, 784))

    def __call__(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.seen += len(images)
        table = (images.reshape(-1, 784).astype(np.float64) @ self.weights.T) ** 8
        answers: NDArray[np.float32] = (table / table.sum(axis=1, keepdims=True)).astype(np.float32)
        return answers


@pytest.fixture(scope="module")
def pictures() -> NDArray[np.uint8]:
    return np.random.default_rng(1).integers(0, 256, (6, 28, 28), dtype=np.uint8)


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


def test_only_what_is_unsure_is_asked_again(pictures: NDArray[np.uint8]) -> None:
    model = Model()
    table = model(pictures)
    which = np.array([True, False, False, True, False, False])
    model.seen = 0
    looked = second_look.again(model, pictures, table, which)
    assert model.seen == 2 * len(second_look.MOVES) == 8
    assert np.array_equal(looked[~which], table[~which])
    five = [table, *(model(second_look.moved(pictures, *move)) for move in second_look.MOVES)]
    assert np.allclose(looked[which], np.mean(five, axis=0)[which], rtol=1e-6)
    assert not np.allclose(looked[which], table[which], rtol=1e-3)


def test_the_page_looks_again_as_python_does(pictures: NDArray[np.uint8]) -> None:
    model = Model()

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
    looked = second_look.again(linear, pictures, first, np.ones(6, np.bool_))
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
    model.seen = 0
    twice = found(Reject(1.0, none, sure))
    assert model.seen == 6 + 4 * 2
    assert [one.rejected for one in twice] == (confidence < none).tolist()
    assert [one.unsure for one in twice] == ((confidence >= none) & (confidence < sure)).tolist()
    is_same = [np.allclose(one.probabilities, row) for one, row in zip(twice, once, strict=True)]
    assert is_same == [not one.unsure for one in twice]
