"""`edgedigits datasets`: what there is, where, how much of it; and a sheet of any of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from edgedigits.datasets import catalogue, datasets

if TYPE_CHECKING:
    from command_line import Command

    from edgedigits.datasets.dataset import Dataset


@pytest.fixture
def _no_mnist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("EDGEDIGITS_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.usefixtures("_no_mnist")
def test_mnist_that_is_not_here_is_said_and_not_downloaded(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("nothing may be downloaded")

    monkeypatch.setattr("edgedigits.datasets.mnist_download.fetch", refuse)
    load = datasets.load

    def load_some(name: str, **how: Any) -> Dataset:
        # To draw all of every set takes long: the digits are all there, and some of the rest.
        return load(name, **how, samples=None if name == "strokes" else 10_000)

    monkeypatch.setattr(datasets, "load", load_some)
    done = command("datasets", cwd=tmp_path)
    assert done.code == 0, done.err
    assert "not on this machine" in done.out
    assert re.search(r"^  fingerprint  [0-9a-f]{64}$", done.out, re.MULTILINE)
    assert "train 60,000, validation 5,000, test 10,000" in done.out
    assert max(map(len, done.out.splitlines())) <= 80


def test_a_folder_that_lacks_mnist_is_an_error(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDGEDIGITS_DATA", str(tmp_path / "nowhere"))
    monkeypatch.setattr(datasets, "known", lambda: {"mnist": "handwritten digits"})
    done = command("datasets", cwd=tmp_path)
    assert done.code == 4
    assert "does not exist" in done.out


@pytest.mark.mnist
def test_mnist_is_found_with_its_counts(mnist_dir: Path) -> None:
    entry = catalogue.look_up("mnist", mnist_dir)
    assert str(mnist_dir) in entry.place
    assert entry.counts is not None
    assert {split: sum(counts) for split, counts in entry.counts.items()} == {
        "train": 55_000,
        "validation": 5_000,
        "test": 10_000,
    }
    assert entry.counts["test"][5] == 892


def test_show_draws_a_sheet_and_counts_by_digit(
    command: Command, pictures: Path, tmp_path: Path
) -> None:
    done = command("datasets", "show", pictures, cwd=tmp_path)
    assert done.code == 0, done.err
    loaded = datasets.load(pictures)
    assert loaded.fingerprint in done.out
    assert done.out.splitlines()[-1] == "pictures-samples.png"
    with Image.open(tmp_path / "pictures-samples.png") as opened:
        assert opened.width > 900
    test = next(line for line in done.out.splitlines() if line.startswith("  test"))
    assert sum(map(int, test.split()[1:])) == len(loaded.test)


def test_show_writes_the_file_it_is_told(command: Command, pictures: Path, tmp_path: Path) -> None:
    done = command("datasets", "show", pictures, "--out", "sheets/mine.svg", cwd=tmp_path)
    assert done.code == 0, done.err
    assert (tmp_path / "sheets" / "mine.svg").is_file()


def test_show_suggests_the_nearest_name(command: Command, tmp_path: Path) -> None:
    done = command("datasets", "show", "stroks", cwd=tmp_path)
    assert done.code == 2
    assert "did you mean" in done.err
