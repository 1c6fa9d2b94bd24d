"""Work done by Ray: on the cores of this machine, or on those of a cluster.

The only module that knows Ray. Pictures go to the workers in spans, which Ray keeps once a node;
the bundle's files likewise, under their digest. A worker counts what it compares, so that little
comes back. What a lost worker or node was doing is done again, `RETRIES` times at most.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edgedigits import __version__
from edgedigits.datasets.made import Made
from edgedigits.errors import MachineLacks
from edgedigits.runtimes import runtimes
from edgedigits.verification.running import answer_table, cluster_tasks
from edgedigits.verification.running.cluster_tasks import Images, Packed, Parts, Refused
from edgedigits.verification.running.execution import Run, order, parts, spans
from edgedigits.verification.running.floats import Floats
from edgedigits.verification.running.work import Work, stored_step
from edgedigits.verification.tally import Tally

HERE = "ray"
INSTALL = "pip install 'edgedigits[ray]'"
RETRIES = 3
GROUP = 25_000
"""Pictures that the float model is asked by one task; a multiple of `SPAN` and of every chunk."""
SECONDS_TO_CONNECT = 12.0
LOOK_UP_SECONDS = 0.2
STORE_BYTES = 512 << 20
"""Of pictures and answers that a cluster on this machine holds for its workers."""


@dataclass(frozen=True)
class Cluster:
    """`address` is `ray` for this machine, or the cluster that `RAY_ADDRESS` names, or
    `ray://HOST:PORT`; `workers` are those of this machine, all cores unless told."""

    address: str
    workers: int | None = None

    def run(self, work: Work) -> Floats:
        """See `Executor`.

        Raises:
            MachineLacks: Ray is not installed, the cluster cannot be reached or has another version
                of edgedigits, or workers were lost too often.
        """
        with self._connected() as (ray, place):
            driver = _Driver(ray, work, place, int(ray.cluster_resources().get("CPU", 1)))
            try:
                return driver.run()
            except ray.exceptions.RayTaskError as error:
                raise error.cause or error from error
            except ray.exceptions.RayError as error:
                said = " ".join(str(error).split())[:200]
                raise MachineLacks(
                    f"workers were lost {RETRIES + 1} times in a row "
                    f"({type(error).__name__}: {said})",
                    "look whether their machines have memory left; without Ray: leave --on out",
                ) from error
            finally:
                driver.stop()

    @contextlib.contextmanager
    def _connected(self) -> Iterator[tuple[Any, str | None]]:
        """Ray, and where its workers may put files; None where they are on other machines."""
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        try:
            import ray
        except ImportError as error:
            raise MachineLacks("Ray is not installed", f"install it: {INSTALL}") from error
        named = os.environ.get("RAY_ADDRESS") if self.address == HERE else self.address
        quietly = {"log_to_driver": False, "configure_logging": False, "logging_level": "ERROR"}
        # Its sockets lie in here, and their paths must be short.
        place = tempfile.mkdtemp(prefix="edray-")
        try:
            if named:
                _reach(named)
                _within(SECONDS_TO_CONNECT, named, lambda: ray.init(address=named, **quietly))
                _check_versions(ray, named)
            else:
                ray.init(
                    address="local",
                    num_cpus=self.workers,
                    include_dashboard=False,
                    object_store_memory=STORE_BYTES,
                    object_spilling_directory=f"{place}/spilled",
                    _temp_dir=f"{place}/ray",
                    _node_ip_address="127.0.0.1",
                    **quietly,
                )
            yield ray, None if named else f"{place}/bundles"
        finally:
            ray.shutdown()
            shutil.rmtree(place, ignore_errors=True)


@dataclass(eq=False)
class _Driver:
    ray: Any
    work: Work
    place: str | None
    cpus: int
    waiting: dict[Any, Any] = field(default_factory=dict)

    def run(self) -> Floats:
        """Submit what fits into the window, and take what is done, until nothing is left."""
        work, count = self.work, len(self.work.images)
        self._table = answer_table.make(count + len(work.golden), len(work.manifest.labels))
        self._seconds = 0.0
        packed = Packed.of(work.manifest, work.folder)
        # In a list, a reference is fetched by whoever needs it, once a process.
        self._bundle = (packed.digest, [self.ray.put(packed)])
        self._images: dict[int, Any] = {}
        self._floats: dict[int, Any] = {}
        starts = list(range(0, count, GROUP))
        window = self.cpus + 1
        whole = [run for run in work.runs if runtimes.find(run.runtime).chunk is None]
        split = [run for run in work.runs if run not in whole]
        for place, start in enumerate(starts):
            group = slice(start, min(start + GROUP, count))
            self._ask_group(group)
            if len(starts) > window:
                self._submit(list(self._parts_in(split, group)))
                while len(self.waiting) > window * (2 + len(split)) * (GROUP // 5000):
                    self._take_some()
                if not whole:
                    self._forget(starts[max(0, place - window)])
        if len(starts) > window:
            self._submit(list(parts(whole, count)))
        else:
            self._submit(sorted(parts(work.runs, count), key=order))
        while self.waiting:
            self._take_some()
        return self._table, self._seconds

    def stop(self) -> None:
        """Nobody waits for what is not done."""
        for each in self.waiting:
            with contextlib.suppress(Exception):
                self.ray.cancel(each, force=True)

    def _task(self, function: Any, returns: int = 1) -> Any:
        options = {"max_retries": RETRIES, "num_cpus": 1, "num_returns": returns}
        return self.ray.remote(**options)(function).remote

    def _ask_group(self, group: slice) -> None:
        images, ray = self.work.images, self.ray
        held = []
        for span in spans(group):
            if isinstance(images, Made):
                held.append(self._task(_made)([self._drawn()], span.start, span.stop))
            else:
                held.append(ray.put(images[span]))
            self._images[span.start] = held[-1]
        places = list(spans(group))
        if group.stop == len(images):
            # With the last ones, as TensorFlow is started there anyway.
            held.append(ray.put(self.work.golden))
            places.append(slice(group.stop, group.stop + len(self.work.golden)))
        ask = self._task(_floats, len(held) + 1)
        *answers, seconds = ask(*self._bundle, self.place, held)
        self.waiting[seconds] = None
        for place, each in zip(places, answers, strict=True):
            self._floats[place.start] = each
            self.waiting[each] = place

    def _drawn(self) -> Any:
        if not hasattr(self, "_source"):
            self._source = self.ray.put(self.work.images)
        return self._source

    def _forget(self, before: int) -> None:
        for held in (self._images, self._floats):
            for start in [start for start in held if start < before]:
                del held[start]

    @staticmethod
    def _parts_in(runs: list[Run], group: slice) -> Iterator[tuple[Run, slice]]:
        for run, part in parts(runs, group.stop):
            if part.start >= group.start:
                yield run, part

    def _submit(self, todo: list[tuple[Run, slice]]) -> None:
        work = self.work
        for run, part in todo:
            starts = [span.start for span in spans(part)]
            *answers, told = self._task(_artifact, len(starts) + 1)(
                *self._bundle,
                self.place,
                (run.artifact.id, run.runtime, part.start, part.stop, work.images.shape),
                [self._images[start] for start in starts],
                work.settings,
            )
            # Arguments that are references: it starts once all of them are there.
            tally = self._task(_compare)(
                (part.start, part.stop, stored_step(run.artifact)),
                work.labels[part],
                *answers,
                *(self._floats[start] for start in starts),
            )
            self.waiting |= {told: (run, part), tally: (run, part)}

    def _take_some(self) -> None:
        done, _ = self.ray.wait(
            list(self.waiting), num_returns=1, timeout=LOOK_UP_SECONDS, fetch_local=False
        )
        for each in done:
            what, found = self.waiting.pop(each), self.ray.get(each)
            if isinstance(found, Refused):
                raise found.error()
            if what is None:
                self._seconds += found
            elif isinstance(what, slice):
                self._table[what] = found
                answer_table.let_go(self._table)
                if what.stop <= len(self.work.images):
                    self.work.tick(what.stop - what.start)
            elif isinstance(found, Tally):
                run = what[0]
                run.tally = found if run.tally is None else run.tally + found
            else:
                run, part = what
                run.violations += found.violations
                run.failure = found.failure if run.failure is None else run.failure
                run.backend = found.backend or run.backend
                run.seconds += found.seconds
                self.work.tick(part.stop - part.start)


_BUNDLES: dict[str, Packed] = {}
"""Of this worker."""


def _bundle(digest: str, held: list[Any]) -> Packed:
    import ray

    if digest not in _BUNDLES:
        _BUNDLES[digest] = ray.get(held[0])
    return _BUNDLES[digest]


def _node_place(place: str | None) -> Path:
    if place is not None:
        return Path(place)
    return Path(tempfile.gettempdir()) / f"edgedigits-{cluster_tasks.owner()}"


_SOURCES: dict[Any, Any] = {}


def _made(held: list[Any], start: int, stop: int) -> Images:
    import ray

    if held[0] not in _SOURCES:
        _SOURCES[held[0]] = ray.get(held[0])
    found: Images = _SOURCES[held[0]][start:stop]
    return found


def _floats(digest: str, held: list[Any], place: str | None, images: list[Any]) -> tuple[Any, ...]:
    import ray

    started = time.perf_counter()
    packed, shown = _bundle(digest, held), [ray.get(each) for each in images]
    found = cluster_tasks.ask_floats(packed, _node_place(place), shown)
    if isinstance(found, Refused):
        return (*(found for _ in images), 0.0)
    return (*found, time.perf_counter() - started)


def _artifact(
    digest: str,
    held: list[Any],
    place: str | None,
    what: tuple[str, str, int, int, tuple[int, ...]],
    images: list[Any],
    settings: Any,
) -> tuple[Any, ...]:
    import ray

    name, runtime, start, stop, shape = what
    packed, shown = _bundle(digest, held), Parts(shape, start, images, ray.get)
    found = cluster_tasks.ask_artifact(
        packed, _node_place(place), name, runtime, slice(start, stop), shown, settings
    )
    if isinstance(found, Refused):
        return (*(found for _ in images), found)
    return (*found[0], found[1])


def _compare(what: tuple[int, int, float], labels: Any, *tables: Any) -> Tally | Refused:
    refused = [each for each in tables if isinstance(each, Refused)]
    if refused:
        return refused[0]
    start, stop, step = what
    return cluster_tasks.compare(slice(start, stop), labels, step, tables)


def _reach(address: str) -> None:
    """Refuse an address where nobody listens, before Ray waits for it."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=SECONDS_TO_CONNECT):
            pass
    except (OSError, ValueError) as error:
        raise _unreachable(address, str(error)) from error


