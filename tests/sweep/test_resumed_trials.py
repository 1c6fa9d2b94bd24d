"""A trial that was in the midst of its training goes on from there, and comes to the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sweep_trials import DRAWN, trials

from edgedigits.bundle import run
from edgedigits.errors import DataBad
from edgedigits.sweep import carrying_out
from edgedigits.sweep.store import UNFINISHED, Store
from edgedigits.sweep.trial import RUN, Trial
from edgedigits.training import checkpoint, training
from edgedigits.training.training import Step

SPEC = f'scheme = "float32"\n{DRAWN}samples = 400\nepochs = 2\n'


class Killed(Exception):
    pass


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    (only,) = trials(SPEC, tmp_path)
    return only


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run of such a trial that nothing disturbed."""
    place = tmp_path_factory.mktemp("whole")
    (only,) = trials(SPEC, place)
    return training.train(only.plan, place / RUN).folder


def interrupted(trial: Trial, place: Path) -> None:
    """Leave a training there that ended in its second epoch."""

    def step(told: Step) -> None:
        if told.where.startswith("epoch 2/"):
            raise Killed

    with pytest.raises(Killed):
        training.train(trial.plan, place, on_step=step)


def weights(folder: Path) -> bytes:
    return (folder / run.SAVED_MODEL / "variables/variables.data-00000-of-00001").read_bytes()


def test_it_goes_on_where_its_training_was_interrupted(
    trial: Trial, whole: Path, tmp_path: Path
) -> None:
    store = Store(tmp_path / "sweep")
    begun = store.begun(trial)
    interrupted(trial, begun / RUN)
    (begun / "bundle").mkdir()
    store.leave(begun)
    # By its time one can tell which epoch is remembered.
    saved = checkpoint.read(begun / RUN / run.CHECKPOINT)
    assert len(saved.history) == 1
    saved.history[0]["seconds"] = 12345.0
    checkpoint.write(saved, begun / RUN / run.CHECKPOINT)
    folder = store.taken_up(trial)
    assert folder != begun
    assert not begun.exists()
    assert [each.name for each in folder.iterdir()] == [RUN]
    record = carrying_out.carry_out(trial, folder)
    epochs = json.loads((folder / RUN / run.HISTORY).read_text("utf-8"))["epochs"]
    assert (len(epochs), epochs[0]["seconds"]) == (2, 12345.0)
    assert weights(folder / RUN) == weights(whole)
    store.keep(trial, folder, record)
    assert store.record(trial) == record
    store.clear()
    assert not (store.folder / UNFINISHED).exists()


def test_a_finished_training_is_not_done_again(
    trial: Trial, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "train", None)
    monkeypatch.setattr(training, "resume", None)
    assert carrying_out.carry_out(trial, whole.parent)["validation_pictures"] > 0


@pytest.mark.parametrize("damage", ["nothing", "torn", "another"])
def test_what_cannot_be_gone_on_with_is_done_anew(
    damage: str, trial: Trial, whole: Path, tmp_path: Path
) -> None:
    store = Store(tmp_path / "sweep")
    begun = store.begun(trial)
    if damage == "nothing":
        (begun / RUN).mkdir()
    else:
        interrupted(trial, begun / RUN)
        state = begun / RUN / run.CHECKPOINT / checkpoint.FILE
        if damage == "torn":
            state.write_bytes(state.read_bytes()[:-1000])
        else:
            saved = checkpoint.read(state.parent)
            saved.plan["fingerprint"] = "0" * 64
            checkpoint.write(saved, state.parent)
    with pytest.raises(DataBad):
        training.resume(begun / RUN)
    store.leave(begun)
    folder = store.taken_up(trial)
    carrying_out.carry_out(trial, folder)
    assert weights(folder / RUN) == weights(whole)


def test_an_attempt_that_left_no_run_leaves_nothing(trial: Trial, tmp_path: Path) -> None:
    store = Store(tmp_path / "sweep")
    begun = store.begun(trial)
    (begun / "bundle").mkdir()
    store.leave(begun)
    assert not begun.exists()
    assert list(store.taken_up(trial).iterdir()) == []
