"""Artifacts that broke their budget: the same scheme in other ways, until one keeps it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path

from converters import targets
from converters.base import Conversion
from converters.errors import ConversionError
from converters.tflite import model_reader, stored_scheme, tflite
from edgedigits.bundle.artifact import Artifact, Repair
from edgedigits.export import conversion, release
from edgedigits.export.attempt import Attempt, Repaired
from edgedigits.export.choosing import candidates
from edgedigits.export.choosing.candidates import Candidate, Subject
from edgedigits.export.choosing.search import Search, refutes
from edgedigits.foreign_text import one_line
from edgedigits.runtimes.litert.gpu_process import GpuBeside
from edgedigits.runtimes.micro import arena
from edgedigits.verification.parity import Status
from edgedigits.verification.running.floats import Floats
from edgedigits.verification.verify import Result, Verification

MOST = 24
"""Attempts for each artifact."""
TARGETS = ("tflite", "c", "wasm")
OnAttempt = Callable[[str, Attempt], None]
"""Hears of every attempt, with the id of the artifact that it is for."""


@dataclass(frozen=True)
class Plan:
    """How much is tried: so many attempts for each artifact, of which `on_attempt` hears; and where
    a run's pictures are, for tuning it."""

    most: int = MOST
    on_attempt: OnAttempt = lambda *_: None
    data_dir: Path | None = None


def repair(
    checked: Verification,
    search: Search,
    asked: Conversion,
    seed: int,
    floats: Future[Floats] | None,
    plan: Plan,
    *,
    allow_inconclusive: bool = False,
) -> tuple[Verification, tuple[Repaired, ...]]:
    """Bring artifacts that failed within their budgets, where that can be. Their files in the
    staged bundle are the best that was found afterwards, and the verification is of these.

    Args:
        checked: what was verified.
        search: where attempts are asked.
        asked: what targets were asked for.
        seed: of the draw of calibration pictures.
        floats: the float model's answers to the pictures that the bundle is verified on.
        plan: how much is tried.
        allow_inconclusive: whether pictures that are too few to say are enough.
    """
    failed = [
        each
        for each in checked.results
        if each.verdict.status is Status.FAIL and each.artifact.target in TARGETS
    ]
    found: dict[str, Repaired] = {}
    with contextlib.ExitStack() as ends:
        if asked.compact and any(each.artifact.target == "tflite" for each in failed):
            asked = replace(asked, gpu=ends.enter_context(contextlib.closing(GpuBeside())))
        for each in failed:
            work = _Work(each, search, asked, seed, floats, plan, allow_inconclusive)
            found[each.artifact.id] = work.run()
    results = (
        found[each.artifact.id].result if each.artifact.id in found else each
        for each in checked.results
    )
    return replace(checked, results=tuple(results)), tuple(found.values())


@dataclass(frozen=True, eq=False)
class _Best:
    """The best attempt so far, its artifact and its files."""

    attempt: Attempt
    candidate: Candidate
    artifact: Artifact
    files: dict[Path, bytes]


@dataclass(eq=False)
class _Work:
    """The attempts for one artifact; the files of the last one are staged."""

    failed: Result
    search: Search
    asked: Conversion
    seed: int
    floats: Future[Floats] | None
    plan: Plan
    allow_inconclusive: bool
    attempts: list[Attempt] = field(default_factory=list)

    def run(self) -> Repaired:
        """Try one after the other, until one passes or there is nothing more to try."""
        was, stopped = self.failed.artifact, False
        first = Candidate("", tflite.converted_bytes(self.asked, was.scheme))
        started = time.perf_counter()
        (searched,) = self.search.results([was])
        seconds = time.perf_counter() - started
        as_converted = Attempt("", was.size_bytes, searched, self.failed, seconds)
        self._first = as_converted
        self._best = _Best(as_converted, first, was, self._files(was))
        started = time.perf_counter()
        for candidate in self._candidates():
            if len(self.attempts) >= self.plan.most:
                stopped = True
                break
            attempt = self._tried(candidate, started)
            self.attempts.append(attempt)
            self.plan.on_attempt(was.id, attempt)
            if attempt.proven and self._enough(attempt.proven):
                break
            # Making the next one is part of what it takes.
            started = time.perf_counter()
        best, staged = self._best, self.search.staged
        self._stage(best)
        result = best.attempt.proven or self.search.proof(best.artifact, self.floats)
        arena_bytes = arena.smallest_bytes(result.artifact, staged)
        result = replace(result, artifact=replace(result.artifact, arena_bytes=arena_bytes))
        return Repaired(as_converted, tuple(self.attempts), result, stopped)

    def _enough(self, proven: Result) -> bool:
        """Whether an attempt is the last one: it passed, or it lost nothing, and more pictures
        alone could show that."""
        waiting = proven.verdict.status is Status.INCONCLUSIVE
        lossless = waiting and proven.parity.drop_points <= 0
        return lossless or release.passes(proven, self.allow_inconclusive)

    def _candidates(self) -> Iterator[Candidate]:
        subject = Subject(
            self.search.source,
            self.asked,
            self.failed.artifact,
            self.search.pictures.split,
            self.seed,
        )
        yield from candidates.other_ranges(subject)
        best = self._best
        self._stage(best)
        subject = replace(subject, artifact=best.artifact)
        path = self.search.staged / best.artifact.entry
        yield from candidates.other_layers(subject, best.candidate, path)
        yield from candidates.tuned(subject, self.plan.data_dir)

    def _tried(self, candidate: Candidate, started: float) -> Attempt:
        """What a candidate does, which is the best one from then on if it is better."""
        try:
            artifact = self._made(candidate)
        except ConversionError as error:
            seconds = time.perf_counter() - started
            return Attempt(candidate.how, 0, None, None, seconds, error.message)
        (searched,) = self.search.results([artifact])
        refuted = refutes(searched.parity, searched.budget)
        proven = None if refuted else self.search.proof(artifact, self.floats)
        seconds = time.perf_counter() - started
        attempt = Attempt(candidate.how, artifact.size_bytes, searched, proven, seconds)
        if attempt.rank < self._best.attempt.rank:
            self._best = _Best(attempt, candidate, artifact, self._files(artifact))
        return attempt

    def _made(self, candidate: Candidate) -> Artifact:
        """Its files, staged in the place of those before."""
        was, staged = self.failed.artifact, self.search.staged
        asked = replace(
            self.asked,
            schemes=(was.scheme,),
            directory=staged / was.target,
            on_lost=None,
            quantized={was.scheme: candidate.content},
        )
        (converted,) = targets.convert(was.target, asked)
        layers: tuple[str, ...] = ()
        if was.target == "tflite":
            layers = stored_scheme.kinds(model_reader.read(converted.files[0].read_bytes()))
        tried = tuple(one_line(each.words()) for each in (self._first, *self.attempts))
        return replace(
            conversion.artifact(was.target, converted, self.search.source, staged),
            repair=Repair(one_line(candidate.how), layers, tried),
        )

    def _files(self, artifact: Artifact) -> dict[Path, bytes]:
        paths = [self.search.staged / file.path for file in artifact.files]
        return {path: path.read_bytes() for path in paths}

    @staticmethod
    def _stage(best: _Best) -> None:
        for path, content in best.files.items():
            path.write_bytes(content)
