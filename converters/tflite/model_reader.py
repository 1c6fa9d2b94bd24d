"""A TFLite file of anybody's as data: tensors, operations, signatures, metadata, and its extent."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from converters import flatbuffer_reader
from converters.flatbuffer_reader import Damaged, Parts
from converters.tflite.model_file import FILE_IDENTIFIER
from converters.tflite.schema import SCHEMA

TYPES = ("float32", "float16", "int32", "uint8", "int64", "string", "bool", "int16", "complex64",
         "int8", "float64", "complex128", "uint64", "resource", "variant", "uint32", "uint16",
         "int4", "bfloat16", "int2", "uint4")  # fmt: skip
GAP = 4
"""Bytes of alignment a part, on average: only buffers lie on multiples of 16."""
NO_BYTES = np.empty(0, np.uint8)
MOST_SIDES, MOST_ENDS = 8, 50_000
"""Of a tensor's shape, and of all that operations read and write."""
SPARE = 1024
"""Bytes that may belong to nothing: vectors in options of operations that `SCHEMA` does not tell,
a note of the converter's whose entry a later tool removed."""


@dataclass(frozen=True)
class FoundTensor:
    """A tensor of the graph; `data` are the bytes of one that is constant, else None."""

    name: str
    type: str
    shape: tuple[int, ...]
    buffer: int
    data: NDArray[np.uint8] | None

    @property
    def elements(self) -> int:
        """How many numbers it has, as a Python int of any size."""
        count = 1
        for size in self.shape:
            count *= max(1, size)
        return count


@dataclass(frozen=True)
class Operation:
    """One step of the graph: number of the built-in operator, tensors it reads and writes."""

    code: int
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@dataclass(frozen=True)
class Signature:
    """Names that callers know tensors by."""

    key: str
    inputs: tuple[tuple[str, int], ...]
    outputs: tuple[tuple[str, int], ...]
    graph: int


