"""The operations of two TFLite files of one network, float and quantized, told to be the same."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters.errors import ConversionError

QUANTIZE, DEQUANTIZE = 114, 6
SHORTER = "conv2dnative", ""
KINDS = {3: "conv2d", 4: "depthwise", 9: "matmul", 67: "transpose"}
"""How the converter's names of these operations begin."""
MOVING = frozenset({2, 17, 22, 34, 36, 39, 43, 45, 47, 49, 60, 65, 70, 83, 88, 102})
"""Operations that only choose and move numbers: CONCATENATION, MAX_POOL_2D, RESHAPE, PAD, GATHER,
TRANSPOSE, SQUEEZE, STRIDED_SLICE, SPLIT and their like."""

POOLING = frozenset({1, 40})
"""AVERAGE_POOL_2D and MEAN: each channel of what they give is one of what they take."""


class Graph:
    """The only subgraph of a TFLite file, as objects of the generated schema.

    Attributes:
        model, graph: the file's `ModelT` and `SubGraphT`.
    """

    def __init__(self, content: bytes) -> None:
        """Read it.

        Raises:
            ConversionError: it has several subgraphs.
        """
        from ai_edge_litert import schema_py_generated as schema

        self.model = schema.ModelT.InitFromPackedBuf(content, 0)
        if len(self.model.subgraphs) != 1:
            raise ConversionError("the file has several subgraphs, a classifier has one")
        (self.graph,) = self.model.subgraphs

    @cached_property
    def maker(self) -> dict[int, Any]:
        """The operation that gives each tensor."""
        return {int(out): each for each in self.graph.operators for out in each.outputs}

    def code(self, operator: Any) -> int:
        """The number of an operation's kind."""
        found = self.model.operatorCodes[operator.opcodeIndex]
        return max(int(found.builtinCode), int(found.deprecatedBuiltinCode))

    def kind(self, operator: Any) -> str:
        """The name of an operation's kind, as `CONV_2D`."""
        from ai_edge_litert import schema_py_generated as schema

        names = vars(schema.BuiltinOperator).items()
        return next(str(name) for name, code in names if code == self.code(operator))

    def data(self, index: int) -> Any | None:
        """The bytes of a constant tensor; None for one that is computed."""
        found = self.model.buffers[self.graph.tensors[index].buffer].data
        return None if found is None or len(found) == 0 else found

    def origin(self, index: int) -> int:
        """The tensor that is only stored in another way in this one."""
        while index in self.maker and self.code(self.maker[index]) in (QUANTIZE, DEQUANTIZE):
            index = int(self.maker[index].inputs[0])
        return index

    def is_constant(self, index: int) -> bool:
        """Whether no picture changes it."""
        return self.data(self.origin(index)) is not None

    def kept_as(self, index: int) -> int:
        """The schema's number of the type that a constant is stored in."""
        return int(self.graph.tensors[self.origin(index)].type)

    def scale(self, index: int) -> tuple[int, float, int] | None:
        """Type, scale and zero point of a tensor of quantized values; None for others."""
        return scale_of(self.graph.tensors[index])


def scale_of(tensor: Any) -> tuple[int, float, int] | None:
    """Type, scale and zero point of quantized values, as a `TensorT` says; None for others."""
    said = tensor.quantization
    if said is None or said.scale is None or len(said.scale) == 0:
        return None
    return int(tensor.type), float(said.scale[0]), int(said.zeroPoint[0])


@dataclass(frozen=True, eq=False)
class Pair:
    """One operation in both files.

    Attributes:
        name: the converter's own name for it, such as `conv2d_1`.
        kind: such as `CONV_2D`.
        moves: it only moves numbers, in the quantized file without storing them anew.
        pools: it hands on means over a picture, channel by channel.
        floats, quantized: the operation in the one and in the other.
    """

    name: str
    kind: str
    moves: bool
    pools: bool
    floats: Any
    quantized: Any

    @property
    def outputs(self) -> tuple[int, int]:
        """Places of what it gives, in the one file and in the other."""
        return int(self.floats.outputs[0]), int(self.quantized.outputs[0])


