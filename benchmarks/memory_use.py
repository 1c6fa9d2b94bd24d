"""Memory of a program and of all that it starts, while it runs (Linux)."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

EVERY_S = 0.3
PROC = Path("/proc")


@dataclass(frozen=True)
class Used:
    """What a program took: seconds, and where it was watched at most so many bytes in all its
    processes together.

    A page that several processes share counts once (proportional set size, `smaps_rollup`).
    """

    wall_s: float
    peak_bytes: int

    def __str__(self) -> str:
        peak = f", at most {self.peak_bytes / 1e6:,.0f} MB" if self.peak_bytes else ""
        return f"{self.wall_s:.1f} s{peak}"


def run(
    command: Sequence[str | Path],
    cwd: Path,
    fine: Sequence[int] = (0,),
    watched: bool = False,
    **environment: str,
) -> Used:
    """Run a program to its end; where its exit status is not fine, what it said is shown."""
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "TFDF_DISABLE_WELCOME_MESSAGE": "1"}
    started = time.perf_counter()
    process = subprocess.Popen(
        list(map(str, command)),
        cwd=cwd,
        env={**os.environ, **quiet, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    peak, ended = 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not ended.wait(EVERY_S):
            peak = max(peak, sum(map(bytes_of, with_children(process.pid))))

    watching = threading.Thread(target=watch)
    if watched:
        watching.start()
    said, _ = process.communicate()
    wall = time.perf_counter() - started
    ended.set()
    if watched:
        watching.join()
    if process.returncode not in fine:
        print(said)
        sys.exit(f"{command[0]} ended with {process.returncode}")
    return Used(wall, peak)


def with_children(pid: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            # Some end meanwhile.
            with contextlib.suppress(OSError):
                text = (folder / "stat").read_text("utf-8", "replace")
                parent = int(text.rpartition(")")[2].split()[1])
                parents.setdefault(parent, []).append(int(folder.name))
    found = [pid]
    for each in found:
        found += parents.get(each, [])
    return found


def cpu_seconds(pid: int) -> float:
    """Of a program and of all that it has started, what has ended and was waited for included."""
    ticks = 0
    for each in with_children(pid):
        with contextlib.suppress(OSError):
            text = (PROC / str(each) / "stat").read_text("utf-8", "replace")
            # Its own in user and system mode, and those of its children that ended.
            ticks += sum(map(int, text.rpartition(")")[2].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def bytes_of(pid: int) -> int:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
