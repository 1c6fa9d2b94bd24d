"""Damages to where the manifest says a bundle's files lie, and to what kind of files they are."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from tampering import entry

from damages.damage import USUAL, Break, Damage, bad, path_of

SPARSE_BYTES = 3_000_000_000


def renamed(path: str, also: str = "") -> Break:
    """The artifact's file by another path: what lies there is the file that was exported."""

    def change(content: dict[str, Any], folder: Path) -> None:
        if also:
            shutil.copytree(folder / "tflite", folder / also)
        one = entry(content, USUAL)
        one["files"][0]["path"] = one["entry"] = path.format(folder=folder)

    return change


def linked_file(content: dict[str, Any], folder: Path) -> None:
    path = path_of(content, folder, USUAL)
    path.rename(folder.parent / "elsewhere.tflite")
    path.symlink_to(folder.parent / "elsewhere.tflite")


def linked_folder(_: dict[str, Any], folder: Path) -> None:
    (folder / "tflite").rename(folder / "reports")
    (folder / "tflite").symlink_to("reports")


def linked_beside(_: dict[str, Any], folder: Path) -> None:
    (folder / "LICENSE").symlink_to("/etc/hostname")


def the_same_file_twice(content: dict[str, Any], _: Path) -> None:
    one = entry(content, USUAL)
    other = json.loads(json.dumps(one))
    other.update(id="tflite-dynamic", scheme="dynamic")
    content["artifacts"].append(other)


def twins(content: dict[str, Any], folder: Path) -> None:
    one = entry(content, USUAL)
    path = folder / one["entry"]
    shutil.copy(path, path.with_name("MODEL-INT8.tflite"))
    more = {**one["files"][0], "path": "tflite/MODEL-INT8.tflite"}
    one["files"].append(more)
    for name in ("size_bytes", "gzip_bytes"):
        one[name] *= 2


def stranger(name: str) -> Break:
    def change(_: dict[str, Any], folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"anything")

    return change


def sparse(content: dict[str, Any], folder: Path) -> None:
    os.truncate(path_of(content, folder, USUAL), SPARSE_BYTES)


def sparse_and_said(content: dict[str, Any], folder: Path) -> None:
    sparse(content, folder)
    one = entry(content, USUAL)
    one["size_bytes"] = one["files"][0]["size_bytes"] = SPARSE_BYTES


def pipe(content: dict[str, Any], folder: Path) -> None:
    path = path_of(content, folder, USUAL)
    path.unlink()
    os.mkfifo(path)


DAMAGES: list[Damage] = [
    bad("an unnamed model", stranger("tflite/other.tflite"), "does not name", afterwards=True),
    bad("an unnamed file", stranger("weights.bin"), "'weights.bin', which", afterwards=True),
    bad(
        "an unnamed file among the rejected",
        stranger("rejected/other/model.tflite"),
        "does not name",
        afterwards=True,
    ),
    bad("a note that is a link", linked_beside, "does not name", afterwards=True),
    bad(
        "a path that leaves and comes back",
        renamed("../{folder.name}/tflite/model-int8.tflite"),
        "outside the bundle",
        afterwards=True,
    ),
    bad(
        "a path over another folder",
        renamed("tfjs/../tflite/model-int8.tflite"),
        "outside the bundle",
        afterwards=True,
    ),
    bad(
        "an absolute path",
        renamed("{folder}/tflite/model-int8.tflite"),
        "outside the bundle",
        afterwards=True,
    ),
    bad(
        "a path with an empty part",
        renamed("tflite//model-int8.tflite"),
        "outside the bundle",
        afterwards=True,
    ),
    bad(
        "a path with a dot",
        renamed("./tflite/model-int8.tflite"),
        "outside the bundle",
        afterwards=True,
    ),
    bad(
        "a path with backslashes",
        renamed("tflite\\model-int8.tflite"),
        "no plain path",
        afterwards=True,
    ),
    bad("a path with NUL", renamed("tflite/model\0.tflite"), "no plain path", afterwards=True),
    bad(
        "a path with an escape",
        renamed("tflite/\x1b]0;mine\x07.tflite"),
        "'tflite/\\x1b]0;mine\\x07.tflite'",
        afterwards=True,
    ),
    bad("a path of 300 characters", renamed("a" * 300), "300 characters", afterwards=True),
    bad("a linked file", linked_file, "is a link", afterwards=True),
    bad("a linked folder", linked_folder, "is a link", afterwards=True),
    bad("one file for two artifacts", the_same_file_twice, "twice", afterwards=True),
    bad("two files of one name but for capitals", twins, "twice", afterwards=True),
    bad("a file of 3 GB", sparse, "was changed: it has 3,000,000,000 bytes", afterwards=True),
    bad(
        "a file of 3 GB, as the manifest says",
        sparse_and_said,
        "more than any model file",
        afterwards=True,
    ),
    bad("a pipe for a file", pipe, "is no file", afterwards=True),
]
