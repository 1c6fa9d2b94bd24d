"""An export whose calibration pictures are not like those to be answered makes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import Command, Finished
from numpy.typing import NDArray

from edgedigits.datasets.strokes import strokes
from edgedigits.errors import ExitCode

Images = NDArray[np.uint8]
TRAIN, TEST = 200, 60


@pytest.fixture(scope="module")
def drawn_digits() -> tuple[Images, NDArray[np.int64]]:
    return strokes.draw(TRAIN + TEST, seed=21)


def export(
    command: Command, folder: Path, train: Images, drawn: tuple[Images, NDArray[np.int64]]
) -> Finished:
    images, labels = drawn
    np.savez(
        folder / "pictures.npz",
        x_train=train,
        y_train=labels[:TRAIN],
        x_test=images[TRAIN:],
        y_test=labels[TRAIN:],
    )
    words = "export ready:nano --dataset pictures.npz --target tflite --scheme int8 --no-verify"
    done = command(*words.split(), "--calibration-count", "150", "--out", "bundle", cwd=folder)
    assert (folder / "bundle").exists() == (done.code == 0)
    assert not list(folder.glob(".*"))
    return done


def test_good_pictures_are_recorded_with_what_was_found(
    command: Command, tmp_path: Path, drawn_digits: tuple[Images, NDArray[np.int64]]
) -> None:
    train = drawn_digits[0][:TRAIN].copy()
    train[50:70] = train[49]
    done = export(command, tmp_path, train, drawn_digits)
    assert done.code == ExitCode.DONE
    audit = json.loads((tmp_path / "bundle/manifest.json").read_text())["calibration"]["audit"]
    assert audit["held_out"] == TEST
    assert audit["outside"]["percent"] < 5
    assert audit["distance"]["variances"] < 0.5
    assert "differ from one another" in audit["notes"][0]
    assert f"note on the calibration pictures: {audit['notes'][0]}" in done.out


def test_dim_pictures_for_bright_ones_are_refused(
    command: Command, tmp_path: Path, drawn_digits: tuple[Images, NDArray[np.int64]]
) -> None:
    done = export(command, tmp_path, drawn_digits[0][:TRAIN] // np.uint8(5), drawn_digits)
    assert done.code == ExitCode.BUDGET_BROKEN
    assert "the 150 calibration pictures are not like those the model is to answer" in done.error[0]
    assert done.error[1].startswith("calibrate on pictures like those it is to answer (--dataset)")


def test_bytes_scaled_to_almost_nothing_are_refused(
    command: Command, tmp_path: Path, drawn_digits: tuple[Images, NDArray[np.int64]]
) -> None:
    done = export(command, tmp_path, drawn_digits[0][:TRAIN] // np.uint8(64), drawn_digits)
    assert done.code == ExitCode.BUDGET_BROKEN
    assert done.error[0].endswith("all their pixels are within 0..3 of 0..255")
    assert "not scaled" in done.error[1]
