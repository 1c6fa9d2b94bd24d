"""Artifacts that broke their budget: kept for a look, never under their release name."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from edgedigits.bundle import bundle, publishing
from edgedigits.bundle.artifact import Artifact
from edgedigits.verification import json_report
from edgedigits.verification.verify import Result, Verification

REASONS = "reasons.json"


def move(result: Result, checked: Verification, staged: Path) -> None:
    """Move an artifact's files from their place to `rejected/ID/`, with the reasons beside them."""
    home = staged / bundle.REJECTED / result.artifact.id
    for file in result.artifact.files:
        place = home / Path(file.path).name
        place.parent.mkdir(parents=True, exist_ok=True)
        (staged / file.path).rename(place)
    document = json_report.result_json(result, checked.pictures)
    (home / REASONS).write_text(json.dumps(document, indent=2) + "\n", "utf-8")
    _clear(staged / result.artifact.target)


def take_away(artifact: Artifact, staged: Path) -> None:
    """Remove an artifact's files: it is not wanted."""
    for file in artifact.files:
        (staged / file.path).unlink()
    _clear(staged / artifact.target)


def _clear(target: Path) -> None:
    """Remove the folders of a target in which nothing is any more."""
    for folder in [*sorted(target.rglob("*"), reverse=True), target]:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def publish(staged: Path, folder: Path) -> None:
    """Put `staged`'s rejected artifacts into `folder`, and leave all else there as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / bundle.REJECTED
    if place.exists():
        shutil.rmtree(place)
    publishing.replace(staged / bundle.REJECTED, place)
