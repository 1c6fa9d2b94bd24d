"""Softmax regression as text files: written as NumPy does, read back to the same answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edgedigits.bundle import run
from edgedigits.datasets.strokes import strokes
from edgedigits.errors import DataBad, WrongUse
from edgedigits.models import weights_text
from edgedigits.models.weights_text import SoftmaxWeights

if TYPE_CHECKING:
    from command_line import Command


@pytest.fixture(scope="module")
def softmax_run(tmp_path_factory: pytest.TempPathFactory, command: Command) -> Path:
    home = tmp_path_factory.mktemp("softmax")
    options = "--model softmax --dataset strokes --samples 3000 --steps 120 --no-plots --out run"
    done = command("train", *options.split(), cwd=home)
    assert done.code == 0, done.err
    return home / "run"


@pytest.fixture
def some_weights() -> SoftmaxWeights:
    rng = np.random.default_rng(0)
    return SoftmaxWeights(
        rng.normal(size=(784, 10)).astype(np.float32), rng.normal(size=10).astype(np.float32)
    )


def test_text_gives_the_answers_of_the_saved_model(
    softmax_run: Path, command: Command, tmp_path: Path
) -> None:
    from converters import saved_model

    done = command("weights", softmax_run, "--format", "txt", "--out", "text", cwd=tmp_path)
    assert done.code == 0, done.err
    images, labels = strokes.draw(300, 7)
    found = weights_text.read(tmp_path / "text").probabilities(images)
    source = saved_model.read(softmax_run / run.SAVED_MODEL, pixels=784, classes=10)
    expected = saved_model.predict(source, images[..., None].astype(np.float32))
    assert np.abs(found - expected).max() < 1e-5
    assert (found.argmax(axis=1) == labels).mean() > 0.5


def test_numpy_reads_the_files_without_us(
    softmax_run: Path, command: Command, tmp_path: Path
) -> None:
    assert command("weights", softmax_run, "--out", tmp_path, cwd=tmp_path).code == 0
    assert np.loadtxt(tmp_path / "weights.txt").shape == (784, 10)
    assert np.loadtxt(tmp_path / "const.txt").shape == (10,)


def test_every_bit_survives(some_weights: SoftmaxWeights, tmp_path: Path) -> None:
    weights_text.write(some_weights, tmp_path)
    found = weights_text.read(tmp_path)
    assert np.array_equal(found.weights, some_weights.weights)
    assert np.array_equal(found.constants, some_weights.constants)


def test_another_model_is_refused(strokes_run: Path) -> None:
    with pytest.raises(WrongUse, match="of the model cnn: only softmax") as caught:
        weights_text.of_run(run.open_run(strokes_run))
    assert "edgedigits train --model softmax" in str(caught.value)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataBad, match=r"weights\.txt is missing"):
        weights_text.read(tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "holds 0 numbers"),
        ("1 2 3\n4 5 6\n", "holds 2x3 numbers, not 784x10"),
        ("1 two 3\n", "weights.txt is damaged"),
        ("1 2\n3\n", "weights.txt is damaged"),
        ("nan " * 10 + "\n" + ("0 " * 10 + "\n") * 783, "not finite"),
    ],
)
def test_damaged_tables_are_told(
    content: str, said: str, some_weights: SoftmaxWeights, tmp_path: Path
) -> None:
    weights_text.write(some_weights, tmp_path)
    (tmp_path / "weights.txt").write_text(content)
    with pytest.raises(DataBad, match=said):
        weights_text.read(tmp_path)
