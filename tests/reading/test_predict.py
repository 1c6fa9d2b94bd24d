"""`edgedigits predict`: the model's answers in lines and JSON, and without loading TensorFlow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from edgedigits.datasets import folder
from edgedigits.models import weights_text
from edgedigits.models.weights_text import SoftmaxWeights
from edgedigits.reading import predictions, predictor

if TYPE_CHECKING:
    from command_line import Command
    from drawings import Drawn

INT8 = Path("tflite/model-int8.tflite")


def entries(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text)["predictions"]
    return found


def test_json_holds_the_runtimes_answers_in_sorted_order(
    full_bundle: Path, album: Path, drawn: Drawn, command: Command, tmp_path: Path
) -> None:
    asked = ("predict", album, "--model", full_bundle, "--no-reject", "--json")
    done = command(*asked, cwd=tmp_path)
    assert done.code == 0, done.err
    found = entries(done.out)
    assert [entry["path"] for entry in found] == [str(path) for path in folder.picture_files(album)]
    opened = predictor.open_predictor(full_bundle)
    expected = opened.probabilities(drawn[0])
    opened.close()
    assert opened.title.startswith("tflite-int8 ")
    np.testing.assert_array_equal(
        np.array([entry["probabilities"] for entry in found], np.float32), expected
    )
    for entry, row in zip(found, expected, strict=True):
        assert entry["digit"] == row.argmax()
        assert entry["probability"] == entry["probabilities"][entry["digit"]]
        assert entry["reading"] == str(entry["digit"])
        assert entry["lines"] == [entry["reading"]]
        (digit,) = entry["digits"]
        assert (digit["box"], digit["line"]) == ([0, 0, 28, 28], 0)
        for name in ("digit", "probability", "probabilities", "rejected"):
            assert digit[name] == entry[name]


def test_a_bad_picture_does_not_stop_the_others(
    full_bundle: Path, album: Path, command: Command, tmp_path: Path
) -> None:
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")
    good = album / "page-0" / "00.png"
    done = command(
        *("predict", "missing.png", "broken.png", tmp_path / "nowhere", good),
        *("--model", full_bundle, "--json"),
        cwd=tmp_path,
    )
    assert done.code == 2
    missing, broken, nowhere, answered = entries(done.out)
    for entry in (missing, broken, nowhere):
        assert entry["digit"] is None
        assert entry["probabilities"] is None
        assert entry["path"].split("/")[-1] in entry["error"]
    assert "error" not in answered
    assert answered["digit"] is not None


def test_lines_name_the_pictures_that_cannot_be_read(
    full_bundle: Path, album: Path, command: Command
) -> None:
    done = command("predict", "x.png", "page-0/00.png", "--model", full_bundle, cwd=album)
    assert done.code == 2
    error, answer = done.out.splitlines()
    assert error.startswith("error")
    assert "x.png" in error
    assert "page-0/00.png" in answer
    assert "no answer for 1 of 2" in done.err


def test_a_blank_picture_is_no_digit_and_no_failure(
    full_bundle: Path, command: Command, tmp_path: Path
) -> None:
    Image.new("RGB", (60, 40), "white").save(tmp_path / "white.png")
    Image.new("L", (28, 28), 0).save(tmp_path / "black.png")
    asked = ("predict", "white.png", "black.png", "--model", full_bundle)
    done = command(*asked, "--json", cwd=tmp_path)
    assert done.code == 0
    for entry in entries(done.out):
        assert entry["digit"] is None
        assert "error" not in entry
    assert command(*asked, cwd=tmp_path).out.count("no digit") == 2


def test_top_shows_the_likeliest_digits_first(
    full_bundle: Path, album: Path, command: Command
) -> None:
    done = command("predict", "page-0/00.png", "--model", full_bundle, "--top", "3", cwd=album)
    *numbers, path = done.out.split()
    shares = [float(word) for word in numbers[1::3]]
    assert len(shares) == 3
    assert shares == sorted(shares, reverse=True)
    assert path == "page-0/00.png"


def test_an_answer_that_is_not_finite_is_an_error(album: Path) -> None:
    def answer(images: NDArray[np.uint8]) -> NDArray[np.float32]:
        table = np.full((len(images), 10), 0.1, np.float32)
        table[0, 0] = np.nan
        return table

    broken, fine, *_ = predictions.predict([str(album)], answer)
    assert broken.error is not None
    assert "not finite" in broken.error
    assert broken.answers == ()
    assert fine.error is None


@pytest.mark.parametrize("model", [Path(), INT8, Path("../alone.tflite")])
def test_a_tflite_file_needs_no_heavy_library(
    model: Path, full_bundle: Path, album: Path, tmp_path: Path
) -> None:
    alone = tmp_path / "alone.tflite"
    alone.write_bytes((full_bundle / INT8).read_bytes())
    path = alone if model.name == "alone.tflite" else full_bundle / model
    program = (
        "import sys; from edgedigits import cli; code = cli.run(sys.argv[1:]); "
        "heavy = {'tensorflow', 'keras', 'scipy', 'matplotlib', 'rich.table', 'pooch', "
        "'cyclonedx', 'model_signing'}; "
        "print(code, sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "predict", album / "page-0", "--model", path, "--json"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=os.environ,
    )
    assert done.stdout.splitlines()[-1] == "0 []"
    assert done.stderr == ""


def test_no_bundle_says_how_to_make_one(command: Command, tmp_path: Path) -> None:
    done = command("predict", "one.png", cwd=tmp_path)
    assert done.code == 2
    assert "there is no bundle" in done.err
    assert "edgedigits export" in done.err


def test_text_weights_answer_like_themselves(
    album: Path,
    drawn: Drawn,
    command: Command,
    tmp_path: Path,
) -> None:
    rng = np.random.default_rng(0)
    weights = SoftmaxWeights(
        rng.normal(0, 0.1, (784, 10)).astype(np.float32), rng.normal(size=10).astype(np.float32)
    )
    weights_text.write(weights, tmp_path / "w")
    done = command("predict", album, "--weights-txt", "w", "--json", cwd=tmp_path)
    assert done.code == 0, done.err
    found = np.array([entry["probabilities"] for entry in entries(done.out)], np.float32)
    np.testing.assert_allclose(found, weights.probabilities(drawn[0]), atol=1e-6)
    both = command("predict", album, "--weights-txt", "w", "--artifact", "x", cwd=tmp_path)
    assert both.code == 2
