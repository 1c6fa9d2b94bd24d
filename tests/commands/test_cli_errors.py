"""Two lines for every mistake, and each fault's own exit code: the user's, the machine's, ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import Command

from edgedigits import cli
from edgedigits.bundle import bundle
from edgedigits.errors import DataBad, ExitCode, nearest

MISTAKES = [
    ("export --target tflit", 2, "did you mean tflite?"),
    ("export --target tflite --scheme int9", 2, "did you mean int8?"),
    ("export nowhere", 2, "there is no nowhere"),
    ("plot history --out x.png", 2, "there is no run in"),
    ("export edg", 2, "there is no edg"),
    ("export --limit 0", 2, "--limit"),
    ("export --limit many", 2, "--limit"),
    ("verify nowhere", 4, "nowhere is no bundle: it does not exist"),
    ("verify .", 4, "has no manifest.json"),
    ("verify", 2, "BUNDLE"),
    ("verify . --max-drop -1", 2, "--max-drop"),
    ("verify . --budget nowhere.toml", 4, "nowhere.toml does not exist"),
    ("bench nowhere", 4, "nowhere is no bundle: it does not exist"),
    ("bench --runtime litrt", 2, "did you mean litert?"),
    ("train --model cnnn", 2, "did you mean cnn?"),
    ("train --dataset mnits", 2, "did you mean --dataset mnist?"),
    ("train --dataset some/where", 4, "some/where: there is nothing there"),
    ("train --dataset strokes --epochs 0", 2, "--epochs must be at least 1"),
    ("train --dataset strokes --batch-size 0", 2, "--batch-size must be at least 1"),
    ("train --dataset strokes --samples 3", 2, "3 samples"),
    ("train --dataset strokes --seed -1", 2, "seed"),
    ("train --resume", 2, "no interrupted training"),
    ("train --resume --epochs 3", 2, "keeps the options it began with"),
    ("train --colour", 2, "--colour"),
    ("exprot", 2, "exprot"),
]


@pytest.mark.parametrize(("line", "code", "says"), MISTAKES, ids=[row[0] for row in MISTAKES])
def test_a_mistake_is_told_in_one_or_two_lines(
    command: Command, tmp_path: Path, line: str, code: int, says: str
) -> None:
    done = command(*line.split(), cwd=tmp_path)
    assert done.code == code
    assert 1 <= len(done.error) <= 2, done.err
    assert done.error[0].startswith("error: ")
    assert says in done.err
    assert list(tmp_path.iterdir()) == []


def test_an_error_has_its_stack_trace_only_with_debug(edgedigits: Command, tmp_path: Path) -> None:
    plain = edgedigits("verify", "nowhere", cwd=tmp_path)
    assert "Traceback" not in plain.err
    for place in (("--debug", "verify", "nowhere"), ("verify", "nowhere", "--debug")):
        debugged = edgedigits(*place, cwd=tmp_path)
        assert "Traceback" in debugged.err
        assert "does not exist" in debugged.err
        assert debugged.code == ExitCode.DATA_BAD


def test_a_fault_of_ours_is_owned_up_to(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from edgedigits.bundle import bundle

    def fail(_: object) -> None:
        raise RuntimeError("what nobody\nthought of")

    monkeypatch.setattr(bundle, "read", fail)
    done = command("verify", ".", cwd=tmp_path)
    assert done.code != ExitCode.DONE
    assert done.error[0] == "error: RuntimeError: what nobody thought of"
    assert "--debug" in done.error[1]


def test_interrupting_is_130_and_no_stack_trace(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from edgedigits.bundle import bundle

    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bundle, "read", interrupt)
    done = command("verify", ".", cwd=tmp_path)
    assert done.code == ExitCode.INTERRUPTED
    assert done.error == ["interrupted"]


def test_errors_know_their_codes() -> None:
    error = DataBad("what", "then")
    assert (str(error), error.exit_code) == ("what\nthen", 4)
    assert nearest("zzz", ["mnist", "strokes"]) is None
    assert nearest("stroke", ["mnist", "strokes"]) == "strokes"
    assert cli.run(["--version"]) == ExitCode.DONE


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (
            PermissionError(13, "Permission denied", "/x/\x1by"),
            ExitCode.WRONG_USE,
            "/x/\\x1by: Perm",
        ),
        (OSError(36, "File name too long", "aaa"), ExitCode.WRONG_USE, "aaa: File name too long"),
        (OSError(28, "No space left on device"), ExitCode.MACHINE_LACKS, "No space left"),
        (MemoryError(), ExitCode.MACHINE_LACKS, "the memory does not suffice"),
    ],
)
def test_what_the_machine_refuses_is_no_fault_of_ours(
    error: Exception, code: ExitCode, says: str, command: Command, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(bundle, "read", refuse)
    done = command("verify", "bundle", cwd=tmp_path)
    told = [line for line in done.error if line.startswith("error: ")]
    assert done.code == code
    assert says in told[0]
    assert "fault of edgedigits" not in done.err


def test_more_samples_than_any_machine_holds_are_refused(command: Command, tmp_path: Path) -> None:
    done = command("train", "--dataset", "strokes", "--samples", "1000000000000", cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert "--samples must be at most 1,000,000,000" in done.err
