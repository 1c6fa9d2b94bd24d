"""The files that a manifest names: plain paths inside the bundle, of the stated size and digest."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterable
from pathlib import Path

from edgedigits.bundle.artifact import FileRecord
from edgedigits.errors import DataBad

EXPORT_HINT = "make a new one: edgedigits export --target all --out FOLDER"
LONGEST_PATH = 200
MOST_BYTES = 2**31 - 1
"""No format in a bundle can be larger: FlatBuffers and protocol buffers end at 2 GiB."""


def path_problem(name: str) -> str | None:
    """Why a manifest's path is none that may be opened; None where it may.

    It must be the one plain way to write it: nothing that leaves the bundle, even to come back,
    and nothing that another system would read differently.
    """
    parts = name.split("/")
    if len(name) > LONGEST_PATH:
        return f"{name[:40]}…, a path of {len(name)} characters"
    if any(part in ("", ".", "..") for part in parts):
        return f"{name!r}, which may lie outside the bundle"
    if not name.isprintable() or "\\" in name or ":" in name:
        return f"{name!r}, which is no plain path inside the bundle"
    return None


def twins(names: Iterable[str]) -> str | None:
    """A path that is among `names` twice, for file systems that take A and a for one; or None."""
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            return name
        seen.add(name.casefold())
    return None


def check(folder: Path, files: Iterable[FileRecord]) -> None:
    """Hold files against their records: all sizes first, then the digests, in pieces.

    Raises:
        DataBad: a file is missing, is none, is reached over a link, or was changed.
    """
    files = list(files)
    for file in files:
        _check_size(folder, file)
    for file in files:
        _check_digest(folder / file.path, file)


def _check_size(folder: Path, file: FileRecord) -> None:
    path = folder
    try:
        for part in file.path.split("/"):
            path = path / part
            found = path.lstat()
            if stat.S_ISLNK(found.st_mode):
                raise DataBad(
                    f"{path} is a link, which may lead outside the bundle",
                    "put the file itself there, or " + EXPORT_HINT,
                )
    except OSError as error:
        raise DataBad(f"{folder / file.path} is missing from the bundle", EXPORT_HINT) from error
    if not stat.S_ISREG(found.st_mode):
        raise DataBad(f"{path} is no file", EXPORT_HINT)
    if found.st_size != file.size_bytes:
        raise DataBad(
            f"{path} was changed: it has {found.st_size:,} bytes, the manifest says "
            f"{file.size_bytes:,}",
            EXPORT_HINT,
        )
    if found.st_size > MOST_BYTES:
        raise DataBad(f"{path} has {found.st_size:,} bytes, more than any model file", EXPORT_HINT)


def _check_digest(path: Path, file: FileRecord) -> None:
    try:
        with path.open("rb") as content:
            found = hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise DataBad(f"{path} cannot be read: {error.strerror}", EXPORT_HINT) from error
    if found != file.sha256:
        raise DataBad(
            f"{path} was changed: its SHA-256 is {found[:12]}…, the manifest says "
            f"{file.sha256[:12]}…",
            EXPORT_HINT,
        )
