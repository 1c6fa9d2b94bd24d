"""Sweeps whose driver and workers are killed, beside undisturbed ones; and very many small trials.

Usage: python benchmarks/sweeps.py killed [TRIALS [ray] [tpe | halving]]
                                                   driver twice, workers ten times (24)
       python benchmarks/sweeps.py tiny [TRIALS]   memory and seconds of the driver (1,000)

Linux alone, as processes are found in /proc. Each prints what it compares with, which is measured
in the same run.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from memory_use import EVERY_S, PROC, with_children
from timing import seconds

from edgedigits.datasets.strokes import strokes

DRIVERS, WORKERS = 2, 10
MARKS = ("trial_worker", "ray::packed")
"""What the command lines of processes that carry trials out hold."""
SPEC = """
[settings]
model = "softmax"
dataset = "pictures.npz"
steps = [10, 20]
seed = {seeds}
"""
Folder = dict[str, tuple[int, int]]


def main() -> None:
    what, *more = sys.argv[1:]
    number = int(more[0]) if more else None
    with tempfile.TemporaryDirectory(prefix="sweeps-") as name:
        place = Path(name)
        images, labels = strokes.USUAL.draw(600, seed=77)
        np.savez(place / "pictures.npz", images=images, labels=labels)
        if what == "killed":
            search = next((word for word in more[1:] if word != "ray"), None)
            killed(place, number or 24, search, ["--on", "ray"] if "ray" in more[1:] else [])
        else:
            tiny(place, number or 1000)


def killed(place: Path, trials: int, search: str | None, on: list[str]) -> None:
    spec = _spec(place, trials, search)
    took = seconds(lambda: _ended(_begun(place, spec, "undisturbed", on)))
    print(f"{trials} trials undisturbed: {took:.0f} s")
    victims = ["worker"] * WORKERS + ["driver"] * DRIVERS
    random.seed(0)
    random.shuffle(victims)
    due = [max(1, (trials - 1) * kill // len(victims)) for kill in range(len(victims))]
    started, process = time.perf_counter(), _begun(place, spec, "disturbed", on)
    kept: Folder = {}
    repeated = 0
    while victims or process.poll() is None:
        time.sleep(EVERY_S)
        found = _finished(place / "disturbed")
        repeated += sum(kept[each] != found.get(each) for each in kept)
        kept = found
        if not victims and process.poll() is not None:
            break
        if process.poll() is not None:
            sys.exit(f"it was over before {len(victims)} kills: {process.communicate()[1]}")
        workers = [pid for pid in with_children(process.pid) if _is_worker(pid)]
        if victims and len(found) >= due[len(due) - len(victims)] and len(workers) > 1:
            if victims.pop(0) == "driver":
                os.kill(process.pid, signal.SIGKILL)
                process.communicate()
                process = _begun(place, spec, "disturbed", on)
            else:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(random.choice(workers), signal.SIGKILL)
    _ended(process)
    print(
        f"the same with {WORKERS} workers and {DRIVERS} drivers killed: "
        f"{time.perf_counter() - started:.0f} s"
    )
    same = _without_times(place / "undisturbed") == _without_times(place / "disturbed")
    print(f"finished trials that were done again: {repeated}")
    print(f"the same sweep.json but for times: {same}")


def tiny(place: Path, trials: int) -> None:
    spec = _spec(place, trials)
    started, process = time.perf_counter(), _begun(place, spec, "tiny", [])
    memory: dict[int, int] = {}
    while process.poll() is None:
        time.sleep(EVERY_S)
        finished = len(_finished(place / "tiny"))
        with contextlib.suppress(OSError, StopIteration):
            lines = (PROC / str(process.pid) / "status").read_text("ascii").splitlines()
            held = next(line for line in lines if line.startswith("VmRSS"))
            memory.setdefault(finished, int(held.split()[1]) * 1024)
    _ended(process)
    took = time.perf_counter() - started
    counts = sorted(count for count in memory if count)
    tenths = [counts[len(counts) * tenth // 10] for tenth in range(10)] + counts[-1:]
    told = ", ".join(f"{count:,}: {memory[count] / 1e6:.1f}" for count in tenths)
    print(f"memory of the driver after so many trials, MB: {told}")
    records = [json.loads(each.read_text()) for each in (place / "tiny/trials").glob("*/*.json")]
    steps: dict[str, list[float]] = {}
    for each in records:
        for name, spent in each["measured"]["seconds"].items():
            steps.setdefault(name, []).append(spent)
    within = sum(map(statistics.fmean, steps.values()))
    means = ", ".join(f"{name} {statistics.fmean(each):.2f}" for name, each in steps.items())
    cores = os.cpu_count() or 1
    print(f"{trials:,} trials in {took:.0f} s, {cores} at a time; seconds in a trial: {means}")
    print(f"seconds of a core for a trial beyond these: {took * cores / trials - within:.2f}")


def _spec(place: Path, trials: int, search: str | None = None) -> str:
    head = "" if search is None else f'search = "{search}"\ntrials = {trials}\n'
    (place / "spec.toml").write_text(head + SPEC.format(seeds=list(range(trials // 2))))
    return "spec.toml"


def _begun(place: Path, spec: str, out: str, on: list[str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "edgedigits", "sweep", spec, "--out", out]
    return subprocess.Popen(
        [*command, "--allow-inconclusive", *on],
        cwd=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _ended(process: subprocess.Popen[str]) -> None:
    _, said = process.communicate()
    if process.returncode != 0:
        sys.exit(f"it ended with {process.returncode}: {said}")


def _is_worker(pid: int) -> bool:
    with contextlib.suppress(OSError):
        command = (PROC / str(pid) / "cmdline").read_text("utf-8", "replace")
        return any(mark in command for mark in MARKS)
    return False


def _finished(folder: Path) -> Folder:
    """Finished trials, each with what would change if it were written again."""
    found: Folder = {}
    for each in folder.glob("trials/*/trial.json"):
        with contextlib.suppress(OSError):
            told = each.stat()
            found[each.parent.name] = (told.st_ino, told.st_mtime_ns)
    return found


def _without_times(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "sweep.json").read_text())
    del found["measured"]
    return found


if __name__ == "__main__":
    main()
