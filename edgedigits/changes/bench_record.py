"""What `edgedigits bench` measured of a bundle, where its report lies in the bundle."""

from __future__ import annotations

from dataclasses import dataclass
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
    found = (each.median_us for each in timings(record, artifact) if each.runtime == runtime)
    return next(found, None)


@dataclass(frozen=True)
class Timing:
    """An artifact on a runtime: one picture on one thread (the median, and what 95 % do not
    exceed), from its files to a model that is ready, and the most memory that took."""

    runtime: str
    median_us: float
    p95_us: float | None
    load_ms: float | None
    peak_bytes: float | None


def timings(record: dict[str, Any] | None, artifact: Artifact) -> list[Timing]:
    """What the report says of the artifact's very files, one for each runtime."""
    try:
        found = [_timing(one, artifact) for one in (record or {})["results"]]
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return []
    return [each for each in found if each is not None]


def _timing(one: Any, artifact: Artifact) -> Timing | None:
    """None for another artifact, and for one that does not run."""
    same = [file["sha256"] for file in one["files"]] == [file.sha256 for file in artifact.files]
    times, start = one.get("one_thread"), one.get("start") or {}
    if not same or one["name"] != artifact.id or times is None:
        return None
    told = (times.get("p95_us"), start.get("load_ms"), start.get("peak_bytes"))
    others = (None if each is None else float(each) for each in told)
    return Timing(str(one["runtime"]), float(times["median_us"]), *others)


def machine(record: dict[str, Any] | None) -> str | None:
    """The processor that it is of."""
    try:
        return str((record or {})["machine"]["cpu"])
    except (KeyError, TypeError):
        return None