@dataclass(frozen=True)
class TfliteFile:
    """What a file holds. `end` is where its flatbuffer ends and an archive may begin; `graphs` is
    how many graphs there are, the first of which is told."""

    graphs: int
    tensors: tuple[FoundTensor, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    operations: tuple[Operation, ...]
    signatures: tuple[Signature, ...]
    metadata: tuple[tuple[str, NDArray[np.uint8]], ...]
    end: int
    strays: tuple[str, ...]

    @cached_property
    def maker(self) -> dict[int, Operation]:
        """The operation that writes a tensor, by its number."""
        return {index: each for each in self.operations for index in each.outputs}


def read(content: bytes) -> TfliteFile:
    """Read a file; its flatbuffer alone, not what follows it.

    Raises:
        Damaged: it is no TFLite file, or a part of it lies outside, or points at nothing.
    """
    found = flatbuffer_reader.read(content, FILE_IDENTIFIER, "Model", SCHEMA)
    model = found.root
    graphs = model.get("graphs") or []
    if not graphs:
        raise Damaged("it has no graph")
    buffers = model.get("buffers") or []
    tensors = tuple(_tensor(each, buffers) for each in graphs[0].get("tensors") or [])
    codes = [_code(each) for each in model.get("codes") or []]
    _check_ends(graphs[0])
    operations = tuple(
        _operation(each, codes, len(tensors)) for each in graphs[0].get("operators") or []
    )
    entries = model.get("metadata") or []
    for entry in entries:
        _inside(entry.get("buffer", 0), len(buffers), "metadata's buffer")
    return TfliteFile(
        graphs=len(graphs),
        tensors=tensors,
        inputs=_indices(graphs[0], "inputs", len(tensors)),
        outputs=_indices(graphs[0], "outputs", len(tensors)),
        operations=operations,
        signatures=tuple(_signature(each) for each in model.get("signatures") or []),
        metadata=tuple(
            (entry.get("name", ""), buffers[entry.get("buffer", 0)].get("data", NO_BYTES))
            for entry in entries
        ),
        end=found.end,
        strays=tuple(_strays(found, graphs, operations)),
    )


def _tensor(entry: Parts, buffers: list[Parts]) -> FoundTensor:
    buffer = entry.get("buffer", 0)
    _inside(buffer, len(buffers), "a tensor's buffer")
    data, shape = buffers[buffer].get("data"), entry.get("shape", ())
    if len(shape) > MOST_SIDES:
        raise Damaged(f"a tensor has {len(shape):,} dimensions")
    number = entry.get("type", 0)
    return FoundTensor(
        name=entry.get("name", ""),
        type=TYPES[number] if 0 <= number < len(TYPES) else f"type {number}",
        shape=tuple(map(int, shape)),
        buffer=buffer,
        data=data if data is not None and len(data) else None,
    )


def _check_ends(graph: Parts) -> None:
    """Operations may share a list of inputs, and going through it so often takes its time."""
    owners = [graph, *(graph.get("operators") or [])]
    ends = sum(len(each.get(side, ())) for each in owners for side in ("inputs", "outputs"))
    if ends > MOST_ENDS:
        raise Damaged(f"its operations have {ends:,} inputs and outputs")


def _code(entry: Parts) -> int:
    # Files older than the wider field say it in the narrow one.
    return max(int(entry.get("builtin", 0)), int(entry.get("narrow", 0)))


def _operation(entry: Parts, codes: list[int], tensors: int) -> Operation:
    code = entry.get("code", 0)
    _inside(code, len(codes), "an operation's kind")
    # -1 stands for an input that an operation may have and this one does not.
    inputs = _indices(entry, "inputs", tensors, absent=-1)
    return Operation(codes[code], inputs, _indices(entry, "outputs", tensors))


def _signature(entry: Parts) -> Signature:
    def pairs(side: str) -> tuple[tuple[str, int], ...]:
        held = entry.get(side) or []
        return tuple((each.get("name", ""), each.get("tensor", 0)) for each in held)

    return Signature(entry.get("key", ""), pairs("inputs"), pairs("outputs"), entry.get("graph", 0))


def _indices(entry: Parts, field: str, count: int, absent: int | None = None) -> tuple[int, ...]:
    found = tuple(index for index in map(int, entry.get(field, ())) if index != absent)
    for index in found:
        _inside(index, count, f"one of the {field}")
    return found


def _inside(index: int, count: int, what: str) -> None:
    if not 0 <= index < count:
        raise Damaged(f"{what} is number {index} of {count}")


def _strays(
    found: flatbuffer_reader.Flatbuffer, graphs: list[Parts], operations: tuple[Operation, ...]
) -> list[str]:
    """What lies in the flatbuffer and belongs to nothing, in words."""
    model, graph, strays = found.root, graphs[0], []
    if found.unclaimed > GAP * found.parts + SPARE:
        strays.append(f"{found.unclaimed:,} bytes inside the model belong to nothing in it")
    if model.get("outside_groups") or model.get("outside_buffers"):
        strays.append("weights are said to lie in other files")
    buffers, tensors = model.get("buffers") or [], graph.get("tensors") or []
    if any(each.get("offset", 0) > 1 for each in buffers) or any(
        each.get("large_offset", 0) > 1 for each in graph.get("operators") or []
    ):
        strays.append("weights are said to lie behind the model")
    needed = _needed(graph, operations)
    if idle := len(operations) - len(needed):
        strays.append(f"{idle} of {len(operations)} operations lead to no answer")
    touched = {index for each in needed for index in (*each.inputs, *each.outputs)}
    used = {tensors[index].get("buffer", 0) for index in touched}
    used |= {each.get("buffer", 0) for each in model.get("metadata") or []}
    unused = sum(len(each.get("data", ())) for i, each in enumerate(buffers) if i not in used)
    if unused > SPARE:
        strays.append(f"{unused:,} bytes of weights are read by no operation that answers")
    if any(map(_too_many_scales, tensors)):
        strays.append("a tensor has more scales than channels")
    return strays


def _needed(graph: Parts, operations: tuple[Operation, ...]) -> list[Operation]:
    """The operations that the answer hangs on, the last one first."""
    wanted = set(map(int, graph.get("outputs", ())))
    needed = []
    # A file lists its operations in the order in which they run.
    for each in reversed(operations):
        if not wanted.isdisjoint(each.outputs):
            needed.append(each)
            wanted.update(each.inputs)
    return needed


def _too_many_scales(tensor: Parts) -> bool:
    said = tensor.get("quantization") or {}
    channels = max((int(size) for size in tensor.get("shape", ())), default=1)
    counts = (len(said.get(field, ())) for field in ("min", "max", "scale", "zero_point"))
    return max(counts) > max(1, channels)
