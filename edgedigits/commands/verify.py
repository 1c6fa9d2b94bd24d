"""`edgedigits verify`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgedigits.commands import options
from edgedigits.errors import WrongUse

if TYPE_CHECKING:
    from edgedigits.verification.several.many import Done, Judged


@options.spread
def verify(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(metavar="BUNDLE", help="Folder of the bundle, or folders of several."),
    ] = None,
    dataset: Annotated[
        str | None, typer.Option(help="Pictures: mnist, strokes, a path or URL; the bundle's own.")
    ] = None,
    data_dir: options.DataDir = None,
    limit: options.Limit = None,
    runtime: Annotated[
        str | None,
        typer.Option(
            help="Runtimes, with commas: litert, litert-reference, litert-gpu, tflite-micro, "
            "tfjs-node, tfjs-browser, litertjs-browser, c-host, c-cortex-m, wasm-node, "
            "wasm-browser."
        ),
    ] = None,
    backend: options.Backend = None,
    half_float: Annotated[
        bool,
        typer.Option("--half-float", help="WebGL with half floats, as on many phones."),
    ] = False,
    key: Annotated[
        Path | None,
        typer.Option(metavar="PEM", help="Public key of whoever must have signed the bundle."),
    ] = None,
    matrix_file: Annotated[
        Path | None,
        typer.Option(
            "--matrix",
            metavar="TOML",
            help="File of bundles, runtimes and data sets: all with all.",
        ),
    ] = None,
    *,
    limits: options.BudgetOptions,
    json_file: options.JsonFile = None,
    junit_file: Annotated[
        Path | None, typer.Option("--junit", help="Write the results as JUnit XML.")
    ] = None,
    html_file: options.HtmlFile = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Threads; all cores unless told.")
    ] = None,
    on: options.On = None,
) -> int:
    """Run every artifact of a bundle on its runtime and compare it with the float model.

    Several bundles give one table, one file of each kind and the gravest exit code.
    """
    from edgedigits.verification.several import many, matrix
    from edgedigits.verification.several.many import Asked

    folders = folders or []
    if matrix_file is None and not folders:
        raise WrongUse("Missing argument 'BUNDLE'", "see: edgedigits verify --help")
    alone = len(folders) == 1 and matrix_file is None
    if html_file is not None and not alone:
        raise WrongUse("--html is a page of one bundle", "for several: --json or --junit")
    budgets = limits.budgets()
    names = None if runtime is None else tuple(runtime.split(","))
    if matrix_file is not None:
        in_file = {"a bundle": folders, "--runtime": names, "--dataset": dataset, "--limit": limit}
        for name, given in in_file.items():
            if given:
                raise WrongUse(f"{matrix_file} says what is verified", f"leave out {name}")
        asked = matrix.read(matrix_file)
        every, limit = asked.every, asked.limit
    else:
        every = tuple(Asked(folder, dataset, names) for folder in folders)
        if not alone:
            _check(folders, names)
    way = many.Way(budgets, data_dir, limit, backend, half_float, key, on, workers)
    done = many.each(every, way, alone=alone)
    one = done[0]
    if alone and isinstance(one, many.Judged):
        _tell_one(one, json_file, junit_file, html_file)
    else:
        _tell_several(done, json_file, junit_file)
    return many.exit_code(done, allow_inconclusive=limits.allow_inconclusive)


def _check(folders: Sequence[Path], names: Sequence[str] | None) -> None:
    """Refuse at once what is wrong for all of several bundles."""
    from edgedigits.runtimes import runtimes

    for name in names or ():
        runtimes.find(name)
    places = [folder.resolve() for folder in folders]
    for folder, place in zip(folders, places, strict=True):
        if places.count(place) > 1:
            raise WrongUse(f"{folder} is named more than once", "name it once")


def _tell_one(
    one: Judged, json_file: Path | None, junit_file: Path | None, html_file: Path | None
) -> None:
    from rich.console import Console

    from edgedigits.reports import junit, terminal
    from edgedigits.verification import json_report

    # Files first: whoever reads the table may close the pipe.
    if json_file is not None:
        json_report.write(one.checked, json_file, one.state)
    if junit_file is not None:
        junit.write(one.checked, junit_file)
    if html_file is not None:
        from edgedigits.reports.html import report

        report.write(one.checked, one.opened, html_file)
    console = Console()
    terminal.print_verification(one.checked, console)
    terminal.print_line(console, _signature(one))
    if one.left_out:
        terminal.print_line(console, f"not run, as --runtime asks: {', '.join(one.left_out)}")


def _tell_several(done: Sequence[Done], json_file: Path | None, junit_file: Path | None) -> None:
    from rich.console import Console

    from edgedigits.reports import junit, terminal
    from edgedigits.verification.several import json_of_many
    from edgedigits.verification.several.many import Judged

    if json_file is not None:
        json_of_many.write(done, json_file)
    if junit_file is not None:
        junit.write_several(done, junit_file)
    console = Console()
    terminal.print_several(done, console)
    signed: dict[str, list[str]] = {}
    left_out: dict[str, None] = {}
    for one in done:
        if isinstance(one, Judged):
            folder = str(one.asked.folder)
            bundles = signed.setdefault(_signature(one), [])
            bundles += [folder] if folder not in bundles else []
            for name in one.idle:
                left_out[f"not run: {folder} has nothing for {name}"] = None
            if one.left_out:
                left_out[
                    f"not run, by the runtimes asked for: {', '.join(one.left_out)} of {folder}"
                ] = None
    for words, bundles in signed.items():
        whose = f" ({', '.join(bundles)})" if len(signed) > 1 else ""
        terminal.print_line(console, f"{words}{whose}")
    for line in left_out:
        terminal.print_line(console, line)


def _signature(one: Judged) -> str:
    by = "" if one.signed is None else f"\n{one.signed.key_sha256}"
    return _SIGNATURES[one.state] + by


_SIGNATURES = {
    "good": "signature: good, by the key whose SHA-256 is",
    "not checked": "signature: not checked; do it with: --key PUBLIC_KEY",
    "unsigned": "signature: unsigned, so nothing says whose files these are",
}
