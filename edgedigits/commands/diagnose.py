"""`edgedigits diagnose`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgedigits.commands import options
from edgedigits.errors import ExitCode, WrongUse

if TYPE_CHECKING:
    from edgedigits.bundle.bundle import Bundle
    from edgedigits.verification.unseen import Pictures


def diagnose(
    folder: Annotated[Path, typer.Argument(metavar="BUNDLE", help="Folder that export wrote.")],
    artifact: options.ArtifactId = None,
    dataset: options.Dataset = None,
    data_dir: options.DataDir = None,
    limit: Annotated[int, typer.Option(min=1, help="Only N pictures, drawn at random.")] = 2_000,
    counterfactuals: Annotated[
        int,
        typer.Option(min=0, metavar="N", help="Leave at most N operations in float, one by one."),
    ] = 20,
    calibration: Annotated[
        bool,
        typer.Option(
            "--calibration",
            help="Tell of the calibration instead: what it saw, and what other draws give.",
        ),
    ] = False,
    json_file: options.JsonFile = None,
    plot_file: Annotated[
        Path | None, typer.Option("--plot", help="Draw the results as a PNG or SVG file.")
    ] = None,
) -> int:
    """Say which operation of an artifact makes its error, and why.

    Every operation is held against the float model's on the same pictures: the error that it hands
    on, that which it makes itself, values cut off, dead channels, weights that are not the float
    model's. Then operations are left in float one at a time, and the artifact is asked again.

    --calibration holds the pictures that calibrated the bundle against held-out ones, and makes
    int8 files of 10 to 2,000 others, drawn five times each. Exit code 1: they do not fit.
    """
    from rich.console import Console

    from edgedigits import progress
    from edgedigits.bundle import bundle
    from edgedigits.diagnosis import diagnosis
    from edgedigits.reading.predictor import choose_artifact
    from edgedigits.reports import diagnosis_report, plot_diagnosis, plots
    from edgedigits.verification import promises, unseen
    from edgedigits.verification.json_report import write_text

    if plot_file is not None:
        plots.file_format(plot_file)
    opened = bundle.read(folder)
    promises.check(opened)
    if calibration:
        if artifact is not None or plot_file is not None:
            raise WrongUse(
                "--calibration is of the whole bundle, and has no plot",
                "leave out --artifact and --plot",
            )
        pictures = unseen.of_bundle(opened.manifest, dataset, data_dir=data_dir, limit=limit)
        return _calibration(opened, pictures, data_dir, json_file)
    chosen = choose_artifact(opened, artifact)
    diagnosis.check_target(opened, chosen)
    pictures = unseen.of_bundle(opened.manifest, dataset, data_dir=data_dir, limit=limit)
    options.start_tensorflow()
    total = diagnosis.total(len(pictures.split), counterfactuals)
    with progress.showing("Diagnosing", total) as bar:
        found = diagnosis.diagnose(
            opened, chosen, pictures.split, most=counterfactuals, tick=bar.advance
        )
    title = f"{folder.resolve().name}: {chosen.id}"
    # Files first: whoever reads the table may close the pipe.
    if json_file is not None:
        write_text(json_file, diagnosis_report.to_json(found, title, pictures, chosen))
    if plot_file is not None:
        subtitle = f"{found.pictures:,} pictures of {pictures.name}"
        plots.save(plot_diagnosis.draw(found, title, subtitle), plot_file)
    diagnosis_report.print_diagnosis(found, title, pictures, Console())
    return ExitCode.DONE


def _calibration(
    opened: Bundle, pictures: Pictures, data_dir: Path | None, json_file: Path | None
) -> int:
    from rich.console import Console

    from edgedigits import progress
    from edgedigits.diagnosis import calibrated_bundle, calibration_spread
    from edgedigits.reports import calibration_report
    from edgedigits.verification.json_report import write_text

    options.start_tensorflow()
    counts, seeds = calibration_spread.COUNTS, calibration_spread.SEEDS
    with progress.showing("Calibrating", len(counts) * seeds) as bar:
        found = calibrated_bundle.diagnose(
            opened, pictures, data_dir=data_dir, counts=counts, seeds=seeds, tick=bar.advance
        )
    title = opened.folder.resolve().name
    if json_file is not None:
        write_text(json_file, calibration_report.to_json(found, title, pictures))
    calibration_report.print_calibration(found, title, pictures, Console())
    return ExitCode.BUDGET_BROKEN if found.audit.failed else ExitCode.DONE
