"""The ready-made `nano` with one layer that is hard to quantize, which answers as before.

Used by hand as well: python tests/hard_models.py PLACE FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters import frozen_graph
from edgedigits.models import ready

PLACES = ("conv2d", "conv2d_1", "conv2d_2", "conv2d_3", "matmul")
"""The layers of `nano`."""
FACTOR = 100.0
GAMMAS, BETAS = (
    ("const_3", "const_9", "const_15", "const_21"),
    ("const_4", "const_10", "const_16", "const_22"),
)
WEIGHTS = ("const", "const_6", "const_12", "const_18", "const_25")
LOGITS = "const_26"


def save(place: str, folder: Path, channel: int = 0) -> None:
    """Write it as a SavedModel: one channel of a convolution is a hundred times as large, which the
    next layer undoes; or all logits have as much more, which softmax undoes."""
    import tensorflow as tf

    found = ready.read("nano")
    graph = frozen_graph.parse(found.graph)
    constants = {node.name: node for node in graph.node if node.op == "Const"}

    def scaled(name: str, where: Any, factor: float) -> None:
        values = _values(constants[name])
        values[where] *= factor
        _put(constants[name], values)

    layer = PLACES.index(place)
    if place == "matmul":
        # The same number more for all classes: weights of one input, and the biases.
        weights, biases = _values(constants[WEIGHTS[layer]]), _values(constants[LOGITS])
        weights[channel] += FACTOR * np.abs(weights).mean()
        _put(constants[WEIGHTS[layer]], weights)
        _put(constants[LOGITS], biases + np.float32(FACTOR))
    else:
        scaled(GAMMAS[layer], channel, FACTOR)
        scaled(BETAS[layer], channel, FACTOR)
        following = (..., channel, slice(None))
        scaled(WEIGHTS[layer + 1], following, 1 / FACTOR)
    function = frozen_graph.load(graph, found.card["input_name"], found.card["output_name"])

    @tf.function(input_signature=[tf.TensorSpec((1, 28, 28, 1), tf.float32, name="pixels")])  # type: ignore[untyped-decorator, unused-ignore]
    def classify(pixels: Any) -> Any:
        answer = function(pixels)
        return {"probabilities": answer[0] if isinstance(answer, list | tuple) else answer}

    module = tf.Module()
    module.function = function
    tf.saved_model.save(module, str(folder), signatures=classify)


def _values(node: Any) -> NDArray[np.float32]:
    import tensorflow as tf

    found: NDArray[np.float32] = tf.make_ndarray(node.attr["value"].tensor).copy()
    return found


def _put(node: Any, values: NDArray[np.float32]) -> None:
    import tensorflow as tf

    node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(values.astype(np.float32)))


if __name__ == "__main__":
    save(sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:]))
