"""Ray, started on this machine or joined where it runs already."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edgedigits import __version__
from edgedigits.errors import Killed, MachineLacks, WrongUse
from edgedigits.verification.running.on_ray import tasks

HERE = "ray"
INSTALL = "pip install 'edgedigits[ray]'"
RETRIES = 3
"""How often a task is tried again whose worker or node was lost."""
STORE_BYTES = 256 << 20
"""Of pictures and answers that a cluster on this machine holds for its workers; more of them lie in
files."""
SECONDS_TO_REACH = 10.0
SECONDS_TO_TELL = 60.0
"""For a worker to start and say which version it has."""
SECONDS_TO_TIDY = 5.0
_CLIENT_ASKS = "/ray.rpc.RayletDriver/ClusterInfo"
_DRIVER_ASKS = "/ray.rpc.NodeInfoGcsService/CheckAlive"
_SHARED_MEMORY = Path("/dev/shm")
OOM_RETRIES = "RAY_task_oom_retries"
"""How often Ray tries again what the machine has too little memory for: for ever, unless told."""
_QUIETLY = {"log_to_driver": False, "configure_logging": False, "logging_level": "ERROR"}
_NO_RAY = "look whether it runs: ray status; on this machine's own cores: --on ray"


@dataclass(frozen=True)
class Connection:
    """A cluster that takes work.

    Attributes:
        place: see `tasks.Bundle`.
        cores: how many tasks it does at a time.
    """

    ray: Any
    place: str
    cores: int
    _known: dict[Callable[..., Any], Any] = field(default_factory=dict, repr=False)

    def put(self, what: object) -> Any:
        """A reference of something that every node may fetch, once."""
        return self.ray.put(what)

    def task(self, function: Callable[..., Any], returns: int = 1) -> Callable[..., Any]:
        """What begins a task on a core and gives references of its results."""
        # Made anew, it would be sent anew to every worker.
        if function not in self._known:
            self._known[function] = self.ray.remote(num_cpus=1)(function)
        options = {"max_retries": RETRIES, "retry_exceptions": [Killed]}
        found: Callable[..., Any]
        found = self._known[function].options(num_returns=returns, **options).remote
        return found

    def done(self, waiting: list[Any], seconds: float) -> list[Any]:
        """Those of some references whose results are there, waited for so long at most."""
        # A wait without an end does not notice Ctrl-C on every system.
        done, rest = self.ray.wait(waiting, num_returns=1, timeout=seconds, fetch_local=False)
        if done and rest:
            more, _ = self.ray.wait(rest, num_returns=len(rest), timeout=0, fetch_local=False)
            done += more
        return list(done)

    def get(self, reference: Any, doing: str) -> Any:
        """A task's result. `doing` says what it does, for errors.

        Raises:
            MachineLacks: workers that did it were lost too often.
            Exception: whatever the task raised.
        """
        try:
            return self.ray.get(reference)
        except self.ray.exceptions.RayTaskError as error:
            raise error.cause or error from error
        except self.ray.exceptions.RayError as error:
            raise MachineLacks(
                f"{doing}: attempt {1 + RETRIES} of {1 + RETRIES} failed too ({_why(error)})",
                "look whether the workers' machines have memory left; without Ray: no --on",
            ) from error


@contextlib.contextmanager
def connected(address: str, workers: int | None = None) -> Iterator[Connection]:
    """`address` is `ray` for this machine, or the cluster that `RAY_ADDRESS` names, or
    `ray://HOST:PORT`; `workers` are those of this machine, all cores unless told.

    Raises:
        MachineLacks: Ray is not installed or does not start, or the cluster cannot be reached or
            has another version of edgedigits.
        WrongUse: `workers` are asked for elsewhere.
    """
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    os.environ.setdefault(OOM_RETRIES, str(RETRIES))
    # Workers of a cluster here would give way to every other program.
    os.environ.setdefault("RAY_worker_niceness", "0")
    # It would try a dozen minutes for what listens and is no cluster.
    os.environ.setdefault("RAY_NUM_REDIS_GET_RETRIES", "2")
    try:
        import ray
    except ImportError as error:
        raise MachineLacks("Ray is not installed", f"install it: {INSTALL}") from error
    named = address if address != HERE else os.environ.get("RAY_ADDRESS") or "local"
    if named != "local" and workers is not None:
        raise WrongUse(f"--workers are those of this machine, not of {named}", "leave it out")
    place = Path(tempfile.mkdtemp(prefix="edray-"))
    try:
        with _signals_kept():
            if named == "local":
                _start(ray, place, workers or os.cpu_count() or 1)
            else:
                _join(ray, named)
        # It would print what becomes of workers, among a command's own output.
        ray._private.worker.print_to_stdstream = lambda *_, **__: None
        if named != "local":
            check_versions(ray, named)
        yield Connection(ray, place.name, int(ray.cluster_resources().get("CPU", 1)))
    finally:
        if named != "local" and ray.is_initialized():
            _tidy(ray, place.name)
        ray.shutdown()
        shutil.rmtree(place, ignore_errors=True)


@contextlib.contextmanager
def _signals_kept() -> Iterator[None]:
    """Ray would have a program end by SIGTERM in a way of its own."""
    former = signal.getsignal(signal.SIGTERM)
    yield
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, former)


def _start(ray: Any, place: Path, workers: int) -> None:
    """Ray on the loopback, all of whose files lie in a folder."""
    room = shutil.disk_usage(_SHARED_MEMORY).free if _SHARED_MEMORY.is_dir() else 0
    try:
        ray.init(
            address="local",
            num_cpus=workers,
            include_dashboard=False,
            object_store_memory=STORE_BYTES,
            object_spilling_directory=str(place / "spilled"),
            # In a container it may be tiny.
            _plasma_directory=str(_SHARED_MEMORY if room > 2 * STORE_BYTES else place),
            _temp_dir=str(place / "ray"),
            _node_ip_address="127.0.0.1",
            **_QUIETLY,
        )
    except Exception as error:  # of many types, down to plain ones
        raise MachineLacks(
            f"Ray does not start here: {_why(error)}",
            f"its files lie in {tempfile.gettempdir()}, whose name must be short; TMPDIR is it",
        ) from error


def _join(ray: Any, address: str) -> None:
    """Become a driver of a cluster that runs."""
    client = address.startswith("ray://")
    if address != "auto":
        _reach(address.removeprefix("ray://"), _CLIENT_ASKS if client else _DRIVER_ASKS)
    # A client's tasks belong to a process on the cluster, which is told this so.
    told = {"env_vars": {OOM_RETRIES: os.environ[OOM_RETRIES]}}
    more = {"runtime_env": told} if client else {}
    try:
        ray.init(address=address, **_QUIETLY, **more)
    except Exception as error:  # of many types, down to plain ones
        raise MachineLacks(f"the Ray cluster at {address}: {_why(error)}", _NO_RAY) from error


def _reach(where: str, question: str) -> None:
    """Ray tries for minutes where nobody listens, or somebody else does; nobody waits that long.

    Raises:
        MachineLacks: it is so.
    """
    import grpc

    host, _, port = where.rpartition(":")
    until = time.monotonic() + SECONDS_TO_REACH
    why = f"no answer within {SECONDS_TO_REACH:g} s"
    try:
        with socket.create_connection((host, int(port)), SECONDS_TO_REACH):
            pass
        if os.environ.get("RAY_USE_TLS", "0") not in ("0", "false"):
            return
        with grpc.insecure_channel(where) as channel:
            left = max(0.0, until - time.monotonic())
            channel.unary_unary(question)(b"", timeout=left, wait_for_ready=True)
    except (OSError, ValueError) as error:
        raise MachineLacks(f"no Ray cluster at {where}: {error or why}", _NO_RAY) from error
    except grpc.RpcError as error:
        code = error.code()
        if code == grpc.StatusCode.UNIMPLEMENTED:
            why = "something else listens there"
        elif code not in (grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.UNAVAILABLE):
            return  # it was Ray, who did not like how it was asked
        raise MachineLacks(f"no Ray cluster at {where}: {why}", _NO_RAY) from error


def check_versions(ray: Any, address: str) -> None:
    """Refuse a cluster whose workers have another edgedigits, or none."""

    # A function in a function travels as it is, as workers may have no such module.
    def version() -> str | None:
        try:
            import edgedigits
        except ImportError:
            return None
        return edgedigits.__version__

    for name, asked in _on_each_node(ray, version):
        try:
            found = ray.get(asked, timeout=SECONDS_TO_TELL)
        except ray.exceptions.TaskUnschedulableError:
            continue  # it was lost meanwhile, as others may be in the midst of the work
        except ray.exceptions.RayError as error:
            raise MachineLacks(f"{name} of {address} does not work: {_why(error)}") from error
        if found != __version__:
            theirs = "no edgedigits" if found is None else f"edgedigits {found}"
            raise MachineLacks(
                f"{name} of {address} has {theirs}, and this is {__version__}",
                f"install the same there: pip install 'edgedigits[ray]=={__version__}'",
            )


def _tidy(ray: Any, place: str) -> None:
    """Leave no files behind on the nodes that are still there."""
    with contextlib.suppress(Exception):  # of whatever brought the work to its end
        asked = [each for _, each in _on_each_node(ray, tasks.tidy, place)]
        ray.wait(asked, num_returns=len(asked), timeout=SECONDS_TO_TIDY)


def _on_each_node(ray: Any, function: Callable[..., Any], *given: Any) -> list[tuple[str, Any]]:
    """A task on each node that has cores, by the node's address."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    nodes = [node for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU")]
    return [
        (
            node["NodeManagerAddress"],
            ray.remote(
                num_cpus=0,
                scheduling_strategy=NodeAffinitySchedulingStrategy(node["NodeID"], soft=False),
            )(function).remote(*given),
        )
        for node in nodes
    ]


def _why(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
