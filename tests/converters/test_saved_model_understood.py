"""Somebody's SavedModel is understood, whatever its shapes and names, and answers alike frozen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_models import convolutional, linear, pictures, read, save, signature

from converters import frozen_graph, saved_model
from converters.errors import ConversionError


@pytest.mark.parametrize("shape", [(None, 784), (None, 28, 28), (1, 28, 28), (None, 28, 28, 1)])
def test_any_arrangement_of_a_picture_is_taken_and_its_batch_pinned_to_one(
    tmp_path: Path, shape: Sequence[int | None]
) -> None:
    source = read(save(tmp_path / "model", signature(linear, shape)))
    assert source.input_shape == tuple(shape[1:])
    assert source.function.inputs[0].shape.as_list() == [1, *shape[1:]]
    assert source.function.outputs[0].shape.as_list() == [1, 10]


def test_the_frozen_model_answers_as_the_saved_one(tmp_path: Path) -> None:
    import tensorflow as tf

    folder = save(tmp_path / "model", signature(convolutional))
    inputs = pictures(20)
    served = tf.saved_model.load(str(folder)).signatures["serving_default"]
    expected = served(picture=tf.constant(inputs))["answer"].numpy()
    answers = saved_model.predict(read(folder), inputs)
    np.testing.assert_allclose(answers, expected, atol=1e-6)
    assert answers.dtype == np.float32


def test_logits_are_taken_as_they_are(tmp_path: Path) -> None:
    source = read(save(tmp_path / "model", signature(linear)))
    answers = saved_model.predict(source, pictures(5))
    assert answers.min() < 0


def test_a_model_in_double_precision_is_fed_float32(tmp_path: Path) -> None:
    import tensorflow as tf

    def graph(module: Any, picture: Any) -> Any:
        return tf.cast(linear(module, tf.cast(picture, tf.float32)), tf.float64)

    source = read(save(tmp_path / "model", signature(graph, dtype="float64")))
    assert source.function.inputs[0].dtype == tf.float32
    assert source.function.outputs[0].dtype == tf.float32


def test_the_only_signature_may_have_any_name(tmp_path: Path) -> None:
    source = read(save(tmp_path / "model", {"predict": signature(linear)}))
    assert source.signature == "predict"


def test_one_of_several_signatures_is_chosen_by_name(tmp_path: Path) -> None:
    both = {"raw": signature(linear), "soft": signature(convolutional)}
    folder = save(tmp_path / "model", both)
    assert read(folder, "soft").signature == "soft"
    with pytest.raises(ConversionError, match="has no signature") as caught:
        read(folder)
    assert caught.value.hint == "choose one with --signature: raw, soft"
    with pytest.raises(ConversionError, match="no signature 'sofd'"):
        read(folder, "sofd")


@pytest.mark.parametrize(
    ("names", "deployed"),
    [
        # Names that the graph's own operations would like to have.
        (("reshape", "matmul"), ("reshape", "matmul")),
        (("Const", "softmax"), ("Const", "softmax")),
        (("x", "class probabilities"), ("x", "class_probabilities")),
        (("x", "x"), ("x", "x_out")),
        (("x", "数字"), ("x", "output")),
    ],
)
def test_any_names_of_input_and_output_are_deployable(
    tmp_path: Path, names: tuple[str, str], deployed: tuple[str, str]
) -> None:
    saved = signature(linear, input_name=names[0], output_name=names[1])
    source = read(save(tmp_path / "model", saved))
    assert (source.input_name, source.output_name) == deployed
    nodes = [node.name for node in source.graph.node]
    assert len({name.lower() for name in nodes}) == len(nodes)
    assert saved_model.predict(source, pictures(2)).shape == (2, 10)


def test_freezing_that_changes_an_answer_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*arguments: Any) -> Any:
        graph = canonical(*arguments)
        constants = [node.attr["value"].tensor for node in graph.node if node.op == "Const"]
        bias = next(tensor for tensor in constants if len(tensor.tensor_content) == 40)
        values = np.frombuffer(bias.tensor_content, np.float32) + 0.01
        bias.tensor_content = values.tobytes()
        return graph

    canonical = frozen_graph.canonical
    folder = save(tmp_path / "model", signature(linear))
    assert read(folder).classes == 10
    monkeypatch.setattr(frozen_graph, "canonical", damaged)
    with pytest.raises(ConversionError, match="answers differently once it is frozen"):
        read(folder)
