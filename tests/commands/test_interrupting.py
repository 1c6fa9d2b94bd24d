"""Ctrl-C ends a command whenever it comes, also while TensorFlow is being imported."""

from __future__ import annotations

import gc
import importlib.util
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from command_line import heed_ctrl_c

from edgedigits import quiet
from edgedigits.errors import ExitCode

# Signals are raised in a program of their own: the one that runs the tests may hear none.
_HELD = """
import signal
from edgedigits import quiet
{before}
try:
    with quiet.signals_held() as hear:
        {inside}
        print("the block is done")
except BaseException as error:
    print(type(error).__name__)
print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)
"""


def held(inside: str, before: str = "") -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", _HELD.format(inside=inside, before=before)],
        preexec_fn=heed_ctrl_c,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_ctrl_c_waits_until_the_block_is_done_and_then_comes() -> None:
    twice = "signal.raise_signal(signal.SIGINT); signal.raise_signal(signal.SIGINT)"
    assert held(twice) == ["the block is done", "KeyboardInterrupt", "True"]


def test_a_long_block_hears_it_where_it_may_come_and_only_once() -> None:
    inside = "signal.raise_signal(signal.SIGINT); print('not yet'); hear(); print('too late')"
    assert held(inside) == ["not yet", "KeyboardInterrupt", "True"]
    assert held("hear()") == ["the block is done", "True"]


def test_sigterm_comes_as_it_would_have_come() -> None:
    before = "signal.signal(signal.SIGTERM, signal.default_int_handler)"
    found = held("signal.raise_signal(signal.SIGTERM)", before)
    assert found == ["the block is done", "KeyboardInterrupt", "True"]


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    before = "signal.signal(signal.SIGINT, signal.SIG_IGN)"
    assert held("signal.raise_signal(signal.SIGINT)", before) == ["the block is done", "False"]


def test_an_error_in_the_block_is_not_lost_where_no_signal_came() -> None:
    assert held("raise ValueError") == ["ValueError", "True"]


def test_other_threads_hold_nothing() -> None:
    seen = []

    def work() -> None:
        with quiet.signals_held():
            seen.append(signal.getsignal(signal.SIGINT))

    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc for what is imported")
@pytest.mark.parametrize("seconds", [0.2, 0.8, 2.0])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_export_that_imports_tensorflow_ends_whenever_it_is_interrupted(
    strokes_run: Path, tmp_path: Path, seconds: float, number: signal.Signals
) -> None:
    exporting = subprocess.Popen(
        [*(sys.executable, "-m", "edgedigits", "export", str(strokes_run)), "--target", "all"],
        cwd=tmp_path,
        env=dict(os.environ),
        preexec_fn=heed_ctrl_c,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    maps = Path(f"/proc/{exporting.pid}/maps")
    while "tensorflow" not in maps.read_text("utf-8"):
        assert exporting.poll() is None
        time.sleep(0.01)
    time.sleep(seconds)
    exporting.send_signal(number)
    out, said = exporting.communicate(timeout=300)
    assert exporting.returncode == ExitCode.INTERRUPTED, said
    assert said.splitlines() == ["interrupted"]
    assert out == ""
    assert list(tmp_path.glob("*")) == []


_TRAINING = """
import signal, sys
from pathlib import Path
from edgedigits.training import training

def on_step(step):
    signal.raise_signal(signal.SIGINT)
    print("the step is done")

asked = training.plan("softmax", sys.argv[1], steps=200)
try:
    training.train(asked, Path("run"), on_step=on_step)
except KeyboardInterrupt:
    print("KeyboardInterrupt")
print(*sorted({"tensorflow", "jax", "matplotlib", "pandas"} & set(sys.modules)))
"""


def test_a_training_hears_it_between_two_steps(pictures: Path, tmp_path: Path) -> None:
    """And TensorFlow was imported without what it can do without."""
    done = subprocess.run(
        [sys.executable, "-c", _TRAINING, pictures],
        cwd=tmp_path,
        preexec_fn=heed_ctrl_c,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    said = ["the step is done", "KeyboardInterrupt", "tensorflow"]
    assert done.stdout.splitlines() == said


def test_what_tensorflow_can_do_without_is_there_for_everyone_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    monkeypatch.delitem(sys.modules, "pandas", raising=False)
    found = []

    def look() -> None:
        found.append(importlib.util.find_spec("pandas") is not None)

    with quiet._imported_lightly():
        with pytest.raises(ModuleNotFoundError):
            look()
        assert not gc.isenabled()
        other = threading.Thread(target=look)
        other.start()
        other.join()
    look()
    assert found == [True, True]
    assert gc.isenabled()
