"""What `edgedigits bench` measured of a bundle, where its report lies in the bundle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from edgedigits import json_file
from edgedigits.bundle.artifact import Artifact
from edgedigits.bundle.bundle import REPORTS

RECORD = f"{REPORTS}/bench.json"


def read(folder: Path) -> dict[str, Any] | None:
    """The report; None where there is none, or none that can be read. Nothing hangs on it."""
    try:
        content = json_file.read(folder / RECORD)
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def microseconds(record: dict[str, Any] | None, artifact: Artifact, runtime: str) -> float | None:
    """What one picture took on one thread; None where the report does not say, or is of files that
    the bundle no longer has."""
    digests = [file.sha256 for file in artifact.files]
    try:
        for one in (record or {})["results"]:
            same = [file["sha256"] for file in one["files"]] == digests
            if same and one["name"] == artifact.id and one["runtime"] == runtime:
                return float(one["one_thread"]["median_us"])
    except (KeyError, TypeError, ValueError):
        return None
    return None


def machine(record: dict[str, Any] | None) -> str | None:
    """The processor that it is of."""
    try:
        return str((record or {})["machine"]["cpu"])
    except (KeyError, TypeError):
        return None
