"""Measure artifacts on their runtimes: one after another, never two at a time."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from edgedigits.bench import lone_files, rounds
from edgedigits.bench.batches import MOST_PICTURES, Batches
from edgedigits.bench.figures import Figures, Measured, Method, Skipped, Start, compared
from edgedigits.bench.machine import this_machine
from edgedigits.bench.rounds import Latency
from edgedigits.bench.sessions import TIMINGS, Context, Session, Timing
from edgedigits.bench.subjects import Subject
from edgedigits.bundle import golden
from edgedigits.datasets.strokes import strokes
from edgedigits.errors import EdgeDigitsError, MachineLacks, WrongUse
from edgedigits.picture.form import DIGIT
from edgedigits.runtimes import runtimes
from edgedigits.runtimes.runtimes import Settings, Shared

STARTS = 3
BATCH_ROUNDS = 5

Tick = Callable[[int], None]
"""Called with the number of steps just done, of those that `steps` counts."""


def measure(
    origin: str,
    subjects: Sequence[Subject],
    names: Sequence[str],
    *,
    insist: bool,
    settings: Settings | None = None,
    seconds: float = rounds.SECONDS,
    tick: Tick | None = None,
    notes: tuple[str, ...] = (),
) -> Measured:
    """Everything there is to be measured of `subjects` on the runtimes of these names.

    Args:
        origin: where they come from, in words.
        subjects: what is measured; each runtime takes those of its target.
        names: runtimes, see `sessions.runtimes_for`.
        insist: whether a runtime that this machine lacks is an error; else it is left out.
        settings: what computes in the runtimes that have several ways to.
        seconds: how long each figure of time is measured.
        tick: counts steps.
        notes: what had to be assumed before.

    Raises:
        MachineLacks: a runtime is not here, and `insist`; or none is.
        WrongUse: none of the subjects runs on any of these runtimes.
    """
    wanted = {name: _of_target(subjects, name) for name in names}
    wanted = {name: some for name, some in wanted.items() if some}
    if not wanted:
        raise WrongUse(
            f"nothing that is chosen of {origin} runs on {' or '.join(names)}",
            f"it has: {', '.join(subject.name for subject in subjects)}",
        )
    machine = this_machine()
    versions: dict[str, str] = {}
    tick = tick or (lambda _: None)
    figures: list[Figures] = []
    skipped: list[Skipped] = []
    lacking: list[MachineLacks] = []
    with closing(Shared(settings)) as shared:
        context = Context(shared, pictures(subjects))
        for name, some in wanted.items():
            work = _Work(name, TIMINGS[name], some, context, seconds, tick)
            try:
                figures += work.figures()
                versions |= work.versions
            except MachineLacks as error:
                if insist:
                    raise
                lacking.append(error)
                skipped.append(Skipped(name, error.message, error.hint))
        if not figures:
            raise lacking[0]
    floor = lone_files.floor(seconds=seconds) if "litert" in wanted else None
    method = Method(
        seconds, rounds.ROUNDS, STARTS, MOST_PICTURES, floor.median_us if floor else None
    )
    comparisons = [
        found
        for ours in figures
        for theirs in figures
        if theirs.is_foreign and not ours.is_foreign and ours.runtime == theirs.runtime
        if (found := compared(ours, theirs)) is not None
    ]
    return Measured(
        origin,
        replace(machine, versions={**machine.versions, **versions}),
        method,
        tuple(figures),
        tuple(skipped),
        tuple(comparisons),
        notes,
    )


def pictures(subjects: Sequence[Subject]) -> NDArray[np.uint8]:
    """Pictures of the form that all subjects take, `uint8 [MOST_PICTURES, *form.shape]`."""
    forms = {subject.artifact.pixels.form for subject in subjects}
    if len(forms) > 1:
        raise WrongUse(
            f"they take different pictures: {', '.join(sorted(map(str, forms)))}",
            "compare models of the same pictures: leave out --against",
        )
    (form,) = forms
    if form == DIGIT:
        return strokes.draw(MOST_PICTURES, seed=0)[0]
    return np.resize(golden.pictures(form)[0], (MOST_PICTURES, *form.shape))


def steps(subjects: Sequence[Subject], names: Iterable[str]) -> int:
    """How many steps `tick` will have counted when nothing was left out."""
    return sum(
        _steps(TIMINGS[name], len(some)) for name in names if (some := _of_target(subjects, name))
    )


def _steps(timing: Timing, count: int) -> int:
    measured = len(timing.threads) + (timing.copying is not None)
    return STARTS * count + measured * rounds.ROUNDS + BATCH_ROUNDS


def _of_target(subjects: Iterable[Subject], name: str) -> list[Subject]:
    target = runtimes.find(name).target
    return [subject for subject in subjects if subject.artifact.target == target]


class _Work:
    """The artifacts that one runtime runs."""

    def __init__(
        self,
        name: str,
        timing: Timing,
        subjects: Sequence[Subject],
        context: Context,
        seconds: float,
        tick: Tick,
    ) -> None:
        self._name = name
        self._timing = timing
        self._subjects = subjects
        self._context = context
        self._seconds = seconds
        self._tick = tick
        self.versions: dict[str, str] = {}
        self._found = {
            subject.name: Figures(subject.name, subject.artifact, name, subject.standing)
            for subject in subjects
        }

    def figures(self) -> list[Figures]:
        """All that is to be known of them, in their order."""
        self._start_each()
        for threads in self._timing.threads:
            self._time(threads)
        self._answer_batches()
        return list(self._found.values())

    def _note(self, name: str, **parts: object) -> None:
        self._found[name] = replace(self._found[name], **parts)  # type: ignore[arg-type]

    def _running(self) -> list[Subject]:
        return [one for one in self._subjects if self._found[one.name].failure is None]

    def _start_each(self) -> None:
        starts: dict[str, list[Start]] = {subject.name: [] for subject in self._subjects}
        for _ in range(STARTS):
            for subject in self._running():
                try:
                    starts[subject.name].append(self._started(subject))
                except MachineLacks:
                    raise
                except EdgeDigitsError as error:
                    self._note(subject.name, failure=" ".join(error.message.split()))
            self._tick(len(self._subjects))
        for subject in self._running():
            self._note(subject.name, start=_median(starts[subject.name]))

    def _started(self, subject: Subject) -> Start:
        with closing(self._timing.open(subject, 1, self._context)) as session:
            self._note(subject.name, backend=session.backend)
            self.versions |= session.versions
            first_ms = session.first_ms()
            return Start(session.load_ms, first_ms, session.peak_bytes())

    def _time(self, threads: int) -> None:
        with ExitStack() as stack:
            opened: dict[str, Session] = {
                subject.name: stack.enter_context(
                    closing(self._timing.open(subject, threads, self._context))
                )
                for subject in self._running()
            }
            part = {1: "one_thread", 2: "two_threads"}[threads]
            self._keep(part, rounds.measure(opened, seconds=self._seconds, tick=self._tick_one))
            copying = self._timing.copying
            if threads == 1 and copying is not None:
                copies = {name: copying(session) for name, session in opened.items()}
                found = rounds.measure(copies, seconds=self._seconds, tick=self._tick_one)
                self._keep("copied", found)

    def _answer_batches(self) -> None:
        with ExitStack() as stack:
            context = self._context
            batches = {
                subject.name: Batches(
                    stack.enter_context(
                        closing(
                            runtimes.open_runtime(
                                self._name, subject.artifact, subject.folder, context.shared
                            )
                        )
                    ),
                    context.images,
                )
                for subject in self._running()
            }
            found = rounds.measure(
                batches, seconds=self._seconds, rounds=BATCH_ROUNDS, tick=self._tick_one
            )
        for name, latency in found.items():
            self._note(name, pictures_per_second=1e6 / latency.median_us)

    def _keep(self, part: str, found: dict[str, Latency]) -> None:
        for name, latency in found.items():
            self._note(name, **{part: latency})

    def _tick_one(self) -> None:
        self._tick(1)


def _median(starts: Sequence[Start]) -> Start:
    peaks = [start.peak_bytes for start in starts]
    known = [peak for peak in peaks if peak is not None]
    return Start(
        statistics.median(start.load_ms for start in starts),
        statistics.median(start.first_ms for start in starts),
        int(statistics.median(known)) if len(known) == len(peaks) else None,
    )
