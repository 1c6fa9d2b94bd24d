"""`edgedigits train`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from edgedigits.commands import options
from edgedigits.errors import WrongUse, command
from edgedigits.foreign_text import visible

if TYPE_CHECKING:
    from rich.console import Console

    from edgedigits.bundle.run import Run
    from edgedigits.training.run_writer import DrawPlots


@dataclass(frozen=True)
class RecipeOptions:
    """What is to be otherwise than in the model's own recipe."""

    epochs: Annotated[
        int | None, typer.Option(help="Passes over the pictures; the recipe's unless told.")
    ] = None
    steps: Annotated[int | None, typer.Option(help="Length in steps, in place of --epochs.")] = None
    batch_size: Annotated[int | None, typer.Option(help="Pictures a step.")] = None
    learning_rate: Annotated[float | None, typer.Option(help="Learning rate at the start.")] = None
    optimizer: Annotated[
        str | None, typer.Option(help="adam, adamw, rmsprop or sgd (plain gradient descent).")
    ] = None
    schedule: Annotated[
        str | None, typer.Option(help="Learning rate: constant, or cosine down to zero.")
    ] = None
    shift: Annotated[
        int | None, typer.Option(help="Move training pictures by up to N pixels.", metavar="N")
    ] = None
    drawn: Annotated[
        int | None,
        typer.Option(help="Pictures of a step that strokes draws; 0 for none.", metavar="N"),
    ] = None
    outliers: Annotated[
        int | None,
        typer.Option(help="Pictures of a step that are drawn non-digits; 0 for none.", metavar="N"),
    ] = None
    augmentation: Annotated[
        str | None,
        typer.Option(
            help="none; hands: training pictures as other hands write them; centred: few far off."
        ),
    ] = None
    validation: Annotated[
        int | None, typer.Option(help="Training pictures held out to watch with.", metavar="N")
    ] = None
    training_pictures: Annotated[
        int | None,
        typer.Option(help="Train on N pictures only, the same number of each class.", metavar="N"),
    ] = None


@options.spread
def train(
    model: Annotated[
        str | None,
        typer.Option(help='A name (edge unless told), or layers of your own: "edge: 5x5/2 8, 16".'),
    ] = None,
    dataset: Annotated[
        str | None,
        typer.Option(
            help="mnist, strokes, letters, small-letters or a path (2 to 100 classes); mnist where "
            "it is found, else strokes."
        ),
    ] = None,
    data_dir: options.DataDir = None,
    samples: Annotated[
        int | None, typer.Option(help="How many pictures a drawn data set has in an epoch.")
    ] = None,
    *,
    changes: RecipeOptions,
    teacher: Annotated[
        list[Path] | None,
        typer.Option(
            help="Learn what a finished run answers in place of the labels; several times for "
            "several.",
            metavar="RUN",
        ),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Same seed, same weights.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write; runs/NAME unless told.")
    ] = None,
    plots: Annotated[
        bool, typer.Option("--plots/--no-plots", help="Draw plots into the run's folder.")
    ] = True,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with an interrupted training (see --out).")
    ] = False,
    qat: Annotated[
        str | None,
        typer.Option(help="Tune a finished run (--from) for a scheme: int4.", metavar="SCHEME"),
    ] = None,
    origin: Annotated[
        Path | None,
        typer.Option("--from", help="The run to tune; the newest unless told.", metavar="RUN"),
    ] = None,
) -> None:
    """Train a classifier and write its run: SavedModel, Keras and HDF5 files, history and card.

    What is not given is the model's own recipe; see them all with: edgedigits models
    """
    from rich.console import Console

    from edgedigits import progress
    from edgedigits.datasets import datasets
    from edgedigits.models import models
    from edgedigits.reports import plotting
    from edgedigits.reports.terminal import print_line
    from edgedigits.training import training

    recipe = asdict(changes)
    draw = plotting.write_training_plots if plots else None
    if qat is not None or origin is not None:
        given = {"model": model, "dataset": dataset, "samples": samples, "seed": seed, **recipe}
        given["teacher"] = teacher or None
        _tune(qat, origin, given, out, data_dir, draw=draw, resume=resume)
        return
    if resume:
        others = (model, dataset, samples, seed, teacher or None)
        if any(value is not None for value in (*others, *recipe.values())):
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
            teachers=teacher or (),
            **recipe,
        )
        folder = out or training.free_folder(asked)
    console = Console()
    by = ", ".join(Path(each.run).name for each in asked.teachers)
    taught = f", taught by {by}," if by else ""
    print_line(console, f"Training {asked.model} on {asked.dataset}{taught} into {folder}")
    options.start_tensorflow()
    with progress.showing("Training", asked.bar_length) as bar:
        display = training.Display(bar)
        try:
            if resume:
                done = training.resume(folder, data_dir=data_dir, on_step=display.step, plots=draw)
            else:
                done = training.train(
                    asked, folder, data_dir=data_dir, on_step=display.step, plots=draw
                )
        except KeyboardInterrupt:
            again = visible(command("train", "--resume", "--out", folder))
            typer.echo(f"\nstopped; go on with: {again}", err=True)
            raise
    _print_accuracy(done, console)
    print_line(console, f"next: {command('export', folder, '--target', 'all', '--scheme', 'all')}")


def _tune(
    qat: str | None,
    origin: Path | None,
    given: dict[str, Any],
    out: Path | None,
    data_dir: Path | None,
    *,
    draw: DrawPlots | None,
    resume: bool,
) -> None:
    """`edgedigits train --qat`: of what is `given` a tuning takes two options."""
    from rich.console import Console

    from edgedigits import progress
    from edgedigits.bundle import run
    from edgedigits.reports.terminal import print_line
    from edgedigits.training import qat as tuning
    from edgedigits.training import training

    if qat is None:
        raise WrongUse("--from names a run to tune", "say for which scheme: --qat int4")
    tuning.check_scheme(qat)
    epochs, learning_rate = given.pop("epochs"), given.pop("learning_rate")
    refused = ["resume"] if resume else [name for name, value in given.items() if value is not None]
    if refused:
        raise WrongUse(
            f"--{refused[0].replace('_', '-')} does not go with --qat: a tuned run keeps its "
            "model, pictures, recipe and seed",
            "--epochs, --learning-rate, --out, --data-dir and --no-plots go with it",
        )
    found = run.newest() if origin is None else run.open_run(origin)
    asked = tuning.tuning(qat, found, epochs=epochs, learning_rate=learning_rate)
    folder = out or tuning.free_folder(asked)
    console = Console()
    print_line(console, f"Tuning {found.folder} for {qat} into {folder}")
    options.start_tensorflow()
    with progress.showing("Tuning", asked.plan.bar_length) as bar:
        done = tuning.tune(
            asked, folder, data_dir=data_dir, on_step=training.Display(bar).step, plots=draw
        )
    _print_accuracy(done, console)
    before = found.card["test"]["accuracy"]["percent"]
    print_line(console, f"before the tuning: {before:.2f} % right")
    next_command = command("export", folder, "--target", "tflite", "--scheme", qat)
    print_line(console, f"next: {next_command}")


def _print_accuracy(done: Run, console: Console) -> None:
    from edgedigits.reports.terminal import print_line

    accuracy = done.card["test"]["accuracy"]
    print_line(
        console,
        f"{done.card['test']['pictures']:,} test pictures: {accuracy['percent']:.2f} % right "
        f"(95 %: {accuracy['low']:.2f} to {accuracy['high']:.2f})",
    )
