"""The models that can be trained by name: what is said of them, and what a plan makes of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edgedigits.datasets.dataset import Dataset, Split
from edgedigits.datasets.strokes import strokes
from edgedigits.errors import WrongUse
from edgedigits.models import models
from edgedigits.training import batches, legs, training_set
from edgedigits.training.plan import Plan, plan
from edgedigits.training.training_set import Drawn, Loaded, Mixed

if TYPE_CHECKING:
    from command_line import Command


@pytest.fixture(scope="module")
def drawn() -> Dataset:
    return strokes.load(600, seed=3)


@pytest.mark.parametrize("name", list(models.MODELS))
def test_what_is_listed_is_what_is_built(name: str) -> None:
    architecture = models.find(name)
    model = architecture.build()
    assert model.count_params() == architecture.parameters
    assert model.input_shape == (None, 28, 28, 1)
    assert model.output_shape == (None, 10)
    answers = model(np.zeros((2, 28, 28, 1), np.float32), training=False).numpy()
    ends_in_probabilities = bool(np.allclose(answers.sum(axis=1), 1.0))
    assert ends_in_probabilities is not architecture.logits


def test_softmax_starts_from_zeros() -> None:
    for weight in models.find("softmax").build().get_weights():
        assert not weight.any()


def test_listing_needs_no_tensorflow() -> None:
    code = (
        "import sys; from edgedigits import cli; code = cli.run(['models', '--json']); "
        "assert code == 0; assert 'tensorflow' not in sys.modules and 'keras' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    listed = {entry["name"]: entry for entry in json.loads(done.stdout)["models"]}
    assert list(listed) == list(models.MODELS)
    assert listed["softmax"]["recipe"]["steps"] == 1000


def test_list_shows_every_recipe(command: Command, tmp_path: Path) -> None:
    done = command("models", cwd=tmp_path)
    assert done.code == 0
    for architecture in models.MODELS.values():
        assert f"{architecture.name}: " in done.out
        assert architecture.recipe.words() in " ".join(done.out.split())
        assert f"{architecture.parameters:,}" in done.out


def test_unknown_model_gets_the_nearest_name() -> None:
    with pytest.raises(WrongUse, match="did you mean softmax"):
        models.find("sofmax")


def test_recipes_are_the_published_ones() -> None:
    softmax = plan("softmax", "mnist").recipe
    assert (softmax.optimizer, softmax.learning_rate, softmax.batch_size) == ("sgd", 0.5, 100)
    assert (softmax.steps, softmax.epochs) == (1000, None)
    mlp = plan("mlp", "mnist").recipe
    assert (mlp.optimizer, mlp.learning_rate, mlp.epochs) == ("adam", 0.001, 40)
    assert mlp.training_pictures == 5000
    cnn = plan("cnn", "mnist").recipe
    assert (cnn.optimizer, cnn.batch_size, cnn.epochs, cnn.validation) == ("adam", 64, 5, 0)


def test_epochs_take_the_place_of_steps_and_the_other_way_round() -> None:
    assert plan("softmax", "mnist", epochs=10).recipe.steps is None
    assert plan("softmax", "mnist", epochs=10).recipe.epochs == 10
    assert plan("cnn", "mnist", steps=7).recipe.epochs is None
    with pytest.raises(WrongUse, match="--epochs or as --steps"):
        plan("cnn", "mnist", epochs=1, steps=1)


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("epochs", 0, "--epochs must be at least 1"),
        ("steps", -1, "--steps must be at least 1"),
        ("batch_size", 0, "--batch-size must be at least 1"),
        ("learning_rate", 0.0, "--learning-rate must be above 0"),
        ("learning_rate", float("nan"), "--learning-rate must be above 0"),
        ("optimizer", "adamm", "did you mean adam"),
        ("augmentation", "hand", "did you mean hands"),
        ("schedule", "cosin", "did you mean cosine"),
        ("shift", 20, "out of the picture"),
        ("validation", -1, "--validation must be at least 0"),
        ("training_pictures", 9, "--training-pictures must be at least 10"),
        ("seed", -1, "--seed must be from 0"),
    ],
)
def test_nonsense_is_refused_before_anything_is_loaded(
    option: str, value: object, said: str
) -> None:
    with pytest.raises(WrongUse, match=said):
        plan("cnn", "mnist", **{option: value})  # type: ignore[arg-type]


def test_plan_survives_the_checkpoint() -> None:
    asked = plan("deep", "strokes", samples=70_000, seed=5, learning_rate=0.01)
    assert Plan.from_json(json.loads(json.dumps(asked.as_json()))) == asked


def test_own_validation_split_is_held_out_unless_told(drawn: Dataset) -> None:
    kept, held_out = training_set.divide(drawn, None, seed=0)
    assert kept is drawn.train
    assert held_out is drawn.validation
    everything, none = training_set.divide(drawn, 0, seed=0)
    assert none is None
    assert len(everything) == len(drawn.train) + len(drawn.validation)


@pytest.mark.parametrize("count", [10, 60, 200])
def test_any_number_can_be_held_out(drawn: Dataset, count: int) -> None:
    kept, held_out = training_set.divide(drawn, count, seed=1)
    assert held_out is not None
    assert len(held_out) == count
    assert len(kept) == 660 - count
    assert not _pictures(kept) & _pictures(held_out)
    again = training_set.divide(drawn, count, seed=1)[1]
    assert again is not None
    assert np.array_equal(again.images, held_out.images)


def test_holding_everything_out_is_refused(drawn: Dataset) -> None:
    with pytest.raises(WrongUse, match="leaves nothing of 660"):
        training_set.divide(drawn, 660, seed=0)


def test_few_pictures_are_as_many_of_every_digit(drawn: Dataset) -> None:
    asked = plan("mlp", "somewhere", training_pictures=250, seed=4)
    chosen = training_set.choose(drawn.train, 250, asked)
    assert np.bincount(chosen.labels).tolist() == [25] * 10
    other = training_set.choose(drawn.train, 250, plan("mlp", "somewhere", seed=5))
    assert not np.array_equal(chosen.images, other.images)


def test_scarce_digits_are_made_up_for_by_others() -> None:
    labels = np.array([0] * 100 + [1] * 3, np.int64)
    images = np.arange(103, dtype=np.uint8)[:, None, None] * np.ones((28, 28), np.uint8)
    chosen = training_set.choose(Split(images, labels), 20, plan("mlp", "somewhere"))
    assert np.bincount(chosen.labels).tolist() == [17, 3]


def test_recipe_for_more_pictures_than_there_are_is_no_silent_change(drawn: Dataset) -> None:
    with pytest.raises(WrongUse, match="not the 5,000 asked for") as caught:
        training_set.choose(drawn.train, 5000, plan("mlp", "somewhere"))
    assert "--training-pictures 600" in str(caught.value)


def test_steps_are_divided_into_legs() -> None:
    thousand = legs.legs(plan("softmax", "mnist"), 550)
    assert [leg.last for leg in thousand] == list(range(100, 1001, 100))
    short = legs.legs(plan("softmax", "mnist", steps=130), 550)
    assert [(leg.first, leg.last) for leg in short] == [(0, 100), (100, 130)]
    epochs = legs.legs(plan("cnn", "mnist"), 938)
    assert [leg.last for leg in epochs] == [938, 1876, 2814, 3752, 4690]


@pytest.mark.parametrize("first", [0, 3, 5, 11])
@pytest.mark.parametrize("shift", [0, 2])
def test_batches_do_not_depend_on_where_one_begins(drawn: Dataset, first: int, shift: int) -> None:
    asked = plan("cnn", "somewhere", batch_size=128, shift=shift, seed=9)
    loaded, fresh = Loaded(drawn.train, 9), Drawn("strokes", 600, 9)
    for pictures in (loaded, fresh, Mixed(loaded, 20, 28, 9)):
        whole, part = (
            batches.from_step(pictures, asked, 0),
            batches.from_step(pictures, asked, first),
        )
        for _ in range(first):
            next(whole)
        for _ in range(4):
            images, labels = next(whole)
            later_images, later_labels = next(part)
            assert np.array_equal(images, later_images)
            assert np.array_equal(labels, later_labels)


def test_an_epoch_holds_every_picture_once_and_the_next_in_another_order(drawn: Dataset) -> None:
    pictures = Loaded(drawn.train, 0)
    first, second = (
        np.concatenate([images for images, _ in pictures.epoch(number, 64)]) for number in (0, 1)
    )
    assert not np.array_equal(first, second)
    assert sorted(map(bytes, first)) == sorted(map(bytes, second))
    assert sorted(map(bytes, first)) == sorted(map(bytes, drawn.train.images))


def test_drawn_epochs_are_fresh_and_begin_with_the_known_pictures(drawn: Dataset) -> None:
    first, second = (
        np.concatenate([images for images, _ in Drawn("strokes", 600, 3).epoch(number, 64)])
        for number in (0, 1)
    )
    assert np.array_equal(first, drawn.train.images)
    assert not {bytes(image) for image in first} & {bytes(image) for image in second}


def test_shifting_moves_whole_pictures_both_ways() -> None:
    images = np.zeros((400, 28, 28), np.uint8)
    images[:, 14, 14] = 200
    moved = batches.shifted(images, 2, np.random.default_rng(0))
    places = {tuple(np.argwhere(image)[0] - 14) for image in moved}
    assert places == {(down, right) for down in range(-2, 3) for right in range(-2, 3)}
    assert (moved.sum(axis=(1, 2)) == 200).all()


def test_a_million_drawn_pictures_are_known_by_their_first() -> None:
    asked = plan("cnn", "strokes", samples=1_000_000)
    material = training_set.load(asked, None)
    assert material.training.count == 1_000_000
    assert material.samples == len(material.dataset.train) == training_set.KNOWN_DRAWN
    assert material.held_out is material.dataset.validation


def test_options_that_divide_pictures_make_no_sense_for_drawn_ones() -> None:
    with pytest.raises(WrongUse, match="--training-pictures divides"):
        plan("mlp", "strokes", training_pictures=100)
    assert plan("mlp", "strokes").samples == 5000


def _pictures(split: Split) -> set[bytes]:
    return {bytes(image) for image in split.images}


def test_a_recipe_holds_out_no_more_than_a_small_data_set_can_spare(pictures: Path) -> None:
    few = training_set.load(plan("edge", str(pictures), seed=3), None)
    assert few.held_out is not None
    assert len(few.held_out) == few.plan.recipe.validation == 60 - 60 // 10
    with pytest.raises(WrongUse, match="--validation 900 leaves nothing"):
        training_set.load(plan("edge", str(pictures), validation=900), None)
