"""`edgedigits doctor`: every trouble has a remedy, and what need not be there is no failure."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from looking import look_at

from edgedigits.doctor import doctor, places
from edgedigits.doctor.finding import Check
from edgedigits.errors import ExitCode


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
    check = places.mnist(mnist_dir)
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
    monkeypatch.setattr(places, "LEAST_FREE_BYTES", 10**18)
    check = look_at("disk")
    assert check.status == "missing"
    assert doctor.exit_code([check]) == ExitCode.MACHINE_LACKS


def test_a_check_that_fails_itself_is_a_finding() -> None:
    def _odd_part() -> Check:
        raise RuntimeError("no such device")

    check = doctor._safely(_odd_part)
    assert (check.name, check.status) == ("odd part", "broken")
    assert "no such device" in check.detail
