"""A bundle's calibration as text of 80 columns and as JSON."""

from __future__ import annotations

import json
import textwrap
from dataclasses import asdict
from typing import Any

from rich.console import Console

from edgedigits.diagnosis.calibrated_bundle import Calibrated
from edgedigits.diagnosis.calibration_ranges import Ranges
from edgedigits.diagnosis.calibration_spread import Draws
from edgedigits.reports.terminal import WIDTH, print_heading, print_line
from edgedigits.verification.unseen import Pictures

SCHEMA_VERSION = 1
NAME = 24


def print_calibration(found: Calibrated, title: str, pictures: Pictures, console: Console) -> None:
    """Print each activation's range against the held-out one, what was found, other draws."""
    audit = found.audit
    print_line(
        console,
        f"{title}: {audit.pictures:,} calibration pictures (seed {found.seed}) against "
        f"{audit.held_out:,} held out",
    )
    if audit.ranges is not None:
        _print_ranges(audit.ranges, console)
    console.print()
    for each in audit.findings:
        words = f"{'BROKEN' if each.failed else 'note'}: {each.words}"
        for line in textwrap.wrap(words, WIDTH):
            print_line(console, line)
    print_line(console, f"the audit {'fails' if audit.failed else 'passes'}")
    if found.draws:
        _print_draws(found.draws, pictures, console)


def _print_ranges(ranges: Ranges, console: Console) -> None:
    print_heading(
        console,
        f"{'activation':{NAME}}{'calibration saw':>20}{'held out':>20}{'outside':>8}{'apart':>8}",
    )
    for each in ranges.every:
        seen = f"{each.low:.3g}..{each.high:.3g}"
        others = f"{each.held_out_low:.3g}..{each.held_out_high:.3g}"
        print_line(
            console,
            f"{each.name[-NAME + 1 :]:{NAME}}{seen:>20}{others:>20}"
            f"{100 * each.outside:>7.2f}%{each.distance:>8.3f}",
        )
    print_line(console, "outside: of held-out values; apart: means, in variances between pictures")


def _print_draws(draws: tuple[Draws, ...], pictures: Pictures, console: Console) -> None:
    print_heading(
        console,
        f"{'drawn anew':>12}{'right %':>18}{'agrees with float %':>22}{'moved %':>10}{'max Δp':>9}",
    )
    for each in draws:
        print_line(
            console,
            f"{each.count:>12,}{_span(each.right):>18}{_span(each.agreement):>22}"
            f"{100 * each.moved:>10.3f}{each.largest_difference:>9.3f}",
        )
    files = len(draws[0].right)
    print_line(
        console, f"{files} int8 files each, on {len(pictures.split):,} pictures of {pictures.name};"
    )
    print_line(console, "moved: answers that differ between two of them, in the mean; Δp likewise")


def _span(shares: tuple[float, ...]) -> str:
    return f"{100 * min(shares):.2f} to {100 * max(shares):.2f}"


def document(found: Calibrated, title: str, pictures: Pictures) -> dict[str, Any]:
    """The same as one JSON-serialisable object."""
    audit = found.audit
    return {
        "schema_version": SCHEMA_VERSION,
        "title": title,
        "pictures": pictures.as_json(),
        "seed": found.seed,
        "count": audit.pictures,
        "held_out": audit.held_out,
        "failed": audit.failed,
        "findings": [asdict(each) for each in audit.findings],
        "activations": [] if audit.ranges is None else [asdict(a) for a in audit.ranges.every],
        "draws": [asdict(each) for each in found.draws],
    }


def to_json(found: Calibrated, title: str, pictures: Pictures) -> str:
    """`document` as text."""
    return json.dumps(document(found, title, pictures), indent=2, allow_nan=False) + "\n"
