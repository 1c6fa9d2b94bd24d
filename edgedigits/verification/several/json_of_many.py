"""Several verifications as JSON, for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from edgedigits.verification import json_report
from edgedigits.verification.json_report import SCHEMA_VERSION
from edgedigits.verification.several.many import Done, Judged


def document(done: Sequence[Done]) -> dict[str, Any]:
    """The document of each, which says what was asked for; one that could not be verified has an
    error in place of results."""
    bundles = [_document(one) for one in done]
    return {
        "schema_version": SCHEMA_VERSION,
        "passed": all(one["passed"] for one in bundles),
        "bundles": bundles,
    }


def _document(one: Done) -> dict[str, Any]:
    asked, named = one.asked, None if one.asked.runtimes is None else list(one.asked.runtimes)
    told = {"bundle": str(asked.folder), "asked": {"dataset": asked.dataset, "runtimes": named}}
    if isinstance(one, Judged):
        return {**told, **json_report.document(one.checked, one.state)}
    error = {
        "message": one.error.message,
        "hint": one.error.hint,
        "exit_code": int(one.error.exit_code),
    }
    return {**told, "schema_version": SCHEMA_VERSION, "passed": False, "error": error}


def write(done: Sequence[Done], path: Path) -> None:
    """Write the document to `path`, whole or not at all."""
    json_report.write_text(path, json.dumps(document(done), indent=2) + "\n")
