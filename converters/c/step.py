"""What one operation becomes: the kernels it needs, its numbers, and the call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from converters.c.graph import GraphOperation, GraphTensor

LINE = 100
Field = "int | str | Mapping[str, Field]"


@dataclass(frozen=True)
class Step:
    """A step of the written model.

    Attributes:
        kernels: files of `kernels/` that it calls.
        data: its tables and parameters in C.
        calls: its calls, where `{in0}`, `{in1}`, `{out}` and `{scratch}` stand for places.
        inputs: numbers of the tensors that it reads, constants left out.
        output: number of the tensor that it writes.
        scratch: bytes that it needs for itself.
        alias: its output is its input under another shape, and nothing is called.
    """

    words: str
    kernels: tuple[str, ...]
    data: str
    calls: tuple[str, ...]
    inputs: tuple[int, ...]
    output: int
    scratch: int = 0
    alias: bool = False


def words(operation: GraphOperation) -> str:
    """An operation in a line: its name and the shapes that it reads and writes."""
    read = ", ".join(_shape(each) for each in operation.inputs[:1] if each is not None)
    return f"{operation.name} {read} -> {_shape(operation.output)}"


def _shape(tensor: GraphTensor) -> str:
    return "x".join(map(str, tensor.shape[1:] or tensor.shape)) or "1"


def array(kind: str, name: str, values: Iterable[int] | NDArray[np.generic]) -> str:
    """A constant array in C, in lines of at most 100 letters."""
    numbers = [str(int(value)) for value in np.asarray(values).ravel()]
    lines, line = [], "   "
    for number in numbers:
        if len(line) + len(number) + 2 > LINE:
            lines.append(line)
            line = "   "
        line += f" {number},"
    lines.append(line)
    body = "\n".join(lines)
    return f"static const {kind} {name}[{len(numbers)}] = {{\n{body}\n}};\n"


def struct(kind: str, name: str, fields: Mapping[str, object]) -> str:
    """A constant structure in C, each field by its name."""
    return f"static const struct {kind} {name} = {{\n{_fields(fields, 1)}}};\n"


def _fields(fields: Mapping[str, object], depth: int) -> str:
    indent, text = "    " * depth, ""
    for name, value in fields.items():
        if isinstance(value, Mapping):
            text += f"{indent}.{name} = {{\n{_fields(value, depth + 1)}{indent}}},\n"
        else:
            text += f"{indent}.{name} = {value},\n"
    return text
