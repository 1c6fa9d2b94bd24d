"""The registry: which operations can be written in C, and by what."""

from __future__ import annotations

from collections.abc import Callable

from converters.c import curves, elementwise, layers, pooling, shapes, soft_maximum
from converters.c.graph import Graph, GraphOperation
from converters.c.int16 import curves as wide_curves
from converters.c.step import Step

WRITERS: dict[str, Callable[[GraphOperation, str], Step]] = {
    "ADD": elementwise.add,
    "AVERAGE_POOL_2D": pooling.average,
    "CONCATENATION": shapes.concatenation,
    "CONV_2D": layers.convolution,
    "DEPTHWISE_CONV_2D": layers.depthwise,
    "EXPAND_DIMS": shapes.reshape,
    "FULLY_CONNECTED": layers.dense,
    "HARD_SWISH": curves.hard_swish,
    "LOGISTIC": curves.logistic,
    "MAX_POOL_2D": pooling.maximum,
    "MEAN": pooling.mean,
    "MUL": elementwise.multiply,
    "PAD": shapes.pad,
    "QUANTIZE": elementwise.quantize,
    "REDUCE_MAX": pooling.reduced_maximum,
    "RELU": elementwise.relu,
    "RELU6": curves.relu6,
    "RESHAPE": shapes.reshape,
    "SOFTMAX": soft_maximum.softmax,
    "SQUEEZE": shapes.reshape,
    "STRIDED_SLICE": shapes.strided_slice,
    "TRANSPOSE": shapes.transpose,
}
WIDE_WRITERS = {
    **{name: each for name, each in WRITERS.items() if name not in ("HARD_SWISH", "REDUCE_MAX")},
    "LOGISTIC": wide_curves.logistic,
    "SOFTMAX": wide_curves.softmax,
}
"""The same in int16, but for what TensorFlow Lite for Microcontrollers has no kernels for."""


def steps(graph: Graph) -> list[Step]:
    """Every operation as a step in C.

    Raises:
        ConversionError: one of them cannot be written; its name is told.
    """
    write = _wide_step if graph.number == "int16" else _step
    return [write(each, f"layer_{place}") for place, each in enumerate(graph.operations, 1)]


def _step(operation: GraphOperation, name: str) -> Step:
    writer = WRITERS.get(operation.name)
    if writer is None:
        raise operation.refused("yet")
    kinds = {operation.input(0).dtype, operation.output.dtype}
    if operation.name != "QUANTIZE" and kinds != {"int8"}:
        raise operation.refused(f"in {' and '.join(sorted(kinds))}")
    return writer(operation, name)


def _wide_step(operation: GraphOperation, name: str) -> Step:
    writer = WIDE_WRITERS.get(operation.name)
    if writer is None:
        known = operation.name in WRITERS
        lacks = "in int16, for which TensorFlow Lite for Microcontrollers has no kernel"
        raise operation.refused(lacks if known else "yet")
    tensors = (operation.input(0), operation.output)
    if kinds := {each.dtype for each in tensors} - {"int16"}:
        raise operation.refused(f"in {' and '.join(sorted(kinds))}")
    if any(each.zero_point for each in tensors):
        raise operation.refused("in int16 with a zero point")
    return writer(operation, name)
