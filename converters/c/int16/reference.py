"""What a file in int16x8 answers, of kernels that share no line with what is written in C.

They are LiteRT's reference kernels, but for two operations in which these differ from TensorFlow
Lite for Microcontrollers, whose bytes are meant: `FULLY_CONNECTED` scales its sums by factors of 31
bits there, and `SOFTMAX` is off by a step now and then. These two are computed here.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters.c import layers
from converters.c.activation import limits
from converters.c.graph import Graph, GraphOperation
from converters.c.int16 import curves

Values = dict[int, NDArray[Any]]
"""Of tensors by their numbers, `[N, *shape]`."""


def answers(content: bytes, graph: Graph, pictures: NDArray[np.int16]) -> NDArray[np.int16]:
    """What a file answers, `int16 [N, classes]`, to pictures `int16 [N, *shape]`; `graph` is what
    of it computes with whole numbers."""
    values: Values = {graph.input.index: pictures}
    for ours, run in groupby(graph.operations, lambda each: each.name in _OURS):
        some = list(run)
        if ours:
            for each in some:
                values[each.output.index] = _OURS[each.name](each, values[each.input(0).index])
        else:
            values |= _asked(content, some, values)
    found: NDArray[np.int16] = values[graph.output.index].reshape(len(pictures), -1)
    return found


def _dense(operation: GraphOperation, taken: NDArray[Any]) -> NDArray[np.int16]:
    weights = operation.constant(1).astype(np.int64)
    sums = taken.reshape(len(taken), -1).astype(np.int64) @ weights.T
    if len(operation.inputs) > 2 and operation.inputs[2] is not None:
        sums += operation.constant(2)
    by = np.array(layers.factors(operation, len(weights)), np.int64)
    bits = 15 - by[:, 1]
    scaled = (sums * by[:, 0] + (1 << (bits - 1))) >> bits
    found: NDArray[np.int16] = np.clip(scaled, *limits(operation)).astype(np.int16)
    return found.reshape(len(taken), *operation.output.shape[1:])


def _softmax(operation: GraphOperation, taken: NDArray[Any]) -> NDArray[np.int16]:
    of = curves.softmax_of(operation)
    rows = [curves.probabilities(row.ravel(), of) for row in taken]
    return np.array(rows).reshape(taken.shape)


_OURS = {"FULLY_CONNECTED": _dense, "SOFTMAX": _softmax}


def _asked(content: bytes, operations: Iterable[GraphOperation], values: Values) -> Values:
    """What LiteRT's reference kernels make of `values` in some of a file's operations."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    from converters.tflite import packing

    model = _only(content, operations, values)
    (graph,) = model.subgraphs
    opened = Interpreter(
        model_content=packing.pack(model, share=False),
        num_threads=1,
        experimental_op_resolver_type=OpResolverType.BUILTIN_REF,
    )
    opened.allocate_tensors()
    found: dict[int, list[NDArray[Any]]] = {index: [] for index in graph.outputs}
    for n in range(len(values[graph.inputs[0]])):
        for index in graph.inputs:
            opened.set_tensor(index, values[index][n : n + 1].reshape(graph.tensors[index].shape))
        opened.invoke()
        for index, rows in found.items():
            rows.append(opened.get_tensor(index))
    return {index: np.concatenate(rows) for index, rows in found.items()}


def _only(content: bytes, operations: Iterable[GraphOperation], values: Values) -> Any:
    """A file's model with some of its operations alone; it gives all that they write."""
    from ai_edge_litert import schema_py_generated as schema

    model = schema.ModelT.InitFromPackedBuf(content, 0)
    (graph,) = model.subgraphs
    written = [each.output.index for each in operations]
    graph.operators = [each for each in graph.operators if each.outputs[0] in written]
    read = {index for each in graph.operators for index in each.inputs}
    graph.inputs, graph.outputs = sorted(read & values.keys()), written
    model.signatureDefs = []
    return model
