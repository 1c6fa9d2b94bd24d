"""Damaged files for every reader of other people's files: none may end in an error not ours.

    python tests/fuzzing.py --count 100000 [--reader NAME] [--seed 0]

prints for each reader how many inputs were refused with a documented error, how many it took, and
which ended otherwise (there must be none), the slowest one, and the most memory held until then.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from fuzz_readers import READERS, Reader

from edgedigits.errors import EdgeDigitsError, ExitCode

SECONDS_EACH = 20
"""One input that takes longer counts as a hang."""


def peak_mb() -> float:
    """The most memory this process has ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


class Hang(BaseException):
    """An input took too long. No reader's own handling of errors may catch it."""


@dataclasses.dataclass
class Report:
    """What came of a reader's inputs."""

    name: str
    inputs: int = 0
    refused: Counter[int] = dataclasses.field(default_factory=Counter)
    accepted: int = 0
    others: list[str] = dataclasses.field(default_factory=list)
    slowest: float = 0.0

    def line(self) -> str:
        refused = ", ".join(
            f"{count:,} with {code}" for code, count in sorted(self.refused.items())
        )
        return (
            f"{self.name:18} {self.inputs:7,} inputs, refused {refused or 'none':28} "
            f"accepted {self.accepted:6,}  others {len(self.others)}  slowest {self.slowest:.2f} s"
            f"  memory {peak_mb():,.0f} MB"
        )


def fuzz(reader: Reader, count: int, seed: int = 0) -> Report:
    """Read `count` damaged files; input number i of a seed is always the same one."""
    report = Report(reader.name)
    with tempfile.TemporaryDirectory() as place, _watched():
        path = reader.make(Path(place))
        good = path.read_bytes()
        reader.read(path)
        for index in range(count):
            rng = np.random.default_rng([seed, index])
            mutate = reader.mutators[int(rng.integers(len(reader.mutators)))]
            path.write_bytes(mutate(rng, good))
            _read(reader, path, index, report)
    return report


def _read(reader: Reader, path: Path, index: int, report: Report) -> None:
    report.inputs += 1
    started = time.perf_counter()
    signal.setitimer(signal.ITIMER_REAL, SECONDS_EACH)
    try:
        reader.read(path)
        report.accepted += 1
    except EdgeDigitsError as error:
        report.refused[int(error.exit_code)] += 1
        if error.exit_code not in (ExitCode.WRONG_USE, ExitCode.DATA_BAD):
            report.others.append(f"{index}: exit code {error.exit_code}: {error}")
        if len(str(error).splitlines()) > 2:
            report.others.append(f"{index}: more than two lines: {error}")
    except (Exception, Hang):
        report.others.append(f"{index}: {traceback.format_exc()}")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    report.slowest = max(report.slowest, time.perf_counter() - started)


@contextlib.contextmanager
def _watched() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise Hang

    former = signal.signal(signal.SIGALRM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGALRM, former)


def main() -> int:
    """Run from the command line; 1 where an input ended in something that is not ours."""
    parser = argparse.ArgumentParser(description="Read damaged files of every kind.")
    parser.add_argument("--count", type=int, default=10_000, help="inputs over all readers")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--reader", help="one reader alone")
    asked = parser.parse_args()
    chosen = [each for each in READERS if asked.reader in (None, each.name)]
    total, found = sum(each.share for each in chosen), 0
    for reader in chosen:
        report = fuzz(reader, max(1, round(asked.count * reader.share / total)), asked.seed)
        print(report.line(), flush=True)
        for other in report.others[:3]:
            print(other, flush=True)
        found += len(report.others)
    print(f"others in all: {found}; memory peak {peak_mb():,.0f} MB")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
