"""Dataset and architecture -> run."""

from __future__ import annotations

import json
import os
import platform
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from edgedigits import __version__, checkpoint, datasets, models, parity, publishing, quiet, run
from edgedigits import serving
from edgedigits.checkpoint import Checkpoint
from edgedigits.datasets.dataset import Dataset, Split
from edgedigits.errors import DataBad, WrongUse
from edgedigits.progress import Bar

EVALUATION_BATCH = 500
LIBRARIES = ("tensorflow", "keras", "numpy")


@dataclass(frozen=True)
class Plan:
    """A training, complete enough to be repeated: the same plan gives the same weights."""

    model: str
    dataset: str
    samples: int | None
    seed: int
    epochs: int
    batch_size: int


@dataclass(frozen=True)
class Step:
    """Where a training is: for progress displays."""

    epoch: int
    epochs: int
    batch: int
    batches: int
    loss: float
    accuracy: float


OnStep = Callable[[Step], None]
SHARES = 1000
"""A progress bar counts thousandths of an epoch, since it begins before the batches are known."""


class Display:
    """Turns steps into movements of a bar of `SHARES` times as many steps as epochs."""

    def __init__(self, bar: Bar) -> None:
        """Start at the bar's beginning."""
        self._bar = bar
        self._shown = 0

    def step(self, step: Step) -> None:
        """Show where the training is."""
        here = (step.epoch - 1) * SHARES + SHARES * step.batch // step.batches
        self._bar.advance(
            here - self._shown,
            f"epoch {step.epoch}/{step.epochs} loss {step.loss:.4f} acc {step.accuracy:.4f}",
        )
        self._shown = here


def plan(
    model: str,
    dataset: str,
    *,
    samples: int | None = None,
    seed: int = 0,
    epochs: int | None = None,
    batch_size: int | None = None,
) -> Plan:
    """A plan with the model's recipe filled in where nothing is said.

    Raises:
        WrongUse: there is no such model, or a number makes no sense.
    """
    recipe = models.find(model).recipe
    for name, value in (("--epochs", epochs), ("--batch-size", batch_size)):
        if value is not None and value < 1:
            raise WrongUse(f"{name} must be at least 1, not {value}")
    if not 0 <= seed < 2**32:
        raise WrongUse(f"--seed must be from 0 to {2**32 - 1}, not {seed}")
    return Plan(
        model,
        dataset,
        samples,
        seed,
        recipe.epochs if epochs is None else epochs,
        recipe.batch_size if batch_size is None else batch_size,
    )


def free_folder(asked: Plan, runs: Path = run.RUNS) -> Path:
    """A folder name for a new run that is not taken yet: `runs/cnn-mnist`, then `cnn-mnist-2`."""
    base = f"{asked.model}-{Path(asked.dataset).stem or 'data'}"
    name, turn = base, 1
    while (runs / name).exists():
        turn += 1
        name = f"{base}-{turn}"
    return runs / name


