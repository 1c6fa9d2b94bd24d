"""Tables, parameters and calls of steps in C."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from converters.c.step import Call, Field, Place, Structure, Table

LINE = 100


class Memory(NamedTuple):
    """An expression in C, and the type of what it points to."""

    expression: str
    kind: str
    constant: bool


def declared(data: Table | Structure) -> str:
    """The definition of a constant."""
    if isinstance(data, Table):
        return array(data)
    return f"static const struct {data.kind} {data.name} = {{\n{_fields(data.fields, 1)}}};\n"


def array(table: Table) -> str:
    """The definition of a constant array, in lines of at most 100 letters."""
    numbers = [str(value) for value in table.values.tolist()]
    lines, line = [], "   "
    for number in numbers:
        if len(line) + len(number) + 2 > LINE:
            lines.append(line)
            line = "   "
        line += f" {number},"
    lines.append(line)
    body = "\n".join(lines)
    return f"static const {table.kind} {table.name}[{len(numbers)}] = {{\n{body}\n}};\n"


def _fields(fields: Mapping[str, Field], depth: int) -> str:
    """Each by its name."""
    indent, text = "    " * depth, ""
    for name, value in fields.items():
        if isinstance(value, Mapping):
            text += f"{indent}.{name} = {{\n{_fields(value, depth + 1)}{indent}}},\n"
        else:
            text += f"{indent}.{name} = {_value(value)},\n"
    return text


def _value(value: Field) -> str:
    if isinstance(value, Table):
        return value.name
    if isinstance(value, int):
        return str(value)
    return "{" + ", ".join(map(str, value)) + "}"


def call(call: Call, memory: Callable[[Place], Memory], number: str) -> str:
    """A statement that calls a kernel; `memory` says where places lie, and `number` is the C type
    of a model's numbers."""

    def argument(each: Structure | Table | Place | int) -> str:
        if isinstance(each, Structure):
            return f"&{each.name}"
        if isinstance(each, Table):
            return each.name
        return str(each) if isinstance(each, int) else _pointer(memory(each), each.kind or number)

    return f"{call.function}({', '.join(map(argument, call.arguments))});"


def _pointer(memory: Memory, kind: str) -> str:
    """With a cast where the kernel takes another type."""
    if memory.kind == kind:
        return memory.expression
    inner = f"({memory.expression})" if " " in memory.expression else memory.expression
    return f"({'const ' * memory.constant}{kind} *){inner}"
