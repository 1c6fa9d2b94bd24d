"""What a TFLite model carries that no answer hangs on, left out of it.

Every step here works on the objects of the generated schema and keeps to what TensorFlow Lite's
own readers allow to be missing. Whether the answers are still the same is not believed but asked:
see `same_answers`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def compact(model: Any) -> None:
    """Take out of a `ModelT`, in place, what a deployed classifier does not need.

    Scales and zero points all stay, those of biases too: without them the fast kernels refuse a
    layer, and slower ones answer differently. Operations all stay, the RESHAPE before a dense layer
    among them, which a GPU needs: it takes a dense layer on `[1, h, w, c]` for a convolution of
    every pixel. Names stay where a caller can see them: those of inputs, outputs and signatures.
    """
    model.description = None
    for graph in model.subgraphs:
        graph.name = None
        shown = {*graph.inputs, *graph.outputs}
        for index, tensor in enumerate(graph.tensors):
            _strip_tensor(tensor, named=index in shown)
        _renumber(model, graph, _shared_numbers(graph))
    _merge_buffers(model)
    _order_operator_codes(model)


def _shared_numbers(graph: Any) -> list[int]:
    """An order of the tensors in which a list of one output is, as often as can be, also a shape.

    The output numbered 16 and a bias of 16 values can then point at the same `[16]`.
    """
    count = len(graph.tensors)
    sizes = {int(each.shape[0]) for each in graph.tensors if len(_shape(each)) == 1}
    outputs = [int(each.outputs[0]) for each in graph.operators if len(each.outputs) == 1]
    taken = dict(zip(sorted(size for size in sizes if size < count), outputs, strict=False))
    others = iter(index for index in range(count) if index not in taken.values())
    return [taken[place] if place in taken else next(others) for place in range(count)]


def _renumber(model: Any, graph: Any, order: Sequence[int]) -> None:
    """Keep the tensors of `order`, in that order."""
    places = {former: index for index, former in enumerate(order)}
    places[-1] = -1  # an input that an operation may have and this one does not
    graph.tensors = [graph.tensors[index] for index in order]
    graph.inputs, graph.outputs = _moved(graph.inputs, places), _moved(graph.outputs, places)
    for operator in graph.operators:
        operator.inputs = _moved(operator.inputs, places)
        operator.outputs = _moved(operator.outputs, places)
        if operator.intermediates is not None:
            operator.intermediates = _moved(operator.intermediates, places)
    number = model.subgraphs.index(graph)
    for signature in model.signatureDefs or []:
        if signature.subgraphIndex == number:
            for named in (*signature.inputs, *signature.outputs):
                named.tensorIndex = places[named.tensorIndex]


def _moved(indices: Sequence[int], places: dict[int, int]) -> NDArray[np.int32]:
    return np.array([places[int(index)] for index in indices], np.int32)


def _shape(tensor: Any) -> list[int]:
    return [] if tensor.shape is None else [int(size) for size in tensor.shape]


def _strip_tensor(tensor: Any, *, named: bool) -> None:
    shape = _shape(tensor)
    if not named:
        tensor.name = None
    if tensor.shapeSignature is not None and list(tensor.shapeSignature) == shape:
        tensor.shapeSignature = None
    if shape:
        tensor.hasRank = False  # it only tells a scalar from a tensor of any rank
    said = tensor.quantization
    if said is None:
        return
    said.min = said.max = None  # what calibration saw; scale and zero point were made of it
    scaled = said.scale is not None and len(said.scale) > 0
    if not scaled and said.details is None:
        tensor.quantization = None


def _merge_buffers(model: Any) -> None:
    """One buffer for equal contents, and buffer 0 for all that have none."""
    from ai_edge_litert import schema_py_generated as schema

    merged = [schema.BufferT()]
    places: dict[bytes, int] = {}

    def place(index: int) -> int:
        data = model.buffers[index].data
        if data is None or len(data) == 0:
            return 0
        content = bytes(data)
        if content not in places:
            places[content] = len(merged)
            merged.append(model.buffers[index])
        return places[content]

    for graph in model.subgraphs:
        for tensor in graph.tensors:
            tensor.buffer = place(tensor.buffer)
    for entry in model.metadata or []:
        entry.buffer = place(entry.buffer)
    model.buffers = merged


def _order_operator_codes(model: Any) -> None:
    """The operation used most comes first: number 0 is the default, and takes no room."""
    operators = [operator for graph in model.subgraphs for operator in graph.operators]
    uses = Counter(operator.opcodeIndex for operator in operators)
    order = sorted(uses, key=lambda index: (-uses[index], index))
    model.operatorCodes = [model.operatorCodes[index] for index in order]
    for operator in operators:
        operator.opcodeIndex = order.index(operator.opcodeIndex)
