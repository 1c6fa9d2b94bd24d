"""`edgedigits doctor`."""

from __future__ import annotations

from typing import Annotated

import typer

from edgedigits.commands import options


def doctor(
    data_dir: options.DataDir = None,
    deep: Annotated[
        bool, typer.Option("--deep", help="Also import TensorFlow and tensorflowjs (20 s).")
    ] = False,
) -> int:
    """Say what works on this machine, and the command that mends what does not."""
    from rich.console import Console
    from rich.text import Text

    from edgedigits import doctor as examination

    console = Console()
    styles = {"ok": "green", "optional": "yellow", "missing": "bold red", "broken": "bold red"}
    checks = examination.examine(deep=deep, data_dir=data_dir)
    for check in checks:
        line = Text(f"{check.status:9}", style=styles[check.status])
        line.append(f"{check.name:22} {check.detail}", style="default")
        console.print(line, soft_wrap=True)
        if check.remedy is not None and check.status != "ok":
            console.print(Text(f"{'':9}{'':22} → {check.remedy}"), soft_wrap=True)
    return examination.exit_code(checks)
