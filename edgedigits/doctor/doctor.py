"""What works on this machine, and the command that mends what does not.

Nothing heavy is imported into this process: versions come from the installed packages' metadata,
and whether a part really works is tried in a process of its own, with a time limit, so that a
library that crashes or hangs becomes a line in the table.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from edgedigits.errors import EdgeDigitsError, ExitCode

Status = Literal["ok", "missing", "broken", "optional"]

OLDEST_PYTHON, FIRST_UNSUPPORTED_PYTHON = (3, 11), (3, 13)
LEAST_FREE_BYTES = 500_000_000
_SECONDS = 30
_DEEP_SECONDS = 180


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: what it is, in a word or two.
        status: `ok`; `missing` or `broken`; `optional` when it is not there and need not be.
        detail: a version and place, or the reason.
        remedy: the command that mends it, or None.
        required: whether edgedigits cannot do its main work without it. Data, browsers and
            writable folders have substitutes.
    """

    name: str
    status: Status
    detail: str
    remedy: str | None = None
    required: bool = True


@dataclass(frozen=True)
class Package:
    """An installed package that must lie within bounds, and why."""

    name: str
    least: str
    below: str
    why: str

    @property
    def remedy(self) -> str:
        """The command that installs a fitting version."""
        return f'pip install "{self.name}{self.bounds}"'

    @property
    def bounds(self) -> str:
        """As pip writes them."""
        least = f">={self.least}," if self.least else ""
        return f"{least}<{self.below}"


#: The packages whose versions are known to matter; the same bounds as in pyproject.toml.
PACKAGES = (
    Package("tensorflow", "2.19", "2.20", "trains and converts"),
    Package("tensorflowjs", "4.22", "4.23", "converts for the browser"),
    Package("ai-edge-litert", "2.1", "3", "runs .tflite files"),
    Package("numpy", "2.0", "2.2", "TensorFlow 2.19 needs it"),
    Package("ydf", "", "0.13", "newer ones need protobuf 6, and importing tensorflowjs fails"),
    Package("setuptools", "", "81", "newer ones lack pkg_resources, which tensorflowjs imports"),
    Package("litert-quantizer", "0.11", "0.12", "makes the int4 scheme"),
)
#: Not required by edgedigits itself, but by TensorFlow.
PROTOBUF = Package("protobuf", "", "6", "TensorFlow 2.19 cannot be imported with newer ones")


def examine(*, deep: bool = False, data_dir: Path | None = None) -> list[Check]:
    """Look at everything that edgedigits uses.

    Args:
        deep: also import TensorFlow and tensorflowjs, each in a process of its own (some 20 s).
        data_dir: where MNIST is to be looked for first.

    Returns:
        The checks, in the order in which they should be shown.
    """
    from concurrent.futures import ThreadPoolExecutor

    looks: list[Callable[[], Check]] = [
        _python,
        *(partial(_package, package) for package in (*PACKAGES, PROTOBUF)),
        *([partial(_imports, "tensorflow"), partial(_imports, "tensorflowjs")] if deep else []),
        _litert,
        _gpu,
        _node,
        _playwright,
        _browser,
        _strokes,
        partial(_mnist, data_dir),
        _cache,
        _current_folder,
        _disk,
    ]
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(_safely, looks))


def exit_code(checks: Iterable[Check]) -> ExitCode:
    """3 when something required is missing or broken, else 0."""
    failed = any(check.required and check.status in ("missing", "broken") for check in checks)
    return ExitCode.MACHINE_LACKS if failed else ExitCode.DONE


def _safely(look: Callable[[], Check]) -> Check:
    """A look that fails in an unforeseen way is a finding too."""
    try:
        return look()
    except Exception as error:
        function = look.func if isinstance(look, partial) else look
        name = getattr(function, "__name__", "check").strip("_").replace("_", " ")
        return Check(name, "broken", f"the check itself failed: {type(error).__name__}: {error}")


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    if OLDEST_PYTHON <= sys.version_info[:2] < FIRST_UNSUPPORTED_PYTHON:
        return Check("Python", "ok", f"{version} at {sys.executable}")
    return Check(
        "Python",
        "broken",
        f"{version}, but TensorFlow 2.19 with tensorflowjs needs 3.11 or 3.12",
        "python3.12 -m venv .venv && .venv/bin/pip install edgedigits",
    )


