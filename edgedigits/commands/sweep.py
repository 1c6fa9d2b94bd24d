"""`edgedigits sweep`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from edgedigits.commands import options


def sweep(
    spec: Annotated[
        Path, typer.Argument(metavar="SPEC.toml", help="What is to be tried; see docs/sweep.md.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the sweep; sweeps/NAME of the file's unless told."),
    ] = None,
    data_dir: options.DataDir = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Trials at a time; as many as cores unless told.")
    ] = None,
    on: options.On = None,
    allow_inconclusive: Annotated[
        bool, typer.Option("--allow-inconclusive", help='Let "not enough pictures" pass.')
    ] = False,
) -> int:
    """Train, export, verify and bench many variants, and release the best one within limits.

    They are a grid, drawn at random, proposed by what was learnt from those before (tpe), or
    trained briefly first and the best for longer (halving): of named models, or of layers.

    Validation pictures choose; test pictures are shown to what is chosen, and to nothing else.
    Where all are to be compared (compare), nothing is chosen, and they are judged by test pictures.
    Finished trials are kept: the same command goes on after an interruption, and a specification
    that asks for more repeats none.
    """
    from rich.console import Console

    from edgedigits.errors import command
    from edgedigits.reports import plot_sweep, plots, sweep_report
    from edgedigits.reports.terminal import print_line
    from edgedigits.sweep import executors, specification
    from edgedigits.sweep import sweep as sweeping
    from edgedigits.sweep.searches import searches

    asked = specification.read(spec)
    search = searches.opened(asked, data_dir)
    folder = out or Path("sweeps") / spec.stem
    options.keep_tensorflow_quiet()  # Ray has such words too
    with executors.opened(on, workers) as executor, sweep_report.shown(search.total) as on_trial:
        found = sweeping.sweep(
            asked,
            search,
            folder,
            executor,
            allow_inconclusive=allow_inconclusive,
            on_trial=on_trial,
        )
    # Files first: whoever reads the table may close the pipe.
    plots.save(plot_sweep.draw(found), folder / "pareto.png")
    console = Console()
    sweep_report.print_sweep(found, console)
    if found.tested is not None:
        print_line(console, f"next: {command('verify', folder / sweeping.BUNDLE)}")
    return found.exit_code
