"""What changed between two bundles, as text of 80 columns and as JSON."""

from __future__ import annotations

import json
import textwrap
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.text import Text

from edgedigits.bundle.artifact import Artifact
from edgedigits.changes.changes import Change, Changes
from edgedigits.reports.terminal import MARKS, WIDTH, plain, print_line, table
from edgedigits.verification.comparison import Flip
from edgedigits.verification.json_report import finite
from edgedigits.verification.parity import Parity, Status

SCHEMA_VERSION = 1
COLUMNS = ("artifact", "OLD %", "NEW %", "wrong", "right", "other", "drop (≤)", "p")
PLACES_SHOWN = 12
LEAST_P = 1e-6
INDENT = "    "


def print_changes(found: Changes, console: Console) -> None:
    """Print a row for each artifact, and below it whatever else changed."""
    print_line(console, f"OLD {found.old.folder}, NEW {found.new.folder}")
    if found.pictures is not None:
        count = len(found.pictures.split)
        print_line(console, f"Both answered {count:,} pictures of {found.pictures.name}")
    lines = table([_cells(each) for each in found.changes], COLUMNS)
    rule = Text("─" * min(WIDTH - 1, len(lines[0]) + 5), style="dim")
    console.print(plain(lines[0], "bold"), soft_wrap=True)
    console.print(rule, soft_wrap=True)
    for line, each in zip(lines[1:], found.changes, strict=True):
        mark, style = MARKS[each.verdict.status]
        console.print(plain(line).append(f" {mark}", style=style), soft_wrap=True)
        for reason in _reasons(each):
            console.print(plain(_folded(reason), style), soft_wrap=True)
        for detail in details(each):
            print_line(console, _folded(detail))
    console.print(rule, soft_wrap=True)
    for what, ids in (("added", found.added), ("gone", found.gone)):
        if ids:
            print_line(console, f"{what}: {', '.join(ids)}")
    passed = sum(each.verdict.passed for each in found.changes)
    print_line(console, f"{passed} of {len(found.changes)} no worse")
    if found.pictures is not None:
        print_line(
            console,
            "wrong, right, other: pictures that NEW alone got wrong, got right, or answers\n"
            "with another mistake; p: exact McNemar test of wrong against right;\n"
            "drop: accuracy points lost (≤ upper end of the paired one-sided 95 % interval)",
        )


def details(change: Change) -> list[str]:
    """What else changed, a line each."""
    if change.pair.same:
        return ["the same files: there is nothing to run"]
    old, new = change.pair.old, change.pair.new
    told = [_bytes(old, new)]
    if change.operations:
        told.append(f"operations: {', '.join(map(str, change.operations))}")
    if change.microseconds is not None:
        before, after = change.microseconds
        told.append(
            f"{before:.1f} µs became {after:.1f} µs a picture ({_percent(before, after)}), as the "
            "bundles' bench reports say"
        )
    told += [str(each) for each in change.contract if not each.breaking]
    if change.parity is not None and (lost := got_wrong(change.parity)):
        places = ", ".join(f"{flip.index:,}" for flip in lost[:PLACES_SHOWN])
        more = ", …" if len(lost) > PLACES_SHOWN else ""
        told.append(f"got wrong: pictures no. {places}{more}")
    return told


def got_wrong(found: Parity) -> list[Flip]:
    """Pictures that the older artifact alone answers right."""
    return [flip for flip in found.flips if flip.float_digit == flip.label]


def got_right(found: Parity) -> list[Flip]:
    """Pictures that the newer artifact alone answers right."""
    return [flip for flip in found.flips if flip.artifact_digit == flip.label]


def to_json(found: Changes) -> str:
    """Everything that is known, for programs. A figure that is not finite is null, and so is all
    that was not measured."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "old": str(found.old.folder),
        "new": str(found.new.folder),
        "passed": found.passed,
        "dataset": None if found.pictures is None else found.pictures.as_json(),
        "labels": list(found.old.manifest.labels),
        "changes": [_change_json(each) for each in found.changes],
        "added": list(found.added),
        "gone": list(found.gone),
    }
    return json.dumps(document, indent=2) + "\n"


def _change_json(change: Change) -> dict[str, Any]:
    found = change.parity
    return {
        "old": _artifact_json(change.pair.old, change.runtimes[0]),
        "new": _artifact_json(change.pair.new, change.runtimes[1]),
        "same_files": change.pair.same,
        "verdict": {
            "status": str(change.verdict.status),
            "passed": change.verdict.passed,
            "reasons": list(change.verdict.reasons),
            "pictures_needed": change.verdict.pictures_needed,
        },
        "budget": asdict(change.budget),
        "contract": [asdict(each) for each in change.contract],
        "operations": None
        if change.operations is None
        else [asdict(each) for each in change.operations],
        "microseconds": None
        if change.microseconds is None
        else dict(zip(("old", "new"), change.microseconds, strict=True)),
        "answers": None if found is None else _answers_json(found),
    }


def _artifact_json(artifact: Artifact, runtime: str) -> dict[str, Any]:
    return {
        "artifact": artifact.id,
        "runtime": runtime,
        "size_bytes": artifact.size_bytes,
        "gzip_bytes": artifact.gzip_bytes,
    }


def _answers_json(found: Parity) -> dict[str, Any]:
    return finite(
        {
            "pictures": found.pictures,
            "changed": found.changed,
            "got_wrong": found.losses,
            "got_right": found.gains,
            "old_accuracy": asdict(found.float_accuracy),
            "new_accuracy": asdict(found.accuracy),
            "drop_points": found.drop_points,
            "drop_upper_points": found.drop_upper_points,
            "mcnemar_p": found.mcnemar_p,
            "max_difference": found.max_difference,
            "mean_variation": found.mean_variation,
            "flips": [
                {
                    "picture": flip.index,
                    "label": flip.label,
                    "old": flip.float_digit,
                    "new": flip.artifact_digit,
                }
                for flip in found.flips
            ],
        }
    )


def _cells(change: Change) -> dict[str, str]:
    found = change.parity
    if found is None:
        return {**dict.fromkeys(COLUMNS, ""), "artifact": change.pair.name}
    other = found.changed - found.losses - found.gains
    return {
        "artifact": change.pair.name,
        "OLD %": f"{found.float_accuracy.percent:.2f}",
        "NEW %": f"{found.accuracy.percent:.2f}",
        "wrong": f"{found.losses:,}",
        "right": f"{found.gains:,}",
        "other": f"{other:,}",
        "drop (≤)": f"{found.drop_points + 0.0:.2f} (≤{found.drop_upper_points:.2f})",
        "p": f"{found.mcnemar_p:.2g}" if found.mcnemar_p >= LEAST_P else f"<{LEAST_P:g}",
    }


def _reasons(change: Change) -> list[str]:
    verdict = change.verdict
    if verdict.status is Status.INCONCLUSIVE:
        return [f"{verdict.status}: {reason}" for reason in verdict.reasons]
    return list(verdict.reasons)


def _bytes(old: Artifact, new: Artifact) -> str:
    return (
        f"bytes: {_became(old.size_bytes, new.size_bytes)}; "
        f"gzip: {_became(old.gzip_bytes, new.gzip_bytes)}"
    )


def _became(before: int, after: int) -> str:
    if before == after:
        return f"{before:,} as before"
    return f"{before:,} became {after:,} ({_percent(before, after)})"


def _percent(before: float, after: float) -> str:
    return f"{100 * (after / before - 1):+.1f} %" if before else "from nothing"


def _folded(text: str) -> str:
    return textwrap.fill(text, WIDTH - 2, initial_indent=INDENT, subsequent_indent=INDENT)
