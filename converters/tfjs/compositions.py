"""Operations that TensorFlow.js lacks, written as others that it has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Composition = Callable[..., Any]
"""A node, the types of its outputs and its inputs as tensors of a graph, to its first output."""
NOT_IN_WASM = frozenset(
    {"Complex", "ComplexAbs", "Einsum", "FFT", "IFFT", "IRFFT", "Imag", "RFFT", "RaggedGather",
     "RaggedRange", "RaggedTensorToTensor", "Real", "StaticRegexReplace"}
)  # fmt: skip
"""On the converter's list, but without a kernel in WebAssembly, and so not what every page runs."""
WINDOWED = frozenset(
    {"AvgPool", "BiasAdd", "Conv2D", "DepthwiseConv2dNative", "FusedBatchNormV3", "MaxPool"}
)
"""Operations that know channels first, which the kernels of WebAssembly do not."""
LAST, FIRST = (0, 2, 3, 1), (0, 3, 1, 2)
"""Channels first to channels last, and back."""


def lacking(graph: Any) -> set[str]:
    """The operations of GraphDef `graph` that TensorFlow.js does not have, by its own list, or not
    in WebAssembly."""
    from tensorflowjs.converters.tf_saved_model_conversion_v2 import validate

    found: set[str] = validate(graph, skip_op_check=False, strip_debug_ops=False)
    return found | ({node.op for node in graph.node} & NOT_IN_WASM)


def rewrite(graph: Any) -> tuple[Any, tuple[str, ...]]:
    """GraphDef `graph` with what TensorFlow.js lacks written out, where that is known.

    Returns:
        The graph, the same one where nothing is to be done, and what was written out, in words.
    """
    lacks = lacking(graph)
    chosen = {node.name: found for node in graph.node if (found := _composition(node, lacks))}
    if not chosen:
        return graph, ()
    import tensorflow as tf

    shapes = tf.Graph()
    with shapes.as_default():
        tf.import_graph_def(graph, name="")
    result = type(graph)()
    result.CopyFrom(graph)
    del result.node[:]
    for node in graph.node:
        if node.name in chosen:
            operation = shapes.get_operation_by_name(node.name)
            result.node.extend(_written_out(node, operation, chosen[node.name][1]))
        else:
            result.node.add().CopyFrom(node)
    return result, tuple(sorted({words for words, _ in chosen.values()}))


def _composition(node: Any, lacks: set[str]) -> tuple[str, Composition] | None:
    if node.op in lacks and node.op in COMPOSITIONS:
        return node.op, COMPOSITIONS[node.op]
    if node.op in WINDOWED and node.attr["data_format"].s == b"NCHW":
        return f"{node.op} of channels first", _channels_last
    return None


def _written_out(node: Any, operation: Any, composition: Composition) -> list[Any]:
    specs = [(one.dtype, one.shape) for one in operation.inputs]
    kinds = [one.dtype for one in operation.outputs]
    return splice(node.name, node.input, specs, lambda *values: composition(node, kinds, *values))


def splice(
    name: str, inputs: Sequence[str], specs: Sequence[tuple[Any, Any]], make: Callable[..., Any]
) -> list[Any]:
    """Nodes that compute `make` of what `inputs` refer to, the last of them called `name`.

    `specs` are the type and shape of each input.
    """
    import tensorflow as tf

    graph = tf.Graph()
    with graph.as_default():
        given = [
            tf.compat.v1.placeholder(kind, shape, name=f"given_{index}")
            for index, (kind, shape) in enumerate(specs)
        ]
        answer = make(*given).op.name
    names = {one.op.name: reference for one, reference in zip(given, inputs, strict=True)}
    nodes = [one for one in graph.as_graph_def().node if one.name not in names]
    for one in nodes:
        names[one.name] = name if one.name == answer else f"{name}/{one.name}"
    for one in nodes:
        one.name = names[one.name]
        one.input[:] = [names[reference] for reference in one.input]
    return nodes


def _erfc(_node: Any, _kinds: Any, value: Any) -> Any:
    """1 - erf(x). Far to the right this has no digits left, but it is off by 1e-7 at most."""
    import tensorflow as tf

    return 1.0 - tf.math.erf(value)


def _softsign(_node: Any, _kinds: Any, value: Any) -> Any:
    import tensorflow as tf

    return value / (1.0 + tf.abs(value))


def _einsum(node: Any, _kinds: Any, *values: Any) -> Any:
    """As TensorFlow 1 had it: transposed and laid out for one matrix product."""
    from tensorflow.python.ops.special_math_ops import _einsum_v1

    return _einsum_v1(node.attr["equation"].s.decode(), *values)


def _channels_last(node: Any, kinds: Any, value: Any, *others: Any) -> Any:
    import tensorflow as tf

    attributes = dict(node.attr)
    attributes["data_format"] = tf.compat.v1.AttrValue(s=b"NHWC")
    # Of each side there is one number, or two where there is one for each of its ends.
    for key in ("dilations", "explicit_paddings", "ksize", "strides"):
        held = list(attributes[key].list.i) if key in attributes else []
        each = len(held) // len(LAST)
        moved = [held[each * place + end] for place in LAST for end in range(each)]
        if moved:
            attributes[key] = tf.compat.v1.AttrValue(list={"i": moved})
    made = tf.compat.v1.get_default_graph().create_op(
        node.op, [tf.transpose(value, LAST), *others], kinds, attrs=attributes
    )
    return tf.transpose(made.outputs[0], FIRST)


COMPOSITIONS: dict[str, Composition] = {
    "Einsum": _einsum,
    "Erfc": _erfc,
    "Softsign": _softsign,
}
