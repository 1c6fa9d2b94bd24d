"""`edgedigits adopt`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from edgedigits.commands import export as exporting
from edgedigits.commands import options
from edgedigits.commands.export_options import ModelOptions
from edgedigits.errors import WrongUse


@options.spread
def adopt(
    model: Annotated[
        Path, typer.Argument(help="The float model: run, SavedModel folder, .keras or .h5 file.")
    ],
    tflite: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A .tflite file; may be given several times."),
    ] = None,
    tfjs: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FOLDER", help="A folder with a model.json; may be given several times."
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder of the bundle.")] = Path("bundle"),
    dataset: Annotated[
        str | None, typer.Option(help="Pictures to verify them on: name or path.")
    ] = None,
    data_dir: options.DataDir = None,
    limit: options.Limit = None,
    verify: Annotated[
        bool, typer.Option("--verify/--no-verify", help="Unverified bundles say so.")
    ] = True,
    *,
    told: ModelOptions,
    limits: options.BudgetOptions,
) -> int:
    """Make a bundle of files that another converter wrote, and verify them against the float model.

    Each file is taken as it is: its scheme is told by how it stores its weights, and there can be
    one of each. Its pictures are prepared as the model's are.
    """
    from rich.console import Console

    from edgedigits import progress
    from edgedigits.export import adoption, source
    from edgedigits.reports import export_report

    if not tflite and not tfjs:
        raise WrongUse("there is nothing to adopt", "name files: --tflite FILE, --tfjs FOLDER")
    budgets = limits.budgets()
    said = told.told()
    options.start_tensorflow()
    opened = source.open_source(model, dataset=dataset, data_dir=data_dir, told=said)
    exporting.tell(opened)
    count = len(tflite or ()) + len(tfjs or ())
    shown = (count + 1) * len(opened.unseen((), limit).split) if verify else 0
    with progress.showing("Adopting", shown) as bar:
        outcome = adoption.adopt(
            opened,
            out,
            tflite or (),
            tfjs or (),
            check=verify,
            budgets=budgets,
            allow_inconclusive=limits.allow_inconclusive,
            limit=limit,
            tick=bar.advance,
        )
    return export_report.print_outcome(outcome, Console())