def _within(seconds: float, address: str, connect: Any) -> None:
    """Ray tries for minutes; nobody waits for it that long."""
    failed: list[Exception] = []

    def attempt() -> None:
        try:
            connect()
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise _unreachable(address, f"no answer within {seconds:g} s")
    if failed:
        raise _unreachable(address, " ".join(str(failed[0]).split())[:200]) from failed[0]


def _unreachable(address: str, why: str) -> MachineLacks:
    return MachineLacks(
        f"the Ray cluster at {address} cannot be reached: {why}",
        "look whether it runs: ray status; on this machine's own cores: --on ray",
    )


def _check_versions(ray: Any, address: str) -> None:
    """Refuse a cluster whose workers have another edgedigits, or none."""

    # Pickled as it is, as workers may have no such module.
    def version() -> str | None:
        try:
            import edgedigits
        except ImportError:
            return None
        return edgedigits.__version__

    version.__module__ = "__main__"
    ask = ray.remote(num_cpus=0, scheduling_strategy="SPREAD")(version)
    nodes = max(1, len([node for node in ray.nodes() if node["Alive"]]))
    for found in ray.get([ask.remote() for _ in range(2 * nodes)]):
        if found != __version__:
            theirs = "no edgedigits" if found is None else f"edgedigits {found}"
            raise MachineLacks(
                f"workers of {address} have {theirs}, and this is {__version__}",
                f"install the same on all of them: pip install 'edgedigits[ray]=={__version__}'",
            )
