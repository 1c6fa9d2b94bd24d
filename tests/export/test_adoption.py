"""Files that other converters wrote, taken into a bundle and held against the float model."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import colours
import numpy as np
import pytest

from edgedigits.bundle import bundle
from edgedigits.errors import ExitCode

if TYPE_CHECKING:
    from command_line import Command, Finished

# What other converters write is made by one worker.
pytestmark = pytest.mark.xdist_group("adoption")


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory, colour_model: Path) -> Path:
    """`float32.tflite`, `int8.tflite` and `web/model.json` as TensorFlow's own converters, called
    without this package, write them."""
    # With captured output, a package that tensorflowjs imports would ask for IPython to greet us.
    os.environ.setdefault("TFDF_DISABLE_WELCOME_MESSAGE", "1")
    import tensorflow as tf
    from tensorflowjs.converters import converter

    folder = tmp_path_factory.mktemp("foreign")
    model = str(colour_model / "model")
    plain = tf.lite.TFLiteConverter.from_saved_model(model)
    (folder / "float32.tflite").write_bytes(plain.convert())
    quantizing = tf.lite.TFLiteConverter.from_saved_model(model)
    quantizing.optimizations = [tf.lite.Optimize.DEFAULT]
    values = ((colours.draw(100, seed=31)[0] / 255 - colours.MEAN) / colours.STD).astype(np.float32)
    quantizing.representative_dataset = lambda: ([value[None]] for value in values)
    quantizing.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    quantizing.inference_input_type = quantizing.inference_output_type = tf.int8
    (folder / "int8.tflite").write_bytes(quantizing.convert())
    options = ("--input_format=tf_saved_model", "--quantize_uint8=*")
    converter.convert([*options, model, str(folder / "web")])
    return folder


@pytest.fixture
def adopt(
    command: Command, colour_model: Path, foreign: Path, tmp_path: Path
) -> Callable[..., Finished]:
    """Adopts files of `foreign` into `tmp_path / "bundle"`."""

    def adopt(*files: str, contract: tuple[str, ...] = colours.CONTRACT) -> Finished:
        named = [foreign / each if "." in each or each == "web" else each for each in files]
        data = ("--dataset", colour_model / "pictures.npz")
        return command("adopt", colour_model / "model", *named, *data, *contract, cwd=tmp_path)

    return adopt


def test_files_of_other_converters_are_verified_as_they_are(
    adopt: Callable[..., Finished], foreign: Path, command: Command, tmp_path: Path
) -> None:
    done = adopt("--tflite", "float32.tflite", "--tflite", "int8.tflite", "--tfjs", "web")
    assert done.code == 0, done.out + done.err
    opened = bundle.read(tmp_path / "bundle")
    ids = [each.id for each in opened.manifest.artifacts]
    assert ids == ["tflite-float32", "tflite-int8", "tfjs-uint8"]
    assert opened.manifest.verified
    assert opened.manifest.labels == colours.CLASSES
    assert opened.manifest.facts["calibration"] is None
    copied = opened.folder / "tflite" / "model-int8.tflite"
    assert copied.read_bytes() == (foreign / "int8.tflite").read_bytes()
    assert command("verify", "bundle", cwd=tmp_path).code == 0


@pytest.mark.parametrize(
    ("contract", "says"),
    [
        (("--input-range", "0,1"), "say what the model takes: --input-range 0,1 --mean"),
        ((*colours.CONTRACT, "--bgr"), "say what the model takes: --input-range 0,1"),
    ],
)
def test_a_contract_that_is_not_the_models_is_refused(
    adopt: Callable[..., Finished],
    tmp_path: Path,
    contract: tuple[str, ...],
    says: str,
) -> None:
    done = adopt("--tflite", "float32.tflite", contract=contract)
    assert done.code == ExitCode.BUDGET_BROKEN
    assert len(done.error) == 2
    assert says in done.error[1]
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_another_training_is_rejected(
    foreign: Path, command: Command, colour_model: Path, tmp_path: Path
) -> None:
    colours.train(tmp_path, seed=5)
    asked = ("--dataset", colour_model / "pictures.npz", *colours.CONTRACT)
    files = ("--tflite", foreign / "float32.tflite")
    done = command("adopt", tmp_path / "model", *files, *asked, cwd=tmp_path)
    assert done.code == ExitCode.BUDGET_BROKEN
    assert "FAIL" in done.out
    assert not (tmp_path / "bundle" / "manifest.json").exists()


def test_a_file_that_answers_with_logits_is_understood(
    command: Command, colour_model: Path, tmp_path: Path
) -> None:
    import tensorflow as tf

    loaded = tf.saved_model.load(str(colour_model / "model"))

    def answer(picture: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"logits": tf.math.log(loaded.serve(picture) + 1e-7) - 3.0}

    logits = tf.function(answer, [tf.TensorSpec([1, 20, 28, 3], tf.float32, name="picture")])

    module = tf.Module()
    module.loaded = loaded
    tf.saved_model.save(module, str(tmp_path / "logits"), signatures=logits)
    converter = tf.lite.TFLiteConverter.from_saved_model(str(tmp_path / "logits"))
    (tmp_path / "logits.tflite").write_bytes(converter.convert())
    asked = ("--dataset", colour_model / "pictures.npz", *colours.CONTRACT)
    done = command(
        "adopt", colour_model / "model", "--tflite", "logits.tflite", *asked, cwd=tmp_path
    )
    assert done.code == ExitCode.WRONG_USE
    assert "answers with logits, the float model with probabilities" in done.error[0]
    # The float model's own logits are found as well, and told.
    done = command(
        "adopt", "logits", "--tflite", "logits.tflite", *asked, "--out", "two", cwd=tmp_path
    )
    assert done.code == 0, done.out + done.err
    (artifact,) = bundle.read(tmp_path / "two").manifest.artifacts
    assert artifact.logits
    assert "note: logits answers with numbers that are no probabilities" in done.err


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ((), "there is nothing to adopt"),
        (("--tflite", "nowhere.tflite"), "there is no "),
        (("--tfjs", "nowhere.web"), "there is no "),
        (("--tflite", "float32.tflite", "--tflite", "float32.tflite"), "both of tflite in float32"),
    ],
)
def test_what_cannot_be_adopted_is_told_in_two_lines(
    adopt: Callable[..., Finished], tmp_path: Path, files: tuple[str, ...], says: str
) -> None:
    done = adopt(*files)
    assert done.code == ExitCode.WRONG_USE
    assert says in done.error[0]
    assert len(done.error) == 2
    assert list(tmp_path.iterdir()) == []


def test_files_of_other_pictures_are_refused(
    command: Command, colour_model: Path, full_bundle: Path, tmp_path: Path
) -> None:
    asked = ("--dataset", colour_model / "pictures.npz", *colours.CONTRACT)
    for option, file in (("--tflite", "tflite/model-int8.tflite"), ("--tfjs", "tfjs/float32")):
        done = command(
            "adopt", colour_model / "model", option, full_bundle / file, *asked, cwd=tmp_path
        )
        assert done.code == ExitCode.WRONG_USE
        assert "the float model 20x28 colour pictures" in done.error[0]
        assert list(tmp_path.iterdir()) == []


def test_a_damaged_file_is_refused(adopt: Callable[..., Finished], foreign: Path) -> None:
    broken = foreign / "broken.tflite"
    broken.write_bytes((foreign / "float32.tflite").read_bytes()[:2_000])
    done = adopt("--tflite", "broken.tflite")
    assert done.code == ExitCode.DATA_BAD
    assert len(done.error) == 2
    entry = foreign / "web" / "model.json"
    other = foreign / "odd.web"
    other.mkdir()
    content = json.loads(entry.read_text())
    content["weightsManifest"][0]["paths"] = ["gone.bin"]
    (other / "model.json").write_text(json.dumps(content))
    done = adopt("--tfjs", "odd.web")
    assert done.code == ExitCode.DATA_BAD
    assert "gone.bin" in done.error[0]
