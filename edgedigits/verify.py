"""Run every artifact of a bundle on its real runtime and hold it against the float model."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits import parity, runtimes
from edgedigits.artifact import Artifact
from edgedigits.bundle import Manifest
from edgedigits.datasets.dataset import CLASSES
from edgedigits.errors import EdgeDigitsError, MachineLacks, WrongUse
from edgedigits.parity import BUDGETS, Budget, Parity, Status, Verdict
from edgedigits.unseen import Pictures

Budgets = Callable[[Artifact], Budget]
Tick = Callable[[int], None]
"""Called with the number of pictures just done, from any thread."""

EVEN_COST = 1.0
RELATIVE_COST = {"int16x8": 60.0}
"""int16x8 has no fast kernels; starting it early keeps the cores busy to the end."""


@dataclass(frozen=True)
class Result:
    """One artifact on one runtime: what it did, and whether that is good enough.

    `seconds` is the work of its own runs, added up over the threads that shared them.
    """

    artifact: Artifact
    runtime: str
    parity: Parity
    budget: Budget
    verdict: Verdict
    seconds: float


@dataclass(frozen=True)
class Verification:
    """All results, in the order of the manifest."""

    pictures: Pictures
    results: tuple[Result, ...]
    wall_seconds: float
    reference_seconds: float

    @property
    def passed(self) -> bool:
        """Whether every artifact passed."""
        return all(result.verdict.passed for result in self.results)


@dataclass
class _Run:
    """An artifact on a runtime, under way; chunks fill `answers` from several threads."""

    artifact: Artifact
    runtime: str
    answers: NDArray[np.float32]
    violations: tuple[str, ...] = ()
    failure: str | None = None
    seconds: list[float] = field(default_factory=list)


def default_budget(artifact: Artifact) -> Budget:
    """The budget of the artifact's scheme."""
    return BUDGETS[artifact.scheme]


def verify(
    manifest: Manifest,
    folder: Path,
    pictures: Pictures,
    *,
    runtime_names: Iterable[str] | None = None,
    budgets: Budgets = default_budget,
    workers: int | None = None,
    tick: Tick | None = None,
) -> Verification:
    """Verify the artifacts of `manifest`, whose files lie in `folder`, over all cores.

    `runtime_names` restricts to some runtimes; by default each target runs on its default one.
    `tick` counts pictures, `total_pictures` of them in all.

    Raises:
        WrongUse: there are no pictures, or no artifact runs on the runtimes asked for.
        MachineLacks: a runtime is not installed here.
    """
    if len(pictures.split) == 0:
        raise WrongUse(f"{pictures.name} has no pictures to verify on")
    count = len(pictures.split)
    runs = [
        _Run(artifact, name, np.full((count, CLASSES), np.nan, np.float32))
        for artifact, name in pairs(manifest.artifacts, runtime_names)
    ]
    if not runs:
        raise WrongUse(
            f"no artifact of {folder} runs on {', '.join(runtime_names or [])}",
            f"artifacts: {', '.join(artifact.id for artifact in manifest.artifacts)}",
        )
    started = time.perf_counter()
    reference, reference_seconds = _run_all(
        manifest, folder, pictures.split.images, runs, workers or os.cpu_count() or 1, tick
    )
    wall = time.perf_counter() - started
    return Verification(
        pictures,
        tuple(_result(run, reference, pictures.split.labels, budgets) for run in runs),
        wall,
        reference_seconds,
    )


def pairs(
    artifacts: Iterable[Artifact], runtime_names: Iterable[str] | None
) -> list[tuple[Artifact, str]]:
    """Which artifact runs on which runtimes."""
    if runtime_names is None:
        return [(artifact, runtimes.default_runtime(artifact.target)) for artifact in artifacts]
    kinds = [runtimes.find(name) for name in runtime_names]
    return [
        (artifact, kind.name)
        for artifact in artifacts
        for kind in kinds
        if kind.target == artifact.target
    ]


