"""The float model of a bundle, asked what its artifacts are asked."""

from __future__ import annotations

import contextlib
import itertools
import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.bundle import Manifest
from edgedigits.bundle.file_check import EXPORT_HINT
from edgedigits.errors import DataBad
from edgedigits.verification.running import answer_table
from edgedigits.verification.running.answer_table import SPAN
from edgedigits.verification.running.awaited import Awaited, Stopped

if TYPE_CHECKING:
    from edgedigits.runtimes.tensorflow.float_model import FloatModel
    from edgedigits.runtimes.tensorflow.float_process import FloatProcess

Table = NDArray[np.float32]
Floats = tuple[Table, float]
"""The float model's answers, those to the golden pictures at the end, and the seconds they took."""

AT_ONCE_BYTES = 1 << 22
"""Of pictures that the float model is asked together; TensorFlow needs many times as many."""


def at_once(shape: tuple[int, ...]) -> int:
    """How many pictures of a shape it is asked together. A span is some of them: the last bits of
    an answer may hang on what it is asked together with, and are the same wherever that is done."""
    most = max(1, AT_ONCE_BYTES // max(1, math.prod(shape)))
    return max(size for size in range(1, SPAN + 1) if SPAN % size == 0 and size <= most)


class FloatsAsked:
    """The float model's answers while they are made.

    Attributes:
        awaited: the answers, as far as they are there.
    """

    def __init__(
        self,
        stop: threading.Event,
        ask: Callable[[Callable[[Table, int], None]], Floats],
        elsewhere: Future[Floats] | None = None,
    ) -> None:
        """`ask` makes the answers, and tells its argument how far they are; it is not called where
        they are made `elsewhere`."""
        self.awaited = Awaited(stop)
        self._ask, self._made = ask, elsewhere

    def begun(self, pool: Executor) -> Future[Floats]:
        """The answers to be, asked for in `pool` where nobody else does."""
        if self._made is None:
            self._made = pool.submit(self._ask, self.awaited.grown)
        return self._made

    def look(self) -> None:
        """Whoever waits for answers that were made elsewhere has them once they are there."""
        if self._made is not None and self._made.done():
            table, _ = self._made.result()
            self.awaited.grown(table, len(table))

    def result(self) -> Floats:
        """All answers, once they were begun."""
        assert self._made is not None
        return self._made.result()


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
    tick: Callable[[int], None] | None = None,
    grown: Callable[[Table, int], None] | None = None,
) -> Floats:
    """What the float model, which is closed at the end, answers to pictures. `tick` counts them,
    and `grown` is told the table of answers and how many of its rows are there.

    Raises:
        DataBad: it cannot be run, or answers with what is no number.
    """
    started = time.perf_counter()
    answers, start = answer_table.make(len(images) + len(golden), classes), 0
    with contextlib.closing(model):
        size = at_once(images.shape[1:])
        blocks = (images[place : place + size] for place in range(0, len(images), size))
        for some in itertools.chain(blocks, (golden,)):
            if stop.is_set():
                raise Stopped
            answers[start : start + len(some)] = checked(model, some)
            start += len(some)
            if tick is not None and start <= len(images):
                tick(len(some))
            if grown is not None:
                grown(answers, start)
            answer_table.let_go(answers)
    return answers, time.perf_counter() - started


def checked(model: FloatModel | FloatProcess, images: NDArray[np.uint8]) -> Table:
    """The float model's answers to some pictures.

    Raises:
        DataBad: it cannot be run, or answers with what is no number.
    """
    found = model.probabilities(images)
    if not np.isfinite(found).all():
        raise DataBad(f"{model.path} answers with what is no number", EXPORT_HINT)
    return found
