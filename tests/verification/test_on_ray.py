"""Ray's workers and this process's threads tell the same, whatever becomes of the workers."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from command_line import Command, heed_ctrl_c

from edgedigits.bundle import bundle
from edgedigits.datasets.shards import writing
from edgedigits.errors import ExitCode, MachineLacks, PicturesBad
from edgedigits.verification import json_report, unseen, verify
from edgedigits.verification.running.on_ray import connection
from edgedigits.verification.running.on_ray.connection import Connection
from edgedigits.verification.running.on_ray.driver import OnRay
from edgedigits.verification.running.threads import Threads
from edgedigits.verification.running.work import Executor

pytestmark = pytest.mark.xdist_group("ray")

Told = dict[str, Any]


@dataclass(frozen=True)
class Machines:
    """A cluster of two nodes on this machine, of a core each. The second one is there to be lost.

    Attributes:
        cluster: as Ray has it.
        second: its node.
        connection: ours.
    """

    cluster: Any
    second: Any
    connection: Connection

    @property
    def is_busy(self) -> bool:
        """Whether the second node's core is taken."""
        from ray._private.state import available_resources_per_node

        return not available_resources_per_node()[self.second.node_id].get("CPU")

    def workers(self) -> list[int]:
        """Processes of the second node that do tasks."""
        raylet = self.second.all_processes["raylet"][0].process.pid
        lists = Path(f"/proc/{raylet}/task").glob("*/children")
        children = [pid for each in lists for pid in each.read_text("ascii").split()]
        return [int(pid) for pid in children if "ray::" in _command_line(pid)]


def _command_line(pid: str) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text("utf-8")
    return ""


def wait_until(true: Callable[[], object]) -> None:
    """Nothing is said of how long that may take."""
    while not true():
        time.sleep(0.02)


@pytest.fixture(scope="module")
def machines() -> Iterator[Machines]:
    pytest.importorskip("ray")
    from ray.cluster_utils import Cluster

    small = {"num_cpus": 1, "object_store_memory": 80 << 20, "include_log_monitor": False}
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patched.setenv("RAY_worker_niceness", "0")
        cluster = Cluster(initialize_head=True, head_node_args={**small, "no_monitor": True})
        try:
            patched.setenv("RAY_ADDRESS", cluster.address)
            with connection.connected(connection.HERE) as connected:
                # Not before, or it might be the one that we are connected by.
                second = cluster.add_node(**small)
                yield Machines(cluster, second, connected)
        finally:
            cluster.shutdown()


def told(folder: Path, pictures: Path, executor: Executor) -> Told:
    """What `verify` would write as JSON, but for times."""
    opened = bundle.read(folder)
    shown = unseen.of_bundle(opened.manifest, str(pictures), data_dir=None, limit=None)
    found = verify.verify(opened.manifest, folder, shown, executor=executor)
    result: Told = without_times(json_report.document(found))
    return result


def without_times(found: Any) -> Any:
    if isinstance(found, dict):
        return {key: without_times(each) for key, each in found.items() if "seconds" not in key}
    return [without_times(each) for each in found] if isinstance(found, list) else found


@pytest.fixture(scope="module")
def undisturbed(nano_bundle: Path, pictures: Path) -> Told:
    """What threads tell."""
    return told(nano_bundle, pictures, Threads(2))


def test_both_executors_tell_the_same(
    machines: Machines, nano_bundle: Path, pictures: Path, undisturbed: Told
) -> None:
    assert told(nano_bundle, pictures, OnRay(machines.connection)) == undisturbed


def test_workers_read_shards(
    machines: Machines, nano_bundle: Path, pictures: Path, undisturbed: Told, tmp_path: Path
) -> None:
    manifest = bundle.read(nano_bundle).manifest
    shown = unseen.of_bundle(manifest, str(pictures), data_dir=None, limit=None)
    writing.write(tmp_path, shown.split, "npz", 40)
    results = told(nano_bundle, tmp_path, OnRay(machines.connection))["results"]
    named = {"dataset": results[0]["dataset"]}
    assert results == [each | named for each in undisturbed["results"]]
    (tmp_path / "000001.npz").unlink()
    with pytest.raises(PicturesBad, match=r"000001\.npz is missing"):
        told(nano_bundle, tmp_path, OnRay(machines.connection))


def disturbed(
    machines: Machines, folder: Path, pictures: Path, disturb: Callable[[list[int]], None]
) -> Told:
    """What Ray tells when the second node's workers are disturbed while they are at work."""
    found: list[Told | BaseException] = []

    def work() -> None:
        try:
            found.append(told(folder, pictures, OnRay(machines.connection)))
        except BaseException as error:
            found.append(error)

    connection.check_versions(machines.connection.ray, "the cluster")  # that starts one
    wait_until(lambda: machines.workers() and not machines.is_busy)
    held = machines.workers()
    # They get their tasks, and do not get on with them.
    for pid in held:
        os.kill(pid, signal.SIGSTOP)
    thread = threading.Thread(target=work)
    thread.start()
    wait_until(lambda: machines.is_busy or not thread.is_alive())
    disturb(held)
    thread.join()
    (result,) = found
    if isinstance(result, BaseException):
        raise result
    return result


