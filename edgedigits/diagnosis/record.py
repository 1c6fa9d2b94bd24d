"""What `edgedigits diagnose` measured of an artifact, where its report lies in the bundle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edgedigits import json_file
from edgedigits.bundle.artifact import Artifact
from edgedigits.bundle.bundle import REPORTS


@dataclass(frozen=True)
class Line:
    """One operation, in the words of `operation.Operation`: decibels of signal to noise, percent
    of values cut off, and percent of the error that it costs, None where that was not measured."""

    name: str
    handed_db: float
    own_db: float
    clipped: float
    share: float | None


@dataclass(frozen=True)
class Record:
    """All operations in their order, what the diagnosis came to, and on how many pictures."""

    lines: tuple[Line, ...]
    verdict: str
    pictures: int


def path(folder: Path, artifact: Artifact) -> Path:
    """Where the report of an artifact is looked for, as `diagnose --json` writes it."""
    return folder / REPORTS / f"diagnosis-{artifact.id}.json"


def files(artifact: Artifact) -> list[dict[str, str]]:
    """What tells a report that it is of these very files."""
    return [{"path": each.path, "sha256": each.sha256} for each in artifact.files]


def read(folder: Path, artifact: Artifact) -> Record | None:
    """The report on an artifact's very files; None where there is none, or none that can be read.
    Nothing hangs on it."""
    try:
        content = json_file.read(path(folder, artifact))
        if content["files"] != files(artifact):
            return None
        return Record(
            tuple(_lines(content["operations"])),
            str(content["verdict"]),
            int(content["pictures"]),
        )
    except (ArithmeticError, LookupError, OSError, TypeError, ValueError):
        return None


def _lines(operations: Any) -> Iterator[Line]:
    for each in operations:
        cost = each["cost"]
        yield Line(
            str(each["name"]),
            float(each["handed_db"]),
            float(each["own_db"]),
            float(each["low_percent"]) + float(each["high_percent"]),
            None if cost is None else float(cost["share"]),
        )
