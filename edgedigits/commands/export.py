"""`edgedigits export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgedigits.commands import options
from edgedigits.commands.export_options import ChoiceOptions, ModelOptions
from edgedigits.errors import WrongUse, command
from edgedigits.foreign_text import visible

if TYPE_CHECKING:
    from edgedigits.export.source import Source


@options.spread
def export(
    model: Annotated[
        Path | None,
        typer.Argument(
            help="Run or SavedModel folder, or ready-made: edge, nano (ready:edge where there is a "
            "folder edge). The newest run unless told, or edge where there is none."
        ),
    ] = None,
    target: Annotated[
        str, typer.Option(help="tflite, tfjs, c, wasm, several with commas, or all (but c, wasm).")
    ] = "all",
    scheme: Annotated[
        str | None,
        typer.Option(
            help="A scheme, several with commas, or all (but int4); each target's default."
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder of the bundle.")] = Path("bundle"),
    dataset: Annotated[
        str | None,
        typer.Option(help="Pictures to calibrate and verify a SavedModel on: name or path."),
    ] = None,
    data_dir: options.DataDir = None,
    calibration_count: Annotated[int, typer.Option(help="Calibration pictures.")] = 500,
    seed: Annotated[int, typer.Option(min=0, help="Which calibration and golden pictures.")] = 0,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Verify on N test pictures only, drawn at random.")
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify/--no-verify", help="Unverified bundles say so.")
    ] = True,
    compact: Annotated[
        bool,
        typer.Option(
            "--compact/--no-compact", help="Leave out of TFLite files what no answer hangs on."
        ),
    ] = True,
    metadata: Annotated[
        bool,
        typer.Option(
            "--metadata/--no-metadata", help="Labels and pixel contract inside TFLite files."
        ),
    ] = True,
    golden_from_data: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=1000,
            help="Golden pictures: N test pictures instead of drawn ones. Others will see them.",
            metavar="N",
        ),
    ] = None,
    html_file: options.HtmlFile = None,
    *,
    told: ModelOptions,
    choice: ChoiceOptions,
    limits: options.BudgetOptions,
) -> int:
    """Convert a run or SavedModel, verify every file on its runtime, and write the bundle."""
    from rich.console import Console

    from converters import targets
    from edgedigits import progress
    from edgedigits.bundle.schemes import wanted
    from edgedigits.export import export as exporting
    from edgedigits.export import source
    from edgedigits.export.choosing.repair import MOST, Plan
    from edgedigits.reports import export_report, terminal

    if html_file is not None and not verify:
        raise WrongUse(
            "--html shows a verification, and --no-verify asks for none", "leave one out"
        )
    schemes = wanted(target, scheme)
    choice.check(scheme, schemes, verify=verify)
    budgets = limits.budgets()
    said = told.told()
    options.start_tensorflow()
    opened = source.open_source(
        model,
        dataset=dataset,
        data_dir=data_dir,
        told=said,
    )
    if (taken := source.taken_for(model)) is not None:
        typer.echo(taken, err=True)
    tell(opened)
    with progress.showing("Exporting", exporting.steps(opened, schemes, limit, verify)) as bar:
        repairs = None
        if choice.repair:
            most = choice.attempts or MOST
            repairs = Plan(most, lambda name, _: bar.advance(0, f"repairing {name}"), data_dir)
        outcome = exporting.export(
            opened,
            out,
            schemes,
            calibration_count=calibration_count,
            seed=seed,
            check=verify,
            budgets=budgets,
            allow_inconclusive=limits.allow_inconclusive,
            limit=limit,
            compact=compact,
            metadata=metadata,
            golden_from_data=golden_from_data,
            repairs=repairs,
            limits=choice.limits(scheme),
            on_artifact=lambda artifact: bar.advance(1, artifact.id),
            tick=bar.advance,
        )
    if html_file is not None and outcome.verification is not None:
        from edgedigits.reports.html import report as page

        # The file first: whoever reads the table may close the pipe.
        page.write(outcome.verification, outcome.bundle, html_file)
    console = Console()
    code = export_report.print_outcome(outcome, console)
    tunable = [
        result.artifact.scheme
        for result in outcome.rejected
        if targets.TARGETS[result.artifact.target].scheme(result.artifact.scheme).tunable
    ]
    if tunable and opened.kind == "run":
        # The run's folder holds the SavedModel that was read.
        mend = command("train", "--qat", tunable[0], "--from", opened.model.path.parent)
        terminal.print_line(console, f"fine-tune the run for it: {mend}")
    return code


def tell(opened: Source) -> None:
    """Say on standard error what was found out about a model."""
    for note in opened.notes:
        typer.echo(f"note: {visible(note)}", err=True)
