"""`edgedigits datasets`."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgedigits.commands import options
from edgedigits.errors import EdgeDigitsError, ExitCode
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
    typer.echo("Your own, by their path: a folder 0/ to 9/ of pictures, IDX files, .npz, .csv")
    return code


@app.command("show")
def show(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="mnist, strokes, or a path.", show_default=False),
    ],
    out: Annotated[
        Path | None, typer.Option(help="PNG or SVG file to write; NAME-samples.png unless told.")
    ] = None,
    data_dir: options.DataDir = None,
) -> None:
    """Draw ten training pictures of each digit as a sheet, and count what is there."""
    from edgedigits.datasets import catalogue
    from edgedigits.datasets import datasets as sources
    from edgedigits.reports import plot_sheet, plots

    if out is not None:
        plots.file_format(out)
    loaded = sources.load(name, data_dir=data_dir)
    _print_entry(catalogue.describe(loaded), by_digit=True)
    drawn = plot_sheet.draw_samples(loaded.train, f"Training pictures of {loaded.name}")
    typer.echo(
        visible(str(plots.save(drawn, out or Path(f"{Path(loaded.name).stem}-samples.png"))))
    )


def _print_entry(entry: Entry, *, by_digit: bool = False) -> None:
    typer.echo(visible(f"  where        {entry.place}"))
    if entry.fingerprint is None or entry.counts is None:
        return
    shares = ", ".join(f"{split} {sum(counts):,}" for split, counts in entry.counts.items())
    typer.echo(f"  pictures     {shares}")
    typer.echo(f"  fingerprint  {entry.fingerprint}")
    if by_digit:
        typer.echo("  digit        " + "".join(f"{digit:>6}" for digit in range(10)))
        for split, counts in entry.counts.items():
            typer.echo(f"  {split:13}" + "".join(f"{count:>6}" for count in counts))
