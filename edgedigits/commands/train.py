"""`edgedigits train`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from edgedigits.commands import options
from edgedigits.errors import WrongUse


def train(
    model: Annotated[str | None, typer.Option(help="Architecture; cnn unless told.")] = None,
    dataset: Annotated[
        str | None,
        typer.Option(help="mnist, strokes, or a path; mnist where it is found, else strokes."),
    ] = None,
    data_dir: options.DataDir = None,
    samples: Annotated[
        int | None, typer.Option(help="How many training pictures strokes draws.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the pictures.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Pictures a step.")] = None,
    seed: Annotated[int | None, typer.Option(help="Same seed, same weights.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write; runs/NAME unless told.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with an interrupted training (see --out).")
    ] = False,
) -> None:
    """Train a classifier and write its run: SavedModel, Keras file, history and card."""
    from rich.console import Console

    from edgedigits import datasets, models, progress, training
    from edgedigits.reports.terminal import print_line

    given = (model, dataset, samples, epochs, batch_size, seed)
    if resume:
        if any(value is not None for value in given):
            raise WrongUse(
                "an interrupted training keeps the options it began with",
                "give --resume alone, or with --out and --data-dir",
            )
        folder = out or training.unfinished()
        asked = training.interrupted_plan(folder)
    else:
        spec = dataset or datasets.local_default(data_dir)
        asked = training.plan(
            model or models.DEFAULT,
            spec,
            samples=samples,
            seed=seed or 0,
            epochs=epochs,
            batch_size=batch_size,
        )
        folder = out or training.free_folder(asked)
    console = Console()
    print_line(console, f"Training {asked.model} on {asked.dataset} into {folder}")
    options.start_tensorflow()
    with progress.showing("Training", asked.epochs * 1000) as bar:
        display = training.Display(bar)
        try:
            if resume:
                done = training.resume(folder, data_dir=data_dir, on_step=display.step)
            else:
                done = training.train(asked, folder, data_dir=data_dir, on_step=display.step)
        except KeyboardInterrupt:
            typer.echo(f"\nstopped; go on with: edgedigits train --resume --out {folder}", err=True)
            raise
    accuracy = done.card["test"]["accuracy"]
    print_line(
        console,
        f"{done.card['test']['pictures']:,} test pictures: {accuracy['percent']:.2f} % right "
        f"(95 %: {accuracy['low']:.2f} to {accuracy['high']:.2f})",
    )
    print_line(console, f"next: edgedigits export {folder} --target all --scheme all")
