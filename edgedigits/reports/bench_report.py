"""What a measurement found: tables for a terminal of 80 columns, and JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby, zip_longest
from pathlib import Path
from typing import Any

from rich.console import Console

from edgedigits.bench.figures import PASS, Comparison, Figures, Measured
from edgedigits.bench.recommendation import Recommendation, microseconds
from edgedigits.reports.terminal import plain, print_line
from edgedigits.runtimes.runtimes import find
from edgedigits.verification.json_report import write_text

SCHEMA_VERSION = 1
WIDTH = 79
LONGEST_NAME = 24
NONE = "-"
LEFT = frozenset({"artifact", "runtime", "verdict"})
MAY_GO = ("copied", "gzip")
"""Columns that are left out, in this order, where long names would make a table too wide."""

Row = dict[str, str]


def print_bench(
    measured: Measured, recommended: Sequence[Recommendation], console: Console
) -> None:
    """Print the machine, sizes, a table of times a runtime, starts and memory, ratios, advice."""
    _print_header(measured, console)
    _print_sizes(measured.figures, console)
    for runtime, some in groupby(measured.figures, lambda one: one.runtime):
        _print_times(runtime, list(some), console)
    _print_starts(measured.figures, console)
    for (runtime, against), found in _grouped(measured.comparisons).items():
        _print_ratios(runtime, against, found, console)
    _print_legend(measured, console)
    for skipped in measured.skipped:
        print_line(console, "")
        _print_folded(console, f"{skipped.runtime} was not measured: {skipped.reason}")
        if skipped.hint:
            print_line(console, skipped.hint)
    for one in recommended:
        print_line(console, "")
        _print_recommendation(one, console)


def document(measured: Measured, recommended: Sequence[Recommendation]) -> dict[str, Any]:
    """Everything that is known, fitting `schemas/bench.schema.json`."""
    return {
        "schema_version": SCHEMA_VERSION,
        "bundle": measured.origin,
        "machine": {**asdict(measured.machine), "is_busy": measured.machine.is_busy},
        "method": asdict(measured.method),
        "results": [_figures_json(one) for one in measured.figures],
        "comparisons": [asdict(one) for one in measured.comparisons],
        "skipped": [asdict(one) for one in measured.skipped],
        "recommendations": [asdict(one) for one in recommended],
        "notes": list(measured.notes),
    }


def write_json(measured: Measured, recommended: Sequence[Recommendation], path: Path) -> None:
    """Write the document to `path`, whole or not at all."""
    write_text(path, json.dumps(document(measured, recommended), indent=2) + "\n")


def _figures_json(one: Figures) -> dict[str, Any]:
    entry = asdict(one)
    del entry["artifact"], entry["name"], entry["standing"]
    return {
        "name": one.name,
        "is_foreign": one.is_foreign,
        "target": one.artifact.target,
        "files": [asdict(file) for file in one.artifact.files],
        "size_bytes": one.artifact.size_bytes,
        "gzip_bytes": one.artifact.gzip_bytes,
        "arena_bytes": one.artifact.arena_bytes,
        "verification": None if one.standing is None else asdict(one.standing),
        **entry,
    }


def _print_header(measured: Measured, console: Console) -> None:
    machine = measured.machine
    cores = "1 core" if machine.cores == 1 else f"{machine.cores} cores"
    _print_folded(
        console, f"{measured.origin} on {machine.cpu}, {cores}, {machine.system}", style="bold"
    )
    _print_folded(console, ", ".join(f"{name} {each}" for name, each in machine.versions.items()))
    if machine.is_busy:
        _print_folded(
            console,
            f"the machine was busy when this began (load {machine.load:.1f} on {cores}): ratios "
            "stand, times may be shorter on an idle one",
            style="yellow",
        )
    for note in measured.notes:
        _print_folded(console, f"note: {note}")


def _print_sizes(figures: Sequence[Figures], console: Console) -> None:
    # Files are the same on every runtime.
    rows = {
        one.name: {
            "artifact": _short(one.name),
            "bytes": f"{one.artifact.size_bytes:,}",
            "gzip": f"{one.artifact.gzip_bytes:,}",
            "verdict": NONE if one.standing is None else one.standing.status,
            **_arena(one),
        }
        for one in figures
    }
    print_line(console, "")
    _print_table(console, list(rows.values()))


def _arena(one: Figures) -> Row:
    arena_bytes = one.artifact.arena_bytes
    return {} if arena_bytes is None else {"arena": f"{arena_bytes:,}"}


def _print_times(runtime: str, some: Sequence[Figures], console: Console) -> None:
    ran_on = next((one.backend for one in some if one.backend is not None), None)
    device = f", {ran_on.device}" if ran_on is not None and ran_on.device else ""
    print_line(console, "")
    _print_folded(console, f"{find(runtime).said(ran_on)}{device}: one picture in µs")
    rows = [_times(one) for one in some]
    _print_table(console, rows, [one.failure for one in some])


def _times(one: Figures) -> Row:
    row = {"artifact": _short(one.name)}
    if one.one_thread is not None:
        row["median"] = microseconds(one.one_thread.median_us)
        row["p95"] = microseconds(one.one_thread.p95_us)
    if one.two_threads is not None:
        row["2 threads"] = microseconds(one.two_threads.median_us)
        row["p95 "] = microseconds(one.two_threads.p95_us)
    if one.copied is not None:
        row["copied"] = microseconds(one.copied.median_us)
    if one.pictures_per_second is not None:
        row["per second"] = f"{one.pictures_per_second:,.0f}"
    return row


def _print_starts(figures: Sequence[Figures], console: Console) -> None:
    started = [one for one in figures if one.start is not None]
    if not started:
        return
    print_line(console, "")
    _print_table(console, [_start(one) for one in started])


def _start(one: Figures) -> Row:
    assert one.start is not None
    peak = one.start.peak_bytes
    return {
        "artifact": _short(one.name),
        "runtime": one.runtime,
        "load ms": f"{one.start.load_ms:.1f}",
        "first answer ms": f"{one.start.first_ms:.2f}",
        "memory MB": NONE if peak is None else f"{peak / 1e6:.1f}",
    }


def _print_ratios(runtime: str, against: str, some: Sequence[Comparison], console: Console) -> None:
    print_line(console, "")
    print_line(console, f"compared with {against} on {runtime} (below 1 is less)")
    rows = [
        {
            "artifact": _short(one.name),
            "bytes": _ratio(one.size),
            "gzip": _ratio(one.gzip),
            "median": _ratio(one.one_thread),
            "2 threads": _ratio(one.two_threads),
            "copied": _ratio(one.copied),
            "load": _ratio(one.load),
            "first": _ratio(one.first),
            "memory": NONE if one.peak is None else _ratio(one.peak),
        }
        for one in some
    ]
    _print_table(console, rows)


def _print_legend(measured: Measured, console: Console) -> None:
    method = measured.method
    print_line(console, "")
    words = [
        f"Times are medians over {method.rounds} rounds in turns, {method.seconds:g} s each; half "
        f"of the rounds lay within {measured.spread_percent:.0f} %."
    ]
    if method.floor_us is not None:
        words.append(f"{microseconds(method.floor_us)} µs of each on LiteRT is measuring.")
    words.append(
        "copied: with picture and answer copied in and out. per second: in batches of up to "
        f"{method.batch}, everything included. load, first answer, memory: medians of "
        f"{method.starts} processes."
    )
    if any(one.artifact.arena_bytes is not None for one in measured.figures):
        words.append(
            "arena: bytes that TensorFlow Lite for Microcontrollers works in, with its own kernels "
            "and 64-bit pointers; machines of 32 bits need no more."
        )
    _print_folded(console, " ".join(words), style="dim")


def _print_recommendation(one: Recommendation, console: Console) -> None:
    if one.artifact is None:
        _print_folded(console, f"{one.purpose}: none, because {'; '.join(one.reasons)}")
    else:
        passed = one.status == PASS
        name = one.artifact if passed else f"{one.artifact} ({one.status})"
        text = f"{one.purpose}: {name}, because {'; '.join(one.reasons)} ({one.runtime})"
        _print_folded(console, text, style="green" if passed else "yellow")
    for caution in one.cautions:
        _print_folded(console, f"but {caution}", style="yellow", indent="  ")


def _print_table(
    console: Console, rows: Sequence[Row], failures: Sequence[str | None] = ()
) -> None:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    for name in MAY_GO:
        if _width(rows, columns) > WIDTH and name in columns:
            columns.remove(name)
    widths = _widths(rows, columns)
    header = _line({name: name for name in columns}, columns, widths)
    console.print(plain(header, "bold"), soft_wrap=True)
    console.print(plain("─" * len(header), "dim"), soft_wrap=True)
    for row, failure in zip_longest(rows, failures):
        print_line(console, _line(row, columns, widths))
        if failure is not None:
            _print_folded(console, f"does not run: {failure}", style="bold red", indent="    ")


def _line(row: Row, columns: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        f"{row.get(name, NONE):{'<' if name in LEFT else '>'}{width}}"
        for name, width in zip(columns, widths, strict=True)
    ]
    return "  ".join(cells).rstrip()


def _widths(rows: Sequence[Row], columns: Sequence[str]) -> list[int]:
    return [max(len(name), *(len(row.get(name, NONE)) for row in rows)) for name in columns]


def _width(rows: Sequence[Row], columns: Sequence[str]) -> int:
    return sum(_widths(rows, columns)) + 2 * (len(columns) - 1)


def _grouped(comparisons: Sequence[Comparison]) -> dict[tuple[str, str], list[Comparison]]:
    groups: dict[tuple[str, str], list[Comparison]] = {}
    for one in comparisons:
        groups.setdefault((one.runtime, one.against), []).append(one)
    return groups


def _ratio(value: float) -> str:
    return f"{value:.{3 if value < 0.1 else 2 if value < 100 else 0}f}"


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"…{name[1 - LONGEST_NAME :]}"


def _print_folded(console: Console, text: str, *, style: str = "", indent: str = "") -> None:
    """Lines that fit; commands and paths stay whole."""
    folded = textwrap.fill(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent or "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    console.print(plain(folded, style), soft_wrap=True)
