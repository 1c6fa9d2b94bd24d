"""A finished training as a run: every file reopened and asked before any of them appears."""

from __future__ import annotations

import json
import logging
import os
import platform
import shutil
from collections.abc import Callable
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits import __version__
from edgedigits.bundle import run
from edgedigits.datasets.dataset import SIDE, Split
from edgedigits.errors import DataBad
from edgedigits.models import models
from edgedigits.runtimes import base
from edgedigits.training import history as remembered
from edgedigits.training import serving
from edgedigits.training.batches import EVALUATION_BATCH
from edgedigits.training.plan import Plan
from edgedigits.training.training_set import Material
from edgedigits.verification import parity
from edgedigits.verification.unseen import Pictures

LIBRARIES = ("tensorflow", "keras", "numpy")
ASKED_AGAIN = 100
TOLERANCE = 1e-4
"""Largest difference a probability may have when a file is loaded again."""

Answer = Callable[[NDArray[np.float32]], NDArray[np.float32]]
DrawPlots = Callable[[run.Run, Any, Split, Pictures, NDArray[np.float32]], object]
"""Draws what there is to see of a run that has just been trained: the run, its Keras model,
pictures it was trained on, those it is judged on, and its answers for these,
`[N, classes]`."""


def write(
    model: Any,
    asked: Plan,
    material: Material,
    history: list[dict[str, float]],
    folder: Path,
    *,
    plots: DrawPlots | None = None,
    facts: dict[str, Any] | None = None,
) -> run.Run:
    """Write everything beside its final name, reopen it, then let it appear; the card comes last,
    and after it the `plots`, which can be made again from the rest. `facts` are added to the card.

    The SavedModel answers with probabilities. The Keras and HDF5 files hold the model as it was
    trained, with logits where the recipe trains on logits.

    Raises:
        DataBad: a file that was written does not give the trained model's answers.
    """
    architecture = models.find(asked.model)
    staged = folder / ".finishing"
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(parents=True)
    test = material.dataset.test
    outputs = model.predict(test.images[..., np.newaxis], batch_size=EVALUATION_BATCH, verbose=0)
    probabilities = base.softmax(outputs) if architecture.logits else outputs
    serving.write(model, staged / run.SAVED_MODEL, logits=architecture.logits)
    answer = _saved_model(staged / run.SAVED_MODEL, len(test.classes))
    _check(staged / run.SAVED_MODEL, answer, test, probabilities)
    # Keras advises against HDF5, which is asked for on purpose.
    logging.getLogger("absl").setLevel(logging.ERROR)
    for name in (run.KERAS_FILE, run.HDF5_FILE):
        model.save(staged / name)
        answer = _keras_file(staged / name, logits=architecture.logits)
        _check(staged / name, answer, test, probabilities)
    content = {"model": asked.model, "epochs": remembered.to_json(history)}
    (staged / run.HISTORY).write_text(json.dumps(content, indent=2) + "\n", "utf-8")
    right = int(np.sum(probabilities.argmax(axis=1) == test.labels))
    card = _card(model, asked, material, history, parity.wilson(right, len(test))) | (facts or {})
    (staged / run.CARD).write_text(json.dumps(card, indent=2) + "\n", "utf-8")
    shutil.rmtree(folder / run.SAVED_MODEL, ignore_errors=True)
    for name in (run.SAVED_MODEL, run.KERAS_FILE, run.HDF5_FILE, run.HISTORY, run.CARD):
        (staged / name).rename(folder / name)
    staged.rmdir()
    shutil.rmtree(folder / run.CHECKPOINT, ignore_errors=True)
    finished = run.open_run(folder)
    if plots is not None:
        judged_on = Pictures(material.dataset.name, material.dataset.fingerprint, test)
        plots(finished, model, material.known, judged_on, probabilities)
    return finished


def _saved_model(path: Path, classes: int) -> Answer:
    from converters import saved_model

    source = saved_model.read(path, pixels=SIDE * SIDE, classes=classes)
    return lambda inputs: saved_model.predict(source, inputs)


def _keras_file(path: Path, *, logits: bool) -> Answer:
    import keras

    reloaded = keras.models.load_model(path, compile=False)

    def answer(inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        outputs: NDArray[np.float32] = reloaded.predict(inputs, verbose=0)
        return base.softmax(outputs) if logits else outputs

    return answer


def _check(path: Path, answer: Answer, test: Split, expected: NDArray[np.float32]) -> None:
    some = min(ASKED_AGAIN, len(test))
    inputs = test.images[:some, ..., np.newaxis].astype(np.float32)
    difference = float(np.abs(answer(inputs) - expected[:some]).max())
    if not difference < TOLERANCE:
        raise DataBad(
            f"{path.name} as written differs from the trained model by {difference:.2g}",
            "this is a fault of edgedigits: please report it with the command you typed",
        )


def _card(
    model: Any,
    asked: Plan,
    material: Material,
    history: list[dict[str, float]],
    accuracy: parity.Share,
) -> dict[str, Any]:
    dataset = material.dataset
    return {
        "schema_version": run.CARD_VERSION,
        "model": asked.model,
        # Of digits nobody need be told.
        **({} if dataset.train.of_digits else {"labels": list(dataset.classes)}),
        "parameters": int(model.count_params()),
        "trained_on_logits": models.find(asked.model).logits,
        "dataset": {
            "name": dataset.name,
            "spec": asked.dataset,
            "fingerprint": dataset.fingerprint,
            "seed": asked.seed,
            "samples": material.samples,
        },
        "seed": asked.seed,
        "recipe": asdict(asked.recipe),
        "steps": int(history[-1]["step"]),
        "training_pictures": material.training.count,
        "fresh_pictures_every_epoch": asked.drawn,
        "validation_pictures": 0 if material.held_out is None else len(material.held_out),
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
