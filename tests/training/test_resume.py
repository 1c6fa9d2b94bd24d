"""Going on after an interruption ends where an uninterrupted training does, for every model."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edgedigits.bundle import run
from edgedigits.bundle.run import HDF5_FILE
from edgedigits.errors import DataBad
from edgedigits.models import models
from edgedigits.training import checkpoint, legs, run_writer, training, training_set
from edgedigits.training.plan import Plan, plan
from edgedigits.training.training import Step


def _weights(folder: Path) -> list[Any]:
    import keras

    loaded = keras.models.load_model(folder / HDF5_FILE, compile=False)
    return [np.asarray(weight) for weight in loaded.get_weights()]


def _short(name: str, dataset: str) -> Plan:
    """Two legs: the model's own recipe on few pictures, drawn ones or those of a file."""
    drawn = dataset == "strokes"
    asked = plan(
        name,
        dataset,
        samples=600 if drawn else None,
        seed=2,
        training_pictures=None if drawn else 400,
    )
    if asked.recipe.steps is None:
        finish = min(asked.recipe.finish_epochs, 1)
        return replace(asked, recipe=replace(asked.recipe, epochs=2, finish_epochs=finish))
    return replace(asked, recipe=replace(asked.recipe, steps=150))


def _stopped_in_its_second_leg(asked: Plan, home: Path) -> tuple[run.Run, Path]:
    """A training into `home/whole`, and a folder as one that was stopped would have left it."""
    digits = training_set.load(asked, None).training
    ahead = legs.legs(asked, digits.batches(asked.recipe.batch_size))
    assert len(ahead) == 2

    def keep(step: Step) -> None:
        # All that a training stopped within its second leg leaves is the first leg's checkpoint.
        if not kept.exists() and step.position > asked.bar_length * ahead[0].last / ahead[1].last:
            shutil.copytree(home / "whole" / run.CHECKPOINT, kept)

    kept = home / "stopped" / run.CHECKPOINT
    whole = training.train(asked, home / "whole", on_step=keep)
    assert len(checkpoint.read(kept).history) == 1
    return whole, kept.parent


# `mini` is `nano` with a layer more.
@pytest.mark.parametrize("name", [name for name in models.MODELS if name != "mini"])
def test_going_on_in_the_second_leg(
    name: str, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = []

    def end(model: Any, _: Plan, material: Any, __: Any, folder: Path, **___: Any) -> run.Run:
        test = material.dataset.test.images[..., np.newaxis].astype(np.float32)
        ends.append([*model.get_weights(), np.asarray(model(test, training=False))])
        return run.Run(folder, {})

    # Writing the files takes as long as both legs, and is the same for every model.
    monkeypatch.setattr(run_writer, "write", end)
    _, stopped = _stopped_in_its_second_leg(_short(name, str(pictures)), tmp_path)
    training.resume(stopped)
    whole, resumed = ends
    assert all(np.array_equal(*pair) for pair in zip(whole, resumed, strict=True))


def test_what_a_resumed_training_writes_is_what_the_whole_one_wrote(tmp_path: Path) -> None:
    whole, stopped = _stopped_in_its_second_leg(_short("softmax", "strokes"), tmp_path)
    resumed = training.resume(stopped)
    pairs = zip(_weights(whole.folder), _weights(resumed.folder), strict=True)
    assert all(np.array_equal(one, other) for one, other in pairs)
    assert resumed.card["test"] == whole.card["test"]
    assert not (stopped / run.CHECKPOINT).exists()


def test_a_finish_that_was_cut_short_can_be_done_again(pictures: Path, tmp_path: Path) -> None:
    asked = _short("softmax", str(pictures))
    folder = tmp_path / "run"

    def stop(step: Step) -> None:
        if step.position > 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        training.train(asked, folder, on_step=stop)
    # As left by a kill between two renames: a SavedModel in place, no card yet.
    (folder / run.SAVED_MODEL / "variables").mkdir(parents=True)
    (folder / ".finishing").mkdir()
    done = training.resume(folder)
    assert (done.saved_model / "saved_model.pb").is_file()
    assert not (folder / ".finishing").exists()


def test_checkpoint_of_another_version_is_told(tmp_path: Path) -> None:
    from edgedigits.training.checkpoint import Checkpoint

    old = {"plan": {"model": "cnn", "epochs": 5}, "fingerprint": ""}
    checkpoint.write(Checkpoint(old, [], []), tmp_path / run.CHECKPOINT)
    with pytest.raises(DataBad, match="of another version"):
        training.resume(tmp_path)


def interrupted(pictures: Path, folder: Path) -> checkpoint.Checkpoint:
    """A checkpoint of the first leg's end, put into `folder` by a training."""

    def stop(step: Step) -> None:
        if step.position > 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        training.train(_short("softmax", str(pictures)), folder, on_step=stop)
    saved = checkpoint.read(folder / run.CHECKPOINT)
    assert len(saved.history) == 1
    return saved


def test_checkpoints_that_do_not_fit_are_told(pictures: Path, tmp_path: Path) -> None:
    saved = interrupted(pictures, tmp_path)
    other = [{**saved.history[0], "step": 3}]
    for changed, says in (
        (replace(saved, values=saved.values[:-1]), "holds no state of the model softmax"),
        (replace(saved, values=[value[np.newaxis] for value in saved.values]), "holds no state"),
        (replace(saved, history=other), "is of another training"),
    ):
        checkpoint.write(changed, tmp_path / run.CHECKPOINT)
        with pytest.raises(DataBad, match=says):
            training.resume(tmp_path)


@pytest.mark.parametrize(
    ("field", "value"),
    [("seed", -1), ("seed", "0"), ("samples", 5), ("model", "none"), ("recipe", {}),
     ("batch_size", 10**12), ("batch_size", 0), ("learning_rate", "fast"), ("epochs", 5),
     ("optimizer", "none"), ("drawn", 10**4)],
)  # fmt: skip
def test_a_checkpoints_plan_is_checked(field: str, value: object, tmp_path: Path) -> None:
    content = plan("softmax", "mnist").as_json()
    assert Plan.from_json(content) == plan("softmax", "mnist")
    holder = content if field in content else content["recipe"]
    holder[field] = value
    with pytest.raises(ValueError, match=r"."):
        Plan.from_json(content)
    saved = checkpoint.Checkpoint({"plan": content, "fingerprint": ""}, [], [])
    checkpoint.write(saved, tmp_path / run.CHECKPOINT)
    with pytest.raises(DataBad, match="is damaged or of another version"):
        training.resume(tmp_path)


def test_figures_that_are_no_numbers_are_kept(tmp_path: Path) -> None:
    history = [{"epoch": 1, "step": 5, "loss": float("nan"), "seconds": 1.0}]
    checkpoint.write(checkpoint.Checkpoint({}, history, []), tmp_path)
    (entry,) = checkpoint.read(tmp_path).history
    assert np.isnan(entry["loss"])
    assert entry["step"] == 5
