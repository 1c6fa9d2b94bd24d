"""Graphs of one picture for many at a time: the same bits, or one at a time as ever."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from converters import frozen_graph
from edgedigits import quiet
from edgedigits.bundle import bundle
from edgedigits.bundle.golden import Golden
from edgedigits.runtimes.tensorflow import batched_graph
from edgedigits.runtimes.tensorflow.float_model import FloatModel

tf = quiet.import_tensorflow()
WEIGHTS = np.random.default_rng(0).normal(size=(16, 3)).astype(np.float32)
FILTER = np.random.default_rng(1).normal(size=(2, 2, 1, 4)).astype(np.float32)
Layers = Callable[[Any], Any]


def pooled(x: Any) -> Any:
    found = tf.nn.relu(tf.nn.conv2d(x[:, 1:, 1:], FILTER, 1, "SAME") * 0.3 + 1.0)
    found = tf.reshape(tf.nn.max_pool2d(found, 2, 1, "SAME"), (1, 9, 4))
    found = tf.concat([tf.reduce_mean(found, axis=1), tf.reduce_max(found, axis=-2)], -1)
    return tf.nn.softmax(found @ WEIGHTS[:8])


def flat(x: Any) -> Any:
    return tf.nn.softmax(tf.matmul(tf.reshape(x, (-1, 16)) / 255.0, WEIGHTS))


def of_the_brightest(x: Any) -> Any:
    return flat(x / tf.reduce_max(x))


def of_the_mean(x: Any) -> Any:
    return flat(x - tf.reduce_mean(x, axis=0, keepdims=True))


def turned(x: Any) -> Any:
    return flat(tf.transpose(x, (3, 1, 2, 0)))


def beside_each_other(x: Any) -> Any:
    rows = tf.reshape(x, (16, 1))
    return tf.nn.softmax(tf.matmul(rows, WEIGHTS, transpose_a=True))


def padded(x: Any) -> Any:
    return flat(tf.pad(x, ((0, 0), (1, 0), (0, 1), (0, 0)))[:, :4, 1:])


def graph(layers: Layers) -> Any:
    made = tf.Graph()
    with made.as_default():
        x = tf.compat.v1.placeholder(tf.float32, (1, 4, 4, 1), "x")
        tf.identity(layers(x), "y")
    return made.as_graph_def()


@pytest.mark.parametrize("layers", [pooled, flat, padded])
def test_many_at_a_time_get_the_bits_of_one_at_a_time(layers: Layers) -> None:
    definition = graph(layers)
    assert batched_graph.at_a_time(definition, "x") == batched_graph.MOST
    rows = np.random.default_rng(2).integers(0, 256, (20, 4, 4, 1)).astype(np.float32)
    alone = frozen_graph.run(frozen_graph.load(definition, "x", "y"), rows)
    found = batched_graph.batched(definition, "x", "y", 20)(rows)
    # To the last bit but on a machine that sums many rows in another order, where it is not used.
    np.testing.assert_allclose(found, alone, rtol=0, atol=1e-6)


@pytest.mark.parametrize("layers", [of_the_brightest, of_the_mean, turned, beside_each_other])
def test_pictures_that_would_see_each_other_are_asked_alone(layers: Layers) -> None:
    assert batched_graph.at_a_time(graph(layers), "x") == 1


def test_large_pictures_are_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batched_graph, "MOST_NUMBERS", 90)
    assert batched_graph.at_a_time(graph(flat), "x") == 5


@pytest.fixture
def model(full_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> FloatModel:
    """A bundle's, which is asked 20 pictures at a time."""
    monkeypatch.setattr(batched_graph, "MOST", 20)
    manifest = bundle.read_manifest(full_bundle)
    pixels = manifest.artifacts[0].pixels
    return FloatModel(manifest.reference, full_bundle, pixels, logits=False)


@pytest.mark.parametrize("off", [False, True])
def test_other_last_bits_are_noticed(
    model: FloatModel, held: Golden, off: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In one thread: among TensorFlow's own, one may give other last bits than the rest.
    alone = partial(frozen_graph.run_in_one_thread, *model._answer._graph)

    def together(rows: Any) -> Any:
        answers = alone(rows)
        if off:
            answers[7] = np.nextafter(answers[7], np.float32(2))
        return answers

    monkeypatch.setattr(model._answer, "_each", alone)
    monkeypatch.setattr(batched_graph, "batched", lambda *_: together)
    expected = alone(model._pixels.values(held.images[:20]).reshape(-1, *model._shape))
    for _ in range(2):
        np.testing.assert_array_equal(model.probabilities(held.images[:20]), expected)
    assert (model._answer._block is None) is off


def test_answers_that_are_all_alike_prove_nothing(model: FloatModel, held: Golden) -> None:
    model.probabilities(np.repeat(held.images[:1], 20, axis=0))
    assert model._answer._block is None
    model.probabilities(held.images)
    # Or this machine sums many rows in another order.
    assert model._answer._block is not None or model._answer._size == 1
