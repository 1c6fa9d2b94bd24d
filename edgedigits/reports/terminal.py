"""The verification table, readable at 80 columns."""

from __future__ import annotations

import math
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from edgedigits.artifact import Artifact
from edgedigits.parity import Share, Status
from edgedigits.verify import Result, Verification

MARKS = {
    Status.PASS: ("pass", "green"),
    Status.FAIL: ("FAIL", "bold red"),
    Status.INCONCLUSIVE: ("few", "bold yellow"),
}
COLUMNS = (
    ("artifact", 15, "<"),
    ("runtime", 9, "<"),
    ("size", 8, ">"),
    ("accuracy %", 12, ">"),
    ("drop (≤)", 13, ">"),
    ("agree %", 8, ">"),
    ("max Δp", 7, ">"),
)
RULE_WIDTH = 79


def print_verification(checked: Verification, console: Console) -> None:
    """Print the table, then every reason of every artifact that did not pass."""
    count = len(checked.pictures.split)
    print_line(
        console,
        f"Compared with the float model on {count:,} pictures of {checked.pictures.name}"
        f" (float: {_percent(checked.results[0].parity.float_accuracy)} %)",
    )
    header = " ".join(f"{name:{align}{width}}" for name, width, align in COLUMNS)
    console.print(Text(header, style="bold"), soft_wrap=True)
    console.print(Text("─" * RULE_WIDTH, style="dim"), soft_wrap=True)
    for result in checked.results:
        console.print(_row(result), soft_wrap=True)
        for reason in _reasons(result):
            style = MARKS[result.verdict.status][1]
            console.print(Padding(Text(f"{reason}", style=style), (0, 0, 0, 4)), width=RULE_WIDTH)
    console.print(Text("─" * RULE_WIDTH, style="dim"), soft_wrap=True)
    passed = sum(result.verdict.passed for result in checked.results)
    print_line(
        console,
        f"{passed} of {len(checked.results)} passed in {checked.wall_seconds:.1f} s. "
        "drop: accuracy points lost (upper end of the",
    )
    print_line(console, "paired 95 % interval); Δp: difference in probability.")


def print_artifacts(artifacts: tuple[Artifact, ...], folder: Path, console: Console) -> None:
    """Print what there is and how large, without any verdict."""
    for artifact in artifacts:
        print_line(
            console,
            f"{artifact.id:15} {size(artifact.size_bytes):>8}  "
            f"(gzip {size(artifact.gzip_bytes)})  {folder / artifact.entry}",
        )


def print_line(console: Console, text: str) -> None:
    """One line as it stands: no markup, no highlighting, no folding of paths."""
    console.print(Text(text), soft_wrap=True)


def size(size_bytes: int) -> str:
    """Bytes in thousands: 104,401 is "104.4 kB"."""
    return f"{size_bytes / 1000:.1f} kB"


def _row(result: Result) -> Text:
    parity = result.parity
    mark, style = MARKS[result.verdict.status]
    cells = (
        result.artifact.id,
        result.runtime,
        size(result.artifact.size_bytes),
        _percent(parity.accuracy),
        f"{parity.drop_points + 0.0:.2f} (≤{parity.drop_upper_points:.2f})",
        f"{math.floor(parity.agreement_percent * 100) / 100:.2f}",
        f"{parity.max_difference:.1e}" if math.isfinite(parity.max_difference) else "NaN",
    )
    line = Text(
        " ".join(
            f"{cell:{align}{width}}" for cell, (_, width, align) in zip(cells, COLUMNS, strict=True)
        )
    )
    return line.append(f" {mark}", style=style)


def _percent(share: Share) -> str:
    return f"{share.percent:.2f} ±{(share.high - share.low) / 2:.2f}"


def _reasons(result: Result) -> list[str]:
    verdict = result.verdict
    if verdict.status is Status.INCONCLUSIVE:
        return [f"{verdict.status}: {reason}" for reason in verdict.reasons]
    return list(verdict.reasons)
