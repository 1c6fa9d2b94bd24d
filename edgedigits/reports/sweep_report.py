"""A sweep while it goes on, and what came of it."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Console

from edgedigits.reports.terminal import plain, print_heading, print_line, size, table
from edgedigits.sweep.choice import Candidate
from edgedigits.sweep.groups import Group
from edgedigits.sweep.sweep import OnTrial, Sweep
from edgedigits.sweep.trial import SHOWN, Trial

if TYPE_CHECKING:
    from rich.console import RenderableType

BEST = 10
"""Lines of the table that is shown while trials are carried out."""
MOST_FAILED = 5
"""Failures that are told one by one."""


def print_sweep(found: Sweep, console: Console) -> None:
    """Print the front, the choice, and what failed; where nothing is chosen, what is compared."""
    trials, failed = len(found.trials), len(found.failed)
    whole = {trial.digest for each in found.generations if each.choosable for trial in each.trials}
    words = f"{trials:,} trials"
    words += f", {len(whole):,} of them of full length" if len(whole) < trials else ""
    words += f", {failed:,} of which failed" if failed else ""
    if found.asked.chooses:
        print_heading(console, f"{words}; no smaller file is more accurate than:")
        _print_front(found.by_bytes, found.chosen, console)
        if found.by_us:
            print_heading(console, "no faster one than:")
            _print_front(found.by_us, found.chosen, console)
    else:
        print_heading(console, f"{words}; on test pictures, the mean of the seeds:")
        _print_rows([_group_cells(each) for each in found.groups], console)
    console.print()
    named = [each for each in found.trials if each.digest in found.failed]
    _print_some([f"failed: {each.name}: {found.failed[each.digest]}" for each in named], console)
    _print_some(
        [f"{each.artifact} of {each.trial.name}: {each.status}" for each in found.broken], console
    )
    if found.asked.chooses:
        _print_choice(found, console)


def _print_some(lines: Sequence[str], console: Console) -> None:
    for line in lines[:MOST_FAILED]:
        print_line(console, line)
    if len(lines) > MOST_FAILED:
        print_line(console, f"and {len(lines) - MOST_FAILED:,} others; see sweep.json")


def _print_choice(found: Sweep, console: Console) -> None:
    chosen = found.chosen
    if chosen is None:
        limits = found.asked
        said = [f"{limits.max_bytes:,} bytes"] if limits.max_bytes is not None else []
        said += [f"{limits.max_us:g} µs"] if limits.max_us is not None else []
        print_line(console, f"nothing that passes is within {' and '.join(said) or 'its budget'}")
        return
    print_line(console, f"chosen, by validation pictures: {chosen.artifact} of {chosen.trial.name}")
    if found.tested is None:
        print_line(console, f"not released: {found.refused}")
        return
    percent = found.tested["accuracy"]["percent"]
    print_line(
        console,
        f"{found.tested['pictures']:,} test pictures, shown to it alone: {percent:.2f} % right, "
        f"the float model {found.tested['float_accuracy']['percent']:.2f} %",
    )


def _print_front(front: Sequence[Candidate], chosen: Candidate | None, console: Console) -> None:
    is_chosen = [chosen is not None and each.key == chosen.key for each in front]
    _print_rows([_cells(each) for each in front], console, is_chosen)


def _print_rows(
    rows: Sequence[dict[str, str]], console: Console, marked: Sequence[bool] = ()
) -> None:
    styles = ["bold green" if each else "" for each in marked] or [""] * len(rows)
    for line, style in zip(_lines(rows), ["bold", *styles], strict=False):
        console.print(plain(line, style), soft_wrap=True)


def _lines(rows: Sequence[dict[str, str]]) -> list[str]:
    return table(rows, tuple(rows[0])) if rows else []


def _cells(each: Candidate) -> dict[str, str]:
    trial = f"{each.trial.digest[:SHOWN]} {each.trial.words}".rstrip()
    return {
        "artifact": each.artifact,
        "size": size(each.size_bytes),
        "µs": "" if each.us is None else f"{each.us:.1f}",
        "test %" if each.trial.on_test else "valid. %": f"{each.accuracy:.2f}",
        "agree %": f"{each.agreement:.2f}",
        "trial": trial,
    }


def _group_cells(group: Group) -> dict[str, str]:
    found = _cells(group.mean)
    del found["trial"]
    spread = {"lowest": f"{group.lowest:.2f}", "highest": f"{group.highest:.2f}"}
    return {**found, **spread, "seeds": f"{len(group.members)}", "trial": group.words}


@contextlib.contextmanager
def shown(total: int) -> Iterator[OnTrial]:
    """The best artifacts so far, on a terminal, while the block runs; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.live import Live

    best: list[Candidate] = []
    done = failed = 0

    def rendered() -> RenderableType:
        head = f"{done:,} of {total:,} trials" + (f", {failed:,} failed" if failed else "")
        return plain("\n".join([*_lines([_cells(each) for each in best]), head]))

    with Live(rendered(), console=Console(stderr=True), transient=True) as live:

        def on_trial(_: Trial, found: Sequence[Candidate]) -> None:
            nonlocal done, failed
            done, failed = done + 1, failed + (not found)
            best.extend(each for each in found if each.eligible)
            best.sort(key=lambda each: (-each.accuracy, each.size_bytes))
            del best[BEST:]
            live.update(rendered())

        yield on_trial
