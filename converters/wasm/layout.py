"""What structures of the kernels are in the memory of WebAssembly, as a C compiler lays them out.

A number of n bytes begins at a multiple of n, an address is a number of four, and a structure
begins and ends where its most demanding member may (WebAssembly tool conventions, "Basic C ABI").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from converters.c.step import Field, Structure, Table

SIZES = {"int8_t": 1, "uint8_t": 1, "int16_t": 2, "int32_t": 4, "int64_t": 8}
ADDRESS = 4
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_STRUCTURE = re.compile(r"^struct (\w+) \{$(.*?)^\};$", re.DOTALL | re.MULTILINE)
_MEMBERS = re.compile(r"(?:const )?(struct )?(\w+) (.+)", re.DOTALL)
_MEMBER = re.compile(r"(\*?)(\w+)(?:\[(\d+)\])?")


@dataclass(frozen=True)
class Member:
    """`count` values of `size` bytes from `offset` on: numbers, or structures of a form."""

    name: str
    offset: int
    size: int
    count: int
    form: Form | None


@dataclass(frozen=True)
class Form:
    """A structure: its bytes, and the multiple at which it begins."""

    size: int
    alignment: int
    members: tuple[Member, ...]


def forms(source: str) -> dict[str, Form]:
    """The structures that a source in C defines, by name."""
    found: dict[str, Form] = {}
    for name, body in _STRUCTURE.findall(_COMMENT.sub("", source)):
        found[name] = _form(body, found)
    return found


def _form(body: str, known: Mapping[str, Form]) -> Form:
    members: list[Member] = []
    size, most = 0, 1
    for statement in filter(None, map(str.strip, body.split(";"))):
        described = _MEMBERS.fullmatch(statement)
        assert described is not None, statement
        form = known[described[2]] if described[1] else None
        for declared in described[3].split(","):
            parts = _MEMBER.fullmatch(declared.strip())
            assert parts is not None, declared
            one, alignment = (form.size, form.alignment) if form else (0, 0)
            if form is None:
                one = alignment = ADDRESS if parts[1] else SIZES[described[2]]
            start, count = aligned(size, alignment), int(parts[3] or 1)
            members.append(Member(parts[2], start, one, count, form))
            size, most = start + one * count, max(most, alignment)
    return Form(aligned(size, most), most, tuple(members))


def aligned(start: int, alignment: int) -> int:
    """The first multiple that is not before `start`."""
    return -(-start // alignment) * alignment


def packed(
    structure: Structure, known: Mapping[str, Form], address_of: Callable[[Table], int]
) -> bytes:
    """A structure's bytes. Members that it does not tell are 0.

    Raises:
        KeyError: it tells one that the kernels' structure does not have.
    """
    return _packed(structure.fields, known[structure.kind], address_of)


def _packed(fields: Mapping[str, Field], form: Form, address_of: Callable[[Table], int]) -> bytes:
    found, members = bytearray(form.size), {each.name: each for each in form.members}
    for name, value in fields.items():
        member = members[name]
        if isinstance(value, Mapping):
            assert member.form is not None, name
            content = _packed(value, member.form, address_of)
        elif isinstance(value, Table):
            content = address_of(value).to_bytes(ADDRESS, "little")
        else:
            numbers = [value] if isinstance(value, int) else value
            content = b"".join(
                each.to_bytes(member.size, "little", signed=True) for each in numbers
            )
        found[member.offset : member.offset + len(content)] = content
    return bytes(found)
