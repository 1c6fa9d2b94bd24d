"""`edgedigits quickstart`: what it asks for, and the page that it ends with."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from command_line import Command

from edgedigits.bundle import bundle, run
from edgedigits.commands import options
from edgedigits.errors import ExitCode
from edgedigits.export import export, source
from edgedigits.export.release import Outcome
from edgedigits.training import first_run, training


def test_its_page_answers_on_a_module_of_webassembly(
    monkeypatch: pytest.MonkeyPatch,
    strokes_run: Path,
    wasm_bundle: Path,
    command: Command,
    tmp_path: Path,
) -> None:
    asked: list[dict[str, tuple[str, ...]]] = []

    def exported(_: object, folder: Path, schemes: Any, **__: object) -> Outcome:
        asked.append(schemes)
        return Outcome(folder, bundle.read(wasm_bundle), None, (), kept_former=False)

    # Training and export have tests of their own; together they take minutes.
    monkeypatch.setattr(options, "start_tensorflow", lambda: None)
    monkeypatch.setattr(first_run, "choose_dataset", lambda _: ("strokes", "of a test"))
    monkeypatch.setattr(training, "train", lambda *_, **__: run.open_run(strokes_run))
    monkeypatch.setattr(source, "open_source", lambda *_, **__: SimpleNamespace())
    monkeypatch.setattr(export, "steps", lambda *_: 1)
    monkeypatch.setattr(export, "export", exported)
    done = command("quickstart", cwd=tmp_path)
    assert done.code == ExitCode.DONE, done.err
    (schemes,) = asked
    assert {target: len(names) for target, names in schemes.items()} == {
        "tflite": 5,
        "tfjs": 4,
        "wasm": 1,
    }
    page = json.loads((tmp_path / "page" / "model" / "page.json").read_text("utf-8"))
    (entry,) = (each for each in page["models"] if each["id"] == page["default"])
    assert entry["target"] == "wasm"
    assert "edgedigits serve page" in done.out
