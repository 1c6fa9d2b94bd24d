"""`edgedigits kit`: which there are, where they go, and what is refused."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from command_line import Command

from edgedigits.errors import ExitCode
from edgedigits.kits import kits


def test_without_a_platform_those_that_there_are_get_listed(
    command: Command, tmp_path: Path
) -> None:
    done = command("kit", cwd=tmp_path)
    assert done.code == ExitCode.DONE
    assert [line.split()[0] for line in done.out.splitlines()] == list(kits.KITS)


def test_a_kit_lies_where_it_was_asked_for_and_says_what_it_is(
    command: Command, full_bundle: Path, tmp_path: Path
) -> None:
    for scheme in ("float16", "int8"):
        asked = ("--for", "python", "--out", "my kit", "--scheme", scheme)
        done = command("kit", full_bundle, *asked, cwd=tmp_path)
        assert done.code == ExitCode.DONE, done.err
        assert f"tflite-{scheme}" in done.out
        assert "cd 'my kit' && python selftest.py" in done.out
        assert "was not verified" in done.out
    model = tmp_path / "my kit" / "classifier" / "model.tflite"
    assert model.read_bytes() == (full_bundle / "tflite" / "model-int8.tflite").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["my kit"]
    listed = subprocess.run(
        ["sha256sum", "--check", "--quiet", "DIGESTS"], cwd=tmp_path / "my kit", check=False
    )
    assert listed.returncode == 0


@pytest.mark.parametrize("name", ["README.md", "classifier/mine.py"])
def test_what_a_user_put_into_a_kit_is_never_lost(
    command: Command, full_bundle: Path, tmp_path: Path, name: str
) -> None:
    asked = ("kit", full_bundle, "--for", "python", "--out", "kit")
    assert command(*asked, cwd=tmp_path).code == ExitCode.DONE
    (tmp_path / "kit" / name).write_text("mine")
    done = command(*asked, cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert "would be lost" in done.error[0]
    assert (tmp_path / "kit" / name).read_text() == "mine"


def test_what_its_self_test_left_there_is_no_obstacle(
    command: Command, full_bundle: Path, tmp_path: Path
) -> None:
    asked = ("kit", full_bundle, "--for", "python", "--out", "kit")
    assert command(*asked, cwd=tmp_path).code == ExitCode.DONE
    (tmp_path / "kit" / "classifier" / "__pycache__").mkdir()
    (tmp_path / "kit" / "classifier" / "__pycache__" / "ink.pyc").write_text("")
    done = command(*asked, cwd=tmp_path)
    assert done.code == ExitCode.DONE, done.err
    assert not (tmp_path / "kit" / "classifier" / "__pycache__").exists()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("--for", "pithon"), ("did you mean python", "kits: ")),
        (("--for", "python", "--scheme", "int9"), ("did you mean int", "schemes: ")),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(
    command: Command, full_bundle: Path, tmp_path: Path, asked: tuple[str], words: tuple[str]
) -> None:
    done = command("kit", full_bundle, *asked, cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert [word in line for word, line in zip(words, done.error, strict=True)] == [True, True]
    assert not list(tmp_path.iterdir())