def kill(workers: list[int]) -> None:
    for pid in workers:
        os.kill(pid, signal.SIGKILL)


def test_what_a_killed_worker_did_is_done_again_and_nothing_printed(
    machines: Machines,
    nano_bundle: Path,
    pictures: Path,
    undisturbed: Told,
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert disturbed(machines, nano_bundle, pictures, kill) == undisturbed
    assert capfd.readouterr().out == ""


def test_what_was_lost_too_often_is_named(
    machines: Machines, nano_bundle: Path, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "RETRIES", 0)
    with pytest.raises(MachineLacks) as caught:
        disturbed(machines, nano_bundle, pictures, kill)
    assert re.fullmatch(
        r"[\w ,-]+ pictures 0 to 119: attempt 1 of 1 failed too \(WorkerCrashed.*",
        caught.value.message,
    )
    assert caught.value.hint is not None


def test_what_a_lost_node_did_is_done_by_others(
    machines: Machines, nano_bundle: Path, pictures: Path, undisturbed: Told
) -> None:
    def lose(workers: list[int]) -> None:
        machines.cluster.remove_node(machines.second, allow_graceful=False)
        kill(workers)

    assert disturbed(machines, nano_bundle, pictures, lose) == undisturbed


def test_another_version_on_a_worker_is_refused(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "__version__", "99.9")
    with pytest.raises(MachineLacks, match=r"has edgedigits \d[\d.]*, and this is 99\.9") as caught:
        connection.check_versions(machines.connection.ray, "the cluster")
    assert caught.value.hint == "install the same there: pip install 'edgedigits[ray]==99.9'"


def test_a_cluster_where_nobody_listens_is_refused(
    nano_bundle: Path, command: Command, tmp_path: Path
) -> None:
    pytest.importorskip("ray")
    with socket.create_server(("127.0.0.1", 0)) as server:
        where = f"127.0.0.1:{server.getsockname()[1]}"
    done = command("verify", nano_bundle, "--on", f"ray://{where}", cwd=tmp_path)
    assert done.code == ExitCode.MACHINE_LACKS
    assert done.error[-2].startswith(f"error: no Ray cluster at {where}: [Errno ")
    assert done.error[-1].startswith("look whether it runs: ray status")


def test_somebody_who_listens_and_never_answers_is_no_cluster(
    nano_bundle: Path, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("ray")
    monkeypatch.setattr(connection, "SECONDS_TO_REACH", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        where = f"127.0.0.1:{server.getsockname()[1]}"
        done = command("verify", nano_bundle, "--on", f"ray://{where}", cwd=tmp_path)
    assert done.code == ExitCode.MACHINE_LACKS
    assert done.error[-2] == f"error: no Ray cluster at {where}: no answer within 0.5 s"


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc for what is left")
def test_ctrl_c_ends_the_work_and_leaves_nothing(nano_bundle: Path, pictures: Path) -> None:
    pytest.importorskip("ray")
    # Sockets lie in there, and their names must be short.
    place = Path(tempfile.mkdtemp(prefix="ed-", dir="/tmp"))
    words = ("--dataset", pictures, "--on", "ray", "--workers", "1")
    elsewhere = ("RAY_ADDRESS",)
    verifying = subprocess.Popen(
        [sys.executable, "-m", "edgedigits", "verify", nano_bundle, *words],
        env={**{k: v for k, v in os.environ.items() if k not in elsewhere}, "TMPDIR": str(place)},
        preexec_fn=heed_ctrl_c,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    # A worker has unpacked the bundle: nothing else is done yet.
    unpacked = "edray-*/*/tflite"
    wait_until(lambda: verifying.poll() is not None or list(place.glob(unpacked)))
    verifying.send_signal(signal.SIGINT)
    _, said = verifying.communicate()
    assert verifying.returncode == ExitCode.INTERRUPTED, said
    assert said.splitlines() == ["interrupted"]
    assert list(place.iterdir()) == []
    processes = Path("/proc").iterdir
    wait_until(lambda: not any(str(place) in _command_line(each.name) for each in processes()))
    shutil.rmtree(place)


def test_without_ray_its_installation_is_told(
    nano_bundle: Path, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    done = command("verify", nano_bundle, "--on", "ray", cwd=tmp_path)
    assert done.code == ExitCode.MACHINE_LACKS
    assert done.error == [
        "error: Ray is not installed",
        "install it: pip install 'edgedigits[ray]'",
    ]


@pytest.mark.parametrize("name", ["rya", "ray://", "ray://host", "http://host:10001"])
def test_what_is_no_executor_is_refused(
    name: str, nano_bundle: Path, command: Command, tmp_path: Path
) -> None:
    done = command("verify", nano_bundle, "--on", name, cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert done.error == [
        f"error: --on {name} is no executor",
        "say: --on ray, or --on ray://HOST:10001",
    ]


def test_nothing_else_knows_ray() -> None:
    root = Path(connection.__file__).parents[3]
    knows = re.compile(r"^\s*(?:import|from) ray\b", re.MULTILINE)
    found = {file.parent for file in root.rglob("*.py") if knows.search(file.read_text("utf-8"))}
    assert found == {Path(connection.__file__).parent}