def _package(package: Package) -> Check:
    try:
        version = importlib.metadata.version(package.name)
    except importlib.metadata.PackageNotFoundError:
        return Check(package.name, "missing", package.why, package.remedy)
    too_old = bool(package.least) and _numbers(version) < _numbers(package.least)
    if too_old or _numbers(version) >= _numbers(package.below):
        detail = f"{version} is not {package.bounds}: {package.why}"
        return Check(package.name, "broken", detail, package.remedy)
    if package.name == "setuptools" and importlib.util.find_spec("pkg_resources") is None:
        detail = f"{version} without pkg_resources, which tensorflowjs imports"
        remedy = f'pip install --force-reinstall "setuptools{package.bounds}"'
        return Check(package.name, "broken", detail, remedy)
    return Check(package.name, "ok", version)


def _numbers(version: str) -> tuple[int, ...]:
    """The release numbers, without trailing zeros: `2.19.0rc1` is (2, 19)."""
    found = re.match(r"\d+(?:\.\d+)*", version)
    numbers = [int(part) for part in found[0].split(".")] if found else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _imports(module: str) -> Check:
    """Import a heavy module in another process."""
    name = f"import {module}"
    found = _run([sys.executable, "-P", "-c", f"import {module}"], _DEEP_SECONDS)
    if found.failure is None:
        return Check(name, "ok", "works")
    remedy = next(
        (package.remedy for word, package in _TRAPS if word in found.failure),
        f"pip install --force-reinstall {module}",
    )
    return Check(name, "broken", found.failure, remedy)


# What stands in the last line of an import that failed, and the package that is the cause.
_TRAPS = (
    ("pkg_resources", PACKAGES[5]),
    ("ydf", PACKAGES[4]),
    ("protobuf", PROTOBUF),
    ("_pb2", PROTOBUF),
    ("runtime_version", PROTOBUF),
)


def _litert() -> Check:
    code = "from ai_edge_litert.interpreter import Interpreter"
    found = _run([sys.executable, "-P", "-c", code])
    if found.failure is None:
        return Check("LiteRT", "ok", "the interpreter loads")
    remedy = 'pip install --force-reinstall "ai-edge-litert>=2.1,<3"'
    return Check("LiteRT", "broken", found.failure, remedy)


def _gpu() -> Check:
    from contextlib import closing

    from edgedigits.runtimes.litert.gpu_process import GpuProcess
    from edgedigits.runtimes.processes import chromium

    look = partial(Check, "GPU", required=False)
    try:
        with closing(GpuProcess(deadline_s=_SECONDS)) as gpu:
            return look("ok", f"LiteRT computes on {gpu.backend.device} ({gpu.backend})")
    except EdgeDigitsError as error:
        needed = "needed only to verify .tflite files on a GPU"
        return look("optional", f"{error.message}; {needed}", chromium.install_command())


def _node() -> Check:
    from edgedigits.runtimes.tfjs import node_process
    from edgedigits.runtimes.tfjs.node import INSTALL_NODE, find_node

    try:
        node = find_node()
    except EdgeDigitsError as error:
        return Check("Node", "missing", error.message, INSTALL_NODE)
    found = _run([str(node), "--version"])
    if found.failure is not None:
        return Check("Node", "broken", f"{node}: {found.failure}", INSTALL_NODE)
    if not node_process.RUNNER.is_file():
        detail = f"{node_process.RUNNER} is missing from the installation"
        return Check("Node", "broken", detail, "pip install --force-reinstall edgedigits")
    return Check("Node", "ok", f"{found.output} at {node}")


_WHERE_IS_CHROMIUM = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""
_FOR_BROWSERS = "needed only to verify TensorFlow.js models in a browser"


