"""The archive behind a TFLite file: read strictly, so that all readers of zip read the same."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from small_models import CARD, LABELS

from converters.flatbuffer_reader import Damaged
from converters.tflite import zip_archive

MODEL = b"a flatbuffer of some length, as far as the archive can tell"


def archived(*files: tuple[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO(MODEL)
    held.seek(0, io.SEEK_END)
    with zipfile.ZipFile(held, "a", kind) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return held.getvalue()


def test_what_was_appended_is_read() -> None:
    content = zip_archive.append(MODEL, CARD)
    found = zip_archive.read(content)
    assert found is not None
    assert list(found.files) == ["labels.txt", "contract.json"]
    assert (found.start, found.spare) == (len(MODEL), 0)
    assert zip_archive.labels(content) == LABELS
    facts = {name: fact for name, fact in CARD.facts.items() if name != "labels"}
    assert zip_archive.facts(content) == facts


@pytest.mark.parametrize("kind", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_other_programs_archives_are_read(kind: int) -> None:
    found = zip_archive.read(archived(("a.txt", b"1\n2\n"), ("b.txt", b"3" * 999), kind=kind))
    assert found is not None
    assert found.files == {"a.txt": b"1\n2\n", "b.txt": b"3" * 999}


def test_offsets_may_count_from_where_the_archive_begins() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("labels.txt", "0\n1\n")
    found = zip_archive.read(MODEL + held.getvalue())
    assert found is not None
    assert (found.start, found.files) == (len(MODEL), {"labels.txt": b"0\n1\n"})


@pytest.mark.parametrize(
    "content",
    [b"", MODEL, b"PK\5\6", archived(("a", b"")) + b"x"],
    # The last one holds the time, and tests must have the same names in every worker.
    ids=["nothing", "a model", "an end alone", "something behind"],
)
def test_a_file_without_an_archive_at_its_end_has_none(content: bytes) -> None:
    assert zip_archive.read(content) is None
    assert zip_archive.labels(content) is None
    assert zip_archive.facts(content) is None


def test_a_bomb_is_refused_and_not_unpacked() -> None:
    bomb = archived(("contract.json", bytes(1 << 26)))
    assert len(bomb) < 100_000
    with pytest.raises(Damaged, match="67,108,864 bytes, more than 65,536"):
        zip_archive.read(bomb)
    # A size that lies does not help: unpacking stops where it is said to end.
    told = struct.pack("<I", 1 << 26)
    assert bomb.count(told) == 2
    with pytest.raises(Damaged, match="damaged"):
        zip_archive.read(bomb.replace(told, struct.pack("<I", 64)))


def test_two_files_of_one_name_are_refused() -> None:
    content = archived(("labels.txt", b"0"), ("Labels.txt", b"1")).replace(b"Labels", b"labels")
    with pytest.raises(Damaged, match=r"holds labels\.txt twice"):
        zip_archive.read(content)


def test_a_wrong_checksum_is_refused() -> None:
    content = archived(("labels.txt", b"0 1 2"), kind=zipfile.ZIP_STORED)
    with pytest.raises(Damaged, match="its checksum is wrong"):
        zip_archive.read(content.replace(b"0 1 2", b"0 1 3"))


def test_bytes_hidden_in_it_are_counted() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        entry = zipfile.ZipInfo("labels.txt")
        entry.comment = b"x" * 500
        archive.writestr(entry, "0")
    found = zip_archive.read(MODEL + held.getvalue())
    assert found is not None
    assert found.spare == 500


def test_no_damage_does_anything_but_be_told_or_change_a_date() -> None:
    honest = zip_archive.append(MODEL, CARD)
    files = zip_archive.read(honest)
    assert files is not None
    for place in range(len(MODEL), len(honest)):
        for value in (0, 1, 127, 255):
            content = bytearray(honest)
            content[place] = value
            try:
                found = zip_archive.read(bytes(content))
            except Damaged:
                continue
            assert found is None or found.files == files.files, place
            assert zip_archive.labels(bytes(content)) in (None, LABELS)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("labels.txt", b"\xff\xfe", "is not in UTF-8"),
        ("contract.json", b"[" * 9999, "is not readable as JSON"),
        ("contract.json", b"\xff", "is not readable as JSON"),
        ("contract.json", b"[]", "holds no facts"),
    ],
)
def test_files_that_say_nothing_are_told(name: str, text: bytes, says: str) -> None:
    content = archived((name, text))
    archive = zip_archive.read(content)
    with pytest.raises(Damaged, match=says):
        (zip_archive.labels_in if name == "labels.txt" else zip_archive.facts_in)(archive)
    assert zip_archive.labels(content) is None
    assert zip_archive.facts(content) is None
