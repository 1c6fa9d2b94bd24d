"""A quantized `.tflite` as what C is written from: tensors and operations, with their numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters.errors import ConversionError

ELSEWHERE = "export it for another target, such as: --target tflite"


@dataclass(frozen=True, eq=False)
class GraphTensor:
    """A tensor: `scales` and `zero_points` have one entry, or one for each of its channels; `data`
    are the numbers of one that is constant."""

    index: int
    dtype: str
    shape: tuple[int, ...]
    scales: tuple[float, ...]
    zero_points: tuple[int, ...]
    data: NDArray[Any] | None

    @property
    def scale(self) -> float:
        """The scale of a tensor that has one alone."""
        return self.scales[0]

    @property
    def zero_point(self) -> int:
        """The zero point of a tensor that has one alone."""
        return self.zero_points[0]

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return prod(self.shape)

    @property
    def reach(self) -> int:
        """How far a number may lie from its zero point, which in int16 is 0."""
        return 1 << 15 if self.dtype == "int16" else 255


@dataclass(frozen=True, eq=False)
class GraphOperation:
    """An operation by the name that TensorFlow Lite's schema has for it. An input that it may have
    and does not is None. `language` is what it shall be written in, for people."""

    name: str
    inputs: tuple[GraphTensor | None, ...]
    output: GraphTensor
    options: Any
    language: str = "C"

    def input(self, place: int) -> GraphTensor:
        """An input that it must have."""
        found = self.inputs[place] if place < len(self.inputs) else None
        if found is None:
            raise self.refused("without all of its inputs")
        return found

    def constant(self, place: int) -> NDArray[Any]:
        """The numbers of an input that must be constant."""
        data = self.input(place).data
        if data is None:
            raise self.refused("whose parameters are computed")
        return data

    def refused(self, why: str) -> ConversionError:
        """The error that names it."""
        return ConversionError(f"{self.language} cannot express {self.name} {why}", ELSEWHERE)


@dataclass(frozen=True, eq=False)
class Graph:
    """A model of one input and one output; its operations in the order in which they run."""

    input: GraphTensor
    output: GraphTensor
    operations: tuple[GraphOperation, ...]

    @property
    def number(self) -> str:
        """The type of the numbers between operations."""
        return "int16" if self.input.dtype == "int16" else "int8"

    def of_whole_numbers(self) -> Graph:
        """The graph without what makes whole numbers of floats first, and floats of them last."""
        ends = [*self.operations[:1], *self.operations[-1:]]
        if self.input.dtype != "float32" or [e.name for e in ends] != ["QUANTIZE", "DEQUANTIZE"]:
            return self
        first, last = ends
        return Graph(first.output, last.input(0), self.operations[1:-1])

    @cached_property
    def uses(self) -> dict[int, int]:
        """How many operations read a tensor, by its number."""
        found: dict[int, int] = {}
        for operation in self.operations:
            for each in operation.inputs:
                if each is not None:
                    found[each.index] = found.get(each.index, 0) + 1
        return found


def read(content: bytes, language: str = "C") -> Graph:
    """Read a file of the converter's, to be written in a language.

    Raises:
        ConversionError: an operation has several outputs.
    """
    from ai_edge_litert import schema_py_generated as schema

    names, types = _names(schema.BuiltinOperator), _names(schema.TensorType)
    model = schema.ModelT.InitFromPackedBuf(content, 0)
    (graph,) = model.subgraphs
    tensors = [
        _tensor(index, each, types[each.type].lower(), model.buffers[each.buffer].data)
        for index, each in enumerate(graph.tensors)
    ]
    operations = []
    for each in graph.operators:
        code = model.operatorCodes[each.opcodeIndex]
        name = names[max(code.builtinCode, code.deprecatedBuiltinCode)]
        inputs = tuple(None if index < 0 else tensors[index] for index in each.inputs)
        if len(each.outputs) != 1:
            several = f"{language} cannot express {name} with several outputs"
            raise ConversionError(several, ELSEWHERE)
        output, options = tensors[each.outputs[0]], each.builtinOptions
        operations.append(GraphOperation(name, inputs, output, options, language))
    return Graph(tensors[graph.inputs[0]], tensors[graph.outputs[0]], tuple(operations))


def _names(enumeration: Any) -> dict[int, str]:
    return {value: name for name, value in vars(enumeration).items() if isinstance(value, int)}


def _tensor(index: int, entry: Any, dtype: str, data: Any) -> GraphTensor:
    found = entry.quantization
    scales = () if found is None or found.scale is None else tuple(map(float, found.scale))
    zeros = () if found is None or found.zeroPoint is None else tuple(map(int, found.zeroPoint))
    shape = () if entry.shape is None else tuple(map(int, entry.shape))
    numbers = None
    if data is not None and len(data):
        numbers = np.asarray(data, np.uint8).view(np.dtype(dtype).newbyteorder("<")).reshape(shape)
    return GraphTensor(index, dtype, shape, scales, zeros, numbers)
