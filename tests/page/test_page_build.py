"""The page's `main.js`, `style.css` and what lies beside them are what their sources make."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from edgedigits.runtimes.litertjs import litertjs_browser
from edgedigits.runtimes.tfjs.node import find_node

PROJECT = Path(__file__).parents[2]
PAGE = PROJECT / "web_demo"
SCRIPTS = ("main.js", "litert.js", "longtest-dialog.js", "tensorflow.js", "whole.js", "sw.js")
BUILT = tuple(f"../{name}" for name in (*SCRIPTS, "style.css"))
BUILD = PROJECT / "tools" / "tfjs"
IMPORT = re.compile(r'(?:\bfrom|\bimport)\s*\(?["\']([^"\']+\.js)["\']')


def outdated(page: Path) -> list[str]:
    """What was changed, added or taken away since `make page`."""
    source = page / "src"
    lines = (source / "DIGESTS").read_text().splitlines()
    listed = {line.split("  ", 1)[1]: line.split("  ", 1)[0] for line in lines}
    sources = (path for path in source.rglob("*") if path.suffix in {".js", ".css"})
    paths = [*BUILT, *(path.relative_to(source).as_posix() for path in sources)]
    found = {path: hashlib.sha256((source / path).read_bytes()).hexdigest() for path in paths}
    return sorted(path for path in {*listed, *found} if listed.get(path) != found.get(path))


def test_the_page_was_built_since_its_sources_were_changed() -> None:
    assert outdated(PAGE) == [], "build it again: make page"


@pytest.mark.parametrize(
    ("touch", "told"),
    [
        (lambda page: (page / "src" / "pad.js").write_text("//"), "pad.js"),
        (lambda page: (page / "src" / "new.js").write_text("//"), "new.js"),
        (lambda page: (page / "src" / "pad.js").unlink(), "pad.js"),
        (lambda page: (page / "src" / "style" / "pad.css").write_text(""), "style/pad.css"),
        (lambda page: (page / "main.js").write_text("//"), "../main.js"),
        (lambda page: (page / "tensorflow.js").write_text("//"), "../tensorflow.js"),
        (lambda page: (page / "style.css").write_text(""), "../style.css"),
    ],
    ids=["changed", "added", "gone", "style", "built by hand", "part by hand", "style by hand"],
)
def test_a_change_without_a_build_is_noticed(
    tmp_path: Path, touch: Callable[[Path], None], told: str
) -> None:
    shutil.copytree(PAGE, tmp_path / "page")
    touch(tmp_path / "page")
    assert outdated(tmp_path / "page") == [told]


def test_every_module_that_is_imported_is_there() -> None:
    built = [PAGE / name for name in SCRIPTS]
    for path in [*built, *(PAGE / "src").glob("*.js")]:
        names = IMPORT.findall(path.read_text("utf-8"))
        lacking = [name for name in names if not (path.parent / name).is_file()]
        # A page gets LiteRT.js from the runtime, where it has models for it.
        library = [name for name in lacking if "litert/" in name]
        assert {f"litert/{Path(name).name}" for name in library} <= set(litertjs_browser.library())
        assert lacking == library, path
    for path in built:
        sources = {each for each in IMPORT.findall(path.read_text("utf-8")) if "src/" in each}
        assert sources <= {"./src/strings.js"}
    assert IMPORT.findall((PAGE / "src" / "strings.js").read_text("utf-8")) == []


def test_what_is_fetched_at_once_imports_nothing_but_the_words() -> None:
    text = (PAGE / "main.js").read_text("utf-8")
    assert set(re.findall(r'\bfrom\s*"([^"]+)"', text)) == {"./src/strings.js"}
    assert set(re.findall(r'\bimport\("([^"]+)"\)', text)) == {
        "./litert.js", "./longtest-dialog.js", "./tensorflow.js", "./whole.js",
    }  # fmt: skip


@pytest.mark.skipif(
    not (BUILD / "node_modules").is_dir(), reason="`npm ci` was not run in tools/tfjs"
)
def test_building_again_gives_the_same_bytes(tmp_path: Path) -> None:
    subprocess.run([find_node(), "page.mjs", tmp_path], cwd=BUILD, check=True, timeout=120)
    for name in (*SCRIPTS, "style.css", "src/DIGESTS"):
        assert (tmp_path / name).read_bytes() == (PAGE / name).read_bytes()
