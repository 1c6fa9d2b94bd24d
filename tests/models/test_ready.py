"""Models that travel in the package: whole, as good as their cards say, and ready to export."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from command_line import Command

from converters import saved_model
from edgedigits.bundle.bundle import read_manifest
from edgedigits.datasets import datasets
from edgedigits.datasets.strokes import strokes
from edgedigits.errors import DataBad, ExitCode, WrongUse
from edgedigits.export import source
from edgedigits.models import models, ready

NAMES = ready.names()


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder without runs, on a machine without MNIST or a network."""
    monkeypatch.delenv("EDGEDIGITS_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    home = tmp_path / "home"
    home.mkdir()
    return home


def test_the_default_is_among_them_and_one_for_microcontrollers() -> None:
    assert ready.DEFAULT in NAMES
    assert "nano" in NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_is_its_architecture_and_small(name: str) -> None:
    found = ready.read(name)
    architecture = models.find(found.card["run"]["model"])
    assert found.card["run"]["parameters"] == architecture.parameters
    assert len(found.graph) < 400_000
    recipe = found.card["run"]["recipe"]
    assert recipe["augmentation"] == architecture.recipe.augmentation


@pytest.mark.parametrize("name", NAMES)
def test_make_trains_each_by_the_recipe_of_its_card(name: str) -> None:
    recipe = ready.read(name).card["run"]["recipe"]
    makefile = (Path(__file__).parents[2] / "Makefile").read_text("utf-8")
    (made,) = re.findall(
        r"^READY := .*--batch-size (\d+) --drawn (\d+) --outliers (\d+)$", makefile, re.MULTILINE
    )
    (epochs,) = re.findall(rf"train --model {name} \$\(READY\)(?: --epochs (\d+))? --out", makefile)
    assert recipe["epochs"] == int(epochs or models.find(name).recipe.epochs or 0)
    assert made == tuple(str(recipe[name]) for name in ("batch_size", "drawn", "outliers"))


@pytest.mark.mnist
@pytest.mark.parametrize("name", NAMES)
def test_each_answers_as_its_card_says(name: str, mnist_dir: Path) -> None:
    opened = source.open_source(Path(name), data_dir=mnist_dir)
    assert opened.trained_on
    assert opened.held_out is not None
    test = datasets.load("mnist", data_dir=mnist_dir).test
    answers = saved_model.predict(opened.model, test.images[..., None].astype(np.float32))
    right = float((answers.argmax(axis=1) == test.labels).mean() * 100)
    told = ready.read(name).card["run"]["test"]["accuracy"]["percent"]
    assert right == pytest.approx(told, abs=0.011)


@pytest.mark.parametrize("name", NAMES)
def test_each_reads_drawn_digits(name: str) -> None:
    opened = source.open_source(Path(name), dataset="strokes")
    assert not opened.trained_on
    images, labels = strokes.draw(1_000, 6)
    answers = saved_model.predict(opened.model, images[..., None].astype(np.float32))
    assert (answers.argmax(axis=1) == labels).mean() > 0.94


def test_a_damaged_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ready.FOLDER, tmp_path / "ready_models")
    monkeypatch.setattr(ready, "FOLDER", tmp_path / "ready_models")
    path = tmp_path / "ready_models" / f"{ready.DEFAULT}.pb"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(DataBad, match="is not the file that came with edgedigits"):
        ready.read(ready.DEFAULT)
    path.unlink()
    with pytest.raises(DataBad, match="is not the file that came with edgedigits"):
        ready.read(ready.DEFAULT)


def test_an_unknown_one_gets_the_nearest_name() -> None:
    with pytest.raises(WrongUse, match="did you mean edge"):
        ready.read("edg")


def test_without_a_run_the_default_is_exported_and_verified(
    command: Command, bare_machine: Path
) -> None:
    done = command("export", "--target", "tflite", cwd=bare_machine)
    assert done.code == ExitCode.DONE, done.err
    manifest = read_manifest(bare_machine / "bundle")
    assert manifest.verified
    assert [artifact.id for artifact in manifest.artifacts] == ["tflite-int8"]
    content = json.loads((bare_machine / "bundle" / "manifest.json").read_text("utf-8"))
    assert content["source"]["kind"] == "ready"
    assert content["dataset"]["name"] == "strokes"
    assert content["reject"]["threshold"] > 0


def test_it_takes_no_options_of_saved_models(command: Command, bare_machine: Path) -> None:
    done = command("export", "edge", "--input-range", "0,1", cwd=bare_machine)
    assert done.code == ExitCode.WRONG_USE
    assert "takes raw pixels" in done.error[0]


def test_a_run_goes_before_it(command: Command, strokes_run: Path, bare_machine: Path) -> None:
    shutil.copytree(strokes_run, bare_machine / "runs" / "mine")
    options = "--target tflite --scheme float32 --no-verify"
    done = command("export", *options.split(), cwd=bare_machine)
    assert done.code == ExitCode.DONE, done.err
    content = json.loads((bare_machine / "bundle" / "manifest.json").read_text("utf-8"))
    assert content["source"]["kind"] == "run"


def test_a_folder_of_its_name_is_taken_and_told(command: Command, bare_machine: Path) -> None:
    (bare_machine / "edge").mkdir()
    done = command("export", "edge", cwd=bare_machine)
    assert done.code == ExitCode.WRONG_USE
    assert done.error[0] == "error: edge is no SavedModel: it has no saved_model.pb"
    assert done.error[1].endswith("for the ready-made model of that name: ready:edge")
    assert source.open_source(Path("ready:edge"), dataset="strokes").kind == "ready"
    with pytest.raises(WrongUse, match="did you mean edge"):
        source.open_source(Path("ready:edg"))
