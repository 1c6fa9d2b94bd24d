"""Plan -> run: the training itself, in legs that a checkpoint can be resumed between."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, Unpack

from edgedigits import quiet
from edgedigits.bundle import publishing, run
from edgedigits.errors import DataBad, WrongUse, command
from edgedigits.progress import Bar
from edgedigits.training import batches, checkpoint, run_writer, teachers, training_set
from edgedigits.training.checkpoint import Checkpoint
from edgedigits.training.learner import STEPS_A_CALL, Learner, OnBatch
from edgedigits.training.legs import Leg, legs
from edgedigits.training.plan import SHARES, Plan
from edgedigits.training.plan import plan as plan
from edgedigits.training.run_writer import DrawPlots
from edgedigits.training.teachers import Teaching
from edgedigits.training.training_set import Batch, Material

MOST_LETTERS = 60
"""Of a model, in the name of a run's folder."""


@dataclass(frozen=True)
class Step:
    """Where a training is: for progress displays. `position` is that of `Plan.bar_length`."""

    position: int
    where: str
    loss: float
    accuracy: float


OnStep = Callable[[Step], None]


class Display:
    """Turns steps into movements of a bar of `Plan.bar_length`."""

    def __init__(self, bar: Bar) -> None:
        """Start at the bar's beginning."""
        self._bar = bar
        self._shown = 0

    def step(self, step: Step) -> None:
        """Show where the training is."""
        self._bar.advance(
            step.position - self._shown,
            f"{step.where} loss {step.loss:.4f} acc {step.accuracy:.4f}",
        )
        self._shown = step.position


def free_folder(asked: Plan, runs: Path = run.RUNS) -> Path:
    """A folder name for a new run that is not taken yet: `runs/cnn-mnist`, then `cnn-mnist-2`."""
    name = re.sub(r"\W+", "-", asked.model)[:MOST_LETTERS]
    return run.free_folder(runs, f"{name}-{Path(asked.dataset).stem or 'data'}")


class Beside(TypedDict, total=False):
    """What goes beside a training: where MNIST lies, who is told of steps, who draws the run."""

    data_dir: Path | None
    on_step: OnStep | None
    plots: DrawPlots | None


def train(asked: Plan, folder: Path, **beside: Unpack[Beside]) -> run.Run:
    """Train from the beginning and write the run to `folder`, and what `plots` draws into it.

    Raises:
        WrongUse: the folder is taken, or a teacher tells other classes apart.
        DataBad: the pictures are missing, corrupt, or lack a class, or a teacher is damaged.
    """
    run.check_free(folder)
    return _train(asked, folder, None, **beside)


def resume(folder: Path, **beside: Unpack[Beside]) -> run.Run:
    """Go on with a training that was interrupted; the end is that of an uninterrupted one.

    Raises:
        DataBad: there is no checkpoint, or the pictures or teachers are not those it began with.
    """
    saved = _interrupted(folder)
    return _train(_plan_of(saved, folder), folder, saved, **beside)


def interrupted_plan(folder: Path) -> Plan:
    """The plan of an interrupted training."""
    return _plan_of(_interrupted(folder), folder)


def _interrupted(folder: Path) -> Checkpoint:
    if run.is_run(folder):
        raise WrongUse(
            f"the training in {folder} is finished", f"go on with: {command('export', folder)}"
        )
    return checkpoint.read(folder / run.CHECKPOINT)


def unfinished(runs: Path = run.RUNS) -> Path:
    """The folder of the training that was interrupted last.

    Raises:
        WrongUse: there is none.
    """
    found = sorted(
        (path for path in runs.glob(f"*/{run.CHECKPOINT}/{checkpoint.FILE}")),
        key=lambda path: path.stat().st_mtime_ns,
    )
    folders = [path.parent.parent for path in found if not run.is_run(path.parent.parent)]
    if not folders:
        raise WrongUse(f"no interrupted training in {runs.absolute()}", run.TRAIN_HINT)
    return folders[-1]


