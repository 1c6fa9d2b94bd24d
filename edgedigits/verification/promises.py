"""What a bundle promises beside its answers, held against its files before anything runs."""

from __future__ import annotations

import zlib
from pathlib import Path, PurePosixPath

from edgedigits.bundle import bundle, golden
from edgedigits.bundle.artifact import FileRecord
from edgedigits.bundle.bundle import Bundle
from edgedigits.bundle.file_check import EXPORT_HINT
from edgedigits.bundle.signature import GIT, LEFT_BY_OTHERS
from edgedigits.errors import DataBad

GZIP_TOLERANCE = 0.05
"""Programs that compress differ a little; what is stated may be off by this share."""
GZIP_LEVEL = 9
PIECE_BYTES = 1 << 20

NOTES = ("readme", "license", "notice", "changelog", "model_card")
NOTE_SUFFIXES = ("", ".md", ".txt", ".rst")


def check(opened: Bundle) -> None:
    """Check what `bundle.read` leaves out because a quick start matters more to other commands.

    Raises:
        DataBad: compressed sizes are not those of the files, golden vectors are damaged or not the
            ones that every bundle has, or there is a file that the manifest does not name.
    """
    manifest = opened.manifest
    if found := strangers(opened.folder, {file.path for file in manifest.files()}):
        raise DataBad(
            f"{opened.folder} holds {found[0]!r}, which its manifest does not name",
            f"move it elsewhere (reports of yours: into {bundle.REPORTS}), or {EXPORT_HINT}",
        )
    for file in manifest.files():
        _check_gzip(opened.folder / file.path, file)
    form = manifest.form
    golden.check(
        golden.read(opened.folder, form, len(manifest.labels), manifest.golden_count),
        opened.folder,
        form,
        manifest.labels,
        from_data=manifest.golden_from_data is not None,
    )


def strangers(folder: Path, named: set[str]) -> list[str]:
    """Files, and links of any kind, in a bundle's folder that are neither among the paths `named`
    nor what may lie in a bundle beside them (see docs/bundle.md); sorted."""
    return sorted(
        name
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
        if (name := path.relative_to(folder).as_posix()) not in named
        and (path.is_symlink() or not _may_be_there(PurePosixPath(name)))
    )


def _may_be_there(path: PurePosixPath) -> bool:
    if str(path) in (bundle.MANIFEST, bundle.SIGNATURE) or path.name.lower() in LEFT_BY_OTHERS:
        return True
    if path.parts[0] == bundle.REPORTS:
        return True
    if len(path.parts) == 1:
        is_note = path.stem.lower() in NOTES or path.suffix.lower() == ".md"
        return is_note and path.suffix.lower() in NOTE_SUFFIXES
    return bundle.is_rejected(str(path)) or path.parts[0] == GIT


def _check_gzip(path: Path, file: FileRecord) -> None:
    found = _compressed_bytes(path)
    if abs(found - file.gzip_bytes) > max(64, GZIP_TOLERANCE * found):
        raise DataBad(
            f"{path} has {found:,} bytes compressed, the manifest says {file.gzip_bytes:,}",
            EXPORT_HINT,
        )


def _compressed_bytes(path: Path) -> int:
    """How long the file is as `gzip.compress` makes it, without holding it in memory."""
    packer = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, wbits=31)
    with path.open("rb") as file:
        pieces = iter(lambda: file.read(PIECE_BYTES), b"")
        return sum(len(packer.compress(piece)) for piece in pieces) + len(packer.flush())
