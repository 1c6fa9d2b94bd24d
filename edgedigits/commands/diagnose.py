"""`edgedigits diagnose`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from edgedigits.commands import options


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
    json_file: options.JsonFile = None,
    plot_file: Annotated[
        Path | None, typer.Option("--plot", help="Draw the results as a PNG or SVG file.")
    ] = None,
) -> None:
    """Say which operation of an artifact makes its error, and why.

    Every operation is held against the float model's on the same pictures: the error that it hands
    on, that which it makes itself, values cut off, dead channels, weights that are not the float
    model's. Then operations are left in float one at a time, and the artifact is asked again.
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
        write_text(json_file, diagnosis_report.to_json(found, title, pictures))
    if plot_file is not None:
        subtitle = f"{found.pictures:,} pictures of {pictures.name}"
        plots.save(plot_diagnosis.draw(found, title, subtitle), plot_file)
    diagnosis_report.print_diagnosis(found, title, pictures, Console())
