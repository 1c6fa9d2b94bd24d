"""TFLite's schema, read off the reader that LiteRT ships: for checking files, and for `flatc`.

The generated reader names every field with its place and kind. It shares nothing with the builder
that files are written by.
"""

from __future__ import annotations

import inspect
import re
import struct
from dataclasses import dataclass
from functools import cache
from typing import Literal

Kind = Literal["number", "string", "table", "union", "numbers", "strings", "tables"]
WIDTHS = {"Bool": 1, "Int8": 1, "Uint8": 1, "Int16": 2, "Uint16": 2, "Int32": 4, "Uint32": 4,
          "Float32": 4, "Int64": 8, "Uint64": 8}  # fmt: skip
FBS_NAMES = {"Bool": "bool", "Int8": "byte", "Uint8": "ubyte", "Int16": "short", "Uint16": "ushort",
             "Int32": "int", "Uint32": "uint", "Float32": "float", "Int64": "long",
             "Uint64": "ulong"}  # fmt: skip
ALIGNED = {("Buffer", "data"): 16, ("Operator", "large_custom_options_offset"): 8}
"""Alignment beyond that of the element, which the schema asks for."""


@dataclass(frozen=True)
class Field:
    slot: int
    name: str
    kind: Kind
    of: str
    """The number's type, the table or the union."""
    default: str = "0"


@cache
def tables() -> dict[str, tuple[Field, ...]]:
    """Every table that a model can hold, by name."""
    found: dict[str, tuple[Field, ...]] = {}
    waiting = ["Model"]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = _fields(name)
        for field in found[name]:
            if field.kind in ("table", "tables"):
                waiting.append(field.of)
            elif field.kind == "union":
                waiting.extend(unions(field.of))
    return found


@cache
def unions(name: str) -> tuple[str, ...]:
    """The tables of a union, number 1 first."""
    from ai_edge_litert import schema_py_generated as schema

    members = {value: key for key, value in vars(getattr(schema, name)).items() if key[0] != "_"}
    return tuple(members[index] for index in range(1, len(members)))


@cache
def _sources() -> dict[str, str]:
    """The text of every class, with the functions that follow it."""
    from ai_edge_litert import schema_py_generated as schema

    text = inspect.getsource(schema)
    return {block.split("(")[0]: block for block in re.split(r"^class ", text, flags=re.M)[1:]}


def _fields(table: str) -> tuple[Field, ...]:
    source = _sources()[table]
    slots = {
        name: int(slot)
        for name, slot in re.findall(
            rf"^def {table}Add(\w+)\(builder.*\n    builder\.Prepend\w+Slot\((\d+),", source, re.M
        )
    }
    readers = dict(re.findall(r"^    def (\w+)\(self.*\n((?:(?:      .*)?\n)+)", source, re.M))
    return tuple(
        _field(table, name, slot, readers[name])
        for name, slot in sorted(slots.items(), key=lambda item: item[1])
    )


def _field(table: str, name: str, slot: int, source: str) -> Field:
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    made = re.search(r"obj = (\w+)\(", source)
    number = re.search(r"number_types\.(\w+)Flags, (?:a|o)\b", source)
    vector = "self._tab.Vector(o)" in source
    if "self._tab.Union(" in source:
        return Field(slot, snake, "union", _union_of(table, name))
    if made is not None:
        return Field(slot, snake, "tables" if vector else "table", made[1])
    if "self._tab.String(" in source:
        return Field(slot, snake, "strings" if vector else "string", "")
    assert number is not None, (table, name)
    default = re.findall(r"return ([\w.-]+)$", source, re.M)[-1]
    return Field(slot, snake, "numbers" if vector else "number", number[1], default)


def _union_of(table: str, field: str) -> str:
    owner = _sources()[f"{table}T"]
    found = re.search(rf"(\w+)Creator\(self\.{field[0].lower()}{field[1:]}Type,", owner)
    assert found is not None, (table, field)
    return found[1]


