"""The command line: quick to answer, quiet, and at home in a shell."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import Command

from edgedigits import cli
from edgedigits.errors import ExitCode
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
    "ray",
    "optuna",
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
        ("sweep", "--help"),
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


def test_no_command_at_all_shows_help(command: Command, tmp_path: Path) -> None:
    done = command(cwd=tmp_path)
    assert (done.code, done.err) == (ExitCode.DONE, "")
    assert done.out == command("--help", cwd=tmp_path).out
    assert "Usage" in done.out


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
