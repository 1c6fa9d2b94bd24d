"""SavedModel -> TensorFlow.js graph model, the graph optimised once for all schemes."""

from __future__ import annotations

import copy
import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from converters.base import Conversion, Converted, Finish, Tensor
from converters.errors import ConversionError
from converters.saved_model import SourceModel
from converters.tfjs import compositions, fusions

MODEL_FILE = "model.json"
SCHEMES = ("float32", "float16", "uint16", "uint8")


def load() -> None:
    """Import tensorflowjs, and with it what it imports."""
    # tensorflow_decision_forests prints an advertisement otherwise.
    os.environ.setdefault("TFDF_DISABLE_WELCOME_MESSAGE", "1")
    from tensorflowjs.converters import tf_saved_model_conversion_v2  # noqa: F401


def convert(conversion: Conversion) -> Iterator[Converted]:
    """Write `SCHEME/model.json` and its weight shards for every scheme asked for.

    Raises:
        ConversionError: TensorFlow.js has no kernel for an operation of the model.
    """
    source = conversion.source
    graph, rewritten = _optimised(source)
    from google.protobuf.json_format import MessageToDict
    from tensorflowjs.converters.tf_saved_model_conversion_v2 import extract_weights

    weights = extract_weights(graph)
    topology = MessageToDict(graph)
    metadata = {"edgedigits": json.dumps(conversion.card.facts, sort_keys=True)}
    for scheme in conversion.schemes:
        folder = conversion.directory / scheme
        folder.mkdir(parents=True, exist_ok=True)
        files = _write(folder, scheme, topology, weights, _signature(source), metadata)
        shape = (1, *source.input_shape)
        yield Converted(
            scheme,
            files,
            Tensor(source.input_name, "float32", shape),
            Tensor(source.output_name, "float32", (1, source.classes)),
            Finish(False, True, sum(path.stat().st_size for path in files)),
            rewritten,
        )


def _optimised(source: SourceModel) -> tuple[Any, tuple[str, ...]]:
    """The graph as TensorFlow.js is to run it, and the operations that were written out for it."""
    load()
    import tensorflow as tf
    from tensorflowjs.converters.tf_saved_model_conversion_v2 import optimize_graph

    definition, rewritten = compositions.rewrite(source.graph)
    if missing := compositions.lacking(definition):
        raise _lacks(source, ", ".join(sorted(missing)))
    graph = tf.Graph()
    with graph.as_default():
        tf.import_graph_def(definition, name="")
    try:
        return fusions.separate(optimize_graph(graph, _signature(source))), rewritten
    except ValueError as error:
        raise _lacks(source, " ".join(str(error).split())[:200]) from error


def _lacks(source: SourceModel, what: str) -> ConversionError:
    return ConversionError(
        f"TensorFlow.js cannot run {source.path}: it lacks {what}",
        "use only operations with a TensorFlow.js kernel, or convert to another --target",
    )


def _signature(source: SourceModel) -> Any:
    from tensorflow.core.protobuf import meta_graph_pb2

    signature = meta_graph_pb2.SignatureDef()
    for side, name, tensor in (
        (signature.inputs, source.input_name, source.function.inputs[0]),
        (signature.outputs, source.output_name, source.function.outputs[0]),
    ):
        side[name].name = tensor.name
        side[name].dtype = tensor.dtype.as_datatype_enum
        side[name].tensor_shape.CopyFrom(tensor.shape.as_proto())
    return signature


def _write(
    folder: Path,
    scheme: str,
    topology: dict[str, Any],
    weights: list[list[dict[str, Any]]],
    signature: Any,
    metadata: dict[str, str],
) -> tuple[Path, ...]:
    import tensorflow as tf
    from tensorflowjs.converters.tf_saved_model_conversion_v2 import write_artifacts

    try:
        write_artifacts(
            copy.deepcopy(topology),
            copy.deepcopy(weights),
            str(folder / MODEL_FILE),
            tf.__version__,
            signature,
            quantization_dtype_map=_stored_smaller(weights, scheme),
            metadata=metadata,
        )
    except tf.errors.ResourceExhaustedError as error:
        # TensorFlow writes through its own file system, with errors of its own.
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder)) from error
    path = folder / MODEL_FILE
    model = json.loads(path.read_text("utf-8"))
    # The tool writes keys in an order that changes from run to run; the content does not.
    path.write_text(json.dumps(model, sort_keys=True, separators=(",", ":")), "utf-8")
    shards = [name for group in model["weightsManifest"] for name in group["paths"]]
    return (path, *(folder / name for name in shards))


def _stored_smaller(weights: list[list[dict[str, Any]]], scheme: str) -> dict[str, list[str]]:
    """Every kernel; biases are few bytes, and leaving them exact costs nothing."""
    if scheme == "float32":
        return {}
    names = [
        entry["name"]
        for group in weights
        for entry in group
        if np.issubdtype(entry["data"].dtype, np.floating) and entry["data"].ndim > 1
    ]
    return {scheme: names}
