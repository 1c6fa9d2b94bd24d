"""Damages to the archive behind a TFLite model, and garbage before, in and behind it."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tampering
from tampering import entry, random_bytes

from damages.damage import Break, Damage, tflite
from edgedigits.bundle.artifact import LABELS

MEGABYTE = 1 << 20
INT8 = "tflite-int8"


def inside(change: Callable[[dict[str, bytes]], object]) -> Break:
    return tflite(tampering.embedded(change))


def no_archive(content: bytearray) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return bytes(content[: min(info.header_offset for info in archive.infolist())])


def two_labels(content: bytearray) -> bytes:
    held = io.BytesIO(bytes(content))
    with zipfile.ZipFile(held, "a") as archive:
        archive.writestr("Labels.txt", "\n".join(reversed(LABELS)))
    return held.getvalue().replace(b"Labels.txt", b"labels.txt")


def wrong_checksum(content: bytearray) -> bytearray:
    # Stored as it is: the labels' first letters lie behind the name.
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        place = archive.getinfo("labels.txt").header_offset + 30 + len("labels.txt")
    content[place] = ord("9")
    return content


def garbage_between_files(content: bytearray) -> bytes:
    """Behind the first file of the archive, whose table of contents is made to fit."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        first, second = archive.infolist()
        start = archive.start_dir
    stuff = random_bytes(MEGABYTE)
    moved = bytearray(content[: second.header_offset] + stuff + content[second.header_offset :])
    later = start + MEGABYTE + 46 + len(first.filename)
    struct.pack_into("<I", moved, later + 42, second.header_offset + MEGABYTE)
    struct.pack_into("<I", moved, len(moved) - 6, start + MEGABYTE)
    return bytes(moved)


def bomb(content: bytearray) -> bytes:
    """64 MB of nothing as contract.json, in 64 kB."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        labels = archive.read("labels.txt")
    held = io.BytesIO(no_archive(content))
    held.seek(0, io.SEEK_END)
    with zipfile.ZipFile(held, "a") as archive:
        archive.writestr("labels.txt", labels)
        archive.writestr("contract.json", bytes(64 * MEGABYTE), zipfile.ZIP_DEFLATED)
    return held.getvalue()


def no_archive_said(content: dict[str, Any], _folder: Path) -> None:
    entry(content, INT8)["finish"]["metadata"] = False


def facts_of(files: dict[str, bytes], **values: object) -> None:
    facts = json.loads(files["contract.json"])
    facts["input"].update(values)
    files["contract.json"] = json.dumps(facts).encode()


TFLITE = [
    Damage(
        "labels removed",
        INT8,
        inside(lambda files: files.pop("labels.txt")),
        "labels.txt is missing from the archive",
    ),
    Damage(
        "facts removed",
        INT8,
        inside(lambda files: files.pop("contract.json")),
        "contract.json is missing from the archive",
    ),
    Damage(
        "facts that are none",
        INT8,
        inside(lambda files: files.update({"contract.json": b"[" * 9999})),
        "the file is damaged: contract.json is not readable as JSON",
    ),
    Damage(
        "facts of dark ink",
        INT8,
        inside(lambda files: facts_of(files, ink="dark on bright")),
        "the ink inside the file: dark on bright; the manifest says: bright on dark",
    ),
    Damage(
        "facts of another size",
        INT8,
        inside(lambda files: facts_of(files, size=[32, 32])),
        "the size inside the file: 32 32; the manifest says: ",
    ),
    Damage(
        "archive removed",
        INT8,
        tflite(no_archive),
        "labels.txt and contract.json are missing: no archive behind the model",
    ),
    Damage(
        "archive that the manifest denies",
        INT8,
        no_archive_said,
        "an archive lies behind the model; the manifest says that nothing was embedded",
    ),
    Damage(
        "two labels.txt", INT8, tflite(two_labels), "damaged: the archive holds labels.txt twice"
    ),
    Damage(
        "labels with a wrong checksum",
        INT8,
        tflite(wrong_checksum),
        "'labels.txt' in the archive is damaged: its checksum is wrong",
    ),
    Damage(
        "further file in the archive",
        INT8,
        inside(lambda files: files.update({"readme.txt": b"hello"})),
        "the archive holds 'readme.txt', which nothing names",
    ),
    Damage(
        "bomb in the archive",
        INT8,
        tflite(bomb),
        "'contract.json' in the archive has 67,108,864 bytes, more than 65,536",
    ),
    Damage(
        "garbage before the model's tables",
        INT8,
        tflite(tampering.hole),
        "bytes inside the model belong to nothing in it",
    ),
    Damage(
        "garbage before the archive",
        INT8,
        tflite(tampering.between(random_bytes(MEGABYTE))),
        "1,048,576 bytes behind it belong to nothing",
    ),
    Damage(
        "zeros before the archive",
        INT8,
        tflite(tampering.between(bytes(MEGABYTE))),
        "1,048,576 bytes behind it belong to nothing",
    ),
    Damage(
        "garbage between the archive's files",
        INT8,
        tflite(garbage_between_files),
        "there are bytes between the files of the archive",
    ),
    Damage(
        "garbage behind the archive",
        INT8,
        tflite(lambda content: content + random_bytes(MEGABYTE)),
        "bytes behind it belong to nothing",
    ),
]
