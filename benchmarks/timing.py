"""Wall time of commands and functions, measured side by side with a named baseline."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def command_seconds(
    command: Sequence[str | Path], *, runs: int = 1, cwd: Path | None = None
) -> float:
    """The fastest of several runs: what is slower than it was disturbed by something else."""
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "TFDF_DISABLE_WELCOME_MESSAGE": "1"}

    def once() -> object:
        return subprocess.run(
            list(map(str, command)), cwd=cwd, env=quiet, check=True, capture_output=True
        )

    return min(seconds(once) for _ in range(runs))


def commands_in_turns(
    command: Sequence[str | Path], baseline: Sequence[str | Path], runs: int
) -> tuple[float, float]:
    """The fastest run of each of two commands, timed in turns."""
    pairs = [(command_seconds(command), command_seconds(baseline)) for _ in range(runs)]
    ours, theirs = (min(column) for column in zip(*pairs, strict=True))
    return ours, theirs


def report(name: str, ours: float, baseline_name: str, baseline: float, limit: float) -> None:
    ratio = ours / baseline
    verdict = "within" if ratio <= limit else "ABOVE"
    print(f"{name}: {ours:.3f} s; {baseline_name}: {baseline:.3f} s")
    print(f"ratio {ratio:.3f}, {verdict} the limit of {limit:g}")
