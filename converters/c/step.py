"""What one operation becomes, as data: constants, calls of kernels, and the memory they need.

`text` writes them in C; other targets write the same steps in other forms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from converters.c.graph import GraphOperation, GraphTensor

TYPES = {
    f"{dtype}_t": np.dtype(dtype)
    for dtype in ("int8", "uint8", "int16", "uint16", "int32", "int64")
}
"""Of numbers in tables, by their names in C."""


@dataclass(frozen=True, eq=False)
class Table:
    """A constant array of numbers of the C type `kind`."""

    kind: str
    name: str
    values: NDArray[Any]

    @property
    def size_bytes(self) -> int:
        """Of all its numbers."""
        return self.values.nbytes


def table(kind: str, name: str, values: ArrayLike) -> Table:
    """A table of whole numbers, one after the other whatever shape they have."""
    return Table(kind, name, np.asarray(values).ravel().astype(TYPES[kind]))


Field = int | Sequence[int] | Table | Mapping[str, "Field"]
"""What a member of a structure holds: a number, an array of numbers, the address of a table, or
members of its own. Members that are not told are 0."""


@dataclass(frozen=True, eq=False)
class Structure:
    """A constant `struct` of a kernel's; `kind` is its name in C."""

    kind: str
    name: str
    fields: Mapping[str, Field]


@dataclass(frozen=True)
class Place:
    """Memory between operations: one of the step's inputs by its `number`, its output, or what it
    needs for itself. `kind` is the C type of the numbers that the kernel finds there, where it is
    another than the model's own."""

    role: str
    number: int = 0
    kind: str | None = None


INPUT, OUTPUT, SCRATCH = Place("input"), Place("output"), Place("scratch")


@dataclass(frozen=True, eq=False)
class Call:
    """A call of a kernel, or of `memset`. Tables and structures are handed over as addresses."""

    function: str
    arguments: tuple[Structure | Table | Place | int, ...]


@dataclass(frozen=True, eq=False)
class Step:
    """A step of the written model.

    Attributes:
        words: the operation in a line.
        kernels: files of `kernels/` that it calls.
        data: its tables and parameters.
        calls: what is called, one after the other.
        inputs: numbers of the tensors that it reads, constants left out.
        output: number of the tensor that it writes.
        scratch: how many numbers it needs room for, for itself.
        alias: its output is its input under another shape, and nothing is called.
    """

    words: str
    kernels: tuple[str, ...]
    data: tuple[Table | Structure, ...]
    calls: tuple[Call, ...]
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
