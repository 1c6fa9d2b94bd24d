"""What is named to be read: files, folders and places in data sets, in order and bit by bit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from edgedigits.datasets.strokes import strokes
from edgedigits.picture import picture
from edgedigits.reading import inputs, predictions, predictor

if TYPE_CHECKING:
    from command_line import Command
    from drawings import Drawn


def entries(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text)["predictions"]
    return found


def test_pictures_keep_the_order_they_are_named_in(
    full_bundle: Path, album: Path, command: Command
) -> None:
    names = ["page-1/09.png", "page-0/03.png", "page-1/09.png"]
    done = command("predict", *names, "--model", full_bundle, "--json", cwd=album)
    assert [entry["path"] for entry in entries(done.out)] == names


def test_a_photograph_is_prepared_and_a_prepared_picture_is_not(
    drawn: Drawn, tmp_path: Path
) -> None:
    image = drawn[0][0]
    Image.fromarray(image).save(tmp_path / "prepared.png")
    (taken,) = inputs.read_digits(tmp_path / "prepared.png").parts
    np.testing.assert_array_equal(taken.picture, image)
    Image.fromarray(255 - image).resize((280, 280)).save(tmp_path / "paper.png")
    rgba = picture.read(tmp_path / "paper.png")
    (prepared,) = inputs.read_digits(tmp_path / "paper.png").parts
    np.testing.assert_array_equal(prepared.picture, picture.prepare(rgba))


def test_a_folder_without_pictures_is_an_error(
    full_bundle: Path, command: Command, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    done = command("predict", "empty", "--model", full_bundle, "--json", cwd=tmp_path)
    assert done.code == 2
    assert entries(done.out)[0]["error"] == "empty: holds no pictures"


def test_a_place_in_a_data_set_comes_with_its_label(
    full_bundle: Path, command: Command, tmp_path: Path
) -> None:
    test = strokes.load(samples=10).test
    done = command("predict", "strokes:test:17", "--model", full_bundle, "--json", cwd=tmp_path)
    assert done.code == 0, done.err
    (entry,) = entries(done.out)
    opened = predictor.open_predictor(full_bundle)
    np.testing.assert_array_equal(
        np.array(entry["probabilities"], np.float32),
        opened.probabilities(test.images[17:18])[0],
    )
    opened.close()
    assert entry["label"] == test.labels[17]


@pytest.mark.parametrize(
    ("place", "reason"),
    [("strokes:test:10000", "holds 10000"), ("strokes:exam:1", "no exam pictures")],
)
def test_a_place_that_is_not_there_is_an_error(
    place: str, reason: str, full_bundle: Path, command: Command, tmp_path: Path
) -> None:
    done = command("predict", place, "--model", full_bundle, "--json", cwd=tmp_path)
    assert done.code == 2
    assert reason in entries(done.out)[0]["error"]


def test_a_missing_data_set_gives_exit_code_4(
    full_bundle: Path, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDGEDIGITS_DATA", str(tmp_path / "nowhere"))
    asked = ("predict", "mnist:test:0", "strokes:test:0")
    done = command(*asked, "--model", full_bundle, "--json", cwd=tmp_path)
    assert done.code == 4
    missing, answered = entries(done.out)
    assert "does not exist" in missing["error"]
    assert answered["digit"] is not None


@pytest.mark.mnist
def test_mnist_pictures_are_found_by_their_number(
    full_bundle: Path, mnist_dir: Path, command: Command, tmp_path: Path
) -> None:
    done = command(
        *("predict", "mnist:test:0", "mnist:test:1", "--data-dir", mnist_dir),
        *("--model", full_bundle, "--json"),
        cwd=tmp_path,
    )
    # The first two of the official test pictures are a 7 and a 2.
    assert [entry["label"] for entry in entries(done.out)] == [7, 2]


def test_pictures_are_taken_in_one_batch_at_a_time() -> None:
    asked = 0

    def names() -> Iterator[str]:
        nonlocal asked
        for index in range(100_000):
            asked += 1
            yield f"missing-{index}.png"

    found = predictions.predict(names(), lambda images: np.zeros((len(images), 10), np.float32))
    next(found)
    assert asked <= predictions.BATCH
