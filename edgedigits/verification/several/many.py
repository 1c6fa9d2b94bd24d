"""Bundles verified one after another; one that cannot be judged does not stop the others."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from edgedigits import progress, quiet
from edgedigits.bundle import bundle, signature
from edgedigits.bundle.bundle import Bundle
from edgedigits.bundle.signature import Signed
from edgedigits.datasets import datasets
from edgedigits.errors import EdgeDigitsError, ExitCode, of_machine
from edgedigits.runtimes import runtimes
from edgedigits.runtimes.processes import forks
from edgedigits.verification import promises, unseen, verify
from edgedigits.verification.parity import Status
from edgedigits.verification.running import executors
from edgedigits.verification.running.work import Executor
from edgedigits.verification.unseen import Load, Pictures
from edgedigits.verification.verify import Budgets, Verification

KEPT = 4
"""Data sets that are not loaded again for the next bundle."""
GRAVEST_FIRST = (
    ExitCode.BUDGET_BROKEN,
    ExitCode.DATA_BAD,
    ExitCode.MACHINE_LACKS,
    ExitCode.WRONG_USE,
)
"""A broken budget is a verdict, and stands whatever else there is that has none."""


@dataclass(frozen=True)
class Asked:
    """A bundle, on a data set and runtimes; its own ones where these are None."""

    folder: Path
    dataset: str | None = None
    runtimes: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Way:
    """How each of them is verified.

    Attributes:
        key: the public one of whoever must have signed them.
        on: the cluster that does it, see `executors.opened`.
    """

    budgets: Budgets
    data_dir: Path | None = None
    limit: int | None = None
    backend: str | None = None
    half_float: bool = False
    key: Path | None = None
    on: str | None = None
    workers: int | None = None


@dataclass(frozen=True)
class Judged:
    """A bundle's verification. `state` is what is known of its signature in a word or two."""

    asked: Asked
    opened: Bundle
    signed: Signed | None
    state: str
    checked: Verification

    @property
    def left_out(self) -> list[str]:
        """Artifacts that none of the runtimes ran that were asked for."""
        ran = {result.artifact.id for result in self.checked.results}
        return [a.id for a in self.opened.manifest.artifacts if a.id not in ran]

    @property
    def idle(self) -> list[str]:
        """Runtimes asked for that none of its artifacts is for."""
        ran = {result.runtime for result in self.checked.results}
        return [name for name in self.asked.runtimes or () if name not in ran]


@dataclass(frozen=True)
class Unjudged:
    """A bundle that could not be verified, and why."""

    asked: Asked
    error: EdgeDigitsError


Done = Judged | Unjudged


@dataclass(frozen=True)
class _Ready:
    asked: Asked
    opened: Bundle
    signed: Signed | None
    state: str
    settings: runtimes.Settings
    pictures: Pictures


def each(every: Sequence[Asked], way: Way, *, alone: bool = False) -> list[Done]:
    """Verify them in their order. Threads or a cluster are begun once, and pictures that several
    are asked for are loaded once. One that is `alone` may raise what is wrong with it.

    Raises:
        WrongUse: there is no such cluster.
        MachineLacks: it cannot be used.
    """
    load: Load = datasets.load if alone else lru_cache(KEPT)(datasets.load)
    done: list[Done] = []
    with contextlib.ExitStack() as stack:
        executor: Executor | None = None
        for place, asked in enumerate(every, 1):
            title = "Verifying" if alone else f"Verifying {place} of {len(every)}"
            with _told(asked, done, alone):
                ready = _ready(asked, way, load)
            if len(done) == place:
                continue
            if executor is None:
                quiet.keep_native_stderr_back()
                executor = stack.enter_context(executors.opened(way.on, way.workers))
            with _told(asked, done, alone):
                done.append(_judged(ready, way, executor, title))
    return done


@contextlib.contextmanager
def _told(asked: Asked, done: list[Done], alone: bool) -> Iterator[None]:
    """What goes wrong in this block becomes of what was asked for."""
    try:
        yield
    except (EdgeDigitsError, OSError) as error:
        if alone:
            raise
        told = error if isinstance(error, EdgeDigitsError) else of_machine(error)
        # Anew, as the one that was raised holds on to pictures and answers.
        done.append(Unjudged(asked, EdgeDigitsError(told.message, told.hint, told.exit_code)))


def exit_code(done: Iterable[Done], *, allow_inconclusive: bool = False) -> ExitCode:
    """The gravest of all."""
    fine = {Status.PASS} | ({Status.INCONCLUSIVE} if allow_inconclusive else set())
    codes = {ExitCode.DONE}
    for one in done:
        if isinstance(one, Unjudged):
            codes.add(one.error.exit_code)
        elif not {result.verdict.status for result in one.checked.results} <= fine:
            codes.add(ExitCode.BUDGET_BROKEN)
    return next((code for code in GRAVEST_FIRST if code in codes), ExitCode.DONE)


def _ready(asked: Asked, way: Way, load: Load) -> _Ready:
    signed = None if way.key is None else signature.check(asked.folder, way.key)
    opened = bundle.read(asked.folder)
    state = signature.state(asked.folder, signed)
    promises.check(opened)
    if way.on is None:
        forks.forker(forks.TENSORFLOW)  # it imports TensorFlow while pictures are loaded
    pairs = verify.pairs(opened.manifest.artifacts, asked.runtimes)
    settings = runtimes.settings([name for _, name in pairs], way.backend, way.half_float)
    pictures = unseen.of_bundle(
        opened.manifest, asked.dataset, data_dir=way.data_dir, limit=way.limit, load=load
    )
    return _Ready(asked, opened, signed, state, settings, pictures)


def _judged(ready: _Ready, way: Way, executor: Executor, title: str) -> Judged:
    manifest, names = ready.opened.manifest, ready.asked.runtimes
    total = verify.total_pictures(manifest, len(ready.pictures.split), names)
    with progress.showing(title, total) as bar:
        checked = verify.verify(
            manifest,
            ready.asked.folder,
            ready.pictures,
            runtime_names=names,
            budgets=way.budgets,
            executor=executor,
            tick=bar.advance,
            settings=ready.settings,
        )
    return Judged(ready.asked, ready.opened, ready.signed, ready.state, checked)
