"""What the builder writes once is what equals something else to the last bit."""

from __future__ import annotations

from typing import Any

import flatbuffers
import numpy as np
import pytest

from converters.tflite.sharing_builder import SharingBuilder


def table(builder: Any, *fields: tuple[str, int, float]) -> int:
    builder.StartObject(8)
    for kind, slot, value in fields:
        getattr(builder, f"Prepend{kind}Slot")(slot, value, 0)
    return int(builder.EndObject())


def read(builder: Any, root: int) -> Any:
    builder.Finish(root)
    content = bytearray(builder.Output())
    start = flatbuffers.encode.Get(flatbuffers.packer.uoffset, content, 0)
    return flatbuffers.table.Table(content, start)


def test_equal_strings_vectors_and_tables_are_one() -> None:
    builder = SharingBuilder()
    assert builder.CreateString("seven") == builder.CreateString(b"seven")
    numbers = np.arange(5, dtype=np.int32)
    assert builder.CreateNumpyVector(numbers) == builder.CreateNumpyVector(numbers.copy())
    assert table(builder, ("Int32", 1, 7)) == table(builder, ("Int32", 1, 7))
    assert builder.create_aligned_bytes(b"abc", 16) == builder.create_aligned_bytes(b"abc", 16)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("Int32", 1, 7), ("Int32", 2, 7)),
        (("Int32", 1, 7), ("Int8", 1, 7)),
        (("Int32", 1, 1), ("Float32", 1, 1.0)),
        (("Float32", 1, 1.0), ("Float32", 1, 1.0 + 2**-23)),
    ],
)
def test_tables_that_differ_in_anything_are_two(first: Any, second: Any) -> None:
    builder = SharingBuilder()
    assert table(builder, first) != table(builder, second)


def test_vectors_that_differ_in_type_or_sign_of_zero_are_two() -> None:
    builder = SharingBuilder()
    zeros = np.zeros(2, np.float32)
    places = {
        builder.CreateNumpyVector(vector)
        for vector in (zeros, -zeros, zeros.astype(np.int32), zeros.astype(np.float64))
    }
    assert len(places) == 4


def test_fields_are_found_whatever_their_width_and_order() -> None:
    builder = SharingBuilder()
    name = builder.CreateString("name")
    fields = (("Int8", 0, 1), ("Int64", 1, 2), ("UOffsetTRelative", 2, name), ("Int16", 3, 4))
    found = read(builder, table(builder, *fields))
    flags = flatbuffers.number_types
    values = [
        found.Get(kind, found.Offset(4 + 2 * slot) + found.Pos)
        for slot, kind in ((0, flags.Int8Flags), (1, flags.Int64Flags), (3, flags.Int16Flags))
    ]
    assert values == [1, 2, 4]
    assert found.String(found.Offset(8) + found.Pos) == b"name"
    assert (found.Pos + found.Offset(6)) % 8 == 0


def test_wide_fields_come_first_so_that_no_gap_is_left_between() -> None:
    fields = (("Int8", 0, 1), ("Int32", 1, 2), ("Int8", 2, 3), ("Int32", 3, 4))
    sizes = []
    for builder in (SharingBuilder(), flatbuffers.Builder(64)):
        table(builder, *fields)
        sizes.append(builder.Offset())
    assert sizes[0] < sizes[1]


def test_gaps_before_aligned_bytes_are_filled_with_what_is_needed_anyway() -> None:
    vector = np.arange(4, dtype=np.int32)
    builder = SharingBuilder(leaves=[b"of another length", vector])
    # Twelve bytes leave a gap of four, or of 20: a vector of four numbers and its length.
    builder.create_aligned_bytes(bytes(range(1, 13)), 16)
    assert builder.Offset() == 20 + 12 + 4
    before = builder.Offset()
    builder.CreateNumpyVector(vector)
    assert builder.Offset() == before
