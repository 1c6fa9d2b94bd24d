"""A model's robustness as text of 80 columns, and as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console

from edgedigits.foreign_text import one_line
from edgedigits.reports.terminal import WIDTH, percent, plain, print_heading, print_line
from edgedigits.robustness.floors import Held
from edgedigits.robustness.robustness import Robustness, Score
from edgedigits.verification.parity import Share
from edgedigits.verification.unseen import Pictures

SCHEMA_VERSION = 1
NAME, SHARE, WORST, INK = 18, 13, 17, 8
SUMMARY = WIDTH - NAME - 2 * SHARE - 2
LEAST_INK = 0.05
"""Ink lost below this many percent is shown as none."""


def print_robustness(
    found: Robustness, title: str, pictures: Pictures, which: str, console: Console
) -> None:
    """Print the table of distortions, then the mistakes in preparing."""
    print_line(console, f"{title}: what is answered right of")
    print_line(console, f"{which} pictures of {pictures.name}, changed in known ways")
    if found.clean.prepared is not None:
        few = found.clean.prepared
        as_they_are = 100 * few.right_as_it_is / few.pictures
        print_line(
            console,
            f"prepared: the first {few.pictures:,}, after picture preparation "
            f"(clean as they are {as_they_are:.2f} %)",
        )
    print_heading(
        console,
        f"{'distortion':{NAME}}{'as it is %':>{SHARE}}{'worst direction':>{WORST}}"
        f"{'ink lost':>{INK + 2}}{_prepared_title(found)}",
    )
    family = found.clean.family
    for score in (found.clean, *found.distortions):
        if score.family != family:
            console.print()
            family = score.family
        cells = (
            f"{score.name:{NAME}}{_share(score.accuracy)}{_worst(score):>{WORST}}"
            f"{_ink(score):>{INK + 2}}{_prepared(score)}"
        )
        print_line(console, cells.rstrip())
    if found.wrong_preparations:
        _print_wrong(found, console)
    console.print()
    print_line(console, "±: half of the 95 % interval; every picture goes one of the directions;")
    print_line(console, "ink lost: fallen off the picture or hidden, in the mean")


def print_floors(held: Sequence[Held], console: Console) -> None:
    """Print which of the scores that were required are reached."""
    for each in held:
        mark, style = ("kept", "green") if each.is_kept else ("BROKEN", "bold red")
        line = f"required: {each.floor} at least {each.floor.percent:g} %, is {each.percent:.2f} %"
        console.print(plain(f"{line}  ").append(mark, style=style), soft_wrap=True)


def document(
    found: Robustness, title: str, pictures: Pictures, which: str, held: Sequence[Held]
) -> dict[str, Any]:
    """The same as data."""
    return {
        "schema_version": SCHEMA_VERSION,
        "model": title,
        "dataset": {**pictures.as_json(), "which": which},
        **asdict(found),
        "required": [
            {
                "name": each.floor.name,
                "prepared": each.floor.prepared,
                "least_percent": each.floor.percent,
                "percent": each.percent,
                "kept": each.is_kept,
            }
            for each in held
        ],
    }


def to_json(
    found: Robustness, title: str, pictures: Pictures, which: str, held: Sequence[Held]
) -> str:
    """The document as text."""
    content = document(found, title, pictures, which, held)
    return json.dumps(content, indent=2, allow_nan=False) + "\n"


def record(found: Robustness, artifact: str, pictures: Pictures, which: str) -> dict[str, Any]:
    """What a bundle's manifest keeps of it."""
    return {
        "artifact": artifact,
        "dataset": one_line(pictures.name),
        "fingerprint": pictures.fingerprint,
        "which": which,
        "pictures": len(pictures.split),
        "prepared_pictures": found.prepared_pictures,
        "seed": found.seed,
        "scores": [
            {
                "name": score.name,
                "family": score.family,
                "accuracy": asdict(score.accuracy),
                "prepared": None if score.prepared is None else asdict(score.prepared.accuracy),
            }
            for score in found.scores
        ],
    }


def _print_wrong(found: Robustness, console: Console) -> None:
    print_heading(
        console,
        f"{'mistake of a caller':{NAME}}{'as it is %':>{SHARE - 1}}{_prepared_title(found)}",
    )
    for score in found.wrong_preparations:
        cells = f"{score.name:{NAME}}{_share(score.accuracy)}{_prepared(score):>{SHARE}}"
        first, *more = textwrap.wrap(score.summary, SUMMARY)
        print_line(console, f"{cells}  {first}")
        for line in more:
            print_line(console, " " * (NAME + 2 * SHARE + 2) + line)


def _prepared_title(found: Robustness) -> str:
    return f"{'prepared %' if found.prepared_pictures else '':>{SHARE}}"


def _share(share: Share) -> str:
    return percent(share).rjust(SHARE)


def _prepared(score: Score) -> str:
    return _share(score.prepared.accuracy) if score.prepared is not None else ""


def _worst(score: Score) -> str:
    if not score.ways:
        return ""
    worst = min(score.ways, key=lambda way: way.accuracy.percent)
    return f"{worst.name} {worst.accuracy.percent:.1f}"


def _ink(score: Score) -> str:
    lost = score.ink_lost_percent
    return f"{lost:.1f} %" if lost is not None and lost >= LEAST_INK else ""
