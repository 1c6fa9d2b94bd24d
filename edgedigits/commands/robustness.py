"""`edgedigits robustness`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgedigits.commands import options
from edgedigits.errors import ExitCode, WrongUse, command

if TYPE_CHECKING:
    from edgedigits.reading.predictor import Answering, Predictor


def robustness(
    model: options.Model = None,
    artifact: options.ArtifactId = None,
    dataset: options.Dataset = None,
    data_dir: options.DataDir = None,
    limit: Annotated[int, typer.Option(min=1, help="Only the first N pictures.")] = 5_000,
    prepared: Annotated[
        int,
        typer.Option(
            min=0, metavar="N", help="Prepare the first N of them as well; 0 measures without."
        ),
    ] = 1_000,
    only: Annotated[
        str | None,
        typer.Option(
            metavar="NAMES",
            help="Only these distortions or families, with commas: shift,rotation-20.",
        ),
    ] = None,
    require: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=PERCENT",
            help="Exit with 1 where fewer are right; may be given several times.",
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, help="Decides directions, noise and hidden places.")
    ] = 0,
    json_file: options.JsonFile = None,
    plot_file: Annotated[
        Path | None, typer.Option("--plot", help="Draw the results as a PNG or SVG file.")
    ] = None,
    input_range: options.InputRange = None,
    as_predict: Annotated[
        bool,
        typer.Option(
            "--as-predict", help='As predict: a second look where unsure, "not a digit" is wrong.'
        ),
    ] = False,
    keep: Annotated[
        bool,
        typer.Option("--record", help="Keep the results in the bundle's manifest and model card."),
    ] = False,
) -> int:
    """Measure what distorted and wrongly prepared pictures cost a model.

    Shifts, rotations, scales, shears, thickness, noise, blur, contrast, inversion and occlusion,
    each at known strengths; then the seven usual mistakes in preparing a picture. Where picture
    preparation could help, the score after it is told as well.

    --require rotation-20=98 is kept where at least 98 % are right; inverted:prepared=98 is about
    the score after preparation.

    A model is asked once about each picture. With --as-predict its answers are those that predict
    would give: looked at again where it is unsure, and wrong where "not a digit" is said.
    """
    from rich.console import Console

    from edgedigits import progress
    from edgedigits.bundle import bundle
    from edgedigits.export import recording
    from edgedigits.picture.form import DIGIT_FIT
    from edgedigits.reports import plot_robustness, plots, robustness_report
    from edgedigits.reports.terminal import print_line
    from edgedigits.robustness import floors
    from edgedigits.robustness import robustness as measuring
    from edgedigits.verification import unseen
    from edgedigits.verification.json_report import write_text

    if plot_file is not None:
        plots.file_format(plot_file)
    if as_predict and keep:
        raise WrongUse("--record keeps what a file answers, asked once", "leave out --as-predict")
    held_in = _bundle(model, artifact) if keep else None
    with closing(options.open_predictor(model, artifact, input_range)) as opened:
        if opened.form.fit != DIGIT_FIT:
            raise WrongUse(
                f"{opened.title} takes {opened.form} pictures; robustness distorts handwriting",
                f"what it answers is told by: {command('evaluate', model or 'bundle')}",
            )
        asking = _as_predict(opened) if as_predict else opened.model
        changes = measuring.choose(asking, _names(only))
        asked = floors.read(require or [], changes, prepared=prepared > 0)
        every = unseen.choose(
            opened.recorded, dataset, data_dir=data_dir, limit=None, classes=opened.classes
        )
        pictures, which = unseen.first(every, limit)
        with progress.showing("Measuring", len(changes.names)) as bar:
            found = measuring.measure(
                asking, pictures.split, changes,
                prepared=prepared, seed=seed, tick=bar.advance,
            )  # fmt: skip
    held = floors.hold(found, asked)
    title = f"{opened.title}, as predict answers" if as_predict else opened.title
    # Files first: whoever reads the table may close the pipe.
    if json_file is not None:
        write_text(json_file, robustness_report.to_json(found, title, pictures, which, held))
    if plot_file is not None:
        subtitle = f"{which} pictures of {pictures.name}"
        plots.save(plot_robustness.draw(found, title, subtitle), plot_file)
    if held_in is not None:
        which_artifact, folder = held_in
        entry = robustness_report.record(found, which_artifact, pictures, which)
        was_signed = recording.record(folder, "robustness", entry)
    console = Console()
    robustness_report.print_robustness(found, title, pictures, which, console)
    robustness_report.print_floors(held, console)
    if held_in is not None:
        print_line(console, f"recorded in {folder / bundle.MANIFEST} and {bundle.CARD}")
        if was_signed:
            again = command("sign", folder, "--key", "key.pem")
            print_line(console, f"its signature is gone, as it was of other words: {again}")
    return ExitCode.DONE if all(each.is_kept for each in held) else ExitCode.BUDGET_BROKEN


def _as_predict(opened: Predictor) -> Answering:
    """The same model, with its bundle's limits."""
    from edgedigits.reading.judging import Judging

    if opened.reject is None:
        raise WrongUse(
            f"{opened.title} has no limits by which it is unsure",
            f"a bundle with held-out digits has: {command('export')}",
        )
    return Judging(opened.probabilities, opened.reject)


def _bundle(model: Path | None, artifact: str | None) -> tuple[str, Path]:
    """The artifact that is measured, by its id, and the bundle that keeps what is."""
    from edgedigits.bundle import bundle
    from edgedigits.reading import predictor

    folder = predictor.newest_bundle() if model is None else model
    if not (folder / bundle.MANIFEST).is_file():
        remedy = command("robustness", "bundle", "--record")
        raise WrongUse(f"{folder} is no bundle, which --record needs", f"name one: {remedy}")
    return predictor.choose_artifact(bundle.read(folder), artifact).id, folder


def _names(only: str | None) -> list[str] | None:
    return None if only is None else [name.strip() for name in only.split(",")]
