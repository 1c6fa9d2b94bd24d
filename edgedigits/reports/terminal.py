"""The verification table, readable at 80 columns."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from edgedigits.bundle.artifact import Artifact
from edgedigits.foreign_text import visible
from edgedigits.verification.parity import Share, Status
from edgedigits.verification.several.many import Done, Judged
from edgedigits.verification.verify import Result, Verification

MARKS = {
    Status.PASS: ("pass", "green"),
    Status.FAIL: ("FAIL", "bold red"),
    Status.INCONCLUSIVE: ("few", "bold yellow"),
}
COLUMNS = ("artifact", "runtime", "size", "accuracy %", "drop (≤)", "agree %", "max Δp")
WORDS = frozenset({"artifact", "runtime", "trial"})
WIDTH = 80
MARK_WIDTH = 4
CONFUSIONS = 3
UNDER = "─"
UNBROKEN = "\N{NO-BREAK SPACE}"
LEAST_NEEDED = "size"
"""The column that is left out where long names would make the table wider than a terminal."""


def print_verification(checked: Verification, console: Console) -> None:
    """Print the table, then every reason of every artifact that did not pass."""
    count = len(checked.pictures.split)
    floats = checked.results[0].parity.float_accuracy
    print_line(
        console,
        f"Compared with the float model ({percent(floats)} %) on {count:,} pictures "
        f"of {checked.pictures.name}",
    )
    for line in _undecided(checked):
        print_line(console, line)
    lines, rule = _ruled(checked.results, console)
    for line, result in zip(lines, checked.results, strict=True):
        _print_row(line, result, console)
    console.print(rule, soft_wrap=True)
    passed = sum(result.verdict.passed for result in checked.results)
    print_line(
        console, f"{passed} of {len(checked.results)} passed in {checked.wall_seconds:.1f} s"
    )
    for result in checked.results:
        _print_repair(result, console)
    _print_words(checked.results, console)


def print_several(done: Sequence[Done], console: Console) -> None:
    """Print one table with a title for each bundle, its artifacts below it or why there are none,
    and one count."""
    judged = [one for one in done if isinstance(one, Judged)]
    results = [result for one in judged for result in one.checked.results]
    lines, rule = _ruled(results, console) if results else ([], Text(UNDER * (WIDTH - 1), "dim"))
    rows = iter(lines)
    for one in done:
        if isinstance(one, Judged):
            _print_title(one, console)
            for result in one.checked.results:
                _print_row(next(rows), result, console)
            continue
        on = f" on {one.asked.dataset}" if one.asked.dataset else ""
        console.print(
            plain(f"{one.asked.folder}{on}", "bold").append(" ERROR", "bold red"), soft_wrap=True
        )
        for reason in str(one.error).splitlines():
            console.print(plain(f"    {reason}", "bold red"), soft_wrap=True)
    console.print(rule, soft_wrap=True)
    passed = sum(result.verdict.passed for result in results)
    seconds = sum(one.checked.wall_seconds for one in judged)
    lost = len(done) - len(judged)
    told = [f"{passed} of {len(results)} passed in {seconds:.1f} s"] if results else []
    told += [f"{lost} of {len(done)} could not be verified"] if lost else []
    print_line(console, "; ".join(told))
    for one in judged:
        for result in one.checked.results:
            _print_repair(result, console, f"{one.asked.folder}: ")
    if results:
        _print_words(results, console)


def _print_title(one: Judged, console: Console) -> None:
    checked = one.checked
    floats = percent(checked.results[0].parity.float_accuracy)
    shown = f"{len(checked.pictures.split):,} pictures of {checked.pictures.name}"
    title = plain(f"{one.asked.folder}", "bold").append(f": float model {floats} %, ")
    console.print(title.append(visible(shown)), soft_wrap=True)
    for line in _undecided(checked):
        print_line(console, line)


def _ruled(results: Sequence[Result], console: Console) -> tuple[list[str], Text]:
    """Print the head of a table. Returns its rows, and the rule that ends it."""
    rows = [cells(result) for result in results]
    columns = list(COLUMNS)
    if _width(rows, columns) > WIDTH:
        columns.remove(LEAST_NEEDED)
    if _width(rows, columns) > WIDTH:
        # Long names are told once, above the table.
        for name in sorted({result.ran_on for result in results if result.backend}):
            print_line(console, f"on {name}")
        for row, result in zip(rows, results, strict=True):
            row["runtime"] = result.runtime
    head, *lines = table(rows, columns)
    rule = Text(UNDER * min(WIDTH - 1, len(head) + 5), style="dim")
    console.print(plain(head, "bold"), soft_wrap=True)
    console.print(rule, soft_wrap=True)
    return lines, rule


def _print_row(line: str, result: Result, console: Console) -> None:
    mark, style = MARKS[result.verdict.status]
    console.print(plain(line).append(f" {mark}", style=style), soft_wrap=True)
    for reason in _reasons(result):
        _print_reason(reason, style, console)


def _print_reason(reason: str, style: str, console: Console) -> None:
    text = textwrap.fill(reason, WIDTH - 2, initial_indent="    ", subsequent_indent="    ")
    console.print(plain(text, style), soft_wrap=True)


def _print_repair(result: Result, console: Console, where: str = "") -> None:
    if (made := result.artifact.repair) is not None:
        failed = result.verdict.status is Status.FAIL
        words = "is the best that was tried" if failed else "is repaired"
        print_line(console, f"{where}{result.artifact.id} {words}: {made.how}")


def _print_words(results: Sequence[Result], console: Console) -> None:
    if any(result.agreement is result.parity.decided for result in results):
        print_line(console, "agree: answers kept, of the pictures that the float model decides")
    print_line(
        console,
        "drop: accuracy points lost (≤ upper end of the paired one-sided 95 % interval);\n"
        "Δp: difference in probability",
    )


def print_artifacts(artifacts: tuple[Artifact, ...], folder: Path, console: Console) -> None:
    """Print what there is and how large, without any verdict."""
    for artifact in artifacts:
        print_line(
            console,
            f"{artifact.id:14} {size(artifact.size_bytes):>8} "
            f"{size(artifact.gzip_bytes):>8} gzip  {folder / artifact.entry}",
        )


def print_line(console: Console, text: str) -> None:
    """One line as it stands: no markup, no highlighting, no folding of paths."""
    console.print(plain(text), soft_wrap=True)


def print_heading(console: Console, text: str) -> None:
    """A line above a part of a report, set off from what stands before it."""
    console.print()
    console.print(plain(text.rstrip(), "bold"), soft_wrap=True)


def plain(text: str, style: str = "") -> Text:
    """Text in which nothing is markup or a terminal's command, whoever wrote the names in it."""
    return Text(visible(text), style=style)


