"""What many tests start from: MNIST where it is, and a small model trained and exported once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ.get("EDGEDIGITS_DATA"):
        return
    skip = pytest.mark.skip(reason="needs the real MNIST files: set EDGEDIGITS_DATA to their folder")
    for item in items:
        if item.get_closest_marker("mnist"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def mnist_dir() -> Path:
    """The folder that holds the real MNIST files."""
    return Path(os.environ["EDGEDIGITS_DATA"]).resolve()


@dataclass(frozen=True)
class Finished:
    """A command that has ended."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def edgedigits() -> Callable[..., Finished]:
    """Runs the command line in a process of its own, as a user does."""

    def run(*arguments: str | Path, cwd: Path, **environment: str) -> Finished:
        done = subprocess.run(
            [sys.executable, "-m", "edgedigits", *map(str, arguments)],
            cwd=cwd,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        return Finished(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def strokes_run(
    tmp_path_factory: pytest.TempPathFactory, edgedigits: Callable[..., Finished]
) -> Path:
    """A `cnn` trained for one epoch on a few thousand drawn digits. Not to be written to."""
    home = tmp_path_factory.mktemp("run")
    done = edgedigits(
        *"train --dataset strokes --samples 6000 --epochs 1 --out runs/small".split(), cwd=home
    )
    assert done.code == 0, done.err
    return home / "runs" / "small"


@pytest.fixture(scope="session")
def full_bundle(strokes_run: Path, edgedigits: Callable[..., Finished]) -> Path:
    """All nine artifacts of `strokes_run`, unverified. Not to be written to."""
    done = edgedigits(
        *"export runs/small --target all --scheme all --no-verify --out bundle".split(),
        cwd=strokes_run.parent.parent,
    )
    assert done.code == 0, done.err
    return strokes_run.parent.parent / "bundle"


@pytest.fixture
def copied_bundle(full_bundle: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of `full_bundle` to break on purpose."""
    import shutil

    place = tmp_path / "bundle"
    shutil.copytree(full_bundle, place)
    yield place
