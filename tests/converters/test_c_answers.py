"""Models in C and in WebAssembly answer with the bytes of TensorFlow Lite for Microcontrollers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import c_models
import numpy as np
import pytest
from compiled_c import needs_compiler
from small_models import CARD

from converters.base import Conversion
from edgedigits.datasets import datasets
from edgedigits.datasets.strokes import strokes
from edgedigits.export import source
from edgedigits.models import models

pytestmark = needs_compiler


def equal(content: bytes, folder: Path, pictures: c_models.Pictures, distinct: int) -> None:
    expected = c_models.micro_answers(content, pictures)
    assert len(np.unique(expected, axis=0)) >= distinct
    np.testing.assert_array_equal(c_models.compiled_answers(folder, pictures), expected)
    np.testing.assert_array_equal(c_models.wasm_answers(content, folder, pictures), expected)


@pytest.mark.mnist
@pytest.mark.parametrize("name", ["nano", "edge"])
def test_ready_made_models_on_real_digits_and_on_noise(
    name: str, tmp_path: Path, mnist_dir: Path
) -> None:
    opened = source.open_source(Path(f"ready:{name}"), data_dir=mnist_dir)
    data = datasets.load("mnist", data_dir=mnist_dir)
    values = data.train.images[:300, ..., np.newaxis].astype(np.float32)
    asked = Conversion(opened.model, ("int8",), tmp_path, CARD, values, values[:8])
    content = c_models.written(asked)
    digits = data.test.images[:600, ..., np.newaxis]
    pictures = np.concatenate([digits, c_models.noise(100, (28, 28, 1))])
    equal(content, tmp_path / "int8", pictures, distinct=60)


@pytest.mark.parametrize("name", [name for name in models.MODELS if name not in ("nano", "edge")])
def test_every_architecture(name: str, tmp_path: Path) -> None:
    architecture = models.MODELS[name]
    digits = strokes.draw(60, seed=5)[0][..., np.newaxis]
    model = c_models.perturbed(architecture.build)
    values = digits.astype(np.float32)
    content = c_models.converted(model, tmp_path, values, logits=architecture.logits)
    pictures = np.concatenate([digits, c_models.noise(20, (28, 28, 1))])
    equal(content, tmp_path / "int8", pictures, distinct=10)


def inverted_residuals() -> Any:
    """As MobileNetV2: depthwise, padding on one side, relu6, sums."""
    import keras

    layers = keras.layers
    picture = keras.Input((17, 18, 3), name="picture")
    maps = layers.Rescaling(1 / 127.5, -1)(picture)
    maps = layers.Conv2D(10, 3, 2, "same", activation="relu6")(maps)
    more = layers.DepthwiseConv2D(3, 1, "same", activation="relu6")(layers.Conv2D(11, 1)(maps))
    maps = layers.Add()([maps, layers.Conv2D(10, 1)(more)])
    maps = layers.ZeroPadding2D(((0, 1), (0, 1)))(maps)
    maps = layers.DepthwiseConv2D((3, 5), 2, "valid", activation="relu")(maps)
    pools = [layers.GlobalAveragePooling2D()(maps), layers.GlobalMaxPooling2D()(maps)]
    answer = layers.Dense(5, activation="softmax")(layers.Concatenate()(pools))
    return keras.Model(picture, answer)


def excited() -> Any:
    """As MobileNetV3: hard swish, sigmoids that gate channels, and others' pools and joints."""
    import keras

    layers = keras.layers
    picture = keras.Input((16, 15, 3), name="picture")
    maps = layers.Conv2D(9, 5, 2, "same")(layers.Rescaling(1 / 255.0)(picture))
    maps = maps * layers.ReLU(6.0)(maps + 3.0) / 6.0
    squeezed = layers.GlobalAveragePooling2D(keepdims=True)(maps)
    gate = layers.Conv2D(9, 1, activation="sigmoid")(
        layers.Conv2D(4, 1, activation="relu")(squeezed)
    )
    maps = layers.Multiply()([maps, gate])
    pools = [layers.AveragePooling2D(3, 2, "same")(maps), layers.MaxPooling2D(3, 2, "same")(maps)]
    maps = layers.Concatenate()(pools)[:, 1:, ::2, :]
    maps = layers.Permute((3, 1, 2))(maps)
    answer = layers.Dense(3, activation="softmax")(layers.Flatten()(maps))
    return keras.Model(picture, answer)


def single() -> Any:
    """A single probability, which becomes two."""
    import keras

    picture = keras.Input((16, 15, 3), name="picture")
    maps = keras.layers.Flatten()(keras.layers.Rescaling(1 / 255.0)(picture))
    answer = keras.layers.Dense(2)(keras.layers.Dense(7, activation="relu")(maps))
    return keras.Model(picture, answer)


@pytest.mark.parametrize(
    ("build", "logits"), [(inverted_residuals, False), (excited, False), (single, True)]
)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_operations_of_other_classifiers(
    build: Any, logits: bool, seed: int, tmp_path: Path
) -> None:
    model = c_models.perturbed(build, seed)
    pictures = c_models.noise(80, model.input_shape[1:], seed)
    values = pictures.astype(np.float32)
    content = c_models.converted(model, tmp_path, values, logits=logits)
    equal(content, tmp_path / "int8", pictures, distinct=10)