def train(
    asked: Plan,
    folder: Path,
    *,
    data_dir: Path | None = None,
    on_step: OnStep | None = None,
) -> run.Run:
    """Train from the beginning and write the run to `folder`.

    Raises:
        WrongUse: the folder is taken.
        DataBad: the pictures are missing, corrupt, or lack a digit.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        unfinished = (folder / run.CHECKPOINT).is_dir()
        raise WrongUse(
            f"{folder} is taken" + (" by a training that is not finished" if unfinished else ""),
            f"go on with: edgedigits train --resume --out {folder}"
            if unfinished
            else "choose another folder with --out",
        )
    return _train(asked, folder, data_dir, None, on_step)


def resume(folder: Path, *, data_dir: Path | None = None, on_step: OnStep | None = None) -> run.Run:
    """Go on with a training that was interrupted; the end is that of an uninterrupted one.

    Raises:
        DataBad: there is no checkpoint, or the pictures are not those it began with.
    """
    if run.is_run(folder):
        raise WrongUse(f"the training in {folder} is finished", "see it with: edgedigits export")
    saved = checkpoint.read(folder / run.CHECKPOINT)
    return _train(Plan(**saved.plan["plan"]), folder, data_dir, saved, on_step)


def interrupted_plan(folder: Path) -> Plan:
    """The plan of an interrupted training."""
    return Plan(**checkpoint.read(folder / run.CHECKPOINT).plan["plan"])


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


def _train(
    asked: Plan,
    folder: Path,
    data_dir: Path | None,
    saved: Checkpoint | None,
    on_step: OnStep | None,
) -> run.Run:
    dataset = datasets.load(
        asked.dataset, data_dir=data_dir, seed=asked.seed, samples=asked.samples
    )
    datasets.check_trainable(dataset)
    started = {"plan": asdict(asked), "fingerprint": dataset.fingerprint}
    if saved is not None and saved.plan["fingerprint"] != dataset.fingerprint:
        raise DataBad(
            f"{asked.dataset} is not the data set this training began with",
            "give it the same pictures again, or start anew: edgedigits train",
        )
    architecture = models.find(asked.model)
    model = _compiled(architecture, asked.seed)
    history: list[dict[str, float]] = []
    if saved is not None:
        for variable, value in zip(_state(model), saved.values, strict=True):
            variable.assign(value)
        history = list(saved.history)
    split = dataset.train if architecture.recipe.holds_out else _joined(dataset)
    held_out = dataset.validation if architecture.recipe.holds_out else None
    with publishing.told_plainly(folder):
        for epoch in range(len(history), asked.epochs):
            _write_checkpoint(model, started, history, folder)
            history.append(_epoch(model, split, held_out, asked, epoch, on_step))
        return _finish(model, asked, dataset, history, folder)


def _compiled(architecture: models.Architecture, seed: int) -> Any:
    tf = quiet.import_tensorflow()
    import keras

    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()
    model = architecture.build()
    recipe = architecture.recipe
    optimizer = keras.optimizers.get(recipe.optimizer)
    optimizer.learning_rate = recipe.learning_rate
    # Labels are one-hot and the loss is categorical cross-entropy on probabilities.
    model.compile(optimizer, "categorical_crossentropy", metrics=["accuracy"], jit_compile=False)
    optimizer.build(model.trainable_variables)
    return model


def _joined(dataset: Dataset) -> Split:
    return Split(
        np.concatenate([dataset.train.images, dataset.validation.images]),
        np.concatenate([dataset.train.labels, dataset.validation.labels]),
    )


def _state(model: Any) -> list[Any]:
    """Every variable that the next step depends on, in a fixed order."""
    return [
        *model.trainable_variables,
        *model.non_trainable_variables,
        *model.optimizer.variables,
    ]


def _write_checkpoint(
    model: Any, started: dict[str, Any], history: list[dict[str, float]], folder: Path
) -> None:
    values = [np.asarray(variable) for variable in _state(model)]
    checkpoint.write(Checkpoint(started, history, values), folder / run.CHECKPOINT)


def _epoch(
    model: Any,
    split: Split,
    held_out: Split | None,
    asked: Plan,
    epoch: int,
    on_step: OnStep | None,
) -> dict[str, float]:
    import keras

    # The order depends on seed and epoch alone, so a resumed training sees the same one.
    order = np.random.default_rng([asked.seed, epoch]).permutation(len(split))
    batches = -(-len(split) // asked.batch_size)

    class Watch(keras.callbacks.Callback):  # type: ignore[misc, unused-ignore]
        def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
            if on_step is not None and logs is not None:
                on_step(
                    Step(
                        epoch + 1, asked.epochs, batch + 1, batches, logs["loss"], logs["accuracy"]
                    )
                )

    started = time.perf_counter()
    fitted = model.fit(
        _pipeline(split.take(order), asked.batch_size),
        shuffle=False,
        verbose=0,
        callbacks=[Watch()] if on_step is not None else [],
        validation_data=None if held_out is None else _pipeline(held_out, EVALUATION_BATCH),
    )
    return {
        "epoch": epoch + 1,
        **{name: float(values[0]) for name, values in fitted.history.items()},
        "seconds": time.perf_counter() - started,
    }


def _pipeline(split: Split, batch_size: int) -> Any:
    import tensorflow as tf

    def as_floats(images: Any, labels: Any) -> Any:
        return tf.cast(images[..., tf.newaxis], tf.float32), tf.one_hot(labels, 10)

    return (
        tf.data.Dataset.from_tensor_slices((split.images, split.labels))
        .batch(batch_size)
        .map(as_floats, num_parallel_calls=1)
        .prefetch(4)
    )


def _finish(
    model: Any, asked: Plan, dataset: Dataset, history: list[dict[str, float]], folder: Path
) -> run.Run:
    """Write everything beside its final name, reopen it, then let it appear; the card comes last."""
    staged = folder / ".finishing"
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(parents=True)
    serving.write(model, staged / run.SAVED_MODEL)
    model.save(staged / run.KERAS_FILE)
    (staged / run.HISTORY).write_text(json.dumps({"epochs": history}, indent=2) + "\n", "utf-8")
    probabilities = model.predict(
        dataset.test.images[..., np.newaxis], batch_size=EVALUATION_BATCH, verbose=0
    )
    _check_saved_model(staged / run.SAVED_MODEL, dataset.test, probabilities)
    right = int(np.sum(probabilities.argmax(axis=1) == dataset.test.labels))
    card = _card(model, asked, dataset, history, parity.wilson(right, len(dataset.test)))
    (staged / run.CARD).write_text(json.dumps(card, indent=2) + "\n", "utf-8")
    for name in (run.SAVED_MODEL, run.KERAS_FILE, run.HISTORY, run.CARD):
        (staged / name).rename(folder / name)
    staged.rmdir()
    shutil.rmtree(folder / run.CHECKPOINT, ignore_errors=True)
    return run.open_run(folder)


def _check_saved_model(path: Path, test: Split, expected: Any) -> None:
    from converters import saved_model

    source = saved_model.read(path, pixels=28 * 28, classes=10)
    some = min(100, len(test))
    inputs = test.images[:some, ..., np.newaxis].astype(np.float32)
    difference = float(np.abs(saved_model.predict(source, inputs) - expected[:some]).max())
    if not difference < 1e-4:
        raise DataBad(
            f"the SavedModel written to {path} differs from the trained model by {difference:.2g}",
            "this is a fault of edgedigits: please report it with the command you typed",
        )


def _card(
    model: Any,
    asked: Plan,
    dataset: Dataset,
    history: list[dict[str, float]],
    accuracy: parity.Share,
) -> dict[str, Any]:
    recipe = models.find(asked.model).recipe
    return {
        "schema_version": run.CARD_VERSION,
        "model": asked.model,
        "parameters": int(model.count_params()),
        "dataset": {
            "name": dataset.name,
            "spec": asked.dataset,
            "fingerprint": dataset.fingerprint,
            "seed": asked.seed,
            "samples": asked.samples,
        },
        "seed": asked.seed,
        "recipe": {**asdict(recipe), "epochs": asked.epochs, "batch_size": asked.batch_size},
        "training_pictures": len(dataset.train)
        + (0 if recipe.holds_out else len(dataset.validation)),
        "test": {"pictures": len(dataset.test), "accuracy": asdict(accuracy)},
        "seconds": sum(entry["seconds"] for entry in history),
        "environment": {
            "edgedigits": __version__,
            "python": platform.python_version(),
            "platform": platform.platform(),
            "cores": os.cpu_count(),
            **{name: version(name) for name in LIBRARIES},
        },
    }
