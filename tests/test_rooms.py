"""The house is as it is drawn: layers without circles, small rooms, docstrings that are true."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

PROJECT = Path(__file__).parent.parent
PACKAGES = ("edgedigits", "converters")
MOST_AT_THE_ROOT, MOST_IN_A_ROOM, MOST_LINES = 8, 20, 300
TABLES = ("edgedigits/datasets/strokes/skeletons.py",)
"""Files of data, which may be as long as the data."""
# `commands` and `reports` have too many rooms below them to name each.
ROOMS = sorted(
    folder.parent.name
    for folder in (PROJECT / "edgedigits").glob("*/__init__.py")
    if folder.parent.name not in ("commands", "reports")
)


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES, cache_dir=None)


@pytest.mark.parametrize("name", ROOMS)
def test_a_rooms_docstring_names_what_it_imports(name: str, graph: grimp.ImportGraph) -> None:
    room = f"edgedigits.{name}"
    inside = {room, *graph.find_descendants(room)}
    imported = {
        found
        for module in inside
        for found in graph.find_modules_directly_imported_by(module)
        if found not in inside
    }
    parts = [each.split(".") for each in imported]
    rooms = {part[0] if part[0] == "converters" else "".join(part[1:2]) for part in parts}
    text = (PROJECT / "edgedigits" / name / "__init__.py").read_text("utf-8")
    said = re.findall(r"`(\w+)[.\w]*`", text.split("Imports")[1].split('"""')[0])
    assert set(said) - {name} == {each for each in rooms if each in (*ROOMS, "converters")}


def test_no_room_is_full() -> None:
    for folder in {file.parent for name in PACKAGES for file in (PROJECT / name).rglob("*.py")}:
        most = MOST_AT_THE_ROOT if folder.name in PACKAGES else MOST_IN_A_ROOM
        assert len(list(folder.glob("*.py"))) <= most, folder


def test_no_file_is_long() -> None:
    places = (*PACKAGES, "tests", "benchmarks", "tools")
    files = [file for place in places for file in (PROJECT / place).rglob("*.py")]
    for file in files:
        lines = len(file.read_text("utf-8").splitlines())
        assert lines <= MOST_LINES or file.relative_to(PROJECT).as_posix() in TABLES, file


@pytest.mark.parametrize(
    ("place", "line", "contract"),
    [
        ("edgedigits/picture/ink.py", "from edgedigits.commands import verify", "Rooms import"),
        ("edgedigits/page/site.py", "from edgedigits.export import source", "Rooms import"),
        ("edgedigits/picture/fit.py", "from edgedigits.picture import segments", "No circle"),
        ("converters/base.py", "from edgedigits import errors", "Converters know nothing"),
        (
            "edgedigits/verification/parity.py",
            "from edgedigits.bundle import artifact",
            "Parity is statistics",
        ),
    ],
)
def test_an_import_against_the_layers_is_refused(
    place: str, line: str, contract: str, tmp_path: Path
) -> None:
    for package in PACKAGES:
        shutil.copytree(
            PROJECT / package, tmp_path / package, ignore=shutil.ignore_patterns("vendor")
        )
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    with (tmp_path / place).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", program, "--no-cache"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 1
    broken = [each for each in done.stdout.splitlines() if each.endswith("BROKEN")]
    assert any(each.startswith(contract) for each in broken), done.stdout
