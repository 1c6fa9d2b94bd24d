"""Opening a model: every kind of it, what is assumed of bare files, what is refused."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from converters.base import Tensor
from edgedigits.bundle import bundle
from edgedigits.errors import DataBad, WrongUse
from edgedigits.reading import file_facts, predictor

if TYPE_CHECKING:
    from command_line import Command
    from drawings import Drawn

INT8 = Path("tflite/model-int8.tflite")
FLOAT32 = Path("tflite/model-float32.tflite")


def without_archive(path: Path) -> bytes:
    """A TFLite file as other tools write it: only the flatbuffer."""
    with zipfile.ZipFile(path) as archive:
        return path.read_bytes()[: min(entry.header_offset for entry in archive.infolist())]


def test_every_kind_of_model_gives_the_same_answers(
    full_bundle: Path, strokes_run: Path, drawn: Drawn
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


def test_a_bundle_tells_what_is_no_digit_and_a_bare_file_does_not(
    full_bundle: Path, tmp_path: Path
) -> None:
    stated = bundle.read(full_bundle).manifest.reject
    assert stated is not None
    bare = tmp_path / "bare.tflite"
    bare.write_bytes(without_archive(full_bundle / INT8))
    for path, expected in ((full_bundle, stated), (full_bundle / INT8, stated), (bare, None)):
        opened = predictor.open_predictor(path)
        opened.close()
        assert opened.reject == expected


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
    drawn: Drawn,
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
    found = file_facts.range_covered(Tensor("x", dtype, (1, 28, 28, 1), scale, zero_point))
    assert found is not None
    assert found == pytest.approx((low, high))


def test_a_float_input_does_not_say_its_range() -> None:
    assert file_facts.range_covered(Tensor("x", "float32", (1, 784))) is None


def test_another_saved_model_takes_the_range_it_is_told(
    strokes_run: Path, drawn: Drawn, tmp_path: Path
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


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("x.tflite", b"TFL3 is not enough", "LiteRT refuses"),
        ("model.json", b'{"format": "layers-model"}', "layers model"),
        ("model.json", b"[]", "is damaged: it holds no model"),
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
