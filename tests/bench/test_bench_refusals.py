"""What `edgedigits bench` cannot measure is left out and said, or refused in two lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Command

from edgedigits.errors import ExitCode

QUICK = ("--seconds", "0.02")


def test_a_broken_file_to_compare_with_is_told_before_anything_is_measured(
    full_bundle: Path, command: Command, tmp_path: Path
) -> None:
    whole = (full_bundle / "tflite" / "model-int8.tflite").read_bytes()
    (tmp_path / "broken.tflite").write_bytes(whole[:3000])
    options = ("--against", "broken.tflite", "--json", "found.json")
    done = command("bench", full_bundle, *options, cwd=tmp_path)
    assert done.code == ExitCode.DATA_BAD
    assert "LiteRT refuses broken.tflite" in done.error[0]
    assert len(done.error) == 2
    assert not (tmp_path / "found.json").exists()


def test_without_a_browser_it_is_left_out_and_how_to_get_one_is_said(
    full_bundle: Path, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDGEDIGITS_CHROMIUM", "/nowhere/chromium")
    options = ("--artifact", "tfjs-uint8", *QUICK, "--json", "found.json")
    done = command("bench", full_bundle, *options, cwd=tmp_path)
    assert done.code == ExitCode.DONE, done.err
    assert "tfjs-browser was not measured" in done.out
    assert "install" in done.out
    document = json.loads((tmp_path / "found.json").read_text())
    assert [each["runtime"] for each in document["results"]] == ["tfjs-node"]
    assert [each["runtime"] for each in document["skipped"]] == ["tfjs-browser"]


@pytest.mark.parametrize(
    ("options", "variable", "says"),
    [
        (("--runtime", "tfjs-browser"), "EDGEDIGITS_CHROMIUM", "/nowhere"),
        (("--runtime", "tfjs-node,litert"), "EDGEDIGITS_NODE", "no Node that runs"),
    ],
)
def test_a_runtime_that_was_asked_for_and_is_not_here_is_an_error(
    full_bundle: Path,
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    variable: str,
    says: str,
) -> None:
    monkeypatch.setenv(variable, "/nowhere")
    done = command("bench", full_bundle, "--target", "tfjs", *options, *QUICK, cwd=tmp_path)
    assert done.code == ExitCode.MACHINE_LACKS
    assert says in done.error[0]
    assert "install" in done.error[1]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("--runtime litrt", "did you mean litert?"),
        ("--artifact tflite-int9", "did you mean tflite-int8?"),
        ("--target tflit", "did you mean tflite?"),
        ("--scheme int9", "did you mean int8?"),
        ("--backend webgl", "runtime tfjs-node has no backend webgl"),
        ("--target tfjs --runtime litert", "runs on litert"),
        ("--artifact tflite-int8 --scheme float32", "has no such artifact"),
        ("--against nowhere.tflite", "there is no nowhere.tflite"),
        ("--against . --target tflite", "there is no ."),
        ("--seconds 0", "--seconds"),
    ],
)
def test_a_mistake_is_told_in_two_lines(
    full_bundle: Path, command: Command, tmp_path: Path, line: str, says: str
) -> None:
    done = command("bench", full_bundle, *line.split(), cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert says in done.err
    assert len(done.error) == 2


def test_comparing_with_nothing_is_wrong_use(
    full_bundle: Path, command: Command, tmp_path: Path
) -> None:
    theirs = full_bundle / "tflite" / "model-int8.tflite"
    done = command("bench", full_bundle, "--target", "tfjs", "--against", theirs, cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert "--against" in done.error[0]


def test_the_newest_bundle_is_meant_where_none_is_named(command: Command, tmp_path: Path) -> None:
    done = command("bench", cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert "there is no bundle" in done.error[0]
    assert "edgedigits export" in done.error[1]


def test_a_file_of_other_pictures_is_not_compared(
    full_bundle: Path, colour_bundle: Path, command: Command, tmp_path: Path
) -> None:
    theirs = colour_bundle / "tflite" / "model-int8.tflite"
    done = command("bench", full_bundle, "--against", theirs, cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert "takes pictures of [20, 28, 3] pixels, the bundle of [28, 28]" in done.error[0]
    assert len(done.error) == 2
