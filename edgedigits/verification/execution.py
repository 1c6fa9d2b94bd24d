"""Artifacts on their runtimes, over all cores: what they answer, and what is wrong with them."""

from __future__ import annotations

import contextlib
import itertools
import math
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.artifact import Artifact
from edgedigits.bundle.bundle import Manifest
from edgedigits.bundle.file_check import EXPORT_HINT
from edgedigits.bundle.golden import Golden
from edgedigits.datasets.dataset import blocks
from edgedigits.errors import DataBad, EdgeDigitsError, MachineLacks
from edgedigits.runtimes import runtimes
from edgedigits.runtimes.runtimes import Backend, Runtime, Shared
from edgedigits.verification import answer_table

if TYPE_CHECKING:
    from edgedigits.runtimes.tensorflow.float_model import FloatModel
    from edgedigits.runtimes.tensorflow.float_process import FloatProcess

Tick = Callable[[int], None]
"""Called with the number of pictures just done, from any thread."""
Floats = tuple[NDArray[np.float32], float]
"""The float model's answers, those to the golden pictures at the end, and the seconds they took."""

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

LOOK_UP_SECONDS = 0.2

ASKED_AGAIN, SHARE_ASKED_AGAIN = 64, 0.1
"""How many pictures are asked again at the end: at most, and of those that there are."""
SAME = 1e-4
"""How far two answers to one picture may lie apart."""


@dataclass
class Run:
    """An artifact on a runtime, under way; chunks fill `answers` from several threads."""

    artifact: Artifact
    runtime: str
    answers: NDArray[np.float32]
    violations: list[str] = field(default_factory=list)
    failure: str | None = None
    backend: Backend | None = None
    seconds: list[float] = field(default_factory=list)


class _Stopped(Exception):
    """Something else went wrong, or the user wants to leave: this work is no longer wanted."""


@dataclass
class Execution:
    """What its threads need, and the word to stop.

    Attributes:
        floats: the float model's answers where they are asked for already; else it runs in a
            process of its own.
    """

    manifest: Manifest
    folder: Path
    images: NDArray[np.uint8]
    golden: Golden
    shared: Shared
    floats: Future[Floats] | None
    tick: Tick
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self, runs: list[Run], workers: int) -> Floats:
        """Fill every run's answers; returns the float model's."""
        pool = ThreadPoolExecutor(workers)
        try:
            floats = self.floats or pool.submit(self._ask_reference)
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

    def _ask_reference(self) -> Floats:
        return float_answers(
            float_process(self.manifest, self.folder),
            len(self.manifest.labels),
            self.images,
            self.golden.images,
            self.stop,
            self.tick,
        )

    def _part(self, run: Run, part: slice) -> None:
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
        most = max(1, PIECE_BYTES // max(1, math.prod(self.images.shape[1:])))
        start, size = part.start, min(FIRST_PIECE, most)
        while start < part.stop:
            if self.stop.is_set():
                raise _Stopped
            piece = slice(start, min(start + size, part.stop))
            begun = time.perf_counter()
            answers[piece] = runtime.probabilities(self.images[piece])
            answer_table.let_go(answers)
            took = time.perf_counter() - begun
            yield piece.stop - piece.start
            fitting = int(size * min(2.0, PIECE_SECONDS / max(took, 1e-9)))
            start, size = piece.stop, min(max(1, fitting), most)

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


def float_process(manifest: Manifest, folder: Path) -> FloatProcess:
    """The float model of the bundle in `folder`, in a process of its own.

    Raises:
        DataBad: the graph cannot be read, or TensorFlow crashes on it.
        MachineLacks: there is no TensorFlow here, or it does not get ready.
    """
    from edgedigits.runtimes.tensorflow.float_process import FloatProcess

    some, classes = manifest.artifacts[0], len(manifest.labels)
    return FloatProcess(
        manifest.reference, folder, some.pixels, classes=classes, logits=some.logits
    )


def float_answers(
    model: FloatModel | FloatProcess,
    classes: int,
    images: NDArray[np.uint8],
    golden: NDArray[np.uint8],
    stop: threading.Event,
    tick: Tick | None,
) -> Floats:
    """What the float model, which is closed at the end, answers to pictures.

    Raises:
        DataBad: it cannot be run, or answers with what is no number.
    """
    started = time.perf_counter()
    answers, start = answer_table.make(len(images) + len(golden), classes), 0
    with contextlib.closing(model):
        for some in itertools.chain(blocks(images), (golden,)):
            if stop.is_set():
                raise _Stopped
            answers[start : start + len(some)] = model.probabilities(some)
            start += len(some)
            answer_table.let_go(answers)
    if not np.isfinite(answers).all():
        raise DataBad(f"{model.path} answers with what is no number", EXPORT_HINT)
    if tick is not None:
        tick(len(images))
    return answers, time.perf_counter() - started


def _order(run: Run) -> tuple[bool, float]:
    splittable = runtimes.RUNTIMES[run.runtime].chunk is not None
    return splittable, -RELATIVE_COST.get(run.artifact.scheme, EVEN_COST)
