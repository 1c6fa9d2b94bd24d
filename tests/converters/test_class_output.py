"""Which output tells classes apart, and what becomes of a model that answers with one number."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_models import CARD, Graph, convolutional, linear, pictures, save, signature

from converters import saved_model, targets
from converters.base import Conversion
from converters.errors import ConversionError
from converters.source import class_output
from converters.tflite import model_file, same_answers
from edgedigits.runtimes.tfjs.node_process import NodeGraphModel

MODEL = Path("model")


def specs(**shapes: Sequence[int | None]) -> dict[str, Any]:
    import tensorflow as tf

    return {name: tf.TensorSpec(shape, "float32") for name, shape in shapes.items()}


def test_one_of_several_outputs_is_chosen_by_name() -> None:
    several = specs(digits=(None, 10), loss=(), map=(None, 7, 7))
    assert class_output.choose(MODEL, several, "digits", None) == "digits"
    for wanted, says in ((None, r"3 outputs: digits \(None, 10\), loss \(\)"), ("x", "output 'x'")):
        with pytest.raises(ConversionError, match=says) as caught:
            class_output.choose(MODEL, several, wanted, None)
        assert caught.value.hint == "choose one with --output NAME: digits, loss, map"


@pytest.mark.parametrize(
    ("outputs", "says"),
    [
        ({"mask": (None, 16, 16, 4)}, "one for every place in it"),
        ({"loss": ()}, "one number, whatever the batch"),
        ({}, "has no output"),
    ],
)
def test_what_is_no_answer_a_picture_is_refused(
    outputs: dict[str, Sequence[int | None]], says: str
) -> None:
    with pytest.raises(ConversionError, match=says):
        class_output.choose(MODEL, specs(**outputs), None, None)


def test_the_number_of_the_likeliest_class_is_no_answer() -> None:
    import tensorflow as tf

    with pytest.raises(ConversionError, match="is int64, not a number for every class") as caught:
        class_output.choose(MODEL, {"class": tf.TensorSpec((None,), "int64")}, None, None)
    assert "before argmax" in str(caught.value.hint)


@pytest.mark.parametrize(("classes", "taken"), [(2, True), (22_000, True), (22_001, False)])
def test_from_2_to_22_000_classes_are_taken(tmp_path: Path, classes: int, taken: bool) -> None:
    import tensorflow as tf

    folder = save(
        tmp_path / "model",
        signature(lambda module, picture: tf.tile(linear(module, picture), (1, 2201))[:, :classes]),
    )
    if taken:
        assert saved_model.read(folder).classes == classes
    else:
        with pytest.raises(ConversionError, match="answers with 22,001 classes"):
            saved_model.read(folder)


def number(module: Any, picture: Any) -> Any:
    return linear(module, picture)[:, 3:4]


def probability(module: Any, picture: Any) -> Any:
    import tensorflow as tf

    return tf.sigmoid(number(module, picture))


def flat_probability(module: Any, picture: Any) -> Any:
    return probability(module, picture)[:, 0]


def saved(folder: Path, graph: Graph) -> Path:
    return save(folder / "saved", signature(graph))


@pytest.mark.parametrize("graph", [probability, flat_probability])
def test_a_sigmoid_is_answered_as_two_probabilities_by_every_file(
    tmp_path: Path, graph: Graph
) -> None:
    import tensorflow as tf

    source = saved_model.read(saved(tmp_path, graph))
    assert (source.classes, source.single) == (2, "probability")
    inputs = pictures(12)
    loaded = tf.saved_model.load(str(source.path)).signatures["serving_default"]
    theirs = loaded(picture=tf.constant(inputs))["answer"].numpy().reshape(-1)
    expected = np.stack([1 - theirs, theirs], axis=1)
    np.testing.assert_allclose(saved_model.predict(source, inputs), expected, atol=1e-6)
    if graph is flat_probability:
        return
    asked = Conversion(source, ("float32",), tmp_path, CARD, None, inputs)
    (tflite,) = targets.convert("tflite", asked)
    content = tflite.files[0].read_bytes()
    assert model_file.contract(content).output.shape == (1, 2)
    found = same_answers.answers(content, inputs, None)
    np.testing.assert_allclose(found.reshape(-1, 2), expected, atol=1e-5)
    (tfjs,) = targets.convert("tfjs", asked)
    with NodeGraphModel(tfjs.files[0]) as model:
        np.testing.assert_allclose(model.predict(inputs), expected, atol=1e-5)


def test_a_lone_logit_is_answered_as_two_logits(tmp_path: Path) -> None:
    folder = saved(tmp_path, number)
    source = saved_model.read(folder, logits=True)
    assert (source.classes, source.single) == (2, "logit")
    inputs = pictures(5)
    answers = saved_model.predict(source, inputs)
    likely = saved_model.predict(saved_model.read(saved(tmp_path / "p", probability)), inputs)
    softmax = np.exp(answers) / np.exp(answers).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(softmax, likely, atol=1e-5)
    assert not answers[:, 0].any()


def test_a_logit_is_not_taken_for_a_probability_nor_the_other_way_round(tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match="is no probability") as caught:
        saved_model.read(saved(tmp_path / "logit", lambda module, x: number(module, x) * 100.0))
    assert "--logits" in str(caught.value.hint)
    with pytest.raises(ConversionError, match="its last step is a sigmoid") as caught:
        saved_model.read(saved(tmp_path / "sigmoid", flat_probability), logits=True)
    assert caught.value.hint == "leave out --logits"


def test_ten_classes_are_found_where_nobody_says_so(tmp_path: Path) -> None:
    source = saved_model.read(saved(tmp_path, convolutional))
    assert (source.classes, source.single, source.input_dtype) == (10, None, "float32")
