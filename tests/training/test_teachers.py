"""A model that learns what finished runs answer, in place of the labels."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import Command
from numpy.typing import NDArray

from edgedigits.bundle import run
from edgedigits.datasets import datasets
from edgedigits.datasets.dataset import DIGITS
from edgedigits.errors import DataBad, ExitCode, WrongUse
from edgedigits.training import batches, losses, teachers, training
from edgedigits.training.plan import Plan, plan

Values = NDArray[np.float64]
SMALL = ("--dataset", "strokes", "--samples", "400", "--epochs", "1", "--no-plots")


def trained(name: str, seed: int, folder: Path) -> Path:
    asked = plan(name, "strokes", samples=2_000, seed=seed, epochs=4, batch_size=50)
    return training.train(asked, folder).folder


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two runs, one that ends in probabilities, one in logits. Read only."""
    place = tmp_path_factory.mktemp("teachers")
    made = [trained("cnn", 1, place / "probabilities"), trained("mlp", 2, place / "logits")]
    ends = [run.open_run(each).card["trained_on_logits"] for each in made]
    assert ends == [False, True]
    return made


def taught(by: Sequence[Path], epochs: int = 2, **changes: Any) -> Plan:
    return plan("softmax", "strokes", samples=600, seed=5, teachers=by, epochs=epochs, **changes)


def weights(folder: Path) -> list[Any]:
    import keras

    loaded = keras.models.load_model(folder / run.HDF5_FILE, compile=False)
    return [np.asarray(weight) for weight in loaded.get_weights()]


def log_softmax(raw: Values) -> Values:
    found: Values = raw - np.log(np.exp(raw).sum(-1, keepdims=True))
    return found


def mistaken(teacher: Path, folder: Path) -> Path:
    """A copy of a run that takes each digit for the next one."""
    import keras

    shutil.copytree(teacher, folder)
    model = keras.models.load_model(folder / run.KERAS_FILE, compile=False)
    *others, kernel, bias = model.get_weights()
    model.set_weights([*others, np.roll(kernel, 1, axis=1), np.roll(bias, 1)])
    model.save(folder / run.KERAS_FILE)
    return folder


def test_what_teachers_answer_is_learnt_and_not_the_labels(two: list[Path], tmp_path: Path) -> None:
    import keras

    wrong = mistaken(two[1], tmp_path / "wrong")
    asked = plan(
        "softmax", "strokes", samples=2_000, seed=5, teachers=[wrong], epochs=4, batch_size=50,
        learning_rate=0.5,
    )  # fmt: skip
    done = training.train(asked, tmp_path / "taught")
    test = datasets.load("strokes", seed=5, samples=100).test
    model = keras.models.load_model(done.folder / run.KERAS_FILE)
    answers = model.predict(test.images[..., np.newaxis], verbose=0).argmax(-1)
    assert np.mean(answers == (test.labels + 1) % 10) > 0.4
    assert np.mean(answers == test.labels) < 0.2


def test_the_answers_of_several_are_softened_together(two: list[Path]) -> None:
    import keras

    images = datasets.load("strokes", seed=9, samples=100).test.images[:7]
    labels = np.arange(7)
    told = teachers.teaching(teachers.known(two), DIGITS)
    ((pixels, targets),) = list(batches.as_tensors(iter([(images, labels)]), 1, teaching=told))
    probabilities, logits = (
        keras.models.load_model(each / run.KERAS_FILE).predict(pixels, verbose=0) for each in two
    )
    mean = (np.log(probabilities + 1e-7) + log_softmax(logits.astype(np.float64))) / 2
    expected = np.exp(log_softmax(mean / losses.TEMPERATURE))
    assert np.array_equal(targets[:, :10], np.eye(10)[labels])
    assert np.allclose(targets[:, 10:], expected, atol=1e-4)
    assert np.ptp(expected) > 0.2


@pytest.mark.parametrize("logits", [False, True])
def test_the_loss_is_the_divergence_of_softened_answers(logits: bool) -> None:
    import keras

    rng = np.random.default_rng(3)
    raw, told = rng.normal(0, 1.5, (2, 4, 10))
    told = np.exp(log_softmax(told))
    labels = np.eye(10)[[3, 1, 4, 1]]
    labels[2] = 0.1  # no digit
    answers = (raw if logits else np.exp(log_softmax(raw))).astype(np.float32)
    targets = np.concatenate([labels, told], -1).astype(np.float32)
    usual = losses.forgiving(keras.losses.CategoricalCrossentropy(from_logits=logits))
    loss = losses.taught(usual, logits=logits)
    softened = log_softmax(raw / losses.TEMPERATURE)
    expected = losses.TEMPERATURE**2 * np.sum(told * (np.log(told) - softened), -1)
    expected[2] = max(-log_softmax(raw)[2].mean() - losses.UNSURE_ENOUGH, 0)
    assert expected[2] > 0.01
    assert np.allclose(loss.call(targets, answers), expected, rtol=1e-3)
    # Pictures that are held out have no teachers.
    alone = labels.astype(np.float32)
    assert np.array_equal(loss.call(alone, answers), usual.call(alone, answers))


