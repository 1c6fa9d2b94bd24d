"""The float model of an export: written first of all, and asked while files are converted."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle import bundle
from edgedigits.bundle.artifact import record
from edgedigits.bundle.bundle import Reference
from edgedigits.export.source import Source
from edgedigits.runtimes.tensorflow.float_model import FloatModel
from edgedigits.verification.running import floats as asking
from edgedigits.verification.running.execution import Tick
from edgedigits.verification.running.floats import Floats

Made = TypeVar("Made")


@contextlib.contextmanager
def written(
    source: Source,
    staged: Path,
    images: NDArray[np.uint8] | None,
    golden: NDArray[np.uint8],
    tick: Tick | None,
) -> Iterator[tuple[Reference, Future[Floats] | None]]:
    """The frozen graph of `source` in the bundle that is staged; and what it answers to `images`,
    if any, and to the `golden` ones, which it is asked while the block runs. It was this process's
    own before it was written, so it runs in it."""
    path = staged / bundle.REFERENCE
    path.parent.mkdir(parents=True)
    path.write_bytes(source.model.graph_bytes())
    model = source.model
    reference = Reference(
        record(path, staged), model.input_name, model.output_name, model.input_shape
    )
    if images is None:
        yield reference, None
        return
    stop, classes = threading.Event(), len(source.classes)

    def answers() -> Floats:
        opened = FloatModel(reference, staged, source.pixels, classes=classes, logits=source.logits)
        return asking.float_answers(opened, classes, images, golden, stop, tick)

    with beside(answers) as floats:
        try:
            yield reference, floats
        finally:
            stop.set()


@contextlib.contextmanager
def beside(work: Callable[..., Made], *arguments: Any) -> Iterator[Future[Made]]:
    """`work(*arguments)`, done in a thread while the block runs; nobody waits for it in vain."""
    pool = ThreadPoolExecutor(1)
    try:
        yield pool.submit(work, *arguments)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
