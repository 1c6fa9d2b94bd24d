"""Models of other handwritten signs than digits: trained, tuned, resumed by the same recipes."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from command_line import Command
from PIL import Image

from edgedigits.bundle import run
from edgedigits.datasets import splits
from edgedigits.datasets.dataset import Dataset, Split
from edgedigits.datasets.strokes import alphabets
from edgedigits.errors import DataBad, ExitCode, WrongUse
from edgedigits.models import first_layer, models
from edgedigits.reports import plotting
from edgedigits.training import batches, training, training_set
from edgedigits.training.plan import plan
from edgedigits.training.training import Step
from edgedigits.training.training_set import Loaded

pytestmark = pytest.mark.xdist_group("signs")

NAMES = ("A", "B", "C")
SOFTMAX = ("--model", "softmax", "--steps", "60", "--validation", "0", "--out", "run")


@pytest.fixture(scope="module")
def signs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """180 drawn letters in folders of three names. Not to be written to."""
    folder = tmp_path_factory.mktemp("signs")
    images, labels = alphabets.LETTERS.draw(180, 4, labels=np.arange(180) % 3)
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        place = folder / NAMES[label] / f"{number}.png"
        place.parent.mkdir(exist_ok=True)
        Image.fromarray(image).save(place)
    return folder


def test_a_run_of_letters_says_what_it_tells_apart(letters_run: Path) -> None:
    found = run.open_run(letters_run)
    assert found.labels == alphabets.LETTERS.classes
    assert found.dataset.spec == found.dataset.name == "letters"
    assert found.card["fresh_pictures_every_epoch"]
    assert (found.card["recipe"]["drawn"], found.card["recipe"]["outliers"]) == (0, 0)
    assert found.card["parameters"] == models.find("edge").parameters + 16 * (768 + 1)
    assert found.card["test"]["pictures"] == 10_000
    assert found.card["test"]["accuracy"]["percent"] > 85
    drawn = {path.stem for path in (letters_run / plotting.PLOTS).iterdir()}
    assert drawn == set(plotting.KINDS)


def test_a_plot_of_the_run_is_drawn_again_from_its_files(
    letters_run: Path, command: Command, tmp_path: Path
) -> None:
    done = command("plot", "confusion", letters_run, "--out", "again.png", cwd=tmp_path)
    assert done.code == 0, done.err
    first = Image.open(letters_run / plotting.PLOTS / "confusion.png")
    assert Image.open(tmp_path / "again.png").size == first.size


@pytest.mark.parametrize("classes", [2, 26, 100])
@pytest.mark.parametrize("name", models.MODELS)
def test_every_model_tells_any_number_of_classes_apart(name: str, classes: int) -> None:
    assert models.find(name).build(classes).output_shape == (None, classes)


def test_a_folder_is_trained_on_with_its_names(
    signs: Path, command: Command, tmp_path: Path
) -> None:
    done = command("train", "--dataset", signs, *SOFTMAX, cwd=tmp_path)
    assert done.code == 0, done.err
    found = run.open_run(tmp_path / "run")
    assert found.labels == NAMES
    assert found.card["test"]["accuracy"]["percent"] > 60
    subject = plotting.open_subject(found)
    layer = subject.first_layer()
    assert (layer.kind, layer.pictures.shape) == ("classes", (3, 28, 28))
    captions = {axes.get_title() for axes in plotting.find("filters").draw(subject).axes}
    assert set(NAMES) <= captions
    refused = command("weights", "run", cwd=tmp_path)
    assert refused.code == ExitCode.WRONG_USE
    assert len(refused.error) == 2
    assert "3 classes" in refused.err


def test_a_first_layer_is_of_classes_only_where_it_has_one_picture_for_each() -> None:
    kernel = np.zeros((784, 10), np.float32)
    assert first_layer.from_kernel("dense", kernel, 26).kind == "units"
    assert first_layer.from_kernel("dense", np.zeros((784, 26), np.float32), 26).kind == "classes"


def test_nothing_that_is_for_digits_is_mixed_among_letters(signs: Path) -> None:
    usual = plan("deep", str(signs))
    assert usual.recipe.drawn > 0
    assert usual.recipe.outliers > 0
    material = training_set.load(usual, None)
    assert isinstance(material.training, Loaded)
    assert (material.plan.recipe.drawn, material.plan.recipe.outliers) == (0, 0)
    images, labels = next(material.training.epoch(0, 64))
    assert set(labels) <= {0, 1, 2}
    assert len(images) == 64


@pytest.mark.parametrize("option", ["--drawn", "--outliers"])
def test_digits_and_outliers_asked_for_among_letters_are_refused(
    option: str, signs: Path, command: Command, tmp_path: Path
) -> None:
    done = command("train", "--dataset", signs, option, "5", cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert len(done.error) == 2
    assert option in done.err


def test_what_is_held_out_and_chosen_keeps_its_classes(signs: Path) -> None:
    material = training_set.load(plan("cnn", str(signs), validation=20, training_pictures=30), None)
    assert material.held_out is not None
    assert material.held_out.classes == material.known.classes == NAMES
    assert np.bincount(material.known.labels).tolist() == [10, 10, 10]


def test_targets_have_a_place_for_every_class() -> None:
    images, labels = np.zeros((2, 28, 28), np.uint8), np.array([4, 25])
    ((_, targets),) = list(batches.as_tensors(iter([(images, labels)]), 1, 26))
    assert np.array_equal(targets.numpy(), np.eye(26, dtype=np.float32)[labels])
    split = Split(images, np.array([0, 2]), NAMES)
    ((_, targets),) = list(batches.whole(split))
    assert targets.shape == (2, 3)


def test_interrupted_it_goes_on_but_not_with_classes_of_other_names(
    signs: Path, command: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "signs"
    shutil.copytree(signs, folder)
    asked = plan("softmax", str(folder), steps=60, validation=0)

    def stop(step: Step) -> None:
        if step.position > 30:
            raise KeyboardInterrupt

    whole = training.train(asked, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        training.train(asked, tmp_path / "run", on_step=stop)
    (folder / "C").rename(folder / "D")
    done = command("train", "--resume", "--out", "run", cwd=tmp_path)
    assert done.code == ExitCode.DATA_BAD
    assert len(done.error) == 2
    assert "not the data set this training began with" in done.err
    (folder / "D").rename(folder / "C")
    resumed = training.resume(tmp_path / "run")
    assert resumed.labels == whole.labels
    for name in ("accuracy", "pictures"):
        assert resumed.card["test"][name] == whole.card["test"][name]


def test_letters_are_tuned_for_int4(letters_run: Path, command: Command, tmp_path: Path) -> None:
    options = ("--qat", "int4", "--from", letters_run, "--epochs", "1", "--out", "tuned")
    done = command("train", *options, cwd=tmp_path)
    assert done.code == 0, done.err
    found = run.open_run(tmp_path / "tuned")
    assert found.labels == alphabets.LETTERS.classes
    assert found.card["tuned"]["scheme"] == "int4"
    before = run.open_run(letters_run).card["test"]["accuracy"]["percent"]
    assert found.card["test"]["accuracy"]["percent"] > before - 5


def test_a_class_without_a_picture_cannot_be_learned(signs: Path) -> None:
    images = np.zeros((6, 28, 28), np.uint8)
    split = Split(images, np.array([0, 1, 0, 1, 0, 1]), NAMES)
    with pytest.raises(DataBad, match="no training picture of C") as caught:
        splits.check_trainable(
            Dataset("signs", str(signs), split, split, split, official_test=False)
        )
    assert "every class" in str(caught.value.hint)


def test_a_seed_gives_the_same_letters_to_every_training() -> None:
    asked = plan("cnn", "small-letters", samples=600, seed=3)
    one, two = (training_set.load(asked, None).training.epoch(1, 64) for _ in range(2))
    for (images, labels), (others, _) in zip(one, two, strict=True):
        assert np.array_equal(images, others)
        assert labels.max() > 9
    other = training_set.load(replace(asked, seed=4), None).training.epoch(1, 64)
    assert not np.array_equal(next(other)[0][0], images[0])


def test_history_is_remembered_as_that_of_digits(letters_run: Path) -> None:
    epochs = json.loads((letters_run / run.HISTORY).read_text("utf-8"))["epochs"]
    assert [entry["epoch"] for entry in epochs] == [1, 2, 3]
    assert epochs[-1]["val_accuracy"] > 0.8


def test_options_that_divide_pictures_make_no_sense_for_drawn_letters() -> None:
    with pytest.raises(WrongUse, match="letters draws its own"):
        plan("edge", "letters", validation=100)
