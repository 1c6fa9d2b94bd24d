"""Who carries trials out: processes of this machine, or the workers of a Ray cluster."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from edgedigits.sweep import attempts
from edgedigits.sweep.store import Store
from edgedigits.sweep.trial import Trial
from edgedigits.verification.running import executors
from edgedigits.verification.running.on_ray.connection import Connection

LOOK_UP_SECONDS = 0.2
SECONDS_TO_END = 5.0
WAITING_A_CORE = 2
"""Tasks that Ray is given at a time, for each of its cores."""

Take = Callable[[Trial, str | None], None]
"""Is told of a trial that is kept, or why it failed; called by one thread."""


class Executor(Protocol):
    """Where trials are carried out."""

    def run(self, trials: Sequence[Trial], store: Store, take: Take) -> None:
        """Carry them out and keep them. One that fails by itself ends no other.

        Raises:
            MachineLacks: one was lost too often, or a machine lacks what it needs.
        """
        ...


@contextlib.contextmanager
def opened(name: str | None, workers: int | None = None) -> Iterator[Executor]:
    """Processes of this machine (None), or Ray; see `verification.running.executors.cluster`."""
    with executors.cluster(name, workers) as cluster:
        yield Processes(workers) if cluster is None else OnRay(cluster)


@dataclass(frozen=True)
class Processes:
    """So many at a time, as many as there are cores unless told."""

    workers: int | None = None

    def run(self, trials: Sequence[Trial], store: Store, take: Take) -> None:
        """See `Executor`."""
        stop = threading.Event()
        pool = ThreadPoolExecutor(self.workers or os.cpu_count() or 1)
        jobs: dict[Future[str | None], Trial] = {}
        try:
            jobs = {pool.submit(_kept, trial, store, stop): trial for trial in trials}
            while jobs:
                # A wait without an end does not notice Ctrl-C on every system.
                done, _ = wait(jobs, LOOK_UP_SECONDS, FIRST_COMPLETED)
                for job in done:
                    take(jobs.pop(job), job.result())
        finally:
            stop.set()
            running = [job for job in jobs if job.running()]
            pool.shutdown(wait=False, cancel_futures=True)
            attempts.end_all()
            wait(running, SECONDS_TO_END)


def _kept(trial: Trial, store: Store, stop: threading.Event) -> str | None:
    """Carry a trial out and keep it, or say why it failed."""

    def attempt() -> str | None:
        folder = store.taken_up(trial)
        try:
            found = _attempted(trial, folder, stop)
        except BaseException:
            store.leave(folder)
            raise
        if "record" in found:
            store.keep(trial, folder, found["record"])
        else:
            shutil.rmtree(folder, ignore_errors=True)
        return found.get("failed")

    return attempts.retried(attempt)


def _attempted(trial: Trial, folder: Path, stop: threading.Event | None = None) -> dict[str, Any]:
    place = str(folder.absolute())
    found = attempts.attempt(trial.name, "trial", stop, trial=trial.as_json(), folder=place)
    if "failed" in found:
        # The same words whoever did it.
        found["failed"] = found["failed"].replace(place, "its folder")
    return found


@dataclass(frozen=True)
class OnRay:
    """The workers of a cluster, which hand over the files of what they have finished."""

    connection: Connection

    def run(self, trials: Sequence[Trial], store: Store, take: Take) -> None:
        """See `Executor`."""
        begin = self.connection.task(packed)
        left, waiting = iter(trials), dict[Any, Trial]()
        while True:
            while len(waiting) < WAITING_A_CORE * self.connection.cores:
                if (trial := next(left, None)) is None:
                    break
                waiting[begin(trial.as_json(), self.connection.place)] = trial
            if not waiting:
                return
            for done in self.connection.done(list(waiting), LOOK_UP_SECONDS):
                trial = waiting.pop(done)
                take(trial, _unpacked(trial, store, self.connection.get(done, trial.name)))


def packed(trial: dict[str, Any], place: str) -> dict[str, Any]:
    """What a worker does: an attempt at a trial, with the files that it left; in a folder of that
    name, among the node's temporary ones, which `connection` takes away in the end."""
    above = Path(tempfile.gettempdir()) / place
    above.mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=above) as name:
        folder = Path(name)
        found = _attempted(Trial.from_json(trial), folder)
        files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }
        return {**found, "files": files}


def _unpacked(trial: Trial, store: Store, found: dict[str, Any]) -> str | None:
    if "record" not in found:
        return str(found["failed"])
    folder = store.begun(trial)
    for path, content in found["files"].items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    store.keep(trial, folder, found["record"])
    return None
