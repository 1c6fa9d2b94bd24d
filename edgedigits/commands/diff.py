"""`edgedigits diff`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from edgedigits.commands import options
from edgedigits.errors import ExitCode, WrongUse, command


@options.spread
def diff(
    old_folder: Annotated[Path, typer.Argument(metavar="OLD", help="Folder of a bundle.")],
    new_folder: Annotated[
        Path, typer.Argument(metavar="NEW", help="Folder of the bundle to take its place.")
    ],
    artifact: Annotated[
        str | None,
        typer.Option(
            help="Artifacts, with commas, each an id or two: tflite-int8:tflite-int4. All that "
            "both have.",
            metavar="OLD_ID[:NEW_ID]",
        ),
    ] = None,
    dataset: Annotated[
        str | None, typer.Option(help="Pictures: mnist, strokes or a path; OLD's own.")
    ] = None,
    data_dir: options.DataDir = None,
    limit: options.Limit = None,
    *,
    limits: options.BudgetOptions,
    json_file: options.JsonFile = None,
    sheet: Annotated[
        Path | None,
        typer.Option(help="Draw pictures whose answers changed, .png or .svg.", metavar="FILE"),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Threads; all cores unless told.")
    ] = None,
) -> int:
    """Tell what changed from one bundle to another, and whether the newer one is no worse.

    The artifacts that both have answer the same pictures on their usual runtimes. Limits are of
    what NEW may lose against OLD; without any, 0.3 accuracy points.
    """
    from contextlib import ExitStack

    from rich.console import Console

    from edgedigits import progress
    from edgedigits.bundle import bundle
    from edgedigits.changes import changes
    from edgedigits.reports import changes_report, plot_sheet, plots
    from edgedigits.verification import promises, unseen
    from edgedigits.verification.json_report import write_text
    from edgedigits.verification.parity import Status
    from edgedigits.verification.running.execution import Tick
    from edgedigits.verification.unseen import Pictures

    budgets = limits.budgets(changes.release_budget)
    if sheet is not None:
        plots.file_format(sheet)
    opened = []
    for folder in (old_folder, new_folder):
        _refuse_lone_files(folder)
        opened.append(bundle.read(folder))
        promises.check(opened[-1])
    old, new = opened
    paired = changes.pairs(old, new, artifact)

    def choose() -> Pictures:
        return unseen.of_bundle(old.manifest, dataset, data_dir=data_dir, limit=limit)

    options.keep_tensorflow_quiet()
    with ExitStack() as shown:

        def counting(pictures: Pictures) -> Tick:
            total = changes.total_pictures(paired, len(pictures.split))
            return shown.enter_context(progress.showing("Comparing", total)).advance

        found = changes.compare(
            old, new, paired, choose, budgets=budgets, workers=workers, tick=counting
        )
    # Files first: whoever reads the table may close the pipe.
    if json_file is not None:
        write_text(json_file, changes_report.to_json(found))
    if sheet is not None:
        plots.save(plot_sheet.draw_changes(found), sheet)
    changes_report.print_changes(found, Console())
    fine = {Status.PASS} | ({Status.INCONCLUSIVE} if limits.allow_inconclusive else set())
    statuses = {each.verdict.status for each in found.changes}
    return ExitCode.DONE if statuses <= fine else ExitCode.BUDGET_BROKEN


def _refuse_lone_files(path: Path) -> None:
    """Say what makes a bundle of somebody's TFLite file or TensorFlow.js model."""
    is_model = (path / "model.json").is_file() and not (path / "manifest.json").is_file()
    if path.is_file() or is_model:
        option = "--tfjs" if is_model else "--tflite"
        raise WrongUse(
            f"{path} is a model alone and no bundle",
            f"make one of it first: {command('adopt', 'MODEL', option, path, '--out', 'theirs')}",
        )
