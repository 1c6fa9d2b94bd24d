"""The command line: quick to answer, quiet, and two lines for every mistake."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import Command

from edgedigits import cli
from edgedigits.bundle import bundle
from edgedigits.errors import DataBad, ExitCode, nearest
from edgedigits.errors import command as shell_command

HEAVY = (
    "tensorflow",
    "keras",
    "numpy",
    "scipy",
    "PIL",
    "matplotlib",
    "ai_edge_litert",
    "jsonschema",
)
IMPORTED_BY = """
import sys
sys.argv = ["edgedigits", *{arguments!r}]
from edgedigits import cli
try:
    cli.main()
except SystemExit:
    pass
print("IMPORTED", *sorted({heavy!r} & set(sys.modules)))
"""


def imported_by(*arguments: str) -> list[str]:
    script = IMPORTED_BY.format(arguments=arguments, heavy=set(HEAVY))
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout.splitlines()[-1].split()[1:]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("--version",),
        ("train", "--help"),
        ("export", "--help"),
        ("verify", "--help"),
        ("bench", "--help"),
        ("serve", "--help"),
        ("demo", "--help"),
        ("exprot",),
        (),
    ],
    ids=" ".join,
)
def test_asking_for_help_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert imported_by(*arguments) == []


def test_a_misspelt_target_costs_no_tensorflow() -> None:
    assert "tensorflow" not in imported_by("export", "--target", "tflit")


def test_help_names_every_command_and_the_exit_codes(command: Command, tmp_path: Path) -> None:
    done = command("--help", cwd=tmp_path)
    assert done.code == ExitCode.DONE
    for word in ("quickstart", "train", "export", "verify", "doctor", "130 interrupted"):
        assert word in done.out


@pytest.mark.parametrize(
    "name", ["quickstart", "train", "export", "verify", "bench", "serve", "demo", "doctor"]
)
def test_every_command_has_help(command: Command, tmp_path: Path, name: str) -> None:
    done = command(name, "-h", cwd=tmp_path)
    assert (done.code, done.err) == (ExitCode.DONE, "")


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


def test_no_command_at_all_shows_help(command: Command, tmp_path: Path) -> None:
    done = command(cwd=tmp_path)
    assert (done.code, done.err) == (ExitCode.DONE, "")
    assert done.out == command("--help", cwd=tmp_path).out
    assert "Usage" in done.out


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


def test_a_reader_that_has_gone_is_no_error() -> None:
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m edgedigits export --help | head -1; :"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""


@pytest.mark.parametrize("line", ["models", "models --json", "--help", "--version"])
def test_a_command_cut_short_by_its_reader_ends_as_any_other_program(line: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "edgedigits", *line.split()],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (cli.READER_GONE, "")


def test_no_line_of_the_list_of_models_is_wider_than_a_terminal(
    command: Command, tmp_path: Path
) -> None:
    done = command("models", cwd=tmp_path)
    assert max(map(len, done.out.splitlines())) < 80


def test_a_command_to_type_is_quoted_as_a_shell_needs_it() -> None:
    place = Path("my bundle") / "it's $HOME"
    typed = shell_command("verify", place, "--json")
    again = subprocess.run(
        ["sh", "-c", f"printf '%s\\n' {typed}"], capture_output=True, text=True, check=True
    )
    assert again.stdout.splitlines() == ["edgedigits", "verify", str(place), "--json"]


def test_the_shells_completion_offers_the_commands(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "_EDGEDIGITS_COMPLETE": "complete_bash",
        "COMP_WORDS": "edgedigits ex",
        "COMP_CWORD": "1",
    }
    done = subprocess.run(
        [Path(sys.executable).with_name("edgedigits")],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "export" in done.stdout.split()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_can_be_shown(tmp_path: Path, shell: str) -> None:
    command = [str(Path(sys.executable).with_name("edgedigits")), "--show-completion", shell]
    # The shell is looked for among the parents of the process; whatever runs the tests may be none.
    named = {**os.environ, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    done = subprocess.run(
        command, cwd=tmp_path, env=named, capture_output=True, text=True, check=True
    )
    assert "_EDGEDIGITS_COMPLETE=" in done.stdout


def test_the_shell_that_asks_gets_its_own_completion_script(tmp_path: Path) -> None:
    line = f"{Path(sys.executable).with_name('edgedigits')} --show-completion; true"
    done = subprocess.run(
        ["bash", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "_EDGEDIGITS_COMPLETE=complete_bash" in done.stdout


def test_train_export_and_verify_are_quiet(
    edgedigits: Command, pictures: Path, tmp_path: Path
) -> None:
    """TensorFlow's greeting and warnings would bury what the user has to read."""
    lines = (
        ("train", "--dataset", pictures, "--epochs", "1", "--out", "run"),
        ("export", "run", "--target", "all", "--scheme", "float32", "--no-verify"),
        ("verify", "bundle", "--limit", "40"),
    )
    for line in lines:
        done = edgedigits(*line, cwd=tmp_path)
        assert (done.code, done.err) == (ExitCode.DONE, ""), line
        assert "tensorflow" not in done.out.lower()


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
