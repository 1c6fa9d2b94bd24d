"""Run or SavedModel + converters -> verified bundle."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from converters import targets
from converters.base import Conversion
from converters.errors import ConversionError
from edgedigits import quiet
from edgedigits.bundle import calibration, publishing
from edgedigits.bundle.artifact import Artifact
from edgedigits.bundle.schemes import any_calibrated
from edgedigits.errors import WrongUse
from edgedigits.export import assembly, conversion, preparation, reference, release
from edgedigits.export.choosing import automatic, repair
from edgedigits.export.choosing.automatic import Limits
from edgedigits.export.choosing.search import Search
from edgedigits.export.release import Failed, Outcome
from edgedigits.export.source import Source
from edgedigits.runtimes.litert.gpu_process import GpuBeside
from edgedigits.verification import verify as verification
from edgedigits.verification.running.execution import Tick
from edgedigits.verification.verify import Budgets, Verification

OnArtifact = Callable[[Artifact], None]


def export(
    source: Source,
    folder: Path,
    schemes: dict[str, tuple[str, ...]],
    *,
    calibration_count: int = calibration.DEFAULT_COUNT,
    seed: int = 0,
    check: bool = True,
    budgets: Budgets = verification.default_budget,
    allow_inconclusive: bool = False,
    limit: int | None = None,
    compact: bool = True,
    metadata: bool = True,
    golden_from_data: int | None = None,
    repairs: repair.Plan | None = None,
    limits: Limits | None = None,
    on_artifact: OnArtifact | None = None,
    tick: Tick | None = None,
) -> Outcome:
    """Convert, verify (unless `check` is false) and put the bundle at `folder`.

    `compact` leaves out of TFLite files what no answer hangs on; `metadata` embeds labels and pixel
    contract in them. `golden_from_data` takes so many test pictures for golden ones, instead of
    those that every bundle has.

    Artifacts that break their budget are tried in other ways where `repairs` says how often. Where
    there are `limits`, the most accurate artifact of each target within them is released alone.

    A target or scheme that the model cannot be converted to is left out, and told in the outcome,
    while there is another.

    A bundle that is there already is replaced in one step, and only by one whose every artifact
    passed. Artifacts that fail go to `rejected/` inside `folder` with their reasons.

    Raises:
        WrongUse: the folder holds something that is no bundle, or cannot be written; or there are
            not so many test pictures.
        BudgetBroken: the calibration pictures, or all pictures, are not what the model takes; or no
            artifact that passed is within the limits.
    """
    release.check_folder(folder)
    shown = assembly.shown(source, golden_from_data, seed)
    chosen = None
    if any_calibrated(schemes):
        chosen = calibration.choose(
            source.dataset.train, source.pixels, count=calibration_count, seed=seed
        )
    pictures = source.unseen(chosen.indices if chosen else (), limit)
    with publishing.staging(folder) as staged, contextlib.ExitStack() as besides:
        images = pictures.split.images if check else None
        written, floats = besides.enter_context(
            reference.written(source, staged, images, shown.images, tick)
        )
        preparation.check(source)
        facts = besides.enter_context(reference.beside(assembly.facts, source, chosen, pictures))
        wanted = conversion.of(source, chosen, staged, compact=compact, metadata=metadata)
        with contextlib.ExitStack() as ends:
            if compact and "tflite" in schemes:
                wanted = replace(wanted, gpu=ends.enter_context(contextlib.closing(GpuBeside())))
            artifacts, told = _convert(source, staged, schemes, wanted, on_artifact)
        manifest = assembly.manifest(source, staged, artifacts, facts.result(), written, shown)
        calibrated = chosen.indices if chosen else ()

        def mend(checked: Verification) -> Verification:
            search = Search(source, staged, manifest, calibrated, pictures, budgets)
            if repairs is not None:
                checked, told["repairs"] = repair.repair(
                    checked, search, wanted, seed, floats, repairs,
                    allow_inconclusive=allow_inconclusive,
                )  # fmt: skip
            if limits is not None:
                checked, lost = automatic.choose(checked, search, limits, allow_inconclusive)
                told["failed"] += lost
            return checked

        return assembly.released(
            manifest,
            staged,
            folder,
            pictures if check else None,
            told,
            budgets=budgets,
            allow_inconclusive=allow_inconclusive,
            tick=tick,
            floats=floats,
            mend=mend,
        )


def steps(
    source: Source,
    schemes: dict[str, tuple[str, ...]],
    limit: int | None = None,
    check: bool = True,
) -> int:
    """How often `on_artifact` and `tick` together will count, for a progress bar."""
    count = sum(len(names) for names in schemes.values())
    pictures = source.unseen((), limit) if check else None
    return count + ((count + 1) * len(pictures.split) if pictures else 0)


def _convert(
    source: Source,
    staged: Path,
    schemes: dict[str, tuple[str, ...]],
    asked: Conversion,
    on_artifact: OnArtifact | None,
) -> tuple[tuple[Artifact, ...], dict[str, Any]]:
    """Every target and scheme by itself: one that cannot be is told, unless there is no other. With
    the artifacts comes what the outcome is to say of the others."""
    artifacts: list[Artifact] = []
    failed: list[Failed] = []
    rewritten: dict[tuple[str, str], None] = {}
    with quiet.signals_held():
        for target in schemes:
            targets.load(target)
    for target, names in schemes.items():
        lost: dict[str, ConversionError] = {}
        place = staged / target
        wanted = replace(asked, schemes=names, directory=place, on_lost=lost.__setitem__)
        try:
            for converted in targets.convert(target, wanted):
                rewritten |= dict.fromkeys((target, name) for name in converted.rewritten)
                artifact = conversion.artifact(target, converted, source, staged)
                artifacts.append(artifact)
                if on_artifact is not None:
                    on_artifact(artifact)
        except ConversionError as error:
            lost = dict.fromkeys(names, error)
            # What it made before is no half of a target to leave behind.
            artifacts = [artifact for artifact in artifacts if artifact.target != target]
        failed += _failures(target, names, lost)
        if len(lost) == len(names):
            shutil.rmtree(place, ignore_errors=True)
    if not artifacts:
        raise WrongUse(failed[0].message, failed[0].hint)
    return tuple(artifacts), {"failed": tuple(failed), "rewritten": tuple(rewritten)}


def _failures(
    target: str, names: tuple[str, ...], lost: dict[str, ConversionError]
) -> Iterator[Failed]:
    """What is to be said of lost schemes: once of all that are lost for the same reason."""
    schemes: dict[tuple[str, str | None], list[str]] = {}
    for scheme, error in lost.items():
        schemes.setdefault((error.message, error.hint), []).append(scheme)
    for (message, hint), alike in schemes.items():
        whole = len(alike) == len(names)
        what = target if whole else ", ".join(f"{target}-{scheme}" for scheme in alike)
        yield Failed(what, message, hint)