def _playwright() -> Check:
    from edgedigits.runtimes.processes import chromium

    look = partial(Check, "Playwright", required=False)
    remedy = chromium.INSTALL_PLAYWRIGHT
    try:
        version = importlib.metadata.version("playwright")
    except importlib.metadata.PackageNotFoundError:
        return look("optional", f"none here; {_FOR_BROWSERS}", remedy)
    found = _run([sys.executable, "-P", "-c", _WHERE_IS_CHROMIUM])
    if found.failure is not None:
        return look("broken", found.failure, f"pip install --force-reinstall {remedy.split()[-1]}")
    return look("ok", version)


def _browser() -> Check:
    from edgedigits.runtimes.processes import chromium

    look = partial(Check, "Chromium", required=False)
    install = chromium.install_command()
    try:
        browser = chromium.find()
    except EdgeDigitsError as missing:
        if os.environ.get(chromium.ENVIRONMENT):
            return look("broken", missing.message, install)
        # Starting Playwright only to ask where its own would be takes a moment.
        own = _run([sys.executable, "-P", "-c", _WHERE_IS_CHROMIUM])
        if own.failure is not None or not Path(own.output).is_file():
            return look("optional", f"none here; {_FOR_BROWSERS}", install)
        browser = Path(own.output)
    answer = _run([str(browser), "--version"])
    if answer.failure is not None:
        return look("broken", f"{browser}: {answer.failure}", install)
    return look("ok", f"{answer.output} at {browser}")


def _strokes() -> Check:
    from edgedigits.datasets.strokes import strokes

    strokes.draw(10, 0)
    return Check("strokes", "ok", "draws digits without any files")


def _mnist(data_dir: Path | None) -> Check:
    from edgedigits.datasets import mnist

    look = partial(Check, "MNIST", required=False)
    try:
        place = mnist.locate(data_dir)
        if place is None:
            detail = "not on this machine; the first use downloads it (11 MB)"
            return look("optional", detail, "edgedigits train --data-dir FOLDER_THAT_HOLDS_IT")
        mnist.read(place)
    except EdgeDigitsError as error:
        return look("broken", error.message, error.hint)
    return look("ok", f"complete and unchanged in {place.folder}")


def _cache() -> Check:
    from edgedigits.datasets import mnist

    folder = mnist.cache_folder()
    look = partial(Check, "cache", required=False)
    refusal = _cannot_write(folder)
    if refusal is None:
        return look("ok", f"{folder} can be written")
    return look("broken", f"{folder}: {refusal}", "export XDG_CACHE_HOME=A_FOLDER_OF_YOURS")


def _current_folder() -> Check:
    look = partial(Check, "current folder", required=False)
    folder = Path.cwd()
    refusal = _cannot_write(folder)
    if refusal is None:
        return look("ok", f"{folder} can be written")
    return look("broken", f"{folder}: {refusal}", "cd A_FOLDER_OF_YOURS, or name one with --out")


def _cannot_write(folder: Path) -> str | None:
    """Why nothing can be written into a folder, or into the one it would be made in."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder):
            return None
    except OSError as error:
        return error.strerror or str(error)


def _disk() -> Check:
    free = shutil.disk_usage(Path.cwd()).free
    detail = f"{free / 1e9:.1f} GB free in {Path.cwd()}"
    if free >= LEAST_FREE_BYTES:
        return Check("disk", "ok", detail)
    least = f"{LEAST_FREE_BYTES / 1e9:.1f} GB"
    return Check("disk", "missing", f"{detail}, {least} are needed", "cd A_FOLDER_WITH_ROOM")


@dataclass(frozen=True)
class _Outcome:
    """What a program printed, or one line on why it failed."""

    output: str
    failure: str | None = None


def _run(command: Sequence[str], seconds: float = _SECONDS) -> _Outcome:
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=seconds, env=quiet
        )
    except subprocess.TimeoutExpired:
        return _Outcome("", f"no answer within {seconds:g} seconds")
    except OSError as error:
        return _Outcome("", f"cannot be run ({error.strerror or error})")
    if done.returncode == 0:
        return _Outcome(done.stdout.strip())
    lines = done.stderr.strip().splitlines()
    return _Outcome("", lines[-1] if lines else f"exit status {done.returncode}")
