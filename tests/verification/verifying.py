"""`edgedigits verify` on a bundle of few artifacts, its reports written beside it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import tampering
from command_line import Command, Finished

FEW = ("--limit", "200", "--min-agreement", "80", "--max-difference", "0.9")


def verified(
    full: Path, pictures: Path, command: Command, place: Path, *ids: str, more: tuple[str, ...] = ()
) -> Finished:
    copy = place / "bundle"
    if not copy.exists():
        shutil.copytree(full, copy)
        content = tampering.manifest(copy)
        content["artifacts"] = [tampering.entry(content, each) for each in ids]
        tampering.seal(copy, content)
    reports = ("--json", "found.json", "--junit", "found.xml", "--html", "found.html")
    return command("verify", "bundle", "--dataset", pictures, *FEW, *reports, *more, cwd=place)


def document(place: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((place / "found.json").read_text())
    return found
