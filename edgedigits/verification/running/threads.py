"""Work done in threads, over the cores of this machine."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from edgedigits.runtimes.runtimes import Shared
from edgedigits.verification.running import floats as asking
from edgedigits.verification.running.execution import Execution, Run, Table
from edgedigits.verification.running.floats import Floats, FloatsAsked
from edgedigits.verification.running.work import Work, stored_step


@dataclass(frozen=True)
class Threads:
    """So many `workers`, all cores unless told; `floats` where it is asked elsewhere already."""

    workers: int | None = None
    floats: Future[Floats] | None = None

    def run(self, work: Work) -> Floats:
        """See `Executor`."""
        stop = threading.Event()

        def ask(grown: Callable[[Table, int], None]) -> Floats:
            model = asking.float_process(work.manifest, work.folder)
            classes = len(work.manifest.labels)
            return asking.float_answers(
                model, classes, work.images, work.golden, stop, work.tick, grown
            )

        asked = FloatsAsked(stop, ask, self.floats)

        def take(run: Run, start: int, answers: Table) -> None:
            some = slice(start, start + len(answers))
            labels, step = work.labels[some], stored_step(run.artifact)
            asked.awaited.when(
                some,
                answers.nbytes,
                lambda reference: run.compare(reference, answers, labels, start, step),
            )

        with contextlib.closing(Shared(work.settings)) as shared:
            execution = Execution(work.folder, work.images, shared, take, work.tick, stop)
            execution.run(work.runs, self.workers or os.cpu_count() or 1, asked)
        return asked.result()