def _plan_of(saved: Checkpoint, folder: Path) -> Plan:
    try:
        if not isinstance(saved.plan.get("fingerprint"), str):
            raise ValueError("it names no data set")
        return Plan.from_json(saved.plan["plan"])
    except (KeyError, ValueError) as error:
        raise DataBad(
            f"the checkpoint in {folder} is damaged or of another version of edgedigits: {error}",
            checkpoint.AGAIN,
        ) from error


def _train(
    asked: Plan,
    folder: Path,
    saved: Checkpoint | None,
    *,
    data_dir: Path | None = None,
    on_step: OnStep | None = None,
    plots: DrawPlots | None = None,
) -> run.Run:
    material = training_set.load(asked, data_dir)
    told = teachers.teaching(asked.teachers, material.dataset.classes)
    with publishing.told_plainly(folder):
        folder.mkdir(parents=True, exist_ok=True)
    asked = material.plan
    started = {"plan": asked.as_json(), "fingerprint": material.dataset.fingerprint}
    if saved is not None and saved.plan["fingerprint"] != material.dataset.fingerprint:
        raise DataBad(
            f"{asked.dataset} is not the data set this training began with",
            f"give it the same pictures again, or {checkpoint.AGAIN}",
        )
    ahead = legs(asked, material.training.batches(asked.recipe.batch_size))
    learner = Learner(asked, ahead, len(material.dataset.classes))
    history: list[dict[str, float]] = []
    if saved is not None:
        history = list(saved.history)
        if [entry["step"] for entry in history] != [leg.last for leg in ahead[:-1]][: len(history)]:
            raise DataBad(f"the checkpoint in {folder} is of another training", checkpoint.AGAIN)
        learner.go_on(len(history), saved.values)
    with publishing.told_plainly(folder), publishing.lock(folder):
        ahead = ahead[len(history) :]
        coming = batches.from_step(material.training, asked, ahead[0].first)
        for leg in ahead:
            values = learner.values(len(history))
            checkpoint.write(Checkpoint(started, history, values), folder / run.CHECKPOINT)
            history.append(_run_leg(learner, leg, coming, material, asked, told, on_step))
        facts = {"teachers": [each.as_fact() for each in asked.teachers]} if asked.teachers else {}
        return run_writer.write(
            learner.finished(), asked, material, history, folder, plots=plots, facts=facts
        )


def _run_leg(
    learner: Learner,
    leg: Leg,
    coming: Iterator[Batch],
    material: Material,
    asked: Plan,
    told: Teaching | None,
    on_step: OnStep | None,
) -> dict[str, float]:
    started = time.perf_counter()
    with quiet.signals_held() as hear:
        figures = learner.learn(
            leg,
            batches.as_tensors(coming, leg.last - leg.first, len(material.dataset.classes), told),
            None if material.held_out is None else batches.whole(material.held_out),
            telling(on_step, asked, leg, hear),
        )
    an_epoch = material.training.batches(asked.recipe.batch_size)
    epochs, rest = divmod(leg.last, an_epoch)
    return {
        "epoch": epochs if rest == 0 else round(leg.last / an_epoch, 4),
        "step": leg.last,
        **figures,
        "seconds": time.perf_counter() - started,
    }


def telling(on_step: OnStep | None, asked: Plan, leg: Leg, hear: Callable[[], None]) -> OnBatch:
    """What tells `on_step` of every few steps of a leg, and of the last one; and calls `hear`
    after every step."""

    def on_batch(done: int, logs: dict[str, float]) -> None:
        hear()
        last = leg.first + done >= leg.last
        if on_step is not None and (done % STEPS_A_CALL == 0 or last):
            on_step(_step(asked, leg, min(leg.first + done, leg.last), logs))

    return on_batch


def _step(asked: Plan, leg: Leg, done: int, logs: dict[str, float]) -> Step:
    """What to show after `done` steps of the whole training."""
    if asked.recipe.steps is not None:
        where, position = f"step {done}/{asked.recipe.steps}", done
    else:
        length = leg.last - leg.first
        epoch = leg.first // length
        where = f"epoch {epoch + 1}/{asked.epochs}"
        position = epoch * SHARES + SHARES * (done - leg.first) // length
    return Step(position, where, logs["loss"], logs["accuracy"])
