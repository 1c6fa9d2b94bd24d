"""The builds of TensorFlow.js and LiteRT.js that we carry are whole, licensed, and rebuildable."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from edgedigits.runtimes.tfjs.node import find_node

PROJECT = Path(__file__).parents[2]
BUILD = PROJECT / "tools" / "tfjs"
NODE = PROJECT / "edgedigits" / "runtimes" / "tfjs" / "vendor"
PAGE = PROJECT / "web_demo" / "vendor"
LITERTJS = PROJECT / "edgedigits" / "runtimes" / "litertjs" / "vendor"
# Emscripten's own pretended home folder is the one that may appear.
MACHINE_PATH = re.compile(
    rb"/(?:home|root|Users|work|mnt|builds)/(?!web_user)[\w.-]+/|[A-Z]:\\\\?Users"
)
REGISTRY = re.compile(rb"registry\.[\w-]+\.\w+|\.tgz", re.IGNORECASE)

both = pytest.mark.parametrize("folder", [NODE, PAGE], ids=["node", "page"])
every = pytest.mark.parametrize("folder", [NODE, PAGE, LITERTJS], ids=["node", "page", "litertjs"])


@every
def test_every_file_has_the_listed_digest(folder: Path) -> None:
    lines = (folder / "DIGESTS").read_text().splitlines()
    listed = {line.split("  ", 1)[1]: line.split("  ", 1)[0] for line in lines}
    assert sorted(listed) == sorted(p.name for p in folder.iterdir() if p.name != "DIGESTS")
    for name, digest in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name


@both
def test_licences_of_all_parts_are_there(folder: Path) -> None:
    text = (folder / "LICENSE").read_text()
    assert "Apache License\n" in text
    assert "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION" in text
    for part in ("Google LLC", "XNNPACK", "Emscripten", "seedrandom", "long.js", "pthreadpool"):
        assert part in text


def test_litertjs_has_its_licences_version_and_the_way_to_rebuild_it() -> None:
    licence, readme = ((LITERTJS / name).read_text() for name in ("LICENSE", "README.md"))
    assert "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION" in licence
    for part in ("Google LLC", "XNNPACK", "Emscripten", "Protocol Buffers", "Eigen", "Abseil"):
        assert part in licence
    pinned = json.loads((BUILD / "package.json").read_text())["dependencies"]
    assert pinned["@litertjs/core"] in readme
    assert "make vendor" in readme


@both
def test_readme_names_the_version_and_how_to_rebuild(folder: Path) -> None:
    pinned = json.loads((BUILD / "package.json").read_text())["dependencies"]
    text = (folder / "README.md").read_text()
    assert pinned["@tensorflow/tfjs-core"] in text
    assert "make vendor" in text


@every
def test_no_file_names_a_registry_or_the_machine_that_built_it(folder: Path) -> None:
    for path in folder.iterdir():
        content = path.read_bytes()
        assert MACHINE_PATH.search(content) is None, path
        assert REGISTRY.search(content) is None, path


def test_modules_of_the_page_import_only_each_other() -> None:
    for path in PAGE.glob("*.js"):
        for found in re.findall(r'(?:from|import)\s*\(?"([^"]+)"', path.read_text()):
            assert (PAGE / found).is_file(), f"{path.name} imports {found}"


def test_versions_are_pinned_exactly_and_the_lock_holds_no_addresses() -> None:
    package = json.loads((BUILD / "package.json").read_text())
    for version in {**package["dependencies"], **package["devDependencies"]}.values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    lock_text = (BUILD / "package-lock.json").read_text()
    assert '"resolved"' not in lock_text
    assert "http" not in re.sub(r'"(?:url|funding)": "[^"]*"', "", lock_text)
    for name, entry in json.loads(lock_text)["packages"].items():
        assert name == "" or entry["integrity"].startswith("sha512-"), name


@pytest.mark.skipif(
    not (BUILD / "node_modules").is_dir(), reason="`npm ci` was not run in tools/tfjs"
)
def test_rebuilding_gives_the_same_bytes(tmp_path: Path) -> None:
    for script in ("build.mjs", "litertjs.mjs"):
        subprocess.run(
            [find_node(), script, tmp_path], cwd=BUILD, check=True, env={**os.environ}, timeout=120
        )
    for folder in (NODE, PAGE, LITERTJS):
        rebuilt = tmp_path / folder.relative_to(PROJECT)
        assert (rebuilt / "DIGESTS").read_text() == (folder / "DIGESTS").read_text()
