"""What verification and sweeps on Ray would come to on very many machines, from what is measured.

Usage: python benchmarks/scale.py BUNDLE [MERGES]     (1,000,000 tallies are added up unless told)

Measured here: what a task of Ray takes the driver, bytes that a chunk and a trial of a sweep move,
what adding up tallies takes and how much memory the sum has, and what a picture takes a core. From
these a scheduler is simulated for so many nodes and pictures as nobody here has: a driver that
hands out groups and takes results one after another, and cores of different speed that do them.
"""

from __future__ import annotations

import heapq
import pickle
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from on_ray import plain_loops
from plain_loops import float_model
from timing import seconds

from edgedigits.datasets.strokes import strokes
from edgedigits.verification.running import executors
from edgedigits.verification.running.answer_table import SPAN
from edgedigits.verification.running.on_ray.connection import Connection
from edgedigits.verification.running.on_ray.driver import GROUP, GROUP_BYTES, GROUPS_A_CORE
from edgedigits.verification.tally import Tally

MERGES, KINDS = 1_000_000, 40
TASKS, IN_FLIGHT = 3_000, 200
CLASSES, PIXELS = 10, 784
NODES, CORES, PICTURES = 1_000, 16, 10**10
SLOW_SHARE, SLOW = 0.01, 4.0
"""Some of the cores are so many times slower than the others, as somebody else is at work there."""
SPREAD = 0.2
"""Of the logarithm of what a group takes."""


@dataclass(frozen=True)
class Costs:
    """In seconds, of the driver but for the last two.

    Attributes:
        task: beginning one and hearing of its end.
        merge: adding a tally up.
        byte: taking a byte out of the store.
        picture: of a core, drawn, asked twice and compared.
        start: of a worker with its TensorFlow.
    """

    task: float
    merge: float
    byte: float
    picture: float
    start: float


@dataclass(frozen=True)
class Way:
    """How the work is divided."""

    name: str
    group: int
    tasks: int
    tallies: float
    driver_holds_floats: bool = True


