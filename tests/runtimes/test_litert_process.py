"""Files of others: whatever they do to LiteRT, they do it to a process that can be spared."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import odd_models
import pytest
import tampering
from command_line import Command
from numpy.typing import NDArray

from edgedigits.errors import DataBad, ExitCode, MachineLacks
from edgedigits.runtimes.litert import litert_process
from edgedigits.runtimes.litert.litert_process import LiteRTProcess
from edgedigits.runtimes.processes import forks
from edgedigits.runtimes.processes.forks import Forker

SHORT_S = 5.0


def written(place: Path, content: bytes) -> Path:
    path = place / "odd.tflite"
    path.write_bytes(content)
    return path


def ask(process: LiteRTProcess, pictures: int = 3) -> NDArray[Any]:
    taken = process.contract.input
    return process.answers(np.zeros((pictures, *taken.shape), taken.dtype))


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_loop_without_end_is_ended(tmp_path: Path) -> None:
    process = LiteRTProcess(written(tmp_path, odd_models.endless()), deadline_s=SHORT_S)
    with pytest.raises(DataBad, match=r"does not end: LiteRT gave no answer within 5 s"):
        ask(process)
    assert not is_running(process.pid)


def test_a_crash_is_the_files_and_the_next_file_is_opened(
    full_bundle: Path, tmp_path: Path
) -> None:
    int8 = full_bundle / "tflite" / "model-int8.tflite"
    odd = written(tmp_path, odd_models.crashing(int8.read_bytes()))
    with pytest.raises(DataBad, match=r"LiteRT crashes on .*odd.tflite \(SIGABRT\)"):
        ask(LiteRTProcess(odd, reference=True))
    sound = LiteRTProcess(int8, reference=True)
    assert ask(sound).shape == (3, 1, 10)
    sound.close()


def test_memory_has_a_limit(tmp_path: Path) -> None:
    with pytest.raises(DataBad, match=r"odd.tflite"):
        ask(LiteRTProcess(written(tmp_path, odd_models.hungry()), deadline_s=SHORT_S))


@pytest.mark.parametrize("leave", [LiteRTProcess.close, LiteRTProcess.__del__])
def test_no_process_is_left_behind(
    full_bundle: Path, leave: Callable[[LiteRTProcess], None]
) -> None:
    process = LiteRTProcess(full_bundle / "tflite" / "model-int8.tflite")
    pid = process.pid
    assert is_running(pid)
    leave(process)
    assert not is_running(pid)


def test_one_that_is_ended_from_outside_is_no_fault_of_the_file(full_bundle: Path) -> None:
    process = LiteRTProcess(full_bundle / "tflite" / "model-int8.tflite")
    os.kill(process.pid, 9)
    with pytest.raises(MachineLacks, match="ended from outside"):
        ask(process)


def test_a_forker_that_was_killed_is_started_again(full_bundle: Path) -> None:
    path = full_bundle / "tflite" / "model-int8.tflite"
    LiteRTProcess(path).close()
    forks.forker(forks.LITERT).close()
    process = LiteRTProcess(path)
    assert ask(process).shape == (3, 1, 10)
    process.close()


def test_a_program_that_cannot_start_says_why(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text("import a_module_that_is_not_there")
    with pytest.raises(MachineLacks, match="does not work") as raised:
        Forker(program).fork()
    assert "a_module_that_is_not_there" in str(raised.value.hint)
    assert "edgedigits doctor" in str(raised.value.hint)


def test_several_threads_open_files_at_once(full_bundle: Path) -> None:
    path, found = full_bundle / "tflite" / "model-int8.tflite", []

    def work() -> None:
        process = LiteRTProcess(path)
        found.append(ask(process, 300))
        process.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert all((each == found[0]).all() for each in found)


def test_a_crash_is_the_artifacts_failure_and_not_the_end_of_the_verification(
    copied_bundle: Path, pictures: Path, command: Command
) -> None:
    path = copied_bundle / "tflite" / "model-int8.tflite"
    path.write_bytes(odd_models.crashing(path.read_bytes()))
    tampering.seal(copied_bundle, tampering.manifest(copied_bundle), keep="tflite-int8")
    options = ("--dataset", pictures, "--limit", "300", "--runtime", "litert-reference")
    done = command("verify", ".", *options, cwd=copied_bundle)
    assert done.code == ExitCode.BUDGET_BROKEN, done.err
    assert "it does not run: LiteRT crashes on" in " ".join(done.out.split())


def test_predict_says_so_in_two_lines(
    album: Path, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, odd_models.endless())
    monkeypatch.setattr(litert_process, "DEADLINE_S", SHORT_S)
    done = command("predict", album, "--model", path, cwd=tmp_path)
    assert done.code == ExitCode.DATA_BAD
    assert "does not end" in done.error[0]
    assert len(done.error) == 2
