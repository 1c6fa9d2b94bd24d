"""Verification on Ray's workers: beside threads, beside one LiteRT loop, and with nodes that die.

Usage: python benchmarks/on_ray.py threads BUNDLE      MNIST's test pictures, in turns with threads
       python benchmarks/on_ray.py many BUNDLE [N]     drawn pictures, tflite-int8 (200,000)
       python benchmarks/on_ray.py lost BUNDLE [TIMES] a node of three dies in the midst (10 times)

Each prints what it compares with, which is measured in the same run.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from memory_use import bytes_of, cpu_seconds, with_children
from timing import command_seconds, report, seconds

from edgedigits.bundle import bundle
from edgedigits.bundle.bundle import Bundle, Manifest
from edgedigits.verification import json_report, unseen, verify
from edgedigits.verification.running import executors
from edgedigits.verification.running.execution import Tick
from edgedigits.verification.running.on_ray import connection
from edgedigits.verification.running.on_ray.driver import OnRay
from edgedigits.verification.running.threads import Threads
from edgedigits.verification.running.work import Executor
from edgedigits.verification.unseen import Pictures

LIMIT, LEAST_FASTER = 1.25, 1.6
ROUNDS = 2
ONE = "tflite-int8"
CHUNK = 500
LOOPED = 50_000
"""Pictures of a plain loop."""
WATCHED_EVERY_S = 5.0
"""Looking at the memory of all processes takes a tenth of a second of a core."""


def main() -> None:
    what, folder, *more = sys.argv[1:]
    number = int(more[0]) if more else None
    if what == "threads":
        beside_threads(Path(folder))
    elif what == "many":
        many(Path(folder), number or 200_000)
    else:
        lost(Path(folder), number or 10)


def beside_threads(folder: Path) -> None:
    """The same command with and without `--on ray`: its time, and what it tells."""
    tool = Path(sys.executable).parent / "edgedigits"
    with tempfile.TemporaryDirectory() as place:

        def took(name: str, *on: str) -> float:
            options = ("--dataset", "mnist", "--allow-inconclusive", "--json", f"{place}/{name}")
            return command_seconds([tool, "verify", folder, *options, *on])

        rounds = [(took("threads"), took("ray", "--on", "ray"), started()) for _ in range(ROUNDS)]
        both = [_told(json.loads(Path(place, name).read_text())) for name in ("threads", "ray")]
    threads, ray, start = (min(column) for column in zip(*rounds, strict=True))
    print(f"the same JSON but for times: {both[0] == both[1]}")
    print(f"Ray starts and ends in {start:.2f} s")
    report("--on ray without that", ray - start, "threads", threads, LIMIT)


def started() -> float:
    """Seconds that Ray itself takes, in a program of its own."""
    program = (
        "from edgedigits.verification.running import executors\nwith executors.opened('ray'): pass"
    )
    return command_seconds([sys.executable, "-c", program])


def many(folder: Path, count: int) -> None:
    """Drawn pictures: how many a second, beside one core that draws them and asks LiteRT."""
    opened, found = bundle.read(folder), []

    def measured(executor: Executor) -> _Measured:
        cpu = cpu_seconds(os.getpid())
        took = seconds(lambda: found.append(_verified(opened, count, executor, [ONE])))
        return _Measured(count, took, cpu_seconds(os.getpid()) - cpu)

    asks, verifies, ray, threads = (list[_Measured]() for _ in range(4))
    with executors.opened("ray") as executor, _watched() as peaks:
        # After the workers have imported what they need.
        _verified(opened, 50 * CHUNK, executor, [ONE])
        for _ in range(ROUNDS):
            for those, loop in zip((asks, verifies), plain_loops(folder), strict=True):
                those.append(loop)
            ray.append(measured(executor))
    for _ in range(ROUNDS):
        threads.append(measured(Threads()))
    print(f"the same as threads tell: {all(each == found[0] for each in found)}")
    one = _fastest(asks)
    for name, told in (
        ("one loop that draws and asks LiteRT", one),
        ("one loop that verifies", _fastest(verifies)),
        ("verify on Ray", _fastest(ray)),
        ("verify in threads, with what starts there", _fastest(threads)),
    ):
        print(f"{name}: {told}")
    for name, ours in (("Ray", _fastest(ray)), ("threads", _fastest(threads))):
        for doing, loop in (("asks", one), ("verifies", _fastest(verifies))):
            # By CPU time: what it would be where nobody else took part of the cores.
            ideal = (os.cpu_count() or 1) * loop.cpu_us / ours.cpu_us
            said = f"{ours.a_second / loop.a_second:.2f}, by CPU time {ideal:.2f}"
            print(f"{name} beside the loop that {doing}: {said} (wanted {LEAST_FASTER:g})")
    for name, peak in peaks.items():
        print(f"memory of {name}: at most {peak / 1e6:,.0f} MB")
    parity = found[0]["results"][0]["parity"]
    print(f"drop {parity['drop_points']:.4f} points, at most {parity['drop_upper_points']:.4f}")


@dataclass(frozen=True)
class _Measured:
    """So many pictures in so many seconds, and CPU seconds of all processes."""

    pictures: int
    wall_s: float
    cpu_s: float

    @property
    def a_second(self) -> float:
        return self.pictures / self.wall_s

    @property
    def cpu_us(self) -> float:
        """Of a picture."""
        return 1e6 * self.cpu_s / self.pictures

    def __str__(self) -> str:
        told = f"{self.a_second:,.0f} pictures a second, {self.cpu_us:.1f} us of CPU each"
        return f"{told} ({self.pictures:,})"


def _fastest(rounds: list[_Measured]) -> _Measured:
    return max(rounds, key=lambda each: each.a_second)


def plain_loops(folder: Path) -> list[_Measured]:
    """The two loops of `plain_loops`, in a program of their own."""
    script = Path(__file__).resolve().parent / "plain_loops.py"
    command = [sys.executable, str(script), str(folder), str(LOOPED)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told = json.loads(done.stdout.splitlines()[-1])
    return [_Measured(LOOPED, *told[name]) for name in ("asks", "verifies")]


@contextlib.contextmanager
def _watched() -> Iterator[dict[str, int]]:
    """The most memory of this process, of one worker with what it started, and of all together."""
    peaks = {"driver": 0, "one worker": 0, "all processes": 0}
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(WATCHED_EVERY_S):
            found = {"driver": bytes_of(os.getpid()), "one worker": 0, "all processes": 0}
            for pid in with_children(os.getpid()):
                found["all processes"] += bytes_of(pid)
                if _is_worker(pid):
                    own = sum(map(bytes_of, with_children(pid)))
                    found["one worker"] = max(found["one worker"], own)
            for name, each in found.items():
                peaks[name] = max(peaks[name], each)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peaks
    finally:
        ended.set()
        thread.join()


def _is_worker(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"ray::")
    return False


def lost(folder: Path, times: int) -> None:
    """Three nodes of a core each, one of which dies once some of the pictures are done."""
    from ray.cluster_utils import Cluster

    opened = bundle.read(folder)
    os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_worker_niceness": "0"}
    small = {"num_cpus": 1, "object_store_memory": 200 << 20, "include_log_monitor": False}
    found = []
    cluster = Cluster(initialize_head=True, head_node_args={**small, "no_monitor": True})
    try:
        with connection.connected(cluster.address) as connected:
            nodes = [cluster.add_node(**small) for _ in range(2)]
            cluster.wait_for_nodes()
            undisturbed = _verified(opened, None, OnRay(connected))
            for number in range(times):
                # In turns, one with little done and one with most of it.
                midst = (2 + number % 7) * 10_000
                tick = _once(midst, partial(cluster.remove_node, nodes.pop(0), False))
                work = partial(_verified, opened, None, OnRay(connected), tick=tick)
                took = seconds(lambda work=work: found.append(work()))  # type: ignore[misc]
                same = found[-1] == undisturbed
                print(f"{number + 1}: a node died, {took:.1f} s, the same: {same}", flush=True)
                nodes.append(cluster.add_node(**small))
                cluster.wait_for_nodes()
    finally:
        cluster.shutdown()
    print(f"equal results: {sum(each == undisturbed for each in found)} of {times}")


def _once(after: int, act: Callable[[], object]) -> Tick:
    done = [0]

    def tick(pictures: int) -> None:
        before, done[0] = done[0], done[0] + pictures
        if before < after <= done[0]:
            act()

    return tick


def _drawn(manifest: Manifest, limit: int | None) -> Pictures:
    return unseen.of_bundle(manifest, "strokes", data_dir=None, limit=limit)


def _verified(
    opened: Bundle,
    limit: int | None,
    executor: Executor,
    ids: list[str] | None = None,
    tick: Tick | None = None,
) -> Any:
    manifest = opened.manifest
    if ids is not None:
        chosen = tuple(each for each in manifest.artifacts if each.id in ids)
        manifest = replace(manifest, artifacts=chosen)
    shown = _drawn(manifest, limit)
    found = verify.verify(manifest, opened.folder, shown, executor=executor, tick=tick)
    return _told(json_report.document(found))


def _told(found: Any) -> Any:
    if isinstance(found, dict):
        return {key: _told(each) for key, each in found.items() if "seconds" not in key}
    return [_told(each) for each in found] if isinstance(found, list) else found


if __name__ == "__main__":
    main()
