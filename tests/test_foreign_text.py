"""Names that others wrote are shown, and do nothing to the terminal that shows them."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import tampering
from command_line import Command
from PIL import Image

from edgedigits.errors import DataBad, ExitCode
from edgedigits.foreign_text import one_line, visible

TITLE = "\x1b]0;mine\x07[red]x[/red]"
SHOWN = "\\x1b]0;mine\\x07[red]x[/red]"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (TITLE, SHOWN),
        ("a\nb", "a\nb"),
        ("a\rb\tc\x9b2J", "a\\rb\\tc\\x9b2J"),
        ("gpj.\u202eexe", "gpj.\\u202eexe"),
        ("half \udcff", "half \\udcff"),
        ("Größe 数字 ✓", "Größe 数字 ✓"),
        ("back\\slash", "back\\slash"),
    ],
)
def test_what_a_terminal_would_obey_is_escaped(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_name_of_ours_is_one_line_and_not_endless() -> None:
    assert one_line("a\nb" + "x" * 999) == "a\\nb" + "x" * 251


def test_a_picture_of_such_a_name(full_bundle: Path, command: Command, tmp_path: Path) -> None:
    name = f"{TITLE.replace('/', '|')}.png"
    Image.fromarray(np.full((40, 40), 255, np.uint8)).save(tmp_path / name)
    done = command("predict", "--model", full_bundle, name, "gone\x1b[2J.png", cwd=tmp_path)
    assert SHOWN.replace("/", "|") in done.out
    assert "gone\\x1b[2J.png" in done.out
    assert "\x1b" not in done.out + done.err


def test_a_data_set_of_such_a_name(
    copied_bundle: Path, pictures: Path, command: Command, tmp_path: Path
) -> None:
    data = tmp_path / f"{TITLE.replace('/', '|')}.npz"
    data.write_bytes(pictures.read_bytes())
    tampering.seal(copied_bundle, tampering.manifest(copied_bundle), keep="tflite-int8")
    options = ("--limit", "30", "--junit", tmp_path / "a.xml", "--max-difference", "0.9")
    done = command("verify", copied_bundle, "--dataset", data, *options, cwd=tmp_path)
    assert SHOWN.replace("/", "|") in done.out
    assert "\x1b" not in done.out + done.err
    assert ElementTree.parse(tmp_path / "a.xml").getroot().find("testsuite") is not None


@pytest.mark.parametrize(
    "place", [("source", "name"), ("dataset", "name"), ("reference", "input_name")]
)
def test_such_a_name_in_a_manifest_is_refused(
    place: tuple[str, str], copied_bundle: Path, command: Command, tmp_path: Path
) -> None:
    content = tampering.manifest(copied_bundle)
    content[place[0]][place[1]] = TITLE
    tampering.seal(copied_bundle, content)
    done = command("verify", copied_bundle, cwd=tmp_path)
    assert done.code == ExitCode.DATA_BAD
    assert place[1] in done.error[0]
    assert "\x1b" not in done.err


def test_an_error_is_one_line_whatever_is_named_in_it() -> None:
    error = DataBad("a\nb\x85c\u2028 is missing", "the remedy")
    assert str(error) == "a b\\x85c\\u2028 is missing\nthe remedy"


def test_such_a_name_in_an_error(command: Command, tmp_path: Path) -> None:
    done = command("verify", f"no{TITLE}", cwd=tmp_path)
    assert done.error[0] == f"error: no{SHOWN} is no bundle: it does not exist"