def test_the_same_plan_gives_the_same_weights_and_teachers_decide_them(
    two: list[Path], tmp_path: Path
) -> None:
    plans = [taught(two), taught(two), taught(two[:1]), taught(())]
    found = [
        weights(training.train(each, tmp_path / str(turn)).folder)
        for turn, each in enumerate(plans)
    ]
    same = [
        all(np.array_equal(*pair) for pair in zip(found[0], each, strict=True)) for each in found
    ]
    assert same == [True, True, False, False]
    assert "teachers" not in run.open_run(tmp_path / "3").card
    card = run.open_run(tmp_path / "0").card
    assert [each["run"] for each in card["teachers"]] == ["probabilities", "logits"]
    assert str(two[0].parent) not in json.dumps(card)


class Stopped(Exception):
    pass


def stopped(asked: Plan, folder: Path) -> None:
    """Leave a training there that ended in its second epoch."""

    def step(told: training.Step) -> None:
        if told.where.startswith("epoch 2/"):
            raise Stopped

    with pytest.raises(Stopped):
        training.train(asked, folder, on_step=step)


def test_going_on_asks_the_same_teachers(two: list[Path], tmp_path: Path) -> None:
    own = shutil.copytree(two[0], tmp_path / "own")
    asked = taught([own], outliers=8)
    stopped(asked, tmp_path / "stopped")
    whole = weights(training.train(asked, tmp_path / "whole").folder)
    kept = Path(shutil.move(own, tmp_path / "away"))
    with pytest.raises(WrongUse, match="own is no run"):
        training.resume(tmp_path / "stopped")
    mistaken(kept, own)
    with pytest.raises(DataBad, match="own is no longer the run that this training began with"):
        training.resume(tmp_path / "stopped")
    shutil.rmtree(own)
    shutil.move(kept, own)
    resumed = weights(training.resume(tmp_path / "stopped").folder)
    assert all(np.array_equal(*pair) for pair in zip(whole, resumed, strict=True))


def test_a_teacher_is_known_by_its_weights_wherever_it_lies(
    two: list[Path], tmp_path: Path
) -> None:
    import keras

    copy = shutil.copytree(two[0], tmp_path / "copy")
    # Keras writes the date beside the weights.
    keras.models.load_model(copy / run.KERAS_FILE).save(copy / run.KERAS_FILE)
    (here,), (there,) = teachers.known(two[:1]), teachers.known([copy])
    assert here.weights_sha256 == there.weights_sha256
    (other,) = teachers.known([mistaken(two[0], tmp_path / "other")])
    assert other.weights_sha256 != here.weights_sha256


def test_a_plan_with_teachers_is_read_back(two: list[Path]) -> None:
    asked = taught(two)
    content = json.loads(json.dumps(asked.as_json()))
    assert Plan.from_json(content) == asked
    assert "teachers" not in taught(()).as_json()
    whole = {"run": "a", "weights_sha256": "b"}
    for bad in ("none", [{"run": "a"}], [whole | {"weights_sha256": 1}], [whole | {"more": 1}]):
        with pytest.raises(ValueError, match=r"teachers|weights_sha256|more"):
            Plan.from_json({**content, "teachers": bad})


def test_whoever_tells_other_classes_apart_teaches_nothing(two: list[Path], tmp_path: Path) -> None:
    asked = plan("softmax", "letters", samples=400, teachers=two[:1], epochs=1)
    with pytest.raises(WrongUse, match="tells 10 classes apart that are not those") as caught:
        training.train(asked, tmp_path / "taught")
    assert "same classes" in str(caught.value.hint)
    assert not (tmp_path / "taught").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--teacher", "nowhere"], "nowhere is no run"),
        (["--teacher", "{0}", "--teacher", "{0}"], "is named twice"),
        (["--teacher", "{0}", "--qat", "int4"], "--teacher does not go with --qat"),
        (["--teacher", "{0}", "--resume"], "keeps the options it began with"),
        (["--teacher", "{0}"] * 33, "33 teachers are too many"),
    ],
)
def test_teachers_that_are_refused(
    words: list[str], said: str, two: list[Path], command: Command, tmp_path: Path
) -> None:
    options = () if {"--qat", "--resume"} & set(words) else SMALL
    done = command("train", *(word.format(two[0]) for word in words), *options, cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert said in done.err
    assert not list(tmp_path.glob("runs/*"))


def test_the_command_says_who_teaches(two: list[Path], command: Command, tmp_path: Path) -> None:
    teachers = [word for each in two for word in ("--teacher", each)]
    done = command("train", "--model", "softmax", *teachers, *SMALL, cwd=tmp_path)
    assert done.code == ExitCode.DONE, done.err
    expected = "Training softmax on strokes, taught by probabilities, logits, into runs/softmax-"
    assert done.out.startswith(expected)


def test_a_damaged_teacher_is_refused(two: list[Path], command: Command, tmp_path: Path) -> None:
    broken = shutil.copytree(two[0], tmp_path / "broken")
    content = bytearray((broken / run.KERAS_FILE).read_bytes())
    content[len(content) // 2] ^= 255
    (broken / run.KERAS_FILE).write_bytes(content)
    done = command("train", "--teacher", broken, *SMALL, cwd=tmp_path)
    assert done.code == ExitCode.DATA_BAD
    assert "model.keras is damaged" in done.err
    assert not (tmp_path / "runs").exists()
