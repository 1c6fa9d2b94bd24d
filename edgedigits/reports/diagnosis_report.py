"""What makes an artifact's error, as text of 80 columns and as JSON."""

from __future__ import annotations

import json
import textwrap
from dataclasses import asdict
from typing import Any

from rich.console import Console

from edgedigits.bundle.artifact import Artifact
from edgedigits.diagnosis import cause, record
from edgedigits.diagnosis.diagnosis import Diagnosis
from edgedigits.diagnosis.operation import BEST_DB, Answers, Operation
from edgedigits.reports.terminal import WIDTH, print_heading, print_line
from edgedigits.verification.json_report import finite
from edgedigits.verification.unseen import Pictures

SCHEMA_VERSION = 1
NAME = 24


def print_diagnosis(found: Diagnosis, title: str, pictures: Pictures, console: Console) -> None:
    """Print the operations in their order, those left in float by what that gains, the cause."""
    answers = found.answers
    print_line(
        console, f"{title} against its float model, {found.pictures:,} pictures of {pictures.name}"
    )
    print_line(
        console,
        f"accuracy {answers.accuracy:.2f} % (float {found.float_accuracy:.2f} %), agreement "
        f"{answers.agreement:.2f} %, mean Δp {answers.variation:.2e}",
    )
    print_heading(
        console,
        f"{'operation':{NAME}}{'hands on':>10}{'makes':>8}{'clipped':>16}{'shift':>8}{'dead':>6}",
    )
    for each in found.operations:
        print_line(
            console,
            f"{_short(each.name):{NAME}}{_db(each.handed_db):>10}{_db(each.own_db):>8}"
            f"{_clipped(each):>16}{_shift(each):>8}{each.dead or '':>6}".rstrip(),
        )
    print_line(console, "hands on, makes: signal to noise, dB; makes: fed the float model's input;")
    print_line(console, "clipped: % of values, low/high end; shift: of the mean, worst channel, in")
    print_line(console, "standard deviations; dead: channels that hold one value here alone")
    if ranked := found.ranked:
        print_heading(
            console,
            f"{'if it alone stayed float':{NAME}}{'accuracy %':>12}{'agree %':>10}"
            f"{'mean Δp':>12}{'of the error':>14}",
        )
        print_line(console, _answers("nothing", found.baseline))
        for each in ranked:
            assert each.cost is not None
            cells = _answers(_short(each.name), each.cost.answers)
            print_line(console, f"{cells}{each.cost.share:>12.1f} %")
    if found.not_measured:
        _print_wrapped(
            console,
            f"left in float: the {len(found.ranked)} that make most noise; of "
            f"{found.not_measured} others it is not measured (--counterfactuals)",
        )
    for each in found.operations:
        for fault in each.faults:
            _print_wrapped(console, f"FAULT {each.name}: {fault}")
    console.print()
    _print_wrapped(console, cause.verdict(found))


def document(
    found: Diagnosis, title: str, pictures: Pictures, artifact: Artifact
) -> dict[str, Any]:
    """The same as data. What is not finite is null."""
    return {
        "schema_version": SCHEMA_VERSION,
        "model": title,
        "files": record.files(artifact),
        "dataset": pictures.as_json(),
        **finite(asdict(found)),
        "ranked": [each.name for each in found.ranked],
        "verdict": cause.verdict(found),
    }


def to_json(found: Diagnosis, title: str, pictures: Pictures, artifact: Artifact) -> str:
    """The document as text."""
    content = document(found, title, pictures, artifact)
    return json.dumps(content, indent=2, allow_nan=False) + "\n"


def _print_wrapped(console: Console, text: str) -> None:
    for line in textwrap.wrap(text, WIDTH, break_on_hyphens=False):
        print_line(console, line)


def _short(name: str) -> str:
    return name if len(name) < NAME else f"…{name[-NAME + 2 :]}"


def _answers(name: str, left: Answers) -> str:
    return f"{name:{NAME}}{left.accuracy:>12.2f}{left.agreement:>10.2f}{left.variation:>12.2e}"


def _db(value: float) -> str:
    return "exact" if value >= BEST_DB else f"{value:.1f}"


def _clipped(each: Operation) -> str:
    if not each.clipped_percent:
        return ""
    return f"{each.low_percent:.2g}/{each.high_percent:.2g}"


def _shift(each: Operation) -> str:
    return "" if each.moves or each.shift < 0.0005 else f"{each.shift:.3f}"
