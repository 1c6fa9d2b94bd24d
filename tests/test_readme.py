"""What README and docs tell people to type is what the commands understand."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer
from command_line import Command

from edgedigits.cli import app

PROJECT = Path(__file__).parent.parent
PAGES = [
    PROJECT / "README.md",
    PROJECT / "CONTRIBUTING.md",
    *sorted((PROJECT / "docs").glob("*.md")),
]
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def typed(program: str) -> list[str]:
    """Every command of `program` in the shell blocks of README and docs, without its comment."""
    lines = [
        line.split("  #")[0].strip()
        for page in PAGES
        for block in BLOCK.findall(page.read_text("utf-8"))
        for line in block.splitlines()
    ]
    return sorted({line for line in lines if line.split()[:1] == [program]})


@pytest.mark.parametrize("line", typed("edgedigits"))
def test_every_command_has_the_options_that_are_named(line: str) -> None:
    group = typer.main.get_command(app)
    _, name, *words = shlex.split(line)
    command = group.commands[name]  # type: ignore[attr-defined]
    command.make_context(name, words)


@pytest.mark.parametrize("line", typed("make"))
def test_every_make_target_exists(line: str) -> None:
    targets = re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert line.split()[1] in targets


def test_the_two_commands_come_first() -> None:
    first = BLOCK.findall((PROJECT / "README.md").read_text("utf-8"))[0].splitlines()
    assert [line.split("#")[0].strip() for line in first] == ["make quickstart", "make test"]


def test_readme_steps_work_one_after_another(
    strokes_run: Path, tmp_path: Path, command: Command
) -> None:
    (tmp_path / "runs").symlink_to(strokes_run.parent)
    exported = command("export", "--target", "tflite", cwd=tmp_path)
    assert exported.code == 0, exported.err
    assert (tmp_path / "bundle" / "tflite" / "model-int8.tflite").is_file()
    verified = command("verify", "bundle", "--junit", "report.xml", cwd=tmp_path)
    assert verified.code == 0, verified.err
    assert (tmp_path / "report.xml").is_file()


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"
