"""`edgedigits datasets`."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgedigits.commands import options
from edgedigits.errors import EdgeDigitsError, ExitCode, WrongUse, command
from edgedigits.foreign_text import visible

if TYPE_CHECKING:
    from edgedigits.datasets.catalogue import Entry

app = typer.Typer(rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def datasets(context: typer.Context, data_dir: options.DataDir = None) -> int:
    """Say which data sets there are, where they lie, their fingerprint and counts.

    Nothing is downloaded. The exit code is 4 where one is missing from its folder or corrupt.
    """
    if context.invoked_subcommand is not None:
        return ExitCode.DONE
    from edgedigits.datasets import catalogue
    from edgedigits.datasets import datasets as sources

    code = ExitCode.DONE
    for name, summary in sources.known().items():
        typer.echo(textwrap.fill(f"{name}: {summary}", 80, subsequent_indent="  "))
        try:
            _print_entry(catalogue.look_up(name, data_dir))
        except EdgeDigitsError as error:
            typer.echo(visible(f"  not usable   {error.message}"))
            typer.echo(visible(f"  next         {error.hint}"))
            code = max(code, error.exit_code)
    typer.echo(
        textwrap.fill(
            "Your own, by their path: pictures in a folder for each class (0/ to 9/, or any 2 to "
            "100 names), IDX files, .npz, .csv",
            80,
            subsequent_indent="  ",
        )
    )
    return code


@app.command("show")
def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="mnist, strokes, letters, small-letters, or a path.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(help="PNG or SVG file to write; NAME-samples.png unless told.")
    ] = None,
    data_dir: options.DataDir = None,
) -> None:
    """Draw ten training pictures of each class as a sheet, and count what is there."""
    from edgedigits.datasets import catalogue
    from edgedigits.datasets import datasets as sources
    from edgedigits.reports import plot_sheet, plots

    if out is not None:
        plots.file_format(out)
    loaded = sources.load(name, data_dir=data_dir)
    _print_entry(catalogue.describe(loaded), by_class=True)
    drawn = plot_sheet.draw_samples(loaded.train, f"Training pictures of {loaded.name}")
    typer.echo(
        visible(str(plots.save(drawn, out or Path(f"{Path(loaded.name).stem}-samples.png"))))
    )


@app.command("shard")
def shard(
    dataset: Annotated[
        str, typer.Argument(metavar="DATASET", help="mnist, strokes or a path.", show_default=False)
    ],
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where to write them: a new folder.")],
    pictures_per_shard: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="As many as have 16 MB unless told.")
    ] = None,
    kind: Annotated[
        str, typer.Option(help="npz, or tar as WebDataset has it.", metavar="npz|tar")
    ] = "npz",
    bundle: Annotated[
        Path | None,
        typer.Option(help="Bundle to verify on them: its form, its classes; digits unless told."),
    ] = None,
    data_dir: options.DataDir = None,
    limit: options.Limit = None,
) -> None:
    """Write the pictures that `verify` would take as shards, for a disk or an object store.

    Test pictures where the source sets some apart, else all but those that the bundle was
    calibrated on.
    """
    from edgedigits import progress
    from edgedigits.bundle import bundle as bundles
    from edgedigits.bundle import publishing
    from edgedigits.datasets.shards import writing
    from edgedigits.verification import unseen

    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise WrongUse(f"{out} is there already, and not empty", "choose a new folder with --out")
    if bundle is None:
        pictures = unseen.choose(None, dataset, data_dir=data_dir, limit=limit)
    else:
        manifest = bundles.read(bundle).manifest
        pictures = unseen.of_bundle(manifest, dataset, data_dir=data_dir, limit=limit)
    size = writing.size_of(pictures.split, kind, pictures_per_shard)
    with (
        progress.showing("Writing shards", len(pictures.split)) as bar,
        publishing.staging(out) as staged,
    ):
        index = writing.write(staged, pictures.split, kind, size, bar.advance)
        publishing.replace(staged, out)
    typer.echo(visible(f"{out}: {index.pictures:,} pictures in {len(index.shards):,} shards"))
    typer.echo(f"  fingerprint  {index.fingerprint}")
    typer.echo(visible(f"  next         {command('verify', bundle or 'BUNDLE', '--dataset', out)}"))


def _print_entry(entry: Entry, *, by_class: bool = False) -> None:
    typer.echo(visible(f"  where        {entry.place}"))
    if entry.fingerprint is None or entry.counts is None:
        return
    shares = ", ".join(f"{split} {sum(counts):,}" for split, counts in entry.counts.items())
    typer.echo(f"  pictures     {shares}")
    typer.echo(f"  fingerprint  {entry.fingerprint}")
    if by_class:
        _print_counts(entry.counts, entry.classes)


def _print_counts(counts: dict[str, tuple[int, ...]], classes: tuple[str, ...]) -> None:
    """Ten classes a line: a line for their names, and one for each split."""
    from edgedigits.verification.class_words import ClassWords

    noun = ClassWords(classes).noun
    for first in range(0, len(classes), 10):
        some = slice(first, first + 10)
        names = [name if len(name) <= 5 else f"{name[:4]}…" for name in classes[some]]
        typer.echo(visible(f"  {noun:13}" + "".join(f"{name:>6}" for name in names)))
        for split, numbers in counts.items():
            typer.echo(f"  {split:13}" + "".join(f"{count:>6}" for count in numbers[some]))
