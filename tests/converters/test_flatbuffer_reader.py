"""FlatBuffers of others: read within bounds, in bounded time, and every byte accounted for."""

from __future__ import annotations

import flatbuffers
import numpy as np
import pytest

from converters import flatbuffer_reader
from converters.flatbuffer_reader import Damaged

SCHEMA: flatbuffer_reader.Schema = {
    "Root": {
        0: ("size", "I"),
        1: ("name", "str"),
        2: ("numbers", "[f]"),
        3: ("children", "[Child]"),
        4: ("kind", "B"),
        5: ("choice", "Choice?kind"),
    },
    "Child": {0: ("name", "str"), 1: ("children", "[Child]")},
    "Choice2": {0: ("value", "i")},
}


def made(children: int = 2) -> bytes:
    builder = flatbuffers.Builder(64)
    name = builder.CreateString("grün")
    numbers = builder.CreateNumpyVector(np.array([1.5, -2.0], np.float32))
    places = []
    for _ in range(children):
        builder.StartObject(1)
        builder.PrependUOffsetTRelativeSlot(0, name, 0)
        places.append(builder.EndObject())
    builder.StartVector(4, len(places), 4)
    for place in places:
        builder.PrependUOffsetTRelative(place)
    vector = builder.EndVector()
    builder.StartObject(1)
    builder.PrependInt32Slot(0, -7, 0)
    choice = builder.EndObject()
    builder.StartObject(6)
    builder.PrependUint32Slot(0, 9, 0)
    builder.PrependUOffsetTRelativeSlot(1, name, 0)
    builder.PrependUOffsetTRelativeSlot(2, numbers, 0)
    builder.PrependUOffsetTRelativeSlot(3, vector, 0)
    builder.PrependUint8Slot(4, 2, 0)
    builder.PrependUOffsetTRelativeSlot(5, choice, 0)
    builder.Finish(builder.EndObject(), b"TEST")
    return bytes(builder.Output())


def read(content: bytes) -> flatbuffer_reader.Flatbuffer:
    return flatbuffer_reader.read(content, b"TEST", "Root", SCHEMA)


def test_every_kind_of_field() -> None:
    found = read(made()).root
    assert (found["size"], found["name"], found["kind"]) == (9, "grün", 2)
    assert found["numbers"].tolist() == [1.5, -2.0]
    assert [child["name"] for child in found["children"]] == ["grün", "grün"]
    assert found["choice"] == {"value": -7}


def test_all_bytes_belong_to_something() -> None:
    found = read(made())
    assert found.end <= len(made()) < found.end + 4
    assert found.unclaimed < 4 * found.parts


@pytest.mark.parametrize("where", ["before", "behind"])
def test_what_belongs_to_nothing_shows(where: str) -> None:
    content, stuff = made(), bytes(1000)
    if where == "behind":
        assert len(content + stuff) - read(content + stuff).end >= 1000
        return
    root = int.from_bytes(content[:4], "little") + len(stuff)
    moved = root.to_bytes(4, "little") + content[4:8] + stuff + content[8:]
    assert read(moved).unclaimed >= 1000


def test_another_kind_of_file_is_refused() -> None:
    for content in (b"", b"TEST", made().replace(b"TEST", b"TEXT")):
        with pytest.raises(Damaged, match="does not begin as a file of kind TEST"):
            read(content)


def test_no_damage_does_anything_but_be_told_or_change_a_value() -> None:
    honest = made()
    told = 0
    for place in range(len(honest)):
        for value in (0, 1, 127, 255):
            content = bytearray(honest)
            content[place] = value
            try:
                read(bytes(content))
            except Damaged:
                told += 1
    assert told > 100
    for length in range(len(honest)):
        with pytest.raises(Damaged):
            read(honest[: length // 4 * 4])


def test_offsets_that_meet_do_not_multiply() -> None:
    """Ten levels of a hundred offsets to one and the same next level are few bytes and 10^20 ways
    through them."""
    builder = flatbuffers.Builder(64)
    builder.StartObject(2)
    child = builder.EndObject()
    for _ in range(10):
        builder.StartVector(4, 100, 4)
        for _ in range(100):
            builder.PrependUOffsetTRelative(child)
        vector = builder.EndVector()
        builder.StartObject(2)
        builder.PrependUOffsetTRelativeSlot(1, vector, 0)
        child = builder.EndObject()
    builder.StartVector(4, 1, 4)
    builder.PrependUOffsetTRelative(child)
    vector = builder.EndVector()
    builder.StartObject(6)
    builder.PrependUOffsetTRelativeSlot(3, vector, 0)
    builder.Finish(builder.EndObject(), b"TEST")
    assert read(bytes(builder.Output())).parts < 100


def test_too_many_parts_are_refused() -> None:
    with pytest.raises(Damaged, match="more than 50,000 parts"):
        read(made(children=51_000))


def test_a_text_of_a_megabyte_is_refused() -> None:
    builder = flatbuffers.Builder(64)
    name = builder.CreateString("x" * (1 << 20))
    builder.StartObject(2)
    builder.PrependUOffsetTRelativeSlot(1, name, 0)
    builder.Finish(builder.EndObject(), b"TEST")
    with pytest.raises(Damaged, match="1,048,576 letters"):
        read(bytes(builder.Output()))
