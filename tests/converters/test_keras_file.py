"""Keras files are taken as SavedModels are, and none of them gets its own code run."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import drawn_bars
import h5py
import numpy as np
import pytest

from converters import saved_model
from converters.errors import ConversionError


@pytest.fixture(scope="module")
def trained() -> Any:
    import keras

    return drawn_bars.train(drawn_bars.convolutional(keras), channels=3)


def answers_alike(path: Path, model: Any, tolerance: float = 1e-5) -> saved_model.SourceModel:
    source = saved_model.read(path)
    images, labels = drawn_bars.draw(40, seed=2)
    found = saved_model.predict(source, images)
    np.testing.assert_allclose(found, model(images).numpy(), atol=tolerance)
    assert (found.argmax(axis=1) == labels).mean() > 0.9
    assert (source.input_shape, source.classes, source.single) == ((16, 16, 3), 4, None)
    return source


@pytest.mark.parametrize("name", ["model.keras", "model.h5"])
def test_a_file_of_keras_3_answers_as_its_model(trained: Any, tmp_path: Path, name: str) -> None:
    trained.save(tmp_path / name)
    source = answers_alike(tmp_path / name, trained)
    assert (source.input_name, source.output_name) == ("picture", "output_0")


def test_a_model_is_the_same_from_a_file_and_from_a_folder(trained: Any, tmp_path: Path) -> None:
    trained.export(tmp_path / "saved", format="tf_saved_model", verbose=False)
    trained.save(tmp_path / "model.keras")
    images, _ = drawn_bars.draw(20, seed=2)
    ours, theirs = (
        saved_model.predict(saved_model.read(tmp_path / name), images)
        for name in ("saved", "model.keras")
    )
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


@pytest.mark.parametrize("name", ["model.keras", "model.h5"])
def test_a_file_of_keras_2_answers_as_its_model(trained: Any, tmp_path: Path, name: str) -> None:
    import tf_keras

    # Its depthwise convolution is one that Keras 3 does not open.
    former = drawn_bars.convolutional(tf_keras)
    former.set_weights(trained.get_weights())
    former.save(tmp_path / name)
    answers_alike(tmp_path / name, trained)


def test_bytes_are_taken_as_the_float32_values_that_they_are(trained: Any, tmp_path: Path) -> None:
    import keras

    bytewise = drawn_bars.convolutional(keras, "uint8")
    bytewise.set_weights(trained.get_weights())
    bytewise.save(tmp_path / "model.keras")
    source = answers_alike(tmp_path / "model.keras", trained)
    assert source.input_dtype == "uint8"
    assert source.function.inputs[0].dtype.name == "float32"
    assert all(node.op != "Cast" for node in source.graph.node)


def test_a_model_of_float16_is_taken_in_float32(trained: Any, tmp_path: Path) -> None:
    import keras

    keras.config.set_dtype_policy("float16")
    try:
        half = drawn_bars.convolutional(keras)
    finally:
        keras.config.set_dtype_policy("float32")
    half.set_weights(trained.get_weights())
    half.save(tmp_path / "model.keras")
    source = answers_alike(tmp_path / "model.keras", trained, tolerance=0.02)
    kinds = {node.attr["dtype"].type for node in source.graph.node if node.op == "Const"}
    assert 19 not in kinds  # DT_HALF


def own_layer(keras: Any, folder: Path) -> Path:
    class Twice(keras.layers.Layer):  # type: ignore[misc, unused-ignore]
        def call(self, value: Any) -> Any:
            return value * 2

    keras.Sequential([keras.Input((8, 8, 1)), Twice()]).save(folder / "own.keras")
    return folder / "own.keras"


def own_layer_in_hdf5(_keras: Any, folder: Path) -> Path:
    return described(folder / "own.h5", {"class_name": "Twice", "config": {}})


def lambda_layer(_keras: Any, folder: Path) -> Path:
    return described(folder / "code.h5", {"class_name": "Lambda", "config": {"function": ["4wE"]}})


def lambda_of_keras_3(keras: Any, folder: Path) -> Path:
    layers = [keras.Input((8, 8, 1)), keras.layers.Lambda(lambda value: value * 2)]
    keras.Sequential(layers).save(folder / "code.keras")
    return folder / "code.keras"


def writing_layer(_keras: Any, folder: Path) -> Path:
    caller = {"class_name": "TFOpLambda", "config": {"function": "io.write_file"}}
    return described(folder / "code.h5", caller)


def described(path: Path, layer: dict[str, Any]) -> Path:
    """A file of Keras 2 with one layer."""
    held = {"class_name": "Sequential", "config": {"name": "model", "layers": [layer]}}
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(held)
        file.attrs["keras_version"] = "2.15.0"
    return path


def weights_alone(keras: Any, folder: Path) -> Path:
    layers = [keras.Input((8,)), keras.layers.Dense(3)]
    keras.Sequential(layers).save_weights(folder / "model.weights.h5")
    return folder / "model.weights.h5"


def text(_keras: Any, folder: Path) -> Path:
    (folder / "model.h5").write_text("hello")
    return folder / "model.h5"


def cut(_keras: Any, folder: Path) -> Path:
    (folder / "model.keras").write_bytes(b"PK\3\4")
    return folder / "model.keras"


def misnamed(keras: Any, folder: Path) -> Path:
    keras.Sequential([keras.Input((8,)), keras.layers.Dense(3)]).save(folder / "model.keras")
    return (folder / "model.keras").rename(folder / "model.bin")


@pytest.mark.parametrize(
    ("make", "says", "hint"),
    [
        (own_layer, "a layer or function of its own, Twice", "model.export"),
        (own_layer_in_hdf5, "a layer or function of its own, Twice", "model.export"),
        (lambda_layer, "has a Lambda layer", "model.export"),
        (lambda_of_keras_3, "has a Lambda layer", "model.export"),
        (writing_layer, r"calls what is named in the file: TFOpLambda io\.write_file", "export"),
        (weights_alone, "holds weights alone", r"model\.save\("),
        (text, r"neither \.keras nor \.h5", r"model\.save\("),
        (cut, "cannot be read as a Keras file", r"model\.save\("),
        (misnamed, r"a \.keras file by its content", "rename it: mv"),
    ],
)
def test_what_cannot_be_opened_is_refused_in_two_lines(
    tmp_path: Path, make: Callable[[Any, Path], Path], says: str, hint: str
) -> None:
    import keras

    with pytest.raises(ConversionError, match=says) as caught:
        saved_model.read(make(keras, tmp_path))
    assert "\n" not in caught.value.message
    assert re.search(hint, str(caught.value.hint))


def test_a_keras_file_has_no_signatures(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match="has no signatures") as caught:
        saved_model.read(cut(None, tmp_path), "serving_default")
    assert caught.value.hint == "leave out --signature"
