"""`edgedigits demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    bundle: Annotated[
        Path | None,
        typer.Argument(metavar="[BUNDLE]", help="Bundle to show; the newest one."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the page; with --single-file also a name that ends in .html.",
            show_default="page, or edgedigits.html",
        ),
    ] = None,
    single_file: Annotated[
        bool, typer.Option("--single-file", help="One HTML file that opens without any server.")
    ] = False,
    scheme: Annotated[
        str | None,
        typer.Option(
            help="Schemes with commas, or all; all, with --single-file the smallest alone."
        ),
    ] = None,
    litert: Annotated[
        bool,
        typer.Option(
            "--litert",
            help="With the .tflite files, and LiteRT.js to run them: 3 MB, fetched when chosen.",
        ),
    ] = False,
) -> None:
    """Write a copy of the demo page with a bundle's models, ready for any static host."""
    from rich.console import Console

    from edgedigits.errors import WrongUse, command
    from edgedigits.page import demo
    from edgedigits.page import single_file as single
    from edgedigits.reports.terminal import print_line, size

    if single_file and litert:
        raise WrongUse("one file cannot hold LiteRT.js", "leave out --litert, or --single-file")
    console = Console()
    models = demo.open_models(bundle, litert=litert)
    if scheme is None and single_file:
        models = models.only([models.default["scheme"]])
    elif scheme is not None and scheme != "all":
        models = models.only(scheme.split(","))
    shown = f"{', '.join(models.schemes)} of {models.origin}"
    if single_file:
        place = single.write(models, out or Path(single.FILE_NAME))
        print_line(console, f"{place}: {size(place.stat().st_size)}, with {shown}.")
        print_line(console, "Open it in a browser; it needs no server and no network.")
        return
    folder = out or Path("page")
    demo.write_page(models, folder)
    total = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    print_line(console, f"{folder}: {size(total)}, with {shown}.")
    print_line(console, "Upload it to any static host as it is, or look at it here:")
    print_line(console, f"  {command('serve', folder)}")
