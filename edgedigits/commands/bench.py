"""`edgedigits bench`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from edgedigits.commands import options
from edgedigits.errors import ExitCode, WrongUse, command


def bench(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[BUNDLE]", help="Folder of the bundle; the newest."),
    ] = None,
    artifact: Annotated[
        str | None, typer.Option(help="Artifacts, with commas, such as tflite-int8.", metavar="ID")
    ] = None,
    target: Annotated[str, typer.Option(help="tflite, tfjs or all.")] = "all",
    scheme: Annotated[str, typer.Option(help="A scheme, several with commas, or all.")] = "all",
    runtime: Annotated[
        str | None,
        typer.Option(
            help="Runtimes, with commas: litert, litert-reference, tfjs-node, tfjs-browser; all "
            "but litert-reference, the browser where one is installed."
        ),
    ] = None,
    backend: options.Backend = None,
    against: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE.tflite", help="Somebody else's file, to compare with; may be repeated."
        ),
    ] = None,
    seconds: Annotated[
        float, typer.Option(min=0.01, max=60, help="How long each time is measured.")
    ] = 0.5,
    json_file: options.JsonFile = None,
) -> int:
    """Measure size, speed and memory of a bundle's artifacts, and say which one to take.

    Times are medians over rounds in which all artifacts of a runtime take turns, one at a time.
    For steady figures let the machine do nothing else meanwhile.
    """
    from rich.console import Console

    from edgedigits import progress
    from edgedigits.bench import measurement, recommendation, sessions, subjects
    from edgedigits.bundle import bundle
    from edgedigits.reports import bench_report
    from edgedigits.runtimes import runtimes

    names = sessions.runtimes_for(None if runtime is None else runtime.split(","))
    settings = runtimes.settings(names, backend, half_float=False)
    opened = bundle.read(_newest() if folder is None else folder)
    options.keep_tensorflow_quiet()
    ids = None if artifact is None else artifact.split(",")
    chosen = subjects.chosen(opened, ids, target, scheme)
    others, notes = subjects.foreign(against or ())
    if left := sessions.untimed(chosen):
        notes += (f"not timed, as no runtime of its target is: {', '.join(left)}",)
    if others:
        subjects.check_comparable(chosen, others, names)
    everything = [*chosen, *others]
    with progress.showing("Measuring", measurement.steps(everything, names)) as bar:
        measured = measurement.measure(
            str(opened.folder),
            everything,
            names,
            insist=runtime is not None,
            settings=settings,
            seconds=seconds,
            tick=bar.advance,
            notes=notes,
        )
    recommended = recommendation.recommend(
        measured.figures,
        rejected=subjects.rejected(opened),
        verify=command("verify", opened.folder),
    )
    # The file first: whoever reads the table may close the pipe.
    if json_file is not None:
        bench_report.write_json(measured, recommended, json_file)
    bench_report.print_bench(measured, recommended, Console())
    failed = any(one.failure is not None for one in measured.figures)
    return ExitCode.BUDGET_BROKEN if failed else ExitCode.DONE


def _newest() -> Path:
    from edgedigits.reading import predictor

    try:
        return predictor.newest_bundle()
    except WrongUse as error:
        hint = f"make one: {command('export')} (or name its folder)"
        raise WrongUse(error.message, hint) from error
