"""`edgedigits weights`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from edgedigits.errors import command


class Format(StrEnum):
    """How weights can be written."""

    TXT = "txt"


def weights(
    run: Annotated[
        Path | None, typer.Argument(metavar="[RUN]", help="Run of the model softmax; the newest.")
    ] = None,
    form: Annotated[
        Format, typer.Option("--format", help="txt: two tables, as numpy.savetxt writes them.")
    ] = Format.TXT,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to; the run's own unless told.")
    ] = None,
) -> None:
    """Write a softmax model's weights.txt (784x10) and const.txt (10), for pixels from 0 to 1."""
    from rich.console import Console

    from edgedigits.bundle import run as runs
    from edgedigits.models import weights_text
    from edgedigits.reports.terminal import print_line

    assert form is Format.TXT
    found = runs.newest() if run is None else runs.open_run(run)
    folder = out or found.folder
    console = Console()
    for path in weights_text.write(weights_text.of_run(found), folder):
        print_line(console, f"wrote {path}")
    print_line(console, "they multiply pixels from 0 to 1 (bytes divided by 255), row by row")
    print_line(console, f"next: {command('predict', 'PICTURE', '--weights-txt', folder)}")
