"""`edgedigits quickstart`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from edgedigits.commands import options
from edgedigits.training.first_run import EPOCHS


def quickstart(
    data_dir: options.DataDir = None,
    out: Annotated[Path, typer.Option(help="Folder of the bundle.")] = Path("bundle"),
    page: Annotated[Path, typer.Option(help="Folder of the demo page.")] = Path("page"),
    epochs: Annotated[int, typer.Option(help="Passes over the pictures.")] = EPOCHS,
) -> int:
    """Do everything once: train, export all schemes, verify, and set up the demo page."""
    from rich.console import Console

    from edgedigits import progress
    from edgedigits.bundle.schemes import wanted
    from edgedigits.errors import command
    from edgedigits.export import export, release, source
    from edgedigits.models.models import DEFAULT
    from edgedigits.page import demo
    from edgedigits.reports import plotting
    from edgedigits.reports.export_report import print_outcome
    from edgedigits.reports.terminal import print_line
    from edgedigits.training import first_run as choosing
    from edgedigits.training import training

    release.check_folder(out)
    demo.check_folder(page, "--page")
    console = Console()
    spec, why = choosing.choose_dataset(data_dir)
    print_line(console, f"Data set: {spec}, because {why}.")
    options.start_tensorflow()
    # The page is to say what is no digit, which the recipe does not teach.
    asked = training.plan(DEFAULT, spec, epochs=epochs, outliers=choosing.OUTLIERS)
    folder = training.free_folder(asked)
    with progress.showing("Training", asked.bar_length) as bar:
        done = training.train(
            asked,
            folder,
            data_dir=data_dir,
            on_step=training.Display(bar).step,
            plots=plotting.write_training_plots,
        )
    accuracy = done.card["test"]["accuracy"]
    print_line(
        console,
        f"Trained {asked.model} into {folder}: {accuracy['percent']:.2f} % of "
        f"{done.card['test']['pictures']:,} test pictures right.",
    )
    # The page answers on a module of WebAssembly, so that its visitors need no TensorFlow.js.
    schemes = wanted("all", "all") | wanted("wasm", None)
    opened = source.open_source(folder, data_dir=data_dir)
    with progress.showing("Exporting", export.steps(opened, schemes)) as bar:
        outcome = export.export(
            opened,
            out,
            schemes,
            on_artifact=lambda artifact: bar.advance(1, artifact.id),
            tick=bar.advance,
        )
    code = print_outcome(outcome, console)
    if outcome.bundle is not None:
        demo.write_page(outcome.bundle, page)
        print_line(console, f"The demo page is in {page}, ready for any static host. Try it here:")
        print_line(console, f"  {command('serve', page)}")
    return code
