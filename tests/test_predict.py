"""Predicting: the same answers as the runtime gives, in order, and without loading TensorFlow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from converters.base import Tensor
from edgedigits import bare_file, bundle, picture, predictions, predictor, weights_text
from edgedigits.datasets import folder, strokes
from edgedigits.errors import DataBad, WrongUse
from edgedigits.weights_text import SoftmaxWeights

if TYPE_CHECKING:
    from command_line import Command

INT8 = Path("tflite/model-int8.tflite")
FLOAT32 = Path("tflite/model-float32.tflite")


@pytest.fixture(scope="module")
def drawn() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    return strokes.draw(20, seed=3)


@pytest.fixture(scope="module")
def album(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple[NDArray[np.uint8], NDArray[np.int64]]
) -> Path:
    """Twenty prepared pictures in folders, with a hidden file and a text among them."""
    home = tmp_path_factory.mktemp("album")
    for index, image in enumerate(drawn[0]):
        place = home / f"page-{index // 8}" / f"{index:02}.png"
        place.parent.mkdir(exist_ok=True)
        Image.fromarray(image).save(place)
    (home / ".hidden.png").write_bytes(b"")
    (home / "notes.txt").write_text("no picture")
    return home


def entries(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text)["predictions"]
    return found


def without_archive(path: Path) -> bytes:
    """A TFLite file as other tools write it: only the flatbuffer."""
    with zipfile.ZipFile(path) as archive:
        return path.read_bytes()[: min(entry.header_offset for entry in archive.infolist())]


def test_json_holds_the_runtimes_answers_in_sorted_order(
    full_bundle: Path,
    album: Path,
    drawn: tuple[NDArray[np.uint8], NDArray[np.int64]],
    command: Command,
    tmp_path: Path,
) -> None:
    done = command("predict", album, "--model", full_bundle, "--json", cwd=tmp_path)
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
        assert set(entry) == {"path", "digit", "probability", "probabilities"}
        assert entry["digit"] == row.argmax()
        assert entry["probability"] == entry["probabilities"][entry["digit"]]


def test_pictures_keep_the_order_they_are_named_in(
    full_bundle: Path, album: Path, command: Command
) -> None:
    names = ["page-1/09.png", "page-0/03.png", "page-1/09.png"]
    done = command("predict", *names, "--model", full_bundle, "--json", cwd=album)
    assert [entry["path"] for entry in entries(done.out)] == names


def test_a_photograph_is_prepared_and_a_prepared_picture_is_not(
    drawn: tuple[NDArray[np.uint8], NDArray[np.int64]], tmp_path: Path
) -> None:
    image = np.roll(drawn[0][0], 3, axis=1)
    Image.fromarray(image).save(tmp_path / "prepared.png")
    np.testing.assert_array_equal(predictions.read_picture(tmp_path / "prepared.png"), image)
    Image.fromarray(255 - image).resize((280, 280)).save(tmp_path / "paper.png")
    rgba = picture.read(tmp_path / "paper.png")
    np.testing.assert_array_equal(
        predictions.read_picture(tmp_path / "paper.png"), picture.prepare(rgba)
    )


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


def test_a_folder_without_pictures_is_an_error(
    full_bundle: Path, command: Command, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    done = command("predict", "empty", "--model", full_bundle, "--json", cwd=tmp_path)
    assert done.code == 2
    assert entries(done.out)[0]["error"] == "empty: holds no pictures"


def test_top_shows_the_likeliest_digits_first(
    full_bundle: Path, album: Path, command: Command
) -> None:
    done = command("predict", "page-0/00.png", "--model", full_bundle, "--top", "3", cwd=album)
    *numbers, path = done.out.split()
    shares = [float(word) for word in numbers[1::3]]
    assert len(shares) == 3
    assert shares == sorted(shares, reverse=True)
    assert path == "page-0/00.png"


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


def test_an_answer_that_is_not_finite_is_an_error(album: Path) -> None:
    def answer(images: NDArray[np.uint8]) -> NDArray[np.float32]:
        table = np.full((len(images), 10), 0.1, np.float32)
        table[0, 0] = np.nan
        return table

    broken, fine, *_ = predictions.predict([str(album)], answer)
    assert broken.error is not None
    assert "not finite" in broken.error
    assert broken.probabilities is None
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
        "heavy = {'tensorflow', 'keras', 'scipy', 'matplotlib', 'rich.table', 'pooch'}; "
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


def test_every_kind_of_model_gives_the_same_answers(
    full_bundle: Path, strokes_run: Path, drawn: tuple[NDArray[np.uint8], NDArray[np.int64]]
) -> None:
    alone = [full_bundle / FLOAT32, full_bundle / "tfjs" / "float32" / "model.json"]
    tables = []
    for path, artifact in (
        (strokes_run, None),
        (strokes_run / "saved_model", None),
        (full_bundle, "tflite-float32"),
        (full_bundle, "tfjs-float32"),
        *((path, None) for path in alone),
    ):
        opened = predictor.open_predictor(path, artifact)
        tables.append(opened.probabilities(drawn[0]))
        opened.close()
    for table in tables[1:]:
        np.testing.assert_allclose(table, tables[0], atol=1e-4)


def test_the_bundle_here_goes_before_newer_ones_below(full_bundle: Path, tmp_path: Path) -> None:
    here = tmp_path / "bundle"
    newer = tmp_path / "models" / "latest"
    for place in (here, newer):
        place.mkdir(parents=True)
        (place / bundle.MANIFEST).write_bytes((full_bundle / bundle.MANIFEST).read_bytes())
    os.utime(here / bundle.MANIFEST, (1, 1))
    assert predictor.newest_bundle(tmp_path) == here
    (here / bundle.MANIFEST).unlink()
    assert predictor.newest_bundle(tmp_path) == newer


def test_the_newest_bundle_is_taken_and_other_manifests_are_not(
    full_bundle: Path, tmp_path: Path
) -> None:
    for age, name in enumerate(("new", "old")):
        place = tmp_path / name
        place.mkdir()
        (place / bundle.MANIFEST).write_bytes((full_bundle / bundle.MANIFEST).read_bytes())
        os.utime(place / bundle.MANIFEST, (1000 - age, 1000 - age))
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / bundle.MANIFEST).write_text('{"name": "a web page\'s manifest"}')
    (tmp_path / ".staging").mkdir()
    (tmp_path / ".staging" / bundle.MANIFEST).write_bytes(
        (full_bundle / bundle.MANIFEST).read_bytes()
    )
    assert predictor.newest_bundle(tmp_path) == tmp_path / "new"


def test_no_bundle_says_how_to_make_one(command: Command, tmp_path: Path) -> None:
    done = command("predict", "one.png", cwd=tmp_path)
    assert done.code == 2
    assert "there is no bundle" in done.err
    assert "edgedigits export" in done.err


def test_an_unknown_artifact_gets_a_suggestion(full_bundle: Path) -> None:
    with pytest.raises(WrongUse, match="did you mean tflite-float16"):
        predictor.open_predictor(full_bundle, "tflite-float61")


def test_a_changed_bundle_is_refused(copied_bundle: Path) -> None:
    path = copied_bundle / INT8
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DataBad, match="was changed"):
        predictor.open_predictor(copied_bundle)


def test_a_file_with_its_contract_inside_leaves_nothing_to_assume(
    full_bundle: Path, tmp_path: Path
) -> None:
    alone = tmp_path / "alone.tflite"
    alone.write_bytes((full_bundle / INT8).read_bytes())
    opened = predictor.open_predictor(alone)
    opened.close()
    assert opened.assumed == ()
    with pytest.raises(WrongUse, match="says itself"):
        predictor.open_predictor(alone, input_range=(0.0, 1.0))


@pytest.mark.parametrize("name", [INT8, FLOAT32])
def test_a_bare_file_is_assumed_to_take_raw_pixels_and_says_so(
    name: Path,
    full_bundle: Path,
    drawn: tuple[NDArray[np.uint8], NDArray[np.int64]],
    command: Command,
    album: Path,
    tmp_path: Path,
) -> None:
    bare = tmp_path / "bare.tflite"
    bare.write_bytes(without_archive(full_bundle / name))
    opened = predictor.open_predictor(bare)
    whole = predictor.open_predictor(full_bundle / name)
    np.testing.assert_array_equal(opened.probabilities(drawn[0]), whole.probabilities(drawn[0]))
    opened.close()
    whole.close()
    done = command("predict", album / "page-0", "--model", bare, cwd=tmp_path)
    assert done.code == 0
    assert "0..255" in done.err
    assert "assumed" in done.err
    assert "--input-range" in done.err


@pytest.mark.parametrize(
    ("dtype", "scale", "zero_point", "low", "high"),
    [
        ("uint8", 1.0, 0, 0.0, 255.0),
        ("uint8", 1 / 255, 0, 0.0, 1.0),
        ("int8", 1 / 255, -128, 0.0, 1.0),
        ("int8", 0.0078431, 0, -1.0, 1.0),
        ("uint8", 2 / 255, 127, -1.0, 1.0),
        ("int16", 255 / 32767, 0, 0.0, 255.0),
        ("uint8", 0.02, 50, -1.0, 4.1),
    ],
)
def test_the_range_of_a_quantized_input_is_that_of_its_pixels(
    dtype: str, scale: float, zero_point: int, low: float, high: float
) -> None:
    found = bare_file.range_covered(Tensor("x", dtype, (1, 28, 28, 1), scale, zero_point))
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high))


def test_a_float_input_does_not_say_its_range() -> None:
    assert bare_file.range_covered(Tensor("x", "float32", (1, 784))) is None


def test_another_saved_model_takes_the_range_it_is_told(
    strokes_run: Path, drawn: tuple[NDArray[np.uint8], NDArray[np.int64]], tmp_path: Path
) -> None:
    import keras

    trained = keras.models.load_model(strokes_run / "model.keras", compile=False)
    scaled = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Rescaling(255.0), trained])
    scaled.export(tmp_path / "unit", format="tf_saved_model", verbose=False)
    ours = predictor.open_predictor(strokes_run)
    expected = ours.probabilities(drawn[0])
    told = predictor.open_predictor(tmp_path / "unit", input_range=(0.0, 1.0))
    assert told.assumed == ()
    np.testing.assert_allclose(told.probabilities(drawn[0]), expected, atol=1e-4)
    guessed = predictor.open_predictor(tmp_path / "unit")
    assert "raw pixels 0..255 assumed" in guessed.assumed[0]


def test_answers_that_are_no_probabilities_are_taken_for_logits(tmp_path: Path) -> None:
    import keras

    model = keras.Sequential(
        [keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10)]
    )
    model.export(tmp_path / "linear", format="tf_saved_model", verbose=False)
    opened = predictor.open_predictor(tmp_path / "linear")
    assert "logits" in opened.assumed[-1]
    table = opened.probabilities(np.full((2, 28, 28), 9, np.uint8))
    np.testing.assert_allclose(table.sum(axis=1), 1, atol=1e-5)
    assert table.min() >= 0


def test_text_weights_answer_like_themselves(
    album: Path,
    drawn: tuple[NDArray[np.uint8], NDArray[np.int64]],
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


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("x.tflite", b"TFL3 is not enough", "no TFLite classifier"),
        ("model.json", b'{"format": "layers-model"}', "layers model"),
        ("model.json", b"[]", "no TensorFlow.js graph model"),
        ("model.onnx", b"", "no model file that is known"),
    ],
)
def test_files_that_are_no_models_are_refused(
    name: str, content: bytes, reason: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises((WrongUse, DataBad), match=reason):
        predictor.open_predictor(tmp_path / name)


def test_folders_that_are_no_models_are_refused(tmp_path: Path, full_bundle: Path) -> None:
    with pytest.raises(WrongUse, match="holds no model"):
        predictor.open_predictor(tmp_path)
    with pytest.raises(WrongUse, match="there is no"):
        predictor.open_predictor(tmp_path / "nowhere")
    with pytest.raises(WrongUse, match="is no bundle"):
        predictor.open_predictor(tmp_path, "tflite-int8")
    with pytest.raises(WrongUse, match="says which pixels"):
        predictor.open_predictor(full_bundle, input_range=(0.0, 1.0))
