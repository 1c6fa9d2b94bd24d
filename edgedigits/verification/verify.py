"""Run every artifact of a bundle on its real runtime and hold it against the float model."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from edgedigits.bundle import golden
from edgedigits.bundle.artifact import Artifact
from edgedigits.bundle.bundle import Manifest
from edgedigits.errors import WrongUse
from edgedigits.runtimes import runtimes
from edgedigits.runtimes.runtimes import Backend, Settings
from edgedigits.verification import parity, records
from edgedigits.verification.class_words import ClassWords
from edgedigits.verification.parity import BUDGETS, Agreement, Budget, Parity, Status, Verdict
from edgedigits.verification.running import floats as asking
from edgedigits.verification.running.execution import Run, Tick
from edgedigits.verification.running.floats import Floats
from edgedigits.verification.running.threads import Threads
from edgedigits.verification.running.work import Executor, Work
from edgedigits.verification.unseen import Pictures

Budgets = Callable[[Artifact], Budget]


@dataclass(frozen=True)
class Result:
    """One artifact on one runtime: what it did, and whether that is good enough.

    `seconds` is the work of its own runs, added up over the threads that shared them; `backend` is
    what computed in a runtime that has several ways to.
    """

    artifact: Artifact
    runtime: str
    parity: Parity
    budget: Budget
    verdict: Verdict
    seconds: float
    backend: Backend | None = None

    @property
    def agreement(self) -> Agreement:
        """The one that was held against the budget."""
        return parity.judged_agreement(self.parity, self.budget)

    @property
    def words(self) -> ClassWords:
        """What its classes are called."""
        return ClassWords(self.artifact.classes)

    @property
    def ran_on(self) -> str:
        """The runtime, with the backend where it does not go without saying."""
        return runtimes.find(self.runtime).said(self.backend)


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
    tick: Tick | None = None,
    settings: Settings | None = None,
    executor: Executor | None = None,
) -> Verification:
    """Verify the artifacts of `manifest`, whose files lie in `folder`.

    `runtime_names` restricts to some runtimes; by default each target runs on its default one.
    `settings` choose what computes in them (see `runtimes.settings`). `tick` counts pictures,
    `total_pictures` of them in all. `executor` does the work, threads of this process unless told.
    The float model runs in a process of its own, as other people's may crash, unless its answers
    are given (see `running.threads`).

    Raises:
        WrongUse: there are no pictures, or no artifact runs on the runtimes asked for.
        MachineLacks: a runtime is not installed here, or too slow.
        DataBad: the float model cannot be run, the golden vectors are not its answers, or it is not
            the one that the manifest's records tell of.
    """
    if len(pictures.split) == 0:
        raise WrongUse(f"{pictures.name} has no pictures to verify on")
    runs = [Run(artifact, name) for artifact, name in pairs(manifest.artifacts, runtime_names)]
    if not runs:
        raise WrongUse(
            f"no artifact of {folder} runs on {', '.join(runtime_names or [])}",
            f"artifacts: {', '.join(artifact.id for artifact in manifest.artifacts)}",
        )
    started = time.perf_counter()
    count, images = len(pictures.split), pictures.split.images
    held = golden.read(folder, manifest.form, len(manifest.labels), manifest.golden_count)
    answers, reference_seconds = (executor or Threads()).run(
        Work(
            manifest,
            folder,
            runs,
            images,
            pictures.split.labels,
            held.images,
            settings,
            tick or (lambda _: None),
        )
    )
    reference, golden_answers = np.split(answers, [count])
    if not any(run.violations for run in runs):
        # A manifest that states another range than its files do spoils these answers too, and
        # the artifacts' verdicts say it better.
        golden.check_answers(held, golden_answers, folder)
        records.check_reference(manifest, pictures, reference)
    wall = time.perf_counter() - started
    return Verification(
        pictures,
        tuple(
            _result(run, pictures, budgets, manifest.verification.get(run.artifact.id))
            for run in runs
        ),
        wall,
        reference_seconds,
    )


def float_answers(manifest: Manifest, folder: Path, pictures: Pictures) -> Floats:
    """What the float model answers to `pictures` and to the golden ones: for several calls of
    `verify` on parts of the manifest, which then need not ask it again.

    Raises:
        DataBad: it cannot be run, or answers with what is no number.
    """
    held = golden.read(folder, manifest.form, len(manifest.labels), manifest.golden_count)
    model, classes = asking.float_process(manifest, folder), len(manifest.labels)
    return asking.float_answers(
        model, classes, pictures.split.images, held.images, threading.Event()
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


def budgets_from(
    overrides: Mapping[str, Mapping[str, float | bool]], usual: Budgets = default_budget
) -> Budgets:
    """The usual budgets with limits replaced: key `default` for all, a scheme, or an artifact's
    id."""

    def budget(artifact: Artifact) -> Budget:
        chosen = usual(artifact)
        for key in ("default", artifact.scheme, artifact.id):
            # A budget file has numbers for limits and a truth value for `strict`.
            chosen = parity.overridden(chosen, **overrides.get(key, {}))  # type: ignore[arg-type]
        return chosen

    return budget


def _result(
    run: Run, pictures: Pictures, budgets: Budgets, record: Mapping[str, Any] | None
) -> Result:
    assert run.tally is not None
    compared = run.tally.parity()
    budget = budgets(run.artifact)
    violations = tuple(run.violations)
    # Export records the usual runtime and backend; another may do a little worse.
    usual = runtimes.default_runtime(run.artifact.target)
    if record is not None and usual == runtimes.find(run.runtime).said(run.backend):
        violations += records.violations(record, pictures, compared)
    verdict = parity.judge(compared, budget, violations, ClassWords(run.artifact.classes))
    if run.failure is not None:
        lines = (line.strip() for line in run.failure.splitlines())
        reason = f"it does not run: {'; '.join(line for line in lines if line)[:300]}"
        verdict = Verdict(Status.FAIL, (reason, *violations))
    seconds = sum(run.seconds)
    return Result(run.artifact, run.runtime, compared, budget, verdict, seconds, run.backend)
