"""`edgedigits doctor`."""

from __future__ import annotations

import textwrap
from typing import Annotated

import typer

from edgedigits.commands import options

NAMES = 14
"""Columns for what was looked at."""


def doctor(
    data_dir: options.DataDir = None,
    deep: Annotated[
        bool, typer.Option("--deep", help="Also import TensorFlow and tensorflowjs (20 s).")
    ] = False,
) -> int:
    """Say what works on this machine, and the command that mends what does not."""
    from rich.console import Console

    from edgedigits.doctor import doctor as examination
    from edgedigits.reports.terminal import plain

    console = Console()
    styles = {"ok": "green", "optional": "yellow", "missing": "bold red", "broken": "bold red"}
    checks = examination.examine(deep=deep, data_dir=data_dir)
    for check in checks:
        first, *rest = _folded(check.detail)
        line = plain(f"{check.status:9}", styles[check.status])
        line.append(plain(f"{check.name:{NAMES}} {first}", "default"))
        console.print(line, soft_wrap=True)
        # A command stays on one line, to be copied.
        remedy = [f"→ {check.remedy}"] if check.remedy and check.status != "ok" else []
        for more in (*rest, *remedy):
            console.print(plain(f"{'':{9 + NAMES}} {more}"), soft_wrap=True)
    return examination.exit_code(checks)


def _folded(detail: str) -> list[str]:
    """Lines for what is left of a terminal's 80 columns; paths stay whole."""
    width = 80 - 9 - NAMES - 1
    return textwrap.wrap(detail, width, break_long_words=False, break_on_hyphens=False) or [""]
