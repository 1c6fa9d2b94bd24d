"""Artifacts on their runtimes, over all cores: what they answer, and what is wrong with them."""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.artifact import Artifact
from edgedigits.errors import EdgeDigitsError, MachineLacks, PicturesBad
from edgedigits.runtimes import runtimes
from edgedigits.runtimes.runtimes import Backend, Shared
from edgedigits.verification.running import answer_table
from edgedigits.verification.running.answer_table import spans
from edgedigits.verification.running.asked_again import AskedAgain
from edgedigits.verification.running.awaited import Stopped
from edgedigits.verification.running.floats import FloatsAsked
from edgedigits.verification.tally import Tally

Table = NDArray[np.float32]
Tick = Callable[[int], None]
"""Called with the number of pictures just done, from any thread."""

EVEN_COST = 1.0
RELATIVE_COST = {"int16x8": 60.0}
"""int16x8 has no fast kernels; starting it early keeps the cores busy to the end."""
FIRST_PIECE = 32
PIECE_SECONDS = 0.2
"""Pictures are handed over in pieces that take about this long: between two of them it can stop."""
PIECE_BYTES = 1 << 20
"""Nor have they more pixels. Handing over half as many at a time takes half as long again; where a
file takes floats they become four bytes each there, for which a core's own cache is soon too small.
"""
TOGETHER = 50_000
"""All runs are asked so many pictures before any is asked the next: pictures that are drawn when
they are looked at are still there for the others."""

LOOK_UP_SECONDS = 0.2


@dataclass(eq=False)
class Run:
    """An artifact on a runtime, under way, in several threads."""

    artifact: Artifact
    runtime: str
    tally: Tally | None = None
    violations: list[str] = field(default_factory=list)
    failure: str | None = None
    backend: Backend | None = None
    seconds: list[float] = field(default_factory=list)
    _adding: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def compare(
        self, reference: Table, answers: Table, labels: NDArray[np.int64], start: int, step: float
    ) -> None:
        """Count what it answers to some of the pictures, those from number `start` on."""
        found = Tally.of(reference, answers, labels, step, start)
        for table in (reference, answers):
            answer_table.let_go(table)
        with self._adding:
            self.tally = found if self.tally is None else self.tally + found


@dataclass
class Execution:
    """What its threads need, and the word to stop.

    Attributes:
        take: what becomes of a run's answers to the pictures from some number on, a few thousand at
            a time and in any order; called from any thread. Those that it did not give are NaN.
    """

    folder: Path
    images: NDArray[np.uint8]
    shared: Shared
    take: Callable[[Run, int, Table], None]
    tick: Tick
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self, runs: list[Run], workers: int, floats: FloatsAsked | None = None) -> None:
        """Ask every run all pictures, and the float model, where it is to be asked, beside them."""
        pool = ThreadPoolExecutor(workers)
        try:
            jobs: list[Future[Any]] = [] if floats is None else [floats.begun(pool)]
            # What cannot be split goes first, then the long ones: the short ones fill the gaps.
            for run, part in sorted(parts(runs, slice(0, len(self.images))), key=order):
                jobs.append(pool.submit(self.part, run, part))
            waiting: set[Future[Any]] = set(jobs)
            while waiting:
                # A wait without an end does not notice Ctrl-C on every system.
                done, waiting = wait(waiting, LOOK_UP_SECONDS, FIRST_EXCEPTION)
                for job in done:
                    job.result()
                if floats is not None:
                    floats.look()
        finally:
            # After an error nobody waits for a long piece of work, nor for an answer of a browser.
            self.stop.set()
            pool.shutdown(wait=False, cancel_futures=True)

    def part(self, run: Run, part: slice) -> None:
        """Answer some of the pictures, and give the answers away."""
        started, classes = time.perf_counter(), len(run.artifact.classes)
        left = part.stop - part.start
        with contextlib.closing(self._answered(run, part)) as answered:
            for span in spans(part):
                answers = answer_table.make(span.stop - span.start, classes)
                for piece, found in answered:
                    answers[piece.start - span.start : piece.stop - span.start] = found
                    answer_table.let_go(answers)
                    self.tick(len(found))
                    left -= len(found)
                    if piece.stop == span.stop:
                        break
                self.take(run, span.start, answers)
            # What there is to do after the last answer.
            next(answered, None)
        self.tick(left)
        run.seconds.append(time.perf_counter() - started)

    def _answered(self, run: Run, part: slice) -> Generator[tuple[slice, Table]]:
        """Pieces of the part, none of which is of two spans, with their answers. A file that cannot
        go on is a broken artifact, not a broken verification."""
        classes = len(run.artifact.classes)
        try:
            with contextlib.closing(
                runtimes.open_runtime(run.runtime, run.artifact, self.folder, self.shared)
            ) as runtime:
                run.backend = runtime.backend
                if part.start == 0:
                    run.violations += runtime.contract_violations()
                again = AskedAgain(part, self.images.shape[1:], classes)
                most = max(1, PIECE_BYTES // max(1, math.prod(self.images.shape[1:])))
                size = min(FIRST_PIECE, most)
                for span in spans(part):
                    start = span.start
                    while start < span.stop:
                        if self.stop.is_set():
                            raise Stopped
                        piece = slice(start, min(start + size, span.stop))
                        images = self.images[piece]
                        begun = time.perf_counter()
                        found = np.empty((len(images), classes), np.float32)
                        # NumPy says so where the answers are of another number of classes.
                        found[:] = runtime.probabilities(images)
                        took = time.perf_counter() - begun
                        again.seen(piece, images, found)
                        yield piece, found
                        fitting = int(size * min(2.0, PIECE_SECONDS / max(took, 1e-9)))
                        start, size = piece.stop, min(max(1, fitting), most)
                run.violations += again.violations(runtime)
        except (MachineLacks, PicturesBad):
            raise
        except (EdgeDigitsError, LookupError, RuntimeError, ValueError) as error:
            run.failure = str(error)


def parts(runs: list[Run], some: slice) -> Iterator[tuple[Run, slice]]:
    """What one interpreter is asked, of some of the pictures: a multiple of every chunk of them
    lies before them."""
    for run in runs:
        chunk = runtimes.find(run.runtime).chunk or some.stop - some.start
        for start in range(some.start, some.stop, chunk):
            yield run, slice(start, min(start + chunk, some.stop))


def order(work: tuple[Run, slice]) -> tuple[bool, int, float]:
    """What goes first: what cannot be split, and then what takes long."""
    run, part = work
    splittable = runtimes.RUNTIMES[run.runtime].chunk is not None
    cost = RELATIVE_COST.get(run.artifact.scheme, EVEN_COST)
    return splittable, part.start // TOGETHER, -cost