def match(floats: Graph, quantized: Graph) -> list[Pair]:
    """The operations of `floats` in their order, each with its like in `quantized`.

    They are found from the answer backwards; conversions from one way of storing to another are
    looked through.

    Raises:
        ConversionError: the files are not of the same operations.
    """
    found: dict[int, Any] = {}
    (one,), (other,) = floats.graph.outputs, quantized.graph.outputs
    waiting = [(int(one), int(other))]
    while waiting:
        ours, theirs = waiting.pop()
        ours, theirs = floats.origin(ours), quantized.origin(theirs)
        maker, like = floats.maker.get(ours), quantized.maker.get(theirs)
        if maker is None and like is None:
            continue
        if maker is None or like is None or floats.code(maker) != quantized.code(like):
            raise _differ(floats, maker, quantized, like)
        if id(maker) in found:
            continue
        if len(maker.inputs) != len(like.inputs):
            raise _differ(floats, maker, quantized, like)
        found[id(maker)] = like
        waiting += [
            (int(first), int(second))
            for first, second in zip(maker.inputs, like.inputs, strict=True)
            if first >= 0 and second >= 0 and not floats.is_constant(int(first))
        ]
    pairs: list[Pair] = []
    for each in floats.graph.operators:
        if id(each) in found:
            name = _name(floats, each, {pair.name for pair in pairs})
            like = found[id(each)]
            moves = floats.code(each) in MOVING and _keeps_scale(quantized, like)
            pools = floats.code(each) in POOLING
            pairs.append(Pair(name, floats.kind(each), moves, pools, each, like))
    return pairs


def with_pooling(pairs: Sequence[Pair], names: Collection[str]) -> set[str]:
    """Names of pairs, and of those that pool or move what these give: the channels are the same,
    and so is what makes them hard to store."""
    kept, made = set(names), set[int]()
    for pair in pairs:
        taken = {int(index) for index in pair.floats.inputs}
        if pair.name in kept or ((pair.moves or pair.pools) and taken & made):
            kept.add(pair.name)
            made |= {int(index) for index in pair.floats.outputs}
    return kept


def constant(graph: Graph, index: int) -> NDArray[np.float32]:
    """The values of a constant tensor, whatever they are stored as."""
    from ai_edge_litert import schema_py_generated as schema

    index = graph.origin(index)
    tensor = graph.graph.tensors[index]
    raw = np.asarray(graph.data(index), np.uint8)
    kinds = schema.TensorType
    if tensor.type == kinds.INT4:
        pairs = np.stack([raw << 4, raw], axis=1).reshape(-1).view(np.int8) >> 4
        stored = pairs[: int(np.prod(tensor.shape))]
    else:
        names = {
            kinds.FLOAT32: "<f4", kinds.FLOAT16: "<f2", kinds.INT8: "i1", kinds.UINT8: "u1",
            kinds.INT16: "<i2", kinds.INT32: "<i4", kinds.INT64: "<i8",
        }  # fmt: skip
        stored = raw.view(names[tensor.type])
    values = stored.reshape([int(side) for side in tensor.shape]).astype(np.float64)
    scales, zeros = steps(graph, index)
    if scales is not None:
        values = (values - zeros) * scales
    return np.asarray(values, np.float32)


def steps(graph: Graph, index: int) -> tuple[Any, Any]:
    """Scales and zero points of a constant in a form that fits its values; None for plain ones."""
    tensor = graph.graph.tensors[graph.origin(index)]
    said = tensor.quantization
    if said is None or said.scale is None or len(said.scale) == 0:
        return None, None
    scales, zeros = np.asarray(said.scale, np.float64), np.asarray(said.zeroPoint, np.float64)
    if len(scales) > 1:
        sides = [1] * len(tensor.shape)
        sides[said.quantizedDimension] = -1
        scales, zeros = scales.reshape(sides), zeros.reshape(sides)
    return scales, zeros


def _keeps_scale(graph: Graph, operator: Any) -> bool:
    given = graph.scale(int(operator.outputs[0]))
    taken = [int(index) for index in operator.inputs if index >= 0]
    return all(graph.scale(index) == given for index in taken if not graph.is_constant(index))


def _name(graph: Graph, operator: Any, taken: set[str]) -> str:
    said = (graph.graph.tensors[operator.outputs[0]].name or b"").decode("utf-8", "replace")
    parts = [part for part in said.split(";") if part]
    start = KINDS.get(graph.code(operator))
    fitting = [part for part in parts if start is not None and part.startswith(start)]
    plain = [part for part in parts if ":" not in part]
    name = (fitting or plain or [graph.kind(operator).lower()])[0].replace(*SHORTER)
    turns = (name if turn == 0 else f"{name}.{turn}" for turn in range(len(taken) + 1))
    return next(each for each in turns if each not in taken)


def _differ(floats: Graph, maker: Any, quantized: Graph, like: Any) -> ConversionError:
    ours = "its input" if maker is None else floats.kind(maker)
    theirs = "its input" if like is None else quantized.kind(like)
    return ConversionError(
        "the file is not of the operations that the float model converts to: where that has "
        f"{ours}, it has {theirs}"
    )
