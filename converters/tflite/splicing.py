"""TFLite files made of the operations of two others: side by side, or some of one in the other.

Of a float file and its quantized twin (see `matching`), `side_by_side` is one network that computes
both on the same picture, and each quantized operation on the float model's values as well;
`staying_float` is the quantized one with some of its operations left in float.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from converters.tflite import packing
from converters.tflite.matching import DEQUANTIZE, QUANTIZE, Graph, Pair, constant

LATEST = {QUANTIZE: 2, DEQUANTIZE: 3}


@dataclass(frozen=True)
class SideBySide:
    """A file, and for each pair the places of three tensors in it: what the float operation gives,
    what the quantized one gives on the float model's values, and what it gives in its own file.

    `modelled`, where asked for, are places of what the quantized operations' weights make in
    float of the same values, stored as the operations store theirs; None for those in float.
    """

    content: bytes
    places: list[tuple[int, int, int]]
    modelled: list[int | None]


def side_by_side(
    floats: Graph, quantized: Graph, pairs: Sequence[Pair], *, modelled: bool = False
) -> SideBySide:
    """Both networks in one file, which takes what `floats` takes and gives its answer."""
    made = Splice()
    ours = made.float_graph(floats)
    shown = {
        quantized.origin(other): ours[one]
        for one, other in _matched_tensors(floats, quantized, pairs)
    }
    (given,) = map(int, quantized.graph.inputs)
    chain: dict[int, int] = {}
    own, models = {}, {}
    for pair in pairs:
        lone = {
            index: made.stored(shown[quantized.origin(index)], quantized, index)
            for index in _computed(quantized, pair.quantized)
        }
        own[pair.name] = made.operation(quantized, pair.quantized, lone)
        stored = quantized.scale(int(pair.quantized.outputs[0])) is not None
        if modelled and stored:
            models[pair.name] = made.modelled(floats, quantized, pair, lone)
    chain[given] = made.stored(made.input, quantized, given)
    for each in quantized.graph.operators:
        if not quantized.is_constant(int(each.outputs[0])):
            chain[int(each.outputs[0])] = made.operation(quantized, each, chain)
    places = [(ours[pair.outputs[0]], own[pair.name], chain[pair.outputs[1]]) for pair in pairs]
    made.graph.outputs = [ours[int(floats.graph.outputs[0])]]
    return SideBySide(made.pack(), places, [models.get(pair.name) for pair in pairs])


def staying_float(
    floats: Graph, quantized: Graph, pairs: Sequence[Pair], kept: Collection[str]
) -> bytes:
    """The quantized network as one of float32 that takes and gives what `floats` does.

    Weights are those of the quantized file, and what its operations store is rounded and clipped as
    they do it. The pairs named in `kept` have the float model's weights and hand on what they make
    as it is, which no integer operation after them could take. Operations that have float values in
    the quantized file are there as they are.
    """
    made = Splice()
    made.input = made.tensor(floats, int(floats.graph.inputs[0]))
    (given,) = map(int, quantized.graph.inputs)
    values = {int(floats.graph.inputs[0]): made.rounded(made.input, quantized, given)}
    unrounded: set[int] = set()
    for pair in pairs:
        one, other = pair.outputs
        taken = {
            int(first): (int(second), values[int(first)])
            for first, second in zip(pair.floats.inputs, pair.quantized.inputs, strict=True)
            if int(first) in values
        }
        free = bool(unrounded & set(taken))
        if pair.name in kept:
            values[one] = made.operation(floats, pair.floats, values)
            unrounded.add(one)
        elif quantized.scale(other) is None:
            like = dict(taken.values())
            values[one] = made.operation(quantized, pair.quantized, like)
        else:
            # A value may be stored anew in between, as bytes of an input are.
            again = {
                first: value
                if quantized.origin(theirs) == theirs or first in unrounded
                else made.rounded(value, quantized, theirs)
                for first, (theirs, value) in taken.items()
            }
            found = made.with_weights_of(floats, quantized, pair, again)
            values[one] = found if pair.moves else made.rounded(found, quantized, other)
            if pair.moves and free:
                unrounded.add(one)
    last = int(floats.graph.outputs[0])
    (end,) = map(int, quantized.graph.outputs)
    # What comes after the last operation: an answer in bytes.
    anew = quantized.origin(end) != end and last not in unrounded
    answer = made.rounded(values[last], quantized, end) if anew else values[last]
    made.graph.inputs, made.graph.outputs = [made.input], [answer]
    return made.pack()


def _computed(graph: Graph, operator: Any) -> list[int]:
    every = (int(index) for index in operator.inputs if index >= 0)
    return [index for index in every if not graph.is_constant(index)]


def _matched_tensors(
    floats: Graph, quantized: Graph, pairs: Sequence[Pair]
) -> list[tuple[int, int]]:
    found = [(int(floats.graph.inputs[0]), int(quantized.graph.inputs[0]))]
    for pair in pairs:
        outputs = zip(pair.floats.outputs, pair.quantized.outputs, strict=True)
        found += [(int(one), int(other)) for one, other in outputs]
    return found


class Splice:
    """A file in the making.

    Attributes:
        input: place of the tensor that it takes.
    """

    def __init__(self) -> None:
        from ai_edge_litert import schema_py_generated as schema

        self._schema = schema
        self._codes: dict[tuple[Any, ...], int] = {}
        self._stored: dict[tuple[Any, ...], int] = {}
        self._constants: dict[tuple[int, int], int] = {}
        self.model, self.graph = schema.ModelT(), schema.SubGraphT()
        self.model.version, self.model.subgraphs = 3, [self.graph]
        self.model.operatorCodes, self.model.buffers = [], [schema.BufferT()]
        self.graph.tensors, self.graph.operators = [], []
        self.input = -1

    def pack(self) -> bytes:
        """The file's bytes."""
        return packing.pack(self.model, share=False)

    def float_graph(self, floats: Graph) -> dict[int, int]:
        """All of a float file; where its tensors are now."""
        given = int(floats.graph.inputs[0])
        self.input = self.tensor(floats, given)
        self.graph.inputs = [self.input]
        places = {given: self.input}
        for each in floats.graph.operators:
            self.operation(floats, each, places)
        return places

    def tensor(self, graph: Graph, index: int) -> int:
        """A tensor like one of `graph`, with its data where it is a constant."""
        found = copy.copy(graph.graph.tensors[index])
        found.buffer, found.name = 0, f"t{len(self.graph.tensors)}"
        if (data := graph.data(index)) is not None:
            found.buffer = self._buffer(data)
        return self._add(found)

    def operation(self, graph: Graph, operator: Any, values: dict[int, int]) -> int:
        """An operation of `graph` on tensors that are in `values` by their places there, and on
        its constants; what it gives is added to `values`. The place of its first result."""
        inputs = [self._input(graph, int(index), values) for index in operator.inputs]
        outputs = [self.tensor(graph, int(index)) for index in operator.outputs]
        values.update(zip(map(int, operator.outputs), outputs, strict=True))
        self._operator(graph, operator, inputs, outputs)
        return outputs[0]

    def with_weights_of(
        self, floats: Graph, quantized: Graph, pair: Pair, values: dict[int, int]
    ) -> int:
        """The float operation of a pair with the constants of the quantized one."""
        inputs = []
        for first, second in zip(pair.floats.inputs, pair.quantized.inputs, strict=True):
            one, other = int(first), int(second)
            if one in values or one < 0:
                inputs.append(values.get(one, -1))
            elif floats.graph.tensors[one].type != self._schema.TensorType.FLOAT32:
                inputs.append(self._input(floats, one, values))
            else:
                inputs.append(self._float_constant(floats, one, constant(quantized, other)))
        outputs = [self.tensor(floats, int(index)) for index in pair.floats.outputs]
        values.update(zip(map(int, pair.floats.outputs), outputs, strict=True))
        self._operator(floats, pair.floats, inputs, outputs)
        return outputs[0]

    def modelled(self, floats: Graph, quantized: Graph, pair: Pair, stored: dict[int, int]) -> int:
        """What a quantized operation should store, on its stored inputs, by its own weights."""
        values = {
            int(first): self.dequantized(stored[int(second)])
            for first, second in zip(pair.floats.inputs, pair.quantized.inputs, strict=True)
            if int(second) in stored
        }
        found = self.with_weights_of(floats, quantized, pair, values)
        return self.stored(found, quantized, pair.outputs[1])

    def stored(self, value: int, graph: Graph, like: int) -> int:
        """Float values as tensor `like` of `graph` stores them; themselves where it is in float."""
        scale = graph.scale(like)
        if scale is None:
            return value
        key = (value, *scale)
        if key not in self._stored:
            self._stored[key] = self.converted(QUANTIZE, value, self.tensor(graph, like))
        return self._stored[key]

    def rounded(self, value: int, graph: Graph, like: int) -> int:
        """Float values rounded and clipped to what tensor `like` of `graph` can store."""
        found = self.stored(value, graph, like)
        return found if found == value else self.dequantized(found)

    def dequantized(self, stored: int) -> int:
        """Stored values in float; themselves where they are."""
        tensor = self.graph.tensors[stored]
        if tensor.type == self._schema.TensorType.FLOAT32:
            return stored
        return self.converted(DEQUANTIZE, stored, self._float_like(tensor))

    def converted(self, code: int, given: int, made: int) -> int:
        """Tensor `made`, of what an operation of a kind alone makes of `given`."""
        kind = self._schema.OperatorCodeT()
        kind.builtinCode = kind.deprecatedBuiltinCode = code
        kind.version = LATEST[code]
        operator = self._schema.OperatorT()
        operator.opcodeIndex = self._code(kind)
        operator.inputs, operator.outputs = [given], [made]
        self.graph.operators.append(operator)
        return made

    def _input(self, graph: Graph, index: int, values: dict[int, int]) -> int:
        if index < 0 or index in values:
            return values.get(index, -1)
        key = (id(graph), index)
        if key not in self._constants:
            if graph.data(index) is None:
                self._constants[key] = self.operation(graph, graph.maker[index], {})
            else:
                self._constants[key] = self.tensor(graph, index)
        return self._constants[key]

    def _float_constant(self, graph: Graph, like: int, values: Any) -> int:
        place = self._float_like(graph.graph.tensors[like])
        data = np.ascontiguousarray(values, "<f4").reshape(-1).view(np.uint8)
        self.graph.tensors[place].buffer = self._buffer(data)
        return place

    def _float_like(self, tensor: Any) -> int:
        found = self._schema.TensorT()
        found.shape, found.type = tensor.shape, self._schema.TensorType.FLOAT32
        found.name = f"t{len(self.graph.tensors)}"
        return self._add(found)

    def _add(self, tensor: Any) -> int:
        self.graph.tensors.append(tensor)
        return len(self.graph.tensors) - 1

    def _buffer(self, data: Any) -> int:
        buffer = self._schema.BufferT()
        buffer.data = data
        self.model.buffers.append(buffer)
        return len(self.model.buffers) - 1

    def _operator(self, graph: Graph, operator: Any, inputs: list[int], outputs: list[int]) -> None:
        found = copy.copy(operator)
        found.opcodeIndex = self._code(graph.model.operatorCodes[operator.opcodeIndex])
        found.inputs, found.outputs = inputs, outputs
        self.graph.operators.append(found)

    def _code(self, code: Any) -> int:
        key = (code.builtinCode, code.deprecatedBuiltinCode, code.version, code.customCode)
        if key not in self._codes:
            self._codes[key] = len(self.model.operatorCodes)
            self.model.operatorCodes.append(code)
        return self._codes[key]