def size(size_bytes: int) -> str:
    """Bytes in thousands: 104,401 is "104.4 kB"."""
    return f"{size_bytes / 1000:.1f} kB"


def percent(share: Share) -> str:
    """A share with half of its 95 % interval: "98.20 ±0.26"."""
    return f"{share.percent:.2f} ±{(share.high - share.low) / 2:.2f}"


def cells(result: Result) -> dict[str, str]:
    """What stands in the table's columns for one artifact on one runtime."""
    parity = result.parity
    largest = parity.max_difference
    return {
        "artifact": result.artifact.id,
        "runtime": result.ran_on,
        "size": size(result.artifact.size_bytes),
        "accuracy %": percent(parity.accuracy),
        "drop (≤)": f"{parity.drop_points + 0.0:.2f} (≤{parity.drop_upper_points:.2f})",
        # Rounded down, so that 100.00 means that no answer changed.
        "agree %": f"{math.floor(result.agreement.percent * 100) / 100:.2f}",
        "max Δp": f"{largest:.1e}" if math.isfinite(largest) else "NaN",
    }


def _width(rows: Sequence[dict[str, str]], columns: Sequence[str]) -> int:
    return sum(_widths(rows, columns)) + len(columns) + MARK_WIDTH


def _widths(rows: Sequence[dict[str, str]], columns: Sequence[str]) -> list[int]:
    return [max(len(name), *(len(row[name]) for row in rows)) for name in columns]


def table(rows: Sequence[dict[str, str]], columns: Sequence[str]) -> list[str]:
    """Header and rows as lines of equal width; the mark comes after them."""
    sized = list(zip(columns, _widths(rows, columns), strict=True))
    every = [dict(zip(columns, columns, strict=True)), *rows]
    return [
        " ".join(
            f"{row[name]:<{width}}" if name in WORDS else f"{row[name]:>{width}}"
            for name, width in sized
        )
        for row in every
    ]


def confusions(result: Result, most: int) -> str:
    """What the artifact takes its pictures for that only the float model gets right, the commonest
    first; empty where there are none."""
    words = result.words
    told = [
        f"{words.short(one.label)} as {words.short(one.answer)} ({one.pictures:,})"
        for one in result.parity.confusions[:most]
    ]
    return f"now mistaken: {', '.join(told)}" if told else ""


def _undecided(checked: Verification) -> list[str]:
    """The float model's nearly undecided pictures, the same for all, and who answers otherwise."""
    ties = checked.results[0].parity.undecided
    if not ties.pictures:
        return []
    changed = [
        f"{result.artifact.id}{UNBROKEN}{result.parity.undecided.changed:,}"
        for result in checked.results
        if result.parity.undecided.changed
    ]
    told = ", ".join(changed) if changed else "none"
    text = (
        f"It leaves {ties.pictures:,} of them ({ties.percent:.2f} %) nearly undecided; of these "
        f"are answered otherwise: {told}"
    )
    lines = textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)
    return [line.replace(UNBROKEN, " ") for line in lines]


def _reasons(result: Result) -> list[str]:
    verdict = result.verdict
    if verdict.status is Status.INCONCLUSIVE:
        return [f"{verdict.status}: {reason}" for reason in verdict.reasons]
    if verdict.status is Status.FAIL and (told := confusions(result, CONFUSIONS)):
        return [*verdict.reasons, told]
    return list(verdict.reasons)
