"""The ready-made `nano` with one layer that is hard to quantize, which answers as before.

All five places on both targets, which takes minutes, by hand: python tests/hard_models.py FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters import frozen_graph, saved_model
from converters.base import Card, Conversion
from converters.saved_model import SourceModel
from converters.tfjs import tfjs
from converters.tflite import tflite
from converters.tflite.model_file import contract
from edgedigits.bundle.artifact import Artifact, FileRecord
from edgedigits.bundle.input_contract import RAW_PIXELS
from edgedigits.models import ready

CONVOLUTIONS = ("conv2d", "conv2d_1", "conv2d_2", "conv2d_3")
PLACES = (*CONVOLUTIONS, "matmul")
"""The layers of `nano`."""
FACTOR = 100.0
GAMMAS = ("const_3", "const_9", "const_15", "const_21")
BETAS = ("const_4", "const_10", "const_16", "const_22")
WEIGHTS = ("const", "const_6", "const_12", "const_18", "const_25")
LOGITS = "const_26"


def model(place: str, channel: int = 0) -> SourceModel:
    """Its source: one channel of a convolution is a hundred times as large, which the next layer
    undoes; or all logits have as much more, which softmax undoes."""
    found = ready.read("nano")
    graph = frozen_graph.parse(found.graph)
    constants = {node.name: node for node in graph.node if node.op == "Const"}

    def change(name: str, where: Any, factor: float, more: float = 0.0) -> None:
        values = _values(constants[name])
        values[where] = values[where] * factor + more
        _put(constants[name], values)

    layer = PLACES.index(place)
    if place in CONVOLUTIONS:
        change(GAMMAS[layer], channel, FACTOR)
        change(BETAS[layer], channel, FACTOR)
        change(WEIGHTS[layer + 1], (..., channel, slice(None)), 1 / FACTOR)
    else:
        # The same number more for all classes: weights of one input, and the biases.
        typical = float(np.abs(_values(constants[WEIGHTS[layer]])).mean())
        change(WEIGHTS[layer], channel, 1.0, FACTOR * typical)
        change(LOGITS, slice(None), 1.0, FACTOR)
    return saved_model.from_graph(
        found.path,
        graph.SerializeToString(deterministic=True),
        names=(found.card["input_name"], found.card["output_name"]),
        input_shape=tuple(found.card["input_shape"]),
        classes=10,
    )


def save(source: SourceModel, folder: Path) -> None:
    """The same as a SavedModel, as somebody has it."""
    import tensorflow as tf

    graph = frozen_graph.parse(source.graph_bytes())
    wrapped = tf.compat.v1.wrap_function(lambda: tf.import_graph_def(graph, name=""), [])
    taken = {name.split(":")[0] for node in graph.node for name in node.input}
    (given,) = [node.name for node in graph.node if node.op == "Placeholder"]
    (last,) = [
        node.name
        for node in graph.node
        if node.name not in taken and node.op not in ("NoOp", "Placeholder", "Const")
    ]
    answer = wrapped.prune(f"{given}:0", f"{last}:0")
    holder = tf.Module()
    holder.answer = answer
    shape = tf.TensorSpec((None, *source.input_shape), tf.float32, name="pixels")
    served = tf.function(lambda pixels: {"answers": answer(pixels)}, input_signature=[shape])
    tf.saved_model.save(holder, str(folder), signatures=served)


def convert(
    source: SourceModel, target: str, folder: Path, images: NDArray[np.uint8]
) -> tuple[Artifact, Path]:
    """Its `tflite` int8 or `tfjs` uint8, with ranges of these pictures; entry and path of it."""
    values = RAW_PIXELS.values(images).reshape(-1, *source.input_shape)
    card = Card(source.input_name, "", (), (), "", "")
    asked = Conversion(source, ("uint8",), folder, card, calibration=values)
    if target == "tfjs":
        (made,) = tfjs.convert(asked)
        files = tuple(
            FileRecord(path.relative_to(folder).as_posix(), 0, 0, "") for path in made.files
        )
        told = (made.input, made.output)
        scheme, path = "uint8", made.files[0]
    else:
        content = tflite.converted_bytes(asked, "int8")
        scheme, path = "int8", folder / "model.tflite"
        path.write_bytes(content)
        files, found = (FileRecord("model.tflite", 0, 0, ""),), contract(content)
        told = (found.input, found.output)
    return Artifact(target, scheme, files[0].path, files, *told, RAW_PIXELS), path


def _values(node: Any) -> NDArray[np.float32]:
    import tensorflow as tf

    found: NDArray[np.float32] = tf.make_ndarray(node.attr["value"].tensor).copy()
    return found


def _put(node: Any, values: NDArray[np.float32]) -> None:
    import tensorflow as tf

    node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(values.astype(np.float32)))


def _all_places(folder: Path) -> None:
    from edgedigits.datasets.strokes import strokes
    from edgedigits.diagnosis import cause, diagnosis

    images, labels = strokes.draw(700, seed=1)
    for place in PLACES:
        for target in ("tflite", "tfjs"):
            home = folder / f"{place}-{target}"
            home.mkdir(parents=True)
            source = model(place)
            artifact, path = convert(source, target, home, images[:200])
            subject = diagnosis.open_subject(source, artifact, path)
            found = diagnosis.of_subject(subject, images[200:], labels[200:])
            print(f"{place:10} {target:7} {cause.verdict(found)}", flush=True)


if __name__ == "__main__":
    _all_places(Path(sys.argv[1]))
