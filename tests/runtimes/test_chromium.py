"""The browser that is found is the one that was meant, and none is a remedy away."""

from __future__ import annotations

from pathlib import Path

import pytest

from edgedigits.errors import MachineLacks
from edgedigits.runtimes.processes import chromium


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.fixture(autouse=True)
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No browser anywhere."""
    monkeypatch.delenv("EDGEDIGITS_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    places = chromium._usual_places
    monkeypatch.setattr(chromium, "_usual_places", lambda _platform: places("win32"))
    for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(tmp_path / "programs"))


def test_the_environment_goes_first_then_the_path_then_playwrights_then_the_usual_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = program(tmp_path / "programs" / "Google" / "Chrome" / "Application" / "chrome.exe")
    assert chromium.find() == usual
    assert chromium.find(tmp_path / "not" / "installed") == usual
    playwrights = program(tmp_path / "playwright" / "chrome")
    assert chromium.find(playwrights) == playwrights
    on_path = program(tmp_path / "bin" / "google-chrome")
    assert chromium.find(playwrights) == on_path
    chosen = program(tmp_path / "chosen")
    monkeypatch.setenv("EDGEDIGITS_CHROMIUM", str(chosen))
    assert chromium.find(playwrights) == chosen


def test_none_at_all_names_the_command_that_installs_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "is_root", lambda: False)
    with pytest.raises(MachineLacks, match="python -m playwright install chromium"):
        chromium.find()


def test_a_chosen_one_that_cannot_be_run_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin" / "chromium")
    for wrong in (tmp_path, tmp_path / "nowhere"):
        monkeypatch.setenv("EDGEDIGITS_CHROMIUM", str(wrong))
        with pytest.raises(MachineLacks, match="EDGEDIGITS_CHROMIUM"):
            chromium.find()
