"""The zip archive behind a TFLite flatbuffer, which any unzip program opens.

Readers of zip differ in what they make of one that is not as it should be (two files of one name,
bytes between files, sizes that do not fit), so it is read strictly: every byte has its place, or
the archive is damaged.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from converters.base import Card
from converters.flatbuffer_reader import Damaged

LABELS_FILE = "labels.txt"
CONTRACT_FILE = "contract.json"
# Zip entries need a date; a fixed one keeps the same model the same bytes.
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
LARGEST_FILE = 1 << 16
"""Bytes of a file inside; labels and facts have a few hundred."""
MOST_FILES = 64

_END = struct.Struct("<4s4H2IH")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_LOCAL = struct.Struct("<4s5H3I2H")
_ENCRYPTED, _SIZES_BEHIND = 1, 8


@dataclass(frozen=True)
class Archive:
    """The files inside.

    Attributes:
        start: the byte of the whole file at which the archive begins.
        spare: bytes of comments and of fields that programs may add.
    """

    files: Mapping[str, bytes]
    start: int
    spare: int


@dataclass(frozen=True)
class _Entry:
    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    place: int
    spare: int


def append(content: bytes, card: Card) -> bytes:
    """The file with labels and contract behind it, packed as tightly as zlib can."""
    labels = "".join(f"{label}\n" for label in card.labels)
    # The labels have a file of their own, under the name that TFLite's tools look for.
    facts = {name: fact for name, fact in card.facts.items() if name != "labels"}
    contract = json.dumps(facts, separators=(",", ":"), sort_keys=True)
    held = io.BytesIO(content)
    held.seek(0, io.SEEK_END)
    # Appending lets the archive's offsets count from the start of the file, as unzip expects.
    with zipfile.ZipFile(held, "a") as archive:
        for name, text, kind in (
            # Stored as TensorFlow's own tools do it: some readers take the bytes as they lie.
            (LABELS_FILE, labels, zipfile.ZIP_STORED),
            (CONTRACT_FILE, contract + "\n", zipfile.ZIP_DEFLATED),
        ):
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            archive.writestr(entry, text, kind, compresslevel=9)
    return held.getvalue()


def read(content: bytes) -> Archive | None:
    """The archive that ends where the file ends; None where there is none.

    Raises:
        Damaged: it is not as an archive must be, or a file in it is longer than `LARGEST_FILE`.
    """
    end = len(content) - _END.size
    if end < 0 or content[end : end + 4] != b"PK\5\6":
        return None
    _, disk, first_disk, here, count, size, offset, comment = _END.unpack_from(content, end)
    # Offsets count from the start of the whole file, or from that of the archive.
    shift = end - size - offset
    if disk or first_disk or here != count or count == 0 or shift < 0 or comment:
        raise Damaged("the archive's table of contents is wrong")
    if count > MOST_FILES:
        raise Damaged(f"the archive holds {count} files")
    entries = _entries(content, end - size, end, count)
    files: dict[str, bytes] = {}
    place = start = entries[0].place + shift
    for entry in entries:
        if entry.place + shift != place:
            raise Damaged("there are bytes between the files of the archive")
        place, name, data = _file(content, place, entry)
        if name in files:
            raise Damaged(f"the archive holds {name} twice")
        files[name] = data
    if place != end - size:
        raise Damaged("there are bytes behind the files of the archive")
    told = sum(_LOCAL.size + len(entry.name) + entry.packed for entry in entries)
    return Archive(files, start, place - start - told + sum(entry.spare for entry in entries))


def _entries(content: bytes, start: int, end: int, count: int) -> list[_Entry]:
    """The table of contents, in the order of the files."""
    found = []
    for _ in range(count):
        if start + _CENTRAL.size > end or content[start : start + 4] != b"PK\1\2":
            raise Damaged("the archive's table of contents is wrong")
        field = _CENTRAL.unpack_from(content, start)
        _, _, _, flags, method, _, _, crc, packed, size, named, extra, comment, *_, place = field
        name = content[start + _CENTRAL.size : start + _CENTRAL.size + named]
        found.append(_Entry(name, flags, method, crc, packed, size, place, extra + comment))
        start += _CENTRAL.size + named + extra + comment
    if start != end:
        raise Damaged("the archive's table of contents is wrong")
    return sorted(found, key=lambda entry: entry.place)


def _file(content: bytes, place: int, entry: _Entry) -> tuple[int, str, bytes]:
    """Where the file that begins at `place` ends, its name and its content."""
    try:
        field = _LOCAL.unpack_from(content, place)
        name = entry.name.decode("utf-8")
    except (struct.error, UnicodeDecodeError) as error:
        raise Damaged("a file of the archive is not where it is said to be") from error
    magic, _, flags, method, _, _, crc, packed, size, named, extra = field
    data = place + _LOCAL.size + named + extra
    same = (flags, method, crc, packed, size) == (
        entry.flags, entry.method, entry.crc, entry.packed, entry.size
    )  # fmt: skip
    if (
        magic != b"PK\3\4"
        or not same
        or flags & (_ENCRYPTED | _SIZES_BEHIND)
        or content[place + _LOCAL.size : place + _LOCAL.size + named] != entry.name
        or data + packed > len(content)
    ):
        raise Damaged(f"{name!r} in the archive is not what its table of contents says")
    if size > LARGEST_FILE:
        raise Damaged(f"{name!r} in the archive has {size:,} bytes, more than {LARGEST_FILE:,}")
    return data + packed, name, _unpacked(name, content[data : data + packed], entry)


def _unpacked(name: str, packed: bytes, entry: _Entry) -> bytes:
    found = packed
    if entry.method == zipfile.ZIP_DEFLATED:
        deflated = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            found = deflated.decompress(packed, entry.size + 1)
        except zlib.error as error:
            raise Damaged(f"{name!r} in the archive is damaged") from error
        if not deflated.eof or deflated.unused_data:
            raise Damaged(f"{name!r} in the archive is damaged")
    elif entry.method != zipfile.ZIP_STORED:
        raise Damaged(f"{name!r} in the archive is packed in a way that readers lack")
    if len(found) != entry.size or zlib.crc32(found) != entry.crc:
        raise Damaged(f"{name!r} in the archive is damaged: its checksum is wrong")
    return found


def labels_in(archive: Archive | None) -> tuple[str, ...] | None:
    """The labels; None where there are none.

    Raises:
        Damaged: they are no text.
    """
    text = None if archive is None else archive.files.get(LABELS_FILE)
    if text is None:
        return None
    try:
        return tuple(text.decode("utf-8").splitlines())
    except UnicodeDecodeError as error:
        raise Damaged(f"{LABELS_FILE} is not in UTF-8") from error


def facts_in(archive: Archive | None) -> dict[str, Any] | None:
    """The facts (`Card.facts`); None where there are none.

    Raises:
        Damaged: they are no JSON object.
    """
    text = None if archive is None else archive.files.get(CONTRACT_FILE)
    if text is None:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Damaged(f"{CONTRACT_FILE} is not readable as JSON") from error
    if not isinstance(found, dict):
        raise Damaged(f"{CONTRACT_FILE} holds no facts")
    return found


def labels(content: bytes) -> tuple[str, ...] | None:
    """The labels behind a TFLite file; None where it carries none that can be read."""
    try:
        return labels_in(read(content))
    except Damaged:
        return None


def facts(content: bytes) -> dict[str, Any] | None:
    """The facts behind a TFLite file; None where it carries none that can be read."""
    try:
        return facts_in(read(content))
    except Damaged:
        return None
