"""What is deployed: the trained model's answers, with nothing left to scale."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from converters import saved_model
from edgedigits.bundle.bundle import read_manifest
from edgedigits.datasets.strokes import strokes
from edgedigits.models import models
from edgedigits.training import serving

if TYPE_CHECKING:
    from command_line import Command

SCALING = {"Mul", "AddV2", "Add", "RealDiv", "Sub", "FusedBatchNormV3"}


def _disturbed(name: str) -> Any:
    """An untrained model whose every weight, moving averages included, is no neutral value."""
    import keras

    keras.utils.set_random_seed(1)
    model = models.find(name).build()
    rng = np.random.default_rng(1)
    model.set_weights(
        [
            weight + rng.uniform(-0.05, 0.05, weight.shape).astype(np.float32)
            for weight in model.get_weights()
        ]
    )
    return model


@pytest.mark.parametrize("name", list(models.MODELS))
def test_saved_model_answers_with_the_trained_models_probabilities(
    name: str, tmp_path: Path
) -> None:
    model, logits = _disturbed(name), models.find(name).logits
    serving.write(model, tmp_path / "saved", logits=logits)
    source = saved_model.read(tmp_path / "saved", pixels=784, classes=10)
    inputs = strokes.draw(20, 0)[0][..., None].astype(np.float32)
    answers = saved_model.predict(source, inputs)
    expected = np.asarray(model(inputs, training=False)).astype(np.float64)
    if logits:
        expected = np.exp(expected - expected.max(axis=1, keepdims=True))
        expected /= expected.sum(axis=1, keepdims=True)
    assert np.abs(answers - expected).max() < 1e-5
    assert np.allclose(answers.sum(axis=1), 1, atol=1e-5)
    assert source.input_shape == (28, 28, 1)


@pytest.mark.parametrize("name", list(models.MODELS))
def test_no_scaling_is_left_in_the_served_model(name: str) -> None:
    model = _disturbed(name)
    folded = serving.fold_scaling(model)
    assert not any(type(layer).__name__ == "Rescaling" for layer in folded.layers)
    inputs = strokes.draw(20, 1)[0][..., None].astype(np.float32)
    before, after = (np.asarray(each(inputs, training=False)) for each in (model, folded))
    assert np.abs(before - after).max() < 1e-4 * max(1.0, float(np.abs(before).max()))


def test_scaling_with_an_offset_is_left_alone() -> None:
    import keras

    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Rescaling(2 / 255, offset=-1.0),
            keras.layers.Conv2D(2, 3, padding="same"),
        ]
    )
    assert serving.fold_scaling(model) is model


@pytest.mark.parametrize("name", list(models.MODELS))
def test_deployed_files_take_bytes_and_scale_nothing(
    name: str, command: Command, pictures: Path, tmp_path: Path
) -> None:
    serving.write(_disturbed(name), tmp_path / "saved", logits=models.find(name).logits)
    # Each target has one of them.
    options = "--target tflite,tfjs --scheme int8,uint16 --no-verify --out bundle"
    done = command("export", "saved", *options.split(), "--dataset", pictures, cwd=tmp_path)
    assert done.code == 0, done.err
    manifest = read_manifest(tmp_path / "bundle")
    held = {artifact.id: artifact for artifact in manifest.artifacts}
    assert set(held) == {"tflite-int8", "tfjs-uint16"}
    pixels = held["tflite-int8"].input
    assert pixels.dtype == "uint8"
    assert (pixels.scale, pixels.zero_point) == (1.0, 0)
    graph = json.loads((tmp_path / "bundle" / held["tfjs-uint16"].entry).read_text())
    operations = {node["op"] for node in graph["modelTopology"]["node"]}
    assert not operations & SCALING
