"""`edgedigits export`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from edgedigits.commands import options
from edgedigits.errors import ExitCode, WrongUse, check_known, command
from edgedigits.foreign_text import visible

if TYPE_CHECKING:
    from rich.console import Console

    from edgedigits.export.release import Outcome
    from edgedigits.export.source import Source
    from edgedigits.export.told import Told


@dataclass(frozen=True)
class ModelOptions:
    """What somebody else's model takes and answers, which it does not say itself."""

    input_range: Annotated[
        str | None,
        typer.Option(help="LOW,HIGH: what pixels 0 and 255 are to a SavedModel.", metavar="L,H"),
    ] = None
    mean: Annotated[
        str | None,
        typer.Option(help="R,G,B: taken off what --input-range gives.", metavar="R,G,B"),
    ] = None
    std: Annotated[
        str | None, typer.Option(help="R,G,B: what the rest is divided by.", metavar="R,G,B")
    ] = None
    bgr: Annotated[bool, typer.Option("--bgr", help="Its channels are blue, green, red.")] = False
    fit: Annotated[
        str | None,
        typer.Option(help="How photos become what it takes: stretch, crop, pad or digit."),
    ] = None
    labels: Annotated[
        Path | None, typer.Option(help="File with the names of its classes, a line each.")
    ] = None
    signature: Annotated[str | None, typer.Option(help="Signature of a SavedModel.")] = None
    output: Annotated[
        str | None, typer.Option(help="Which of several outputs answers with classes.")
    ] = None
    logits: Annotated[bool, typer.Option("--logits", help="A SavedModel answers with logits.")] = (
        False
    )

    def told(self) -> Told:
        """The same, read."""
        from edgedigits.export.told import Told
        from edgedigits.picture.form import FITS

        if self.fit is not None:
            check_known("fit", self.fit, FITS)
        std = options.numbers(self.std, "--std")
        if any(number <= 0 for number in std):
            raise WrongUse(f"--std {self.std} is not above 0", "such as: --std 0.5,0.5,0.5")
        return Told(
            options.pair(self.input_range, "--input-range"),
            options.numbers(self.mean, "--mean"),
            std,
            self.bgr,
            self.fit,
            self.labels,
            self.signature,
            self.output,
            self.logits,
        )


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
    limits: options.BudgetOptions,
) -> int:
    """Convert a run or SavedModel, verify every file on its runtime, and write the bundle."""
    from rich.console import Console

    from converters import targets
    from edgedigits import progress
    from edgedigits.bundle.schemes import wanted
    from edgedigits.export import export as exporting
    from edgedigits.export import source
    from edgedigits.reports import terminal

    if html_file is not None and not verify:
        raise WrongUse(
            "--html shows a verification, and --no-verify asks for none", "leave one out"
        )
    schemes = wanted(target, scheme)
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
            on_artifact=lambda artifact: bar.advance(1, artifact.id),
            tick=bar.advance,
        )
    if html_file is not None and outcome.verification is not None:
        from edgedigits.reports.html import report as page

        # The file first: whoever reads the table may close the pipe.
        page.write(outcome.verification, outcome.bundle, html_file)
    console = Console()
    code = report(outcome, console)
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


def _reject_words(entry: dict[str, Any]) -> str:
    shares = [f"{kind} {share['percent']:g} %" for kind, share in entry["accepted"].items()]
    accepted = ", ".join(shares)
    return (
        f'"not a digit" is said of {entry["digits_rejected"]["percent"]:g} % of the test digits, '
        f"{entry['digits_unsure']['percent']:g} % are unsure;\n"
        f"taken for sure digits: {accepted}"
    )


def tell(opened: Source) -> None:
    """Say on standard error what was found out about a model."""
    for note in opened.notes:
        typer.echo(f"note: {visible(note)}", err=True)


def report(outcome: Outcome, console: Console) -> int:
    """Print what an export did; returns the exit code."""
    from edgedigits.reports import terminal

    if outcome.verification is not None:
        terminal.print_verification(outcome.verification, console)
    if outcome.bundle is not None:
        artifacts = outcome.bundle.manifest.artifacts
        count = len(artifacts)
        what = "1 artifact" if count == 1 else f"{count} artifacts"
        terminal.print_line(console, f"{what} in {outcome.folder}:")
        terminal.print_artifacts(artifacts, outcome.folder, console)
        calibrated = outcome.bundle.manifest.facts["calibration"] or {}
        for note in calibrated.get("audit", {}).get("notes", ()):
            terminal.print_line(console, f"note on the calibration pictures: {note}")
        if (rejecting := outcome.bundle.manifest.facts["reject"]) is not None:
            terminal.print_line(console, _reject_words(rejecting))
    if outcome.gone:
        terminal.print_line(
            console,
            f"no longer in it, as this export did not ask for them: {', '.join(outcome.gone)}",
        )
    if outcome.was_signed:
        again = command("sign", outcome.folder, "--key", "key.pem")
        terminal.print_line(console, f"the former bundle was signed, this one is not: {again}")
    if outcome.verification is None:
        terminal.print_line(
            console, f"not verified; do it with: {command('verify', outcome.folder)}"
        )
    for target, operation in outcome.rewritten:
        terminal.print_line(console, f"written out for {target}, which lacks it: {operation}")
    for failed in outcome.failed:
        terminal.print_line(console, f"nothing for {failed.what}: {failed.message}")
        if failed.hint:
            terminal.print_line(console, failed.hint)
    if outcome.rejected:
        ids = ", ".join(result.artifact.id for result in outcome.rejected)
        terminal.print_line(console, f"rejected: {ids} (see {outcome.folder / 'rejected'})")
    if not outcome.rejected and not outcome.failed:
        return ExitCode.DONE
    if outcome.kept_former:
        terminal.print_line(console, f"the former bundle in {outcome.folder} is as it was")
    return ExitCode.BUDGET_BROKEN