def main() -> None:
    folder = Path(sys.argv[1])
    merges = int(sys.argv[2]) if len(sys.argv) > 2 else MERGES
    task_s, byte_s = of_ray()
    tallies = counted(folder)
    sizes = {span: len(pickle.dumps(some[0])) for span, some in tallies.items()}
    print(f"a chunk of {SPAN:,}: pictures {SPAN * PIXELS:,} bytes, answers of each model")
    print(f"  {SPAN * CLASSES * 4:,}, its tally {sizes[SPAN]:,}; one of {GROUP:,} {sizes[GROUP]:,}")
    trial()
    merge_s = {
        size: merged(some, merges * SPAN // size // (1 if size == SPAN else 2))
        for size, some in tallies.items()
    }
    verifies = plain_loops(folder)[1]
    picture_s = verifies.cpu_s / verifies.pictures
    start_s = seconds(lambda: subprocess.run([sys.executable, "-c", START], check=True))
    print(f"a picture takes a core {1e6 * picture_s:.0f} us, TensorFlow {start_s:.1f} s to start")
    costs = Costs(task_s, merge_s[SPAN], byte_s, picture_s, start_s)
    simulated(costs, merge_s[GROUP])


START = "from edgedigits import quiet\nquiet.import_tensorflow()"


def nothing(*_: object) -> tuple[int, int]:
    return 0, 0


def of_ray() -> tuple[float, float]:
    """What a task and a byte of its result take the driver."""
    with executors.opened("ray") as executor:
        connection: Connection = executor.connection  # type: ignore[attr-defined]
        begin = connection.task(nothing, 2)
        table = connection.put(np.zeros(10))
        handed(connection, lambda: begin(table, slice(0, 1), "some"), 200)
        cpu = time.process_time()
        took = seconds(lambda: handed(connection, lambda: begin(table, slice(0, 1)), TASKS))
        cpu = time.process_time() - cpu
        large = np.zeros(SPAN * CLASSES * 4, np.uint8)
        held = [connection.put(large) for _ in range(300)]
        got = seconds(lambda: [connection.get(each, "").copy() for each in held])
    print(f"a task of Ray: {1e6 * took / TASKS:.0f} us, of these {1e6 * cpu / TASKS:.0f} us of CPU")
    print(f"  in the driver; 300 answers of {len(large):,} bytes are taken in {got:.2f} s")
    return cpu / TASKS, got / 300 / len(large)


def handed(connection: Connection, begin: object, count: int) -> None:
    waiting: list[object] = []
    for _ in range(count):
        first, _second = begin()  # type: ignore[operator]
        waiting.append(first)
        while len(waiting) >= IN_FLIGHT:
            for each in connection.done(waiting, 1.0):
                waiting.remove(each)
                connection.get(each, "")
    for each in waiting:
        connection.get(each, "")


def counted(folder: Path) -> dict[int, list[Tally]]:
    """Tallies of a bundle's float model beside the same with a little noise, rounded to 8 bits."""
    model, rng = float_model(folder), np.random.default_rng(0)
    images, labels = strokes.draw(KINDS * SPAN, seed=5)
    theirs = model.probabilities(images)
    noise = np.exp(rng.normal(0, 0.05, theirs.shape))
    ours = (theirs * noise / (theirs * noise).sum(axis=1, keepdims=True)).astype(np.float32)
    ours = np.rint(ours * 256).clip(0, 255).astype(np.float32) / 256
    return {
        size: [
            Tally.of(
                theirs[at : at + size], ours[at : at + size], labels[at : at + size], 1 / 256, at
            )
            for at in range(0, len(labels), size)
        ]
        for size in (SPAN, GROUP)
    }


def merged(some: list[Tally], merges: int) -> float:
    """Seconds of a merge, once there were very many."""
    whole, before = some[0], _resident()
    started = time.process_time()
    for number in range(1, merges):
        whole = whole + some[number % len(some)]
    each = (time.process_time() - started) / max(1, merges - 1)
    size = some[0].pictures
    print(f"{merges:,} tallies of {size:,}: {1e6 * each:.0f} us each; the sum has")
    print(f"  {len(pickle.dumps(whole)):,} bytes and the driver {_resident() - before:,} kB more")
    assert whole.pictures == sum(some[n % len(some)].pictures for n in range(merges))
    return each


def _resident() -> int:
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def trial() -> None:
    """Bytes of a sweep's trial, which come back from a worker."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        images, labels = strokes.USUAL.draw(600, seed=77)
        np.savez(place / "pictures.npz", images=images, labels=labels)
        spec = 'model = "softmax"\ndataset = "pictures.npz"\nsteps = 10\n'
        (place / "spec.toml").write_text(f"[settings]\n{spec}")
        command = [sys.executable, "-m", "edgedigits", "sweep", "spec.toml", "--out", "out"]
        subprocess.run([*command, "--allow-inconclusive"], cwd=place, capture_output=True)
        kept = [each for each in (place / "out").rglob("*") if each.is_file()]
        print(
            f"a sweep with one trial of softmax keeps {sum(e.stat().st_size for e in kept):,} bytes"
        )


def simulated(costs: Costs, merge_of_group_s: float) -> None:
    print(
        f"{PICTURES:,} pictures are {8 * PICTURES / 1e9:,.0f} GB of labels in the driver's memory"
    )
    print(f"  and {4 * CLASSES * PICTURES / 1e9:,.0f} GB of float answers in its TMPDIR")
    before = Way("16 tasks and 5 tallies a group", GROUP, 16, 5)
    for nodes in (1, 10, 100, NODES):
        largest = GROUP_BYTES // PIXELS // SPAN * SPAN
        even = PICTURES // (GROUPS_A_CORE * nodes * CORES * SPAN) * SPAN
        now = Way("as it is: 4 tasks and 1 tally", min(largest, max(GROUP, even)), 4, 1)
        own = replace(now, name="were floats counted by workers", driver_holds_floats=False)
        tree = replace(own, name="and 100 tallies added by a task", tasks=4, tallies=0.01)
        one = replace(tree, name="and all of a group done by 1 task", tasks=1)
        large = replace(one, name="and groups as large as they may be", group=largest)
        print(f"{nodes:,} nodes of {CORES} cores:")
        for way in (before, now, own, tree, one, large):
            merge = costs.merge if way is before else merge_of_group_s
            _told(way, nodes * CORES, replace(costs, merge=merge))


def _told(way: Way, cores: int, costs: Costs) -> None:
    taken = CLASSES * 4 * way.group if way.driver_holds_floats else 0
    of_driver = {
        "tasks": way.tasks * costs.task,
        "merging": way.tallies * costs.merge,
        "float answers": taken * costs.byte,
    }
    took, busy = _scheduled(way.group, cores, costs, sum(of_driver.values()))
    most = max(of_driver, key=lambda name: of_driver[name])
    by = f"the driver ({most})" if busy < 0.8 else "the cores"
    print(f"  {way.name}, {way.group:,} pictures: {took:,.0f} s, {busy:.0%} busy; by {by}")


def _scheduled(group: int, cores: int, costs: Costs, of_driver: float) -> tuple[float, float]:
    """When all groups are done, and the share of the cores' time that was work.

    The driver works one after another: half of what a group takes it before, half after it. There
    are 1.5 groups a core under way at most.
    """
    rng = random.Random(0)
    groups = -(-PICTURES // group)
    slow = [SLOW if rng.random() < SLOW_SHARE else 1.0 for _ in range(cores)]
    free = [(costs.start, core) for core in range(cores)]
    heapq.heapify(free)
    ended: list[float] = []
    driver = work = last = 0.0
    most = 3 * cores // 2 + 2
    for number in range(groups):
        if number >= most:
            driver = max(driver, heapq.heappop(ended)) + of_driver / 2
        driver += of_driver / 2
        at, core = heapq.heappop(free)
        took = group * costs.picture * slow[core] * rng.lognormvariate(0, SPREAD)
        done = max(at, driver) + took
        work += took
        heapq.heappush(free, (done, core))
        heapq.heappush(ended, done)
        last = max(last, done)
    driver += of_driver / 2 * len(ended)
    end = max(last, driver)
    return end, work / (end * cores)


if __name__ == "__main__":
    main()
