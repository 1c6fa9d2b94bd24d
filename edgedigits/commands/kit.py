"""`edgedigits kit`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer


def kit(
    bundle: Annotated[
        Path | None,
        typer.Argument(metavar="[BUNDLE]", help="Bundle to take the model of; the newest one."),
    ] = None,
    platform: Annotated[
        str, typer.Option("--for", help="Platform; without it they are listed.", show_default=False)
    ] = "",
    out: Annotated[
        Path | None, typer.Option(help="Folder of the kit.", show_default="kit-PLATFORM")
    ] = None,
    scheme: Annotated[
        str | None,
        typer.Option(help="Which of the bundle's schemes; int8 where there is one."),
    ] = None,
) -> None:
    """Write a model as a folder for one platform, to be dropped into a project.

    The model, the preparation of photos, a class or function from a photo to labels with
    probabilities, and a self-test with golden vectors; its README says how to use it.
    """
    from rich.console import Console

    from edgedigits.bundle import bundle as bundles
    from edgedigits.kits import kits
    from edgedigits.reading import predictor
    from edgedigits.reports.terminal import print_line, size

    console = Console()
    if not platform:
        for each in kits.KITS.values():
            print_line(console, f"{each.name:<8} {each.summary}")
        return
    kits.find(platform)
    opened = bundles.read(bundle or predictor.newest_bundle())
    folder = out or Path(f"kit-{platform}")
    artifact = kits.write(opened, platform, folder, scheme)
    total = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    print_line(console, f"{folder}: {size(total)}, with {artifact.id} of {opened.folder}.")
    if artifact.id not in opened.manifest.verification:
        print_line(console, "It was not verified: nothing says that it answers as the float model.")
    print_line(console, "Its README.md says how to use it.")
    if trial := kits.find(platform).trial:
        print_line(console, "To see that it works:")
        print_line(console, f"  cd {shlex.quote(str(folder))} && {trial}")
