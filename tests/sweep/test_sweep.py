"""A sweep comes to the same whatever is killed meanwhile, and does nothing twice."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import Command, Finished, heed_ctrl_c

from edgedigits.bundle import bundle, publishing, run
from edgedigits.errors import ExitCode
from edgedigits.sweep import attempts, specification
from edgedigits.sweep.searches import searches
from edgedigits.sweep.store import FILE, TRIALS, UNFINISHED, Store
from edgedigits.sweep.trial import RUN

pytestmark = [
    # The program that carries out trials is started once for all of them.
    pytest.mark.xdist_group("ray"),
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc for what is at work"),
]

SWEEP = ("sweep", "spec.toml", "--allow-inconclusive")
SPEC = """
scheme = "float32"

[settings]
model = {layers}
dataset = "{pictures}"
steps = [3, 6]
"""
LAYERS = '{ recipe = "softmax", convolutions = [{ filters = 2, size = 14, stride = 14 }] }'
LINE = "softmax: 14x14/14 2"


@pytest.fixture(scope="module")
def undisturbed(
    command: Command, pictures: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Finished]:
    """A folder with a sweep of two trials that nothing disturbed, and what it said. Read only."""
    place = tmp_path_factory.mktemp("sweep")
    (place / "spec.toml").write_text(SPEC.format(pictures=pictures, layers=LAYERS), "utf-8")
    done = command(*SWEEP, cwd=place)
    assert done.code == ExitCode.DONE, done.err
    return place, done


@pytest.fixture
def halfway(undisturbed: tuple[Path, Finished], tmp_path: Path) -> Path:
    """A copy of it that lacks the second trial, and what was said of both."""
    place = tmp_path / "halfway"
    shutil.copytree(undisturbed[0], place)
    folder = place / "sweeps" / "spec"
    second = told(undisturbed[0])["trials"][1]["trial"]
    shutil.rmtree(folder / TRIALS / second)
    (folder / "sweep.json").unlink()
    return place


def told(place: Path) -> dict[str, Any]:
    """`sweep.json` without times."""
    found: dict[str, Any] = json.loads((place / "sweeps/spec/sweep.json").read_text("utf-8"))
    del found["measured"]
    return found


def finished(place: Path) -> dict[str, int]:
    """Trials that are there, each with the time when it was written."""
    found = (place / "sweeps/spec" / TRIALS).glob(f"*/{FILE}")
    return {file.parent.name: file.stat().st_mtime_ns for file in found}


def wait_until(true: Callable[[], object]) -> None:
    """Nothing is said of how long that may take."""
    while not true():
        time.sleep(0.02)


def begun(place: Path) -> list[str]:
    """Attempts that are under way."""
    folder = place / "sweeps/spec" / UNFINISHED
    return sorted(each.name for each in folder.glob("*")) if folder.exists() else []


def children(pid: int) -> list[int]:
    found: list[int] = []
    # Processes and threads end meanwhile, also while they are listed.
    with contextlib.suppress(OSError):
        for each in Path(f"/proc/{pid}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found += map(int, each.read_text("ascii").split())
    return found


def started(place: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "edgedigits", *SWEEP, "--workers", "1"],
        cwd=place,
        preexec_fn=heed_ctrl_c,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_validation_chooses_and_the_test_pictures_are_shown_once(
    undisturbed: tuple[Path, Finished],
) -> None:
    place, done = undisturbed
    found, folder = told(place), place / "sweeps" / "spec"
    (best,) = (each for each in found["trials"] if each["trial"] == found["chosen"]["trial"])
    accuracies = [each["artifacts"][0]["accuracy"] for each in found["trials"]]
    assert best["artifacts"][0]["accuracy"] == max(accuracies)
    assert [each["validation_pictures"] for each in found["trials"]] == [60, 60]
    # What was proven is the very file that was tried.
    released = bundle.read(folder / "bundle").manifest
    assert [file.sha256 for file in released.artifacts[0].files] == best["artifacts"][0]["sha256"]
    assert found["chosen"]["test"] == released.verification["tflite-float32"]
    assert not any("test" in key for each in found["trials"] for key in each)
    assert {each["model"] for each in found["trials"]} == {LINE}
    assert run.open_run(folder / TRIALS / best["trial"] / RUN).card["model"] == LINE
    assert released.facts["source"]["model"] == LINE
    assert f"{found['chosen']['test']['accuracy']['percent']:.2f} % right" in done.out
    assert (folder / "pareto.png").read_bytes().startswith(b"\x89PNG")
    assert begun(place) == []


def test_what_is_finished_is_not_done_again(
    undisturbed: tuple[Path, Finished], command: Command, tmp_path: Path
) -> None:
    place = tmp_path / "again"
    shutil.copytree(undisturbed[0], place)
    before, text = finished(place), (place / "sweeps/spec/sweep.json").read_bytes()
    # Nothing could do it.
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(attempts, "PROGRAM", tmp_path / "none.py")
        done = command(*SWEEP, cwd=place)
    assert (done.code, done.out) == (ExitCode.DONE, undisturbed[1].out)
    assert finished(place) == before
    assert (place / "sweeps/spec/sweep.json").read_bytes() == text


def test_a_worker_and_the_driver_are_killed_and_nothing_differs(
    undisturbed: tuple[Path, Finished], halfway: Path, command: Command
) -> None:
    before = finished(halfway)
    driver = started(halfway)
    wait_until(lambda: driver.poll() is not None or begun(halfway))
    (first,) = begun(halfway)
    # Before, the program that forks may have started others.
    begins = halfway / "sweeps/spec" / UNFINISHED / first / RUN
    wait_until(lambda: driver.poll() is not None or begins.exists())
    (worker,) = [pid for each in children(driver.pid) for pid in children(each)]
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: driver.poll() is not None or begun(halfway) not in ([], [first]))
    driver.kill()
    _, said = driver.communicate()
    assert (driver.returncode, said) == (-signal.SIGKILL, "")
    assert finished(halfway) == before
    done = command(*SWEEP, cwd=halfway)
    assert done.code == ExitCode.DONE
    assert told(halfway) == told(undisturbed[0])
    assert before.items() < finished(halfway).items()
    assert begun(halfway) == []


def test_ctrl_c_ends_the_work_and_leaves_what_is_finished(halfway: Path) -> None:
    before = finished(halfway)
    driver = started(halfway)
    wait_until(lambda: driver.poll() is not None or begun(halfway))
    (first,) = begun(halfway)
    folder = halfway / "sweeps/spec" / UNFINISHED / first
    wait_until(lambda: driver.poll() is not None or (folder / RUN).exists())
    servers = children(driver.pid)
    driver.send_signal(signal.SIGINT)
    out, said = driver.communicate()
    assert (driver.returncode, out) == (ExitCode.INTERRUPTED, "")
    assert said.splitlines() == ["interrupted"]
    assert finished(halfway) == before
    # Another attempt may have taken it up before it heard that there will be none.
    (left,) = begun(halfway)
    assert (folder.parent / left / RUN).is_dir()
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in servers))


def test_what_is_lost_too_often_is_named_and_the_rest_kept(
    halfway: Path, command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = finished(halfway)
    (tmp_path / "ends.py").write_text("raise SystemExit(1)\n", "utf-8")
    monkeypatch.setattr(attempts, "PROGRAM", tmp_path / "ends.py")
    done = command(*SWEEP, cwd=halfway)
    assert done.code == ExitCode.MACHINE_LACKS
    assert done.error[0].startswith("error: trial ")
    assert "(steps=6): attempt 4 of 4 failed too (ends, a process beside this one" in done.error[0]
    assert (finished(halfway), begun(halfway)) == (before, [])


def test_a_trial_that_fails_by_itself_ends_no_other(
    halfway: Path, command: Command, undisturbed: tuple[Path, Finished]
) -> None:
    """And a sweep that asks for more repeats nothing, however it calls its layers."""
    text = (halfway / "spec.toml").read_text("utf-8")
    more = text.replace("[3, 6]", "3").replace(LAYERS, f'["mlp", "{LINE}"]')
    (halfway / "spec.toml").write_text("max_bytes = 10\n" + more, "utf-8")
    before = finished(halfway)
    done = command(*SWEEP, cwd=halfway)
    assert done.code == ExitCode.BUDGET_BROKEN
    found = told(halfway)
    # That is how many pictures its recipe takes.
    assert "pictures to train on, not the 5,000 asked for" in found["trials"][0]["failed"]
    assert found["trials"][1] == told(undisturbed[0])["trials"][0]
    assert (found["chosen"], finished(halfway)) == (None, before)
    assert "2 trials, 1 of which failed" in done.out
    assert "nothing that passes is within 10 bytes" in done.out


def test_two_sweeps_do_not_write_to_one_folder(halfway: Path, command: Command) -> None:
    with publishing.lock(halfway / "sweeps" / "spec"):
        done = command(*SWEEP, cwd=halfway)
    assert done.code == ExitCode.WRONG_USE
    assert "another process is writing to" in done.err


def test_a_damaged_record_is_of_no_finished_trial(
    undisturbed: tuple[Path, Finished], tmp_path: Path
) -> None:
    shutil.copytree(undisturbed[0], tmp_path / "copy")
    asked = specification.read(tmp_path / "copy" / "spec.toml")
    store = Store(tmp_path / "copy/sweeps/spec")
    (every,) = searches.opened(asked, None).generations(lambda _: None)
    for trial in every.trials:
        assert store.record(trial) is not None
        (store.run(trial).parent / FILE).write_text('{"artifacts": []}', "utf-8")
        assert store.record(trial) is None


def test_ray_tells_the_same_and_a_killed_worker_changes_nothing(
    undisturbed: tuple[Path, Finished],
    halfway: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("ray")
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    driver = subprocess.Popen(
        [sys.executable, "-m", "edgedigits", *SWEEP, "--on", "ray", "--workers", "1"],
        cwd=halfway,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    busy: list[int] = []

    def is_busy() -> bool:
        busy[:] = at_work(driver.pid)
        return bool(busy) or driver.poll() is not None

    wait_until(is_busy)
    with contextlib.suppress(ProcessLookupError):  # it is done already
        os.kill(busy[0], signal.SIGKILL)
    _, said = driver.communicate()
    assert (driver.returncode, said) == (ExitCode.DONE, "")
    assert told(halfway) == told(undisturbed[0])
    assert len(finished(halfway)) == 2


def at_work(driver: int) -> list[int]:
    """Ray's workers that have begun a trial."""
    found, left = [], [driver]
    for pid in left:
        below = children(pid)
        left += below
        with contextlib.suppress(OSError):  # processes end meanwhile
            if below and Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"ray::packed"):
                found.append(pid)
    return found
