"""`edgedigits plot`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from edgedigits.commands import options
from edgedigits.foreign_text import visible


def plot(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help="history (loss and accuracy by epoch), confusion, mistakes, predictions (100 test "
            "pictures), samples (training pictures) or filters (first layer).",
            show_default=False,
        ),
    ],
    model: Annotated[
        Path | None, typer.Argument(metavar="RUN", help="Folder of the run; the newest run.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="PNG or SVG file to write; RUN/plots/KIND.png unless told.")
    ] = None,
    dataset: options.Dataset = None,
    data_dir: options.DataDir = None,
) -> None:
    """Draw one plot of a run. No window opens; the file's name says PNG or SVG."""
    from edgedigits.bundle import run
    from edgedigits.reports import plots, plotting

    chosen = plotting.find(kind)
    found = run.newest() if model is None else run.open_run(model)
    path = out or found.folder / plotting.PLOTS / f"{chosen.name}.png"
    plots.file_format(path)
    options.keep_tensorflow_quiet()
    subject = plotting.open_subject(found, dataset=dataset, data_dir=data_dir)
    typer.echo(visible(str(plots.save(chosen.draw(subject), path))))
