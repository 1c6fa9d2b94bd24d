"""TensorFlow.js in Node answers what the float model answers, or refuses the model."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from converted import Converted, convert

from edgedigits.errors import EdgeDigitsError, WrongUse
from edgedigits.runtimes.tfjs.node_process import NodeGraphModel


@pytest.fixture(scope="session")
def linear(tmp_path_factory: pytest.TempPathFactory) -> Converted:
    """One output per picture: the sum of its four numbers; the batch is left free."""
    import keras

    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1)])
    model.layers[0].set_weights([np.ones((4, 1), np.float32), np.zeros(1, np.float32)])
    pictures = np.array(
        [[1, 2, 3, 4], [np.nan, 0, 0, 0], [np.inf, 0, 0, 0], [-np.inf, 1, 1, 1], [-1, 0, 0, 0.5]],
        np.float32,
    )
    folder = tmp_path_factory.mktemp("linear")
    return Converted(convert(model, folder, [None, 4]), pictures, pictures.sum(1, keepdims=True))


def test_answers_are_the_float_models_in_order(small_cnn: Converted) -> None:
    with NodeGraphModel(small_cnn.model_json) as model:
        found = model.predict(small_cnn.pictures)
    assert found.dtype == np.float32
    assert found.shape == (700, 10)
    assert np.abs(found - small_cnn.expected).max() < 1e-4


def test_bytes_and_non_contiguous_pictures_are_taken_too(small_cnn: Converted) -> None:
    every_other = small_cnn.pictures.astype(np.uint8)[::2]
    with NodeGraphModel(small_cnn.model_json) as model:
        found = model.predict(every_other)
    assert np.abs(found - small_cnn.expected[::2]).max() < 1e-4


def test_backend_and_versions_are_told(small_cnn: Converted) -> None:
    with NodeGraphModel(small_cnn.model_json) as model:
        assert model.backend == "wasm"
        assert model.version == "4.22.0"
        assert model.node_version.startswith("v")
        assert model.input_shape == [1, 28, 28, 1]


def test_plain_javascript_backend_answers_the_same(small_cnn: Converted) -> None:
    with NodeGraphModel(small_cnn.model_json, backend="cpu") as model:
        assert model.backend == "cpu"
        found = model.predict(small_cnn.pictures[:20])
    assert np.abs(found - small_cnn.expected[:20]).max() < 1e-4


def test_not_a_number_and_infinities_pass_untouched(linear: Converted) -> None:
    with NodeGraphModel(linear.model_json) as model:
        np.testing.assert_array_equal(model.predict(linear.pictures), linear.expected)


def test_no_tensor_is_left_behind(small_cnn: Converted) -> None:
    with NodeGraphModel(small_cnn.model_json) as model:
        model.predict(small_cnn.pictures[:1])
        after_one = model.live_tensors
        model.predict(small_cnn.pictures)
        assert model.live_tensors == after_one


def test_no_pictures_give_no_answers(small_cnn: Converted) -> None:
    with NodeGraphModel(small_cnn.model_json) as model:
        assert len(model.predict(small_cnn.pictures[:0])) == 0
        assert len(model.predict(small_cnn.pictures[:3])) == 3


def test_input_is_found_by_name_and_a_wrong_name_is_refused(small_cnn: Converted) -> None:
    with NodeGraphModel(small_cnn.model_json) as model:
        name = model.input_name
    with NodeGraphModel(small_cnn.model_json, input_name=name) as model:
        assert model.input_name == name
    with pytest.raises(EdgeDigitsError, match="no input named nonsense"):
        NodeGraphModel(small_cnn.model_json, input_name="nonsense")


def test_wrong_picture_shape_is_refused_before_anything_is_sent(small_cnn: Converted) -> None:
    with NodeGraphModel(small_cnn.model_json) as model:
        with pytest.raises(WrongUse, match=r"\[28, 28, 1\], but these have \[28, 28\]"):
            model.predict(small_cnn.pictures[..., 0])
        assert model.predict(small_cnn.pictures[:2]).shape == (2, 10)


def test_missing_and_broken_models_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match=r"no TensorFlow\.js model"):
        NodeGraphModel(tmp_path / "model.json")
    (tmp_path / "model.json").write_text('{"format": "layers-model"}')
    with pytest.raises(EdgeDigitsError, match="is no graph model"):
        NodeGraphModel(tmp_path / "model.json")


def test_shorter_weights_than_promised_are_refused(small_cnn: Converted, tmp_path: Path) -> None:
    copy = tmp_path / "js"
    shutil.copytree(small_cnn.model_json.parent, copy)
    (shard,) = copy.glob("*.bin")
    shard.write_bytes(shard.read_bytes()[:-400])
    with pytest.raises(EdgeDigitsError, match="weights"):
        NodeGraphModel(copy / "model.json")
