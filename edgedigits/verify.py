"""Run every artifact of a bundle on its real runtime and hold it against the float model."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits import golden, parity, records, runtimes
from edgedigits.artifact import Artifact
from edgedigits.bundle import Manifest
from edgedigits.bundle_files import EXPORT_HINT
from edgedigits.datasets.dataset import CLASSES
from edgedigits.errors import DataBad, EdgeDigitsError, MachineLacks, WrongUse
from edgedigits.golden import Golden
from edgedigits.parity import BUDGETS, Budget, Parity, Status, Verdict
from edgedigits.runtimes import Backend, Runtime, Settings, Shared
from edgedigits.unseen import Pictures

Budgets = Callable[[Artifact], Budget]
Tick = Callable[[int], None]
"""Called with the number of pictures just done, from any thread."""

EVEN_COST = 1.0
RELATIVE_COST = {"int16x8": 60.0}
"""int16x8 has no fast kernels; starting it early keeps the cores busy to the end."""
FIRST_PIECE = 32
PIECE_SECONDS = 0.2
"""Pictures are handed over in pieces that take about this long: between two of them it can stop."""

LOOK_UP_SECONDS = 0.2

ASKED_AGAIN, SHARE_ASKED_AGAIN = 64, 0.1
"""How many pictures are asked again at the end: at most, and of those that there are."""
SAME = 1e-4
"""How far two answers to one picture may lie apart."""


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


@dataclass
class _Run:
    """An artifact on a runtime, under way; chunks fill `answers` from several threads."""

    artifact: Artifact
    runtime: str
    answers: NDArray[np.float32]
    violations: list[str] = field(default_factory=list)
    failure: str | None = None
    backend: Backend | None = None
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
    settings: Settings | None = None,
) -> Verification:
    """Verify the artifacts of `manifest`, whose files lie in `folder`, over all cores.

    `runtime_names` restricts to some runtimes; by default each target runs on its default one.
    `settings` choose what computes in them (see `runtimes.settings`). `tick` counts pictures,
    `total_pictures` of them in all.

    Raises:
        WrongUse: there are no pictures, or no artifact runs on the runtimes asked for.
        MachineLacks: a runtime is not installed here, or too slow.
        DataBad: the float model cannot be run, the golden vectors are not its answers, or it is not
            the one that the manifest's records tell of.
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
    images, held = pictures.split.images, golden.read(folder)
    with contextlib.closing(Shared(settings)) as shared:
        work = _Work(manifest, folder, images, held, shared, tick or (lambda _: None))
        answers, reference_seconds = work.run(runs, workers or os.cpu_count() or 1)
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
            _result(run, reference, pictures, budgets, manifest.verification.get(run.artifact.id))
            for run in runs
        ),
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


class _Stopped(Exception):
    """Something else went wrong, or the user wants to leave: this work is no longer wanted."""


