"""A bundle with one more fact in its manifest, and documents that tell of it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from edgedigits.bundle import bundle, publishing, signature
from edgedigits.errors import WrongUse
from edgedigits.export import documents


def record(folder: Path, fact: str, entry: dict[str, Any]) -> bool:
    """Put `entry` under the name `fact` into a bundle's manifest, write its documents anew, and
    exchange the bundle as a whole. Returns whether it was signed, which it is no longer.

    Raises:
        DataBad: a file of the bundle was changed.
        WrongUse: a document that is somebody's own would be lost, or the folder cannot be written.
    """
    manifest = bundle.read(folder).manifest
    own = [name for name in (bundle.CARD, bundle.BOM) if (folder / name).exists()]
    if own and not manifest.documents:
        raise WrongUse(f"{folder / own[0]} is none of ours and would be lost", "move it elsewhere")
    was_signed = signature.is_signed(folder)
    with publishing.staging(folder) as staged:
        shutil.copytree(folder, staged, symlinks=True, dirs_exist_ok=True)
        (staged / bundle.SIGNATURE).unlink(missing_ok=True)
        told = replace(manifest, facts={**manifest.facts, fact: entry})
        told = replace(told, documents=documents.write(told, staged))
        bundle.write_manifest(told, staged)
        bundle.read(staged)
        publishing.replace(staged, folder)
    return was_signed