def fbs() -> str:
    """The schema as `flatc` takes it, enumerations as the numbers they are."""
    text = []
    for union in sorted({f.of for held in tables().values() for f in held if f.kind == "union"}):
        text.append(f"union {union} {{ {', '.join(unions(union))} }}")
    for name, fields in tables().items():
        lines = []
        for field in fields:
            if field.kind == "number" and any(
                other.kind == "union" and field.name == f"{other.name}_type" for other in fields
            ):
                continue  # a union brings it along
            lines.append(f"  {field.name}:{_fbs_type(name, field)};")
        text.append("\n".join([f"table {name} {{", *lines, "}"]))
    return "\n".join([*text, "root_type Model;", 'file_identifier "TFL3";', ""])


def _fbs_type(table: str, field: Field) -> str:
    of = FBS_NAMES.get(field.of, field.of or "string")
    if field.kind == "number":
        default = field.default.lower() if field.of == "Bool" else field.default
        return f"{of} = {default}"
    if field.kind.endswith("s"):
        force = ALIGNED.get((table, field.name))
        return f"[{of}]" + (f" (force_align: {force})" if force else "")
    return of


def verify(content: bytes) -> int:
    """Walk a file as FlatBuffers' own verifier does; returns how many tables it has.

    Every offset must stay inside, every number lie on a multiple of its width, every string end in
    a zero, and every table fit its vtable.
    """
    assert content[4:8] == b"TFL3"
    walk = _Walk(content)
    walk.table(walk.offset(0), "Model")
    return len(walk.seen)


class _Walk:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.seen: set[tuple[int, str]] = set()

    def number(self, form: str, place: int) -> int:
        width = struct.calcsize(form)
        assert 0 <= place <= len(self.content) - width, f"{place} is outside"
        assert place % width == 0, f"a number of {width} bytes at {place}"
        return int(struct.unpack_from(f"<{form}", self.content, place)[0])

    def offset(self, place: int) -> int:
        forward = self.number("I", place)
        assert forward > 0, f"an offset to itself at {place}"
        return place + forward

    def vector(self, place: int, width: int, alignment: int = 1) -> list[int]:
        count = self.number("I", place)
        start = place + 4
        assert start + count * width <= len(self.content), f"a vector runs out at {place}"
        assert count == 0 or start % max(width, alignment) == 0, f"a vector at {place}"
        return [start + index * width for index in range(count)]

    def string(self, place: int) -> None:
        letters = self.vector(place, 1)
        assert self.content[place + 4 + len(letters)] == 0, f"a string without end at {place}"
        self.content[place + 4 : place + 4 + len(letters)].decode("utf-8")

    def table(self, place: int, name: str) -> None:
        if (place, name) in self.seen:
            return
        self.seen.add((place, name))
        vtable = place - self.number("i", place)
        size, inline = self.number("H", vtable), self.number("H", vtable + 2)
        assert size % 2 == 0
        assert vtable + size <= len(self.content)
        assert place + inline <= len(self.content)
        known = {field.slot: field for field in tables()[name]}
        numbers: dict[str, int] = {}
        for slot in range((size - 4) // 2):
            inside = self.number("H", vtable + 4 + 2 * slot)
            if inside == 0:
                continue
            assert slot in known, f"{name} has no field {slot}"
            field = known[slot]
            width = WIDTHS[field.of] if field.kind == "number" else 4
            assert 4 <= inside <= inline - width, f"{name}.{field.name} lies outside its table"
            assert (place + inside) % width == 0, f"{name}.{field.name} is not aligned"
            if field.kind == "number":
                numbers[field.name] = self.content[place + inside]
            else:
                self.child(name, field, self.offset(place + inside), numbers)

    def child(self, table: str, field: Field, place: int, numbers: dict[str, int]) -> None:
        if field.kind == "string":
            self.string(place)
        elif field.kind == "table":
            self.table(place, field.of)
        elif field.kind == "union":
            self.table(place, unions(field.of)[numbers[f"{field.name}_type"] - 1])
        elif field.kind == "numbers":
            self.vector(place, WIDTHS[field.of], ALIGNED.get((table, field.name), 1))
        else:
            for entry in self.vector(place, 4):
                if field.kind == "strings":
                    self.string(self.offset(entry))
                else:
                    self.table(self.offset(entry), field.of)