def total_pictures(manifest: Manifest, count: int, names: Iterable[str] | None = None) -> int:
    """How many pictures `tick` will have counted at the end, the float model's included."""
    return (1 + len(pairs(manifest.artifacts, names))) * count


def budgets_from(overrides: Mapping[str, Mapping[str, float]]) -> Budgets:
    """Budgets with limits replaced: key `default` for all, a scheme, or an artifact's id."""

    def budget(artifact: Artifact) -> Budget:
        chosen = default_budget(artifact)
        for key in ("default", artifact.scheme, artifact.id):
            chosen = parity.overridden(chosen, **overrides.get(key, {}))
        return chosen

    return budget


def _run_all(
    manifest: Manifest,
    folder: Path,
    images: NDArray[np.uint8],
    runs: list[_Run],
    workers: int,
    tick: Tick | None,
) -> tuple[NDArray[np.float32], float]:
    """Fill every run's answers; returns the float model's, and the seconds they took."""
    count = tick or (lambda _: None)
    with ThreadPoolExecutor(workers) as pool:
        floats: Future[tuple[NDArray[np.float32], float]]
        floats = pool.submit(_reference, manifest, folder, images, count)
        jobs: list[Future[None]] = []
        # What cannot be split goes first, then the long ones: the short ones fill the gaps.
        for run in sorted(runs, key=_order):
            chunk = runtimes.RUNTIMES[run.runtime].chunk or len(images)
            for start in range(0, len(images), chunk):
                part = slice(start, min(start + chunk, len(images)))
                jobs.append(pool.submit(_run_part, run, folder, images, part, count))
        try:
            every: list[Future[Any]] = [floats, *jobs]
            done, _ = wait(every, return_when=FIRST_EXCEPTION)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        pool.shutdown(wait=True, cancel_futures=True)
        for job in done:
            job.result()
        return floats.result()


def _order(run: _Run) -> tuple[bool, float]:
    splittable = runtimes.RUNTIMES[run.runtime].chunk is not None
    return splittable, -RELATIVE_COST.get(run.artifact.scheme, EVEN_COST)


def _reference(
    manifest: Manifest, folder: Path, images: NDArray[np.uint8], tick: Tick
) -> tuple[NDArray[np.float32], float]:
    from edgedigits.runtimes.tensorflow import FloatModel

    started = time.perf_counter()
    some = manifest.artifacts[0]
    model = FloatModel(manifest.reference, folder, some.pixels, logits=some.logits)
    answers = model.probabilities(images)
    tick(len(images))
    return answers, time.perf_counter() - started


def _run_part(run: _Run, folder: Path, images: NDArray[np.uint8], part: slice, tick: Tick) -> None:
    """Answer some of the pictures. A file that cannot is a broken artifact, not a broken run."""
    started = time.perf_counter()
    try:
        with contextlib.closing(
            runtimes.open_runtime(run.runtime, run.artifact, folder)
        ) as runtime:
            if part.start == 0:
                run.violations = tuple(runtime.contract_violations())
            run.answers[part] = runtime.probabilities(images[part])
    except MachineLacks:
        raise
    except (EdgeDigitsError, LookupError, RuntimeError, ValueError) as error:
        run.failure = str(error)
    run.seconds.append(time.perf_counter() - started)
    tick(part.stop - part.start)


def _result(
    run: _Run, reference: NDArray[np.float32], labels: NDArray[np.int64], budgets: Budgets
) -> Result:
    compared = parity.compare(reference, run.answers, labels)
    budget = budgets(run.artifact)
    verdict = parity.judge(compared, budget, run.violations)
    if run.failure is not None:
        lines = (line.strip() for line in run.failure.splitlines())
        reason = f"it does not run: {' '.join(line for line in lines if line)[:300]}"
        verdict = Verdict(Status.FAIL, (reason, *run.violations))
    return Result(run.artifact, run.runtime, compared, budget, verdict, sum(run.seconds))