@dataclass
class _Work:
    """What a verification's threads need, and the word to stop."""

    manifest: Manifest
    folder: Path
    images: NDArray[np.uint8]
    golden: Golden
    shared: Shared
    tick: Tick
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self, runs: list[_Run], workers: int) -> tuple[NDArray[np.float32], float]:
        """Fill every run's answers; returns the float model's, the golden pictures at the end, and
        the seconds they took."""
        pool = ThreadPoolExecutor(workers)
        try:
            floats = pool.submit(self._reference)
            jobs: list[Future[Any]] = [floats]
            # What cannot be split goes first, then the long ones: the short ones fill the gaps.
            for run in sorted(runs, key=_order):
                chunk = runtimes.find(run.runtime).chunk or len(self.images)
                for start in range(0, len(self.images), chunk):
                    part = slice(start, min(start + chunk, len(self.images)))
                    jobs.append(pool.submit(self._part, run, part))
            waiting: set[Future[Any]] = set(jobs)
            while waiting:
                # A wait without an end does not notice Ctrl-C on every system.
                done, waiting = wait(waiting, LOOK_UP_SECONDS, FIRST_EXCEPTION)
                for job in done:
                    job.result()
            return floats.result()
        finally:
            # After an error nobody waits for a long piece of work, nor for an answer of a browser.
            self.stop.set()
            pool.shutdown(wait=False, cancel_futures=True)

    def _reference(self) -> tuple[NDArray[np.float32], float]:
        from edgedigits.runtimes.tensorflow import FloatModel

        started = time.perf_counter()
        some = self.manifest.artifacts[0]
        model = FloatModel(self.manifest.reference, self.folder, some.pixels, logits=some.logits)
        answers = model.probabilities(np.concatenate([self.images, self.golden.images]))
        if not np.isfinite(answers).all():
            path = self.folder / self.manifest.reference.file.path
            raise DataBad(f"{path} answers with what is no number", EXPORT_HINT)
        self.tick(len(self.images))
        return answers, time.perf_counter() - started

    def _part(self, run: _Run, part: slice) -> None:
        """Answer some of the pictures. A file that cannot is a broken artifact, not a broken
        verification."""
        started, left = time.perf_counter(), part.stop - part.start
        try:
            with contextlib.closing(
                runtimes.open_runtime(run.runtime, run.artifact, self.folder, self.shared)
            ) as runtime:
                run.backend = runtime.backend
                if part.start == 0:
                    run.violations += runtime.contract_violations()
                for count in self._pieces(runtime, part, run.answers):
                    self.tick(count)
                    left -= count
                run.violations += self._memory_violations(runtime, part, run.answers)
        except MachineLacks:
            raise
        except (EdgeDigitsError, LookupError, RuntimeError, ValueError) as error:
            run.failure = str(error)
        self.tick(left)
        run.seconds.append(time.perf_counter() - started)

    def _pieces(self, runtime: Runtime, part: slice, answers: NDArray[np.float32]) -> Iterator[int]:
        """Fill `answers[part]`, and say after each piece how many pictures it had."""
        start, size = part.start, FIRST_PIECE
        while start < part.stop:
            if self.stop.is_set():
                raise _Stopped
            piece = slice(start, min(start + size, part.stop))
            begun = time.perf_counter()
            answers[piece] = runtime.probabilities(self.images[piece])
            took = time.perf_counter() - begun
            yield piece.stop - piece.start
            start, size = piece.stop, max(1, int(size * min(2.0, PIECE_SECONDS / max(took, 1e-9))))

    def _memory_violations(
        self, runtime: Runtime, part: slice, answers: NDArray[np.float32]
    ) -> list[str]:
        """Ask some pictures again, in another order, of an interpreter that has answered them all:
        one that counts, or keeps something of the last picture, then answers otherwise."""
        size = part.stop - part.start
        count = min(size, ASKED_AGAIN, max(2, int(SHARE_ASKED_AGAIN * size)))
        some = part.start + np.random.default_rng(0).permutation(size)[:count]
        again = runtime.probabilities(self.images[some])
        same = np.isclose(again, answers[some], rtol=0, atol=SAME, equal_nan=True).all(axis=1)
        if same.all():
            return []
        changed = int(np.sum(~same))
        return [f"it remembers: asked again, {changed} of {count} pictures are answered otherwise"]


def _order(run: _Run) -> tuple[bool, float]:
    splittable = runtimes.RUNTIMES[run.runtime].chunk is not None
    return splittable, -RELATIVE_COST.get(run.artifact.scheme, EVEN_COST)


def _result(
    run: _Run,
    reference: NDArray[np.float32],
    pictures: Pictures,
    budgets: Budgets,
    record: Mapping[str, Any] | None,
) -> Result:
    # Softmax of logits is ours and adds up to 1 whatever they were stored in.
    step = 0.0 if run.artifact.logits else run.artifact.output.scale or 0.0
    compared = parity.compare(reference, run.answers, pictures.split.labels, step)
    budget = budgets(run.artifact)
    violations = tuple(run.violations)
    # Export records the usual runtime and backend; another may do a little worse.
    usual = runtimes.default_runtime(run.artifact.target)
    if record is not None and usual == runtimes.find(run.runtime).said(run.backend):
        violations += records.violations(record, pictures, compared)
    verdict = parity.judge(compared, budget, violations)
    if run.failure is not None:
        lines = (line.strip() for line in run.failure.splitlines())
        reason = f"it does not run: {' '.join(line for line in lines if line)[:300]}"
        verdict = Verdict(Status.FAIL, (reason, *violations))
    seconds = sum(run.seconds)
    return Result(run.artifact, run.runtime, compared, budget, verdict, seconds, run.backend)
