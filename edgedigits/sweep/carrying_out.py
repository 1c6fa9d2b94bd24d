"""What a trial is: train, export, verify and bench, by the library's own doors.

It is judged on the pictures that its training held out: the test pictures, which an export is
usually verified on, are left for what is chosen in the end. Where nothing is chosen, they judge.
"""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from edgedigits.bench import one_picture
from edgedigits.bench.sessions import TIMINGS
from edgedigits.bundle.artifact import Artifact
from edgedigits.bundle.run import Run, is_run, open_run
from edgedigits.errors import DataBad
from edgedigits.export import export, source
from edgedigits.export.release import passes
from edgedigits.export.source import Source
from edgedigits.runtimes import runtimes
from edgedigits.sweep.trial import RUN, Trial
from edgedigits.training import training
from edgedigits.verification import json_report
from edgedigits.verification.verify import Result


def carry_out(trial: Trial, folder: Path) -> dict[str, Any]:
    """Leave the trial's run in the folder, and return its record (see `Trial.form`).

    Raises:
        EdgeDigitsError: whatever a step of it says.
    """
    seconds, started = {}, time.perf_counter()

    def done(step: str) -> None:
        nonlocal started
        seconds[step] = round(time.perf_counter() - started, 3)
        started = time.perf_counter()

    run = _trained(trial, folder / RUN)
    if trial.fingerprint is not None and run.dataset.fingerprint != trial.fingerprint:
        raise DataBad(
            f"{trial.plan.dataset} holds other pictures here than where the sweep was started",
            "give all machines the same pictures",
        )
    done("train")
    opened = source.open_source(run.folder, data_dir=trial.data_dir)
    place = folder / "bundle"
    judged = opened if trial.on_test else _on_held_out(opened)
    outcome = export.export(judged, place, trial.wanted, allow_inconclusive=True)
    done("export")
    assert outcome.verification is not None
    results, pictures = outcome.verification.results, len(outcome.verification.pictures.split)
    us = _microseconds([each.artifact for each in results if passes(each, True)], place)
    done("bench")
    shutil.rmtree(place, ignore_errors=True)
    tested = {"test_pictures": pictures, "parameters": run.card["parameters"]}
    return {
        **(tested if trial.on_test else {"validation_pictures": pictures}),
        "float_accuracy": results[0].parity.float_accuracy.percent,
        "artifacts": [
            {**_artifact(each), **(_losses(each) if trial.on_test else {})} for each in results
        ],
        "not_converted": [f"{each.what}: {each.message}" for each in outcome.failed],
        "measured": {"us": us, "seconds": seconds},
    }


def _trained(trial: Trial, place: Path) -> Run:
    """The trial's run: the one that an earlier attempt has finished, or gone on with where that was
    interrupted, which comes to the same."""
    if is_run(place):
        return open_run(place)
    try:
        return training.resume(place, data_dir=trial.data_dir)
    except DataBad:  # there is nothing, or it is damaged
        shutil.rmtree(place, ignore_errors=True)
    return training.train(trial.plan, place, data_dir=trial.data_dir)


def release(trial: Trial, run: Path, artifact: str, folder: Path, inconclusive: bool) -> str:
    """Export one artifact of a trial's run, verified on the test pictures, into a bundle at
    `folder`; returns why nothing was released, or nothing.

    Raises:
        EdgeDigitsError: whatever an export says.
    """
    target, _, scheme = artifact.partition("-")
    opened = source.open_source(run, data_dir=trial.data_dir)
    outcome = export.export(opened, folder, {target: (scheme,)}, allow_inconclusive=inconclusive)
    return "; ".join(
        f"{each.verdict.status}: {reason}"
        for each in outcome.rejected
        for reason in each.verdict.reasons
    )


def _on_held_out(opened: Source) -> Source:
    """The same model, to be verified on what its training held out."""
    assert opened.held_out is not None
    return replace(opened, dataset=replace(opened.dataset, test=opened.held_out))


def _artifact(result: Result) -> dict[str, Any]:
    artifact = result.artifact
    return {
        "id": artifact.id,
        "bytes": artifact.size_bytes,
        "sha256": [file.sha256 for file in artifact.files],
        "accuracy": result.parity.accuracy.percent,
        "agreement": result.parity.agreement_percent,
        "status": str(result.verdict.status),
    }


def _losses(result: Result) -> dict[str, Any]:
    parity = result.parity
    figures = {
        "drop_points": parity.drop_points,
        "drop_upper_points": parity.drop_upper_points,
        "max_difference": parity.max_difference,
    }
    return {**json_report.finite(figures), "reasons": list(result.verdict.reasons)}


def _microseconds(artifacts: list[Artifact], folder: Path) -> dict[str, float]:
    """Times of those whose usual runtime is timed."""
    timed = [each for each in artifacts if runtimes.default_runtime(each.target) in TIMINGS]
    return dict(one_picture.microseconds(timed, folder)) if timed else {}
