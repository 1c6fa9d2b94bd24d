"""A FlatBuffers builder that writes equal things once, and leaves few gaps.

Everything it writes is what FlatBuffers' own readers and verifiers take: an offset may point where
another one points, a table's fields may lie in any order, and so may the things offsets point at.
It knows no schema; the `Pack` methods of generated code drive it as they drive the builder it
extends. Structs, which lie inside tables, are not supported.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import flatbuffers
from numpy.typing import NDArray

Field = tuple[int, int, Any, Any]
"""Slot, width in bytes, number type (None for an offset) and value."""
Leaf = bytes | NDArray[Any]
"""A string or a vector of numbers: what offsets point at, and what holds none itself."""
WORD = 4


class SharingBuilder(flatbuffers.Builder):  # type: ignore[misc, unused-ignore]
    """Shares strings, vectors of numbers, aligned bytes and whole tables; vtables always were.

    `leaves` are strings and vectors that will be asked for later on: they go into the gaps before
    aligned bytes. `wanted` has those that were asked for, to give to another builder.
    """

    def __init__(self, size: int = 1 << 16, leaves: Sequence[Leaf] = ()) -> None:
        super().__init__(size)
        self.wanted: list[Leaf] = []
        self._gap_fillers = list(leaves)
        self._written: dict[tuple[Any, ...], int] = {}
        self._fields: list[Field] = []
        self._slots = 0

    def CreateString(  # noqa: N802
        self, s: str | bytes, encoding: str = "utf-8", errors: str = "strict"
    ) -> int:
        """Write a string, or point at the equal one that is there."""
        text = s.encode(encoding, errors) if isinstance(s, str) else bytes(s)
        key = ("string", text)
        if key not in self._written:
            self.wanted.append(text)
            self._written[key] = super().CreateString(text)
        return self._written[key]

    def CreateNumpyVector(self, x: NDArray[Any]) -> int:  # noqa: N802
        """Write a vector of numbers, or point at the equal one that is there."""
        key = ("vector", x.dtype.str, x.tobytes())
        if key not in self._written:
            self.wanted.append(x)
            self._written[key] = super().CreateNumpyVector(x)
        return self._written[key]

    def create_aligned_bytes(self, content: bytes, alignment: int) -> int:
        """Write bytes whose first one lies on a multiple of `alignment`, or point at equal ones."""
        key = ("bytes", alignment, content)
        if key not in self._written:
            self._fill_gap(-(self.Offset() + len(content)) % alignment, alignment)
            self._written[key] = aligned_bytes(self, content, alignment)
        return self._written[key]

    def _fill_gap(self, gap: int, alignment: int) -> None:
        """Write a leaf that leaves no gap: as long as it is, or so many whole alignments longer."""
        words = gap // WORD * WORD
        for index, leaf in enumerate(self._gap_fillers):
            if words and _room(leaf) % alignment == words:
                del self._gap_fillers[index]
                if isinstance(leaf, bytes):
                    self.CreateString(leaf)
                else:
                    self.CreateNumpyVector(leaf)
                return

    def StartObject(self, numfields: int) -> None:  # noqa: N802
        """Begin a table. Its fields are only noted until `EndObject` knows them all."""
        self.assertNotNested()
        self.nested = True
        self._fields = []
        self._slots = numfields

    def PrependSlot(self, flags: Any, o: int, x: Any, d: Any) -> None:  # noqa: N802
        """Note a number; one that equals the schema's default is left out."""
        if x != d:
            self._fields.append((o, flags.bytewidth, flags, x))

    def PrependUOffsetTRelativeSlot(self, o: int, x: int, d: int) -> None:  # noqa: N802
        """Note an offset to something written before."""
        if x != d:
            self._fields.append((o, WORD, None, x))

    def EndObject(self) -> int:  # noqa: N802
        """Write the table, wide fields first, or point at the equal one that is there."""
        self.nested = False
        # Offsets count from the end of the file, so equal children have made equal offsets. Numbers
        # are compared as they are stored: -0.0 is not 0.0.
        key = (
            "table",
            *sorted(
                (slot, width, value if flags is None else flags.packer_type.pack(value))
                for slot, width, flags, value in self._fields
            ),
        )
        if key not in self._written:
            self._written[key] = self._write_table()
        return self._written[key]

    def _write_table(self) -> int:
        super().StartObject(self._slots)
        # The last field written lies first; fields of one width keep the order of their slots.
        for slot, _, flags, value in sorted(self._fields, key=lambda field: (field[1], -field[0])):
            if flags is None:
                self.PrependUOffsetTRelative(value)
            else:
                self.Prepend(flags, value)
            self.Slot(slot)
        return int(super().EndObject())


def aligned_bytes(builder: Any, content: bytes, alignment: int) -> int:
    """Write a vector of bytes whose first one lies on a multiple of `alignment`."""
    builder.StartVector(1, len(content), alignment)
    builder.head -= len(content)
    builder.Bytes[builder.head : builder.head + len(content)] = content
    return int(builder.EndVector())


def _room(leaf: Leaf) -> int:
    """Bytes a string or vector takes at any word; 0 for one of numbers wider than that."""
    if isinstance(leaf, bytes):
        return WORD + (len(leaf) // WORD + 1) * WORD
    return WORD + -(-leaf.nbytes // WORD) * WORD if leaf.itemsize <= WORD else 0
