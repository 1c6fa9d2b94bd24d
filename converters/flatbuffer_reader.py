"""FlatBuffers files of others as plain objects: every bound checked, and what takes which bytes.

Generated readers believe a file; a damaged one makes them loop, or ends in an exception of any
kind. This one knows a schema as data, reads each part once however many offsets point at it, and
notes the bytes that every part takes, so that what belongs to nothing shows.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Schema = Mapping[str, Mapping[int, tuple[str, str]]]
"""Table -> slot -> name and kind: `i` is a number (a letter of `struct`), `[i]` a vector of them,
`str` a string, `T` the table T, `[T]` a vector of such tables, and `T?field` a union whose member's
number stands in `field`, told before: its table is called `T`, the number behind it. A table that
the schema does not have is taken without its fields."""
Parts = dict[str, Any]
"""A table's fields by name: numbers, text, `Parts`, lists of those, vectors as NumPy arrays."""

MOST_PARTS = 50_000
"""Classifiers of a thousand layers have fewer; it bounds the time that a file can take."""
LONGEST_TEXT = 1 << 16
"""Bytes; converters that join the names of what they fuse make some of a few thousand."""
NUMBERS = frozenset("?bBhHiIqQfd")


class Damaged(ValueError):
    """A file that breaks the rules of its format; the message says how."""


@dataclass(frozen=True)
class Flatbuffer:
    """A file's content.

    Attributes:
        root: its root table.
        end: where the last part ends; what follows is no part of it.
        unclaimed: how many bytes before `end` belong to no part: the gaps of alignment.
        parts: how many parts there are.
    """

    root: Parts
    end: int
    unclaimed: int
    parts: int


def read(content: bytes, identifier: bytes, root: str, schema: Schema) -> Flatbuffer:
    """Read a file whose root table is `root`.

    Raises:
        Damaged: a part lies outside the file, or there are too many.
    """
    if content[4:8] != identifier:
        raise Damaged(f"it does not begin as a file of kind {identifier.decode()} does")
    walk = _Walk(content, schema)
    walk.claim(0, 8)
    found = walk.table(walk.target(0), root)
    end, claimed = _united(walk.extents)
    return Flatbuffer(found, end, end - claimed, len(walk.extents))


def _united(extents: list[tuple[int, int]]) -> tuple[int, int]:
    """Where the last one ends, and how many bytes they have together."""
    last = claimed = 0
    for start, end in sorted(extents):
        claimed += max(0, end - max(start, last))
        last = max(last, end)
    return last, claimed


class _Walk:
    def __init__(self, content: bytes, schema: Schema) -> None:
        self.content = content
        self.schema = schema
        self.extents: list[tuple[int, int]] = []
        self._read: dict[tuple[int, str], Any] = {}
        self._left = MOST_PARTS

    def claim(self, start: int, end: int) -> None:
        if not 0 <= start <= end <= len(self.content):
            raise Damaged(f"a part of it lies at byte {start}, outside the file")
        self.extents.append((start, end))

    def count(self, more: int) -> None:
        self._left -= more
        if self._left < 0:
            raise Damaged(f"it has more than {MOST_PARTS:,} parts")

    def number(self, form: str, place: int) -> Any:
        try:
            return struct.unpack_from(f"<{form}", self.content, place)[0]
        except struct.error as error:
            raise Damaged(f"a number of it lies at byte {place}, outside the file") from error

    def target(self, place: int) -> int:
        return place + int(self.number("I", place))

    def table(self, place: int, name: str) -> Parts:
        if (place, name) in self._read:
            known: Parts = self._read[place, name]
            return known
        self.count(1)
        vtable = place - self.number("i", place)
        if vtable < 0:
            raise Damaged(f"a table's fields lie at byte {vtable}, outside the file")
        size, inline = self.number("H", vtable), self.number("H", vtable + 2)
        if size < 4 or inline < 4:
            raise Damaged(f"the table at byte {place} is shorter than a table can be")
        self.claim(vtable, vtable + size)
        self.claim(place, place + inline)
        found: Parts = {}
        # A union's number is a field of its own, in the slot before.
        for slot, (field, kind) in self.schema.get(name, {}).items():
            if 4 + 2 * slot + 2 > size:
                continue
            inside = self.number("H", vtable + 4 + 2 * slot)
            if inside:
                if inside >= inline:
                    raise Damaged(f"{name}.{field} lies outside its table")
                found[field] = self.value(place + inside, kind, found)
        self._read[place, name] = found
        return found

    def value(self, place: int, kind: str, beside: Parts) -> Any:
        if kind in NUMBERS:
            return self.number(kind, place)
        target = self.target(place)
        if kind == "str":
            return self.text(target)
        if kind[0] == "[":
            return self.vector(target, kind[1:-1])
        union, _, which = kind.partition("?")
        return self.table(target, f"{union}{beside.get(which, 0)}" if which else union)

    def text(self, place: int) -> str:
        if (place, "str") in self._read:
            known: str = self._read[place, "str"]
            return known
        length = self.number("I", place)
        self.count(1)
        if length > LONGEST_TEXT:
            raise Damaged(f"the text at byte {place} has {length:,} letters")
        self.claim(place, place + 4 + length + 1)
        try:
            text = self.content[place + 4 : place + 4 + length].decode("utf-8")
        except UnicodeDecodeError as error:
            raise Damaged(f"the text at byte {place} is not in UTF-8") from error
        self._read[place, "str"] = text
        return text

    def vector(self, place: int, kind: str) -> Any:
        length = self.number("I", place)
        # Whoever is given a vector of tables goes through it, so that every offset to it counts.
        self.count(1 if kind in NUMBERS else 1 + length)
        if (place, kind) in self._read:
            return self._read[place, kind]
        element = np.dtype(f"<{kind}") if kind in NUMBERS else np.dtype("<u4")
        self.claim(place, place + 4 + length * element.itemsize)
        values = np.frombuffer(self.content, element, length, place + 4)
        found: Any = values
        if kind not in NUMBERS:
            starts = place + 4 + 4 * np.arange(length) + values
            found = [self.table(int(start), kind) for start in starts]
        self._read[place, kind] = found
        return found
