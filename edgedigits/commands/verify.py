"""`edgedigits verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from edgedigits.commands import options
from edgedigits.errors import ExitCode


@options.spread
def verify(
    folder: Annotated[Path, typer.Argument(metavar="BUNDLE", help="Folder of the bundle.")],
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
    """Run every artifact of a bundle on its runtime and compare it with the float model."""
    from rich.console import Console

    from edgedigits import progress
    from edgedigits.bundle import bundle, signature
    from edgedigits.reports import junit, terminal
    from edgedigits.runtimes import runtimes
    from edgedigits.runtimes.processes import forks
    from edgedigits.verification import json_report, promises, unseen
    from edgedigits.verification import verify as verification
    from edgedigits.verification.parity import Status
    from edgedigits.verification.running import executors

    budgets = limits.budgets()
    names = None if runtime is None else runtime.split(",")
    signed = None if key is None else signature.check(folder, key)
    opened = bundle.read(folder)
    state = signature.state(folder, signed)
    promises.check(opened)
    if on is None:
        forks.forker(forks.TENSORFLOW)  # it imports TensorFlow while pictures are loaded
    asked = verification.pairs(opened.manifest.artifacts, names)
    settings = runtimes.settings([name for _, name in asked], backend, half_float)
    pictures = unseen.of_bundle(opened.manifest, dataset, data_dir=data_dir, limit=limit)
    options.keep_tensorflow_quiet()
    total = verification.total_pictures(opened.manifest, len(pictures.split), names)
    with (
        executors.opened(on, workers) as executor,
        progress.showing("Verifying", total) as bar,
    ):
        checked = verification.verify(
            opened.manifest,
            folder,
            pictures,
            runtime_names=names,
            budgets=budgets,
            executor=executor,
            tick=bar.advance,
            settings=settings,
        )
    # Files first: whoever reads the table may close the pipe.
    if json_file is not None:
        json_report.write(checked, json_file, state)
    if junit_file is not None:
        junit.write(checked, junit_file)
    if html_file is not None:
        from edgedigits.reports.html import report

        report.write(checked, opened, html_file)
    console = Console()
    terminal.print_verification(checked, console)
    by = "" if signed is None else f"\n{signed.key_sha256}"
    terminal.print_line(console, _SIGNATURES[state] + by)
    ran = {result.artifact.id for result in checked.results}
    if left_out := [a.id for a in opened.manifest.artifacts if a.id not in ran]:
        terminal.print_line(console, f"not run, as --runtime asks: {', '.join(left_out)}")
    statuses = {result.verdict.status for result in checked.results}
    fine = {Status.PASS} | ({Status.INCONCLUSIVE} if limits.allow_inconclusive else set())
    return ExitCode.DONE if statuses <= fine else ExitCode.BUDGET_BROKEN


_SIGNATURES = {
    "good": "signature: good, by the key whose SHA-256 is",
    "not checked": "signature: not checked; do it with: --key PUBLIC_KEY",
    "unsigned": "signature: unsigned, so nothing says whose files these are",
}
