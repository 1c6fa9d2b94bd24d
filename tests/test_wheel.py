"""A wheel holds everything that an install without this checkout needs."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
ROOMS = ("kernels", "embedded")
"""Of a target that is written from kernels."""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A freshly built wheel, unpacked as pip would."""
    home = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(home), str(PROJECT)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    (wheel,) = home.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(home / "site")
    return home / "site"


def run_elsewhere(unpacked: Path, program: str, cwd: Path) -> str:
    # -P keeps the current folder out of the path; the unpacked wheel goes before the checkout.
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        cwd=cwd,
        env={"PYTHONPATH": str(unpacked), "PATH": "/usr/bin:/bin", "HOME": str(cwd)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout.strip()


def test_both_packages_are_there_and_typed(unpacked: Path) -> None:
    for package in ("edgedigits", "converters"):
        assert (unpacked / package / "__init__.py").is_file()
        assert (unpacked / package / "py.typed").is_file()


def test_the_demo_page_is_found_inside_the_package(unpacked: Path, tmp_path: Path) -> None:
    program = "from edgedigits.page import demo; print(demo.page_source())"
    assert run_elsewhere(unpacked, program, tmp_path) == str(unpacked / "edgedigits" / "web_demo")


def test_every_file_of_the_javascript_builds_is_there(unpacked: Path) -> None:
    for built, place in (
        ("web_demo/vendor", "edgedigits/web_demo/vendor"),
        ("edgedigits/runtimes/tfjs/vendor", "edgedigits/runtimes/tfjs/vendor"),
        ("edgedigits/runtimes/litertjs/vendor", "edgedigits/runtimes/litertjs/vendor"),
    ):
        for file in (PROJECT / built).iterdir():
            assert (unpacked / place / file.name).read_bytes() == file.read_bytes()
    for name in (
        "tfjs_browser_runner.html",
        "tfjs_browser_runner.js",
        "tfjs_node_runner.cjs",
        "tfjs_node_timer.cjs",
        "tfjs_node_watcher.cjs",
    ):
        assert (unpacked / "edgedigits" / "runtimes" / "tfjs" / name).is_file()
    runner = unpacked / "edgedigits" / "runtimes" / "litertjs" / "litertjs_browser_runner.js"
    assert runner.is_file()


def test_all_of_the_models_in_c_and_webassembly_is_there(unpacked: Path) -> None:
    rooms = [f"{part}/{room}" for part in ("converters/c", "converters/wasm") for room in ROOMS]
    for room in (*rooms, "edgedigits/runtimes/c", "edgedigits/runtimes/wasm"):
        for file in (PROJECT / room).iterdir():
            if file.is_file():
                assert (unpacked / room / file.name).read_bytes() == file.read_bytes()


def test_all_templates_of_kits_are_there(unpacked: Path) -> None:
    place = Path("edgedigits", "kits", "templates")
    files = [file for file in (PROJECT / place).rglob("*") if file.is_file()]
    for file in files:
        assert (unpacked / file.relative_to(PROJECT)).read_bytes() == file.read_bytes()
    assert files


def test_the_tfjs_runner_starts_from_any_folder(
    unpacked: Path, full_bundle: Path, tmp_path: Path
) -> None:
    program = f"""
from pathlib import Path
import numpy as np
from edgedigits.runtimes.tfjs.node_process import RUNNER, NodeGraphModel
assert RUNNER.is_relative_to({str(unpacked)!r}), RUNNER
path = Path({str(full_bundle / "tfjs" / "uint8" / "model.json")!r})
with NodeGraphModel(path, input_name="pixels") as model:
    print(model.predict(np.zeros((2, 28, 28, 1), np.float32)).shape)
"""
    assert run_elsewhere(unpacked, program, tmp_path) == "(2, 10)"


def test_the_manifest_schema_is_found(unpacked: Path, tmp_path: Path) -> None:
    program = (
        "from edgedigits.bundle import manifest_check; print(manifest_check.schema()['title'])"
    )
    assert run_elsewhere(unpacked, program, tmp_path) == "edgedigits bundle manifest"


def test_the_preparation_in_c_is_there(unpacked: Path, tmp_path: Path) -> None:
    program = """
from edgedigits.picture.c_source import c_source
from edgedigits.picture.form import FITS, Form
print(*(len(text) > 1000 for fit in FITS for text in c_source(Form(fit=fit)).values()))
"""
    assert run_elsewhere(unpacked, program, tmp_path).split() == ["True"] * 8


def test_no_picture_of_mnist_and_no_test_travels_along(unpacked: Path) -> None:
    names = [path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*")]
    assert not [name for name in names if "ubyte" in name or name.endswith(".npz")]
    assert not [name for name in names if name.startswith("tests")]
