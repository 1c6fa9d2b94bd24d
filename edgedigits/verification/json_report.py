"""A verification as JSON, for programs."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

from edgedigits.bundle.publishing import replacing, told_plainly
from edgedigits.errors import WrongUse
from edgedigits.verification.unseen import Pictures
from edgedigits.verification.verify import Result, Verification

SCHEMA_VERSION = 1


def document(checked: Verification, signature: str | None = None) -> dict[str, Any]:
    """Everything that is known about a verification. `signature` is "good", "not checked" or
    "unsigned"; None where there can be none yet."""
    return {
        "schema_version": SCHEMA_VERSION,
        "passed": checked.passed,
        **({} if signature is None else {"signature": signature}),
        "dataset": checked.pictures.as_json(),
        "wall_seconds": checked.wall_seconds,
        "results": [result_json(result, checked.pictures) for result in checked.results],
    }


def result_json(result: Result, pictures: Pictures) -> dict[str, Any]:
    """One artifact on one runtime. A figure that is not finite is null."""
    return {
        "artifact": result.artifact.id,
        "runtime": result.runtime,
        "backend": None if result.backend is None else asdict(result.backend),
        "files": [asdict(file) for file in result.artifact.files],
        "verdict": {
            "status": str(result.verdict.status),
            "passed": result.verdict.passed,
            "reasons": list(result.verdict.reasons),
            "pictures_needed": result.verdict.pictures_needed,
        },
        "budget": asdict(result.budget),
        "dataset": pictures.as_json(),
        "parity": finite(asdict(result.parity)),
        "names": _names(result),
        "seconds": result.seconds,
    }


def _names(result: Result) -> dict[str, str]:
    """Labels of the classes that figures are of, by their place; those of flips are not among them,
    of which there may be thousands."""
    parity = result.parity
    places = {one.digit for one in parity.digits} | {one.digit for one in parity.thin.first}
    places |= {place for one in parity.confusions for place in (one.label, one.answer)}
    return {str(place): result.words.short(place) for place in sorted(places) if place >= 0}


def finite(figures: dict[str, Any]) -> dict[str, Any]:
    """The same figures with null for those that JSON has no number for."""
    return {name: _finite(value) for name, value in figures.items()}


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return finite(value)
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def write(checked: Verification, path: Path, signature: str | None = None) -> None:
    """Write the document to `path`, whole or not at all."""
    write_text(path, json.dumps(document(checked, signature), indent=2) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a report, whole or not at all."""
    elsewhere = "name another file"
    with told_plainly(path, elsewhere):
        if path.is_dir():
            raise WrongUse(f"{path} is a folder", elsewhere)
        with replacing(path) as partial:
            partial.write_text(text, "utf-8")
