"""Figures of time: turns, medians, ratios that a slow machine does not bend, and processes."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits import bench
from edgedigits.bench import rounds
from edgedigits.bench.batches import Batches
from edgedigits.bench.litert_session import LiteRTSession
from edgedigits.bench.memory import Growth
from edgedigits.bench.rounds import Latency, Turn
from edgedigits.bench.timer_process import Refused, TimerProcess
from edgedigits.errors import DataBad, EdgeDigitsError, MachineLacks, WrongUse

MB = 1_000_000


@dataclass
class Recorded:
    """Something to time that notes when its turn is, and answers as it is told to."""

    name: str
    log: list[str]
    answers: list[float] = field(default_factory=list)

    def turn(self, seconds: float, _warm_seconds: float) -> Turn:
        self.log.append(self.name if seconds else f"{self.name} settles")
        median = self.answers.pop(0) if seconds and self.answers else 1.0
        return Turn(median, 2 * median, 10)


def test_things_take_turns_and_settle_before_the_first() -> None:
    log: list[str] = []
    timed = {name: Recorded(name, log) for name in ("a", "b", "c")}
    rounds.measure(timed, seconds=1.0, rounds=3)
    assert log == ["a settles", "b settles", "c settles", *(["a", "b", "c"] * 3)]


def test_a_figure_is_the_median_of_its_rounds() -> None:
    one = Recorded("a", [], [5.0, 90.0, 4.0, 6.0, 5.5])
    found = rounds.measure({"a": one}, seconds=1.0, rounds=5)["a"]
    assert (found.median_us, found.p95_us, found.calls) == (5.5, 11.0, 50)
    assert found.rounds_us == (5.0, 90.0, 4.0, 6.0, 5.5)


def test_a_ratio_is_of_the_same_moments() -> None:
    # The machine was three times slower in all rounds but the second.
    ours = Latency(0, 0, (3.0, 1.0, 3.0), 3)
    theirs = Latency(0, 0, (12.0, 4.0, 12.0), 3)
    assert ours.ratio(theirs) == 0.25
    assert theirs.ratio(ours) == 4


def test_95_percent_of_the_calls_keep_to_p95() -> None:
    turn = Turn.of([float(each) for each in range(1, 101)])
    assert (turn.median_us, turn.p95_us, turn.calls) == (50.5, 95.0, 100)
    assert Turn.of([7.0]) == Turn(7.0, 7.0, 1)


def test_a_coarse_clock_is_seen_through_by_taking_calls_together() -> None:
    # Calls of 340 µs, on a clock that knows steps of 100 µs alone.
    ends = [340 * each // 100 * 100 for each in range(1001)]
    times = [float(after - before) for before, after in pairwise(ends)]
    assert Turn.of(times).median_us == 300
    assert Turn.of(times, clock_step_us=100).median_us == pytest.approx(340, rel=0.02)


def test_lone_files_are_compared_with_the_named_one(full_bundle: Path) -> None:
    files = {
        scheme: full_bundle / "tflite" / f"model-{scheme}.tflite" for scheme in ("int8", "float32")
    }
    found = bench.compare(files, "float32", seconds=0.02)
    assert list(found) == ["int8", "float32"]
    assert found["float32"].ratio == 1
    assert found["int8"].ratio > 0
    assert found["int8"].latency.calls >= rounds.ROUNDS * rounds.LEAST_CALLS
    with pytest.raises(WrongUse, match="did you mean float32"):
        bench.compare(files, "flot32")


def test_a_model_that_does_nothing_tells_what_measuring_costs() -> None:
    assert bench.floor(seconds=0.02).calls >= rounds.ROUNDS * rounds.LEAST_CALLS


def test_a_file_that_is_none_or_broken_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.tflite"
    broken.write_bytes(b"no model at all")
    with pytest.raises(DataBad, match=r"broken\.tflite"):
        bench.latency(broken)
    with pytest.raises(WrongUse, match="there is no"):
        bench.latency(tmp_path / "nowhere.tflite")


@dataclass
class Slow:
    """A runtime on a clock of its own that each picture moves on."""

    seconds_each: float
    now: float = 0.0
    asked: list[int] = field(default_factory=list)
    backend: None = None

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.asked.append(len(images))
        self.now += self.seconds_each * len(images)
        return np.zeros((len(images), 10), np.float32)

    def contract_violations(self) -> list[str]:
        return []

    def close(self) -> None:
        pass


@pytest.mark.parametrize(("seconds_each", "count"), [(0.001, 64), (0.05, 20), (2.0, 8)])
def test_batches_are_as_large_as_fits_into_their_time(
    monkeypatch: pytest.MonkeyPatch, seconds_each: float, count: int
) -> None:
    runtime = Slow(seconds_each)
    monkeypatch.setattr(time, "perf_counter", lambda: runtime.now)
    turn = Batches(runtime, np.zeros((64, 28, 28), np.uint8)).turn(1.001, 0.0)
    assert runtime.asked[:2] == [8, count]
    assert turn.median_us == pytest.approx(1e6 * seconds_each)


def timer(code: str) -> TimerProcess:
    return TimerProcess([sys.executable, "-c", code], "the timer", deadline_s=60)


def test_a_program_that_fails_says_why() -> None:
    with contextlib.closing(timer("raise SystemExit('no luck')")) as process:
        with pytest.raises(EdgeDigitsError, match="ended with status 1") as failure:
            process.ask("run")
        assert failure.value.hint == "no luck"


def test_a_program_that_is_ended_from_outside_is_no_broken_artifact() -> None:
    with contextlib.closing(timer("input(); input()")) as process:
        os.kill(process.pid, signal.SIGKILL)
        with pytest.raises(MachineLacks, match="ended from outside"):
            process.ask("run")


def test_a_program_that_never_answers_is_ended() -> None:
    process = TimerProcess([sys.executable, "-c", "input(); input()"], "the timer", deadline_s=0.2)
    with contextlib.closing(process), pytest.raises(MachineLacks, match=r"no answer within 0\.2 s"):
        process.ask("run")


def test_a_request_that_is_refused_leaves_the_program_running() -> None:
    code = 'import sys\nfor line in sys.stdin: print(\'{"error": "not now"}\', flush=True)'
    with contextlib.closing(timer(code)) as process:
        for _ in range(2):
            with pytest.raises(Refused) as failure:
                process.ask("run")
            assert failure.value.said == "not now"


def test_closing_a_session_ends_its_process(full_bundle: Path) -> None:
    session = LiteRTSession(full_bundle / "tflite" / "model-int8.tflite")
    pid = session._process.pid
    session.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="asks Linux for memory")
def test_memory_counts_from_its_beginning_and_not_from_earlier_peaks() -> None:
    script = (
        "held = bytearray(b'x' * 80_000_000); del held; print('freed', flush=True); input()\n"
        "held = bytearray(b'x' * 20_000_000); print('held', flush=True); input()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        assert process.stdout.readline() == "freed\n"
        growth = Growth(process.pid)
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "held\n"
        peak = growth.peak_bytes()
        process.stdin.write("\n")
        process.stdin.flush()
    assert peak is not None
    # The literal and its copy: 40 MB at most, and far from the 160 MB before.
    assert 19 * MB < peak < 60 * MB


def test_memory_of_a_process_that_is_gone_is_not_known() -> None:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    assert Growth(done.pid).peak_bytes() is None
