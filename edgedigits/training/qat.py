"""Quantization-aware fine-tuning: a finished run's weights, moved onto the grid that int4 stores.

Batch normalisation keeps the statistics it has. What is written has its weights on the grid, so
that storing them in int4 afterwards changes nothing.
"""

from __future__ import annotations

import hashlib
import math
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from converters import targets
from edgedigits import json_file, quiet
from edgedigits.bundle import publishing, run
from edgedigits.errors import DataBad, WrongUse, check_known, damaged
from edgedigits.models import models
from edgedigits.models.architecture import Recipe
from edgedigits.training import batches, run_writer, training_set
from edgedigits.training.legs import legs
from edgedigits.training.plan import Plan
from edgedigits.training.run_writer import DrawPlots
from edgedigits.training.training import OnStep, telling
from edgedigits.training.tuner import Tuner

EPOCHS = 3
LEARNING_RATE = 5e-4
OPTIMIZER, SCHEDULE = "adam", "cosine"

Model = Any


@dataclass(frozen=True)
class Tuning:
    """A fine-tuning, complete enough to be repeated: the same one gives the same weights.

    Attributes:
        scheme: what the weights are tuned for.
        origin: the run whose weights it starts from.
        plan: the origin's pictures, with the length and learning rate of the tuning.
        first: steps that the origin was trained for; the tuning's pictures are those that its
            training would have gone on with.
    """

    scheme: str
    origin: run.Run
    plan: Plan
    first: int


def schemes() -> list[str]:
    """The schemes that a run can be tuned for."""
    every = [scheme for target in targets.TARGETS.values() for scheme in target.schemes]
    return [scheme.name for scheme in every if scheme.tunable]


def check_scheme(scheme: str) -> None:
    """Refuse a scheme that no run can be tuned for.

    Raises:
        WrongUse: it is none; the nearest one is suggested.
    """
    check_known("scheme", scheme, schemes(), " to tune for")


def tuning(
    scheme: str,
    origin: run.Run,
    *,
    epochs: int | None = None,
    learning_rate: float | None = None,
) -> Tuning:
    """A tuning of `origin` for `scheme`, with the usual length and rate where nothing is said.

    Raises:
        WrongUse: a run cannot be tuned for this scheme, or a value makes no sense.
        DataBad: the run is of another version.
    """
    check_scheme(scheme)
    if epochs is not None and epochs < 1:
        raise WrongUse(f"--epochs must be at least 1, not {epochs}")
    rate = LEARNING_RATE if learning_rate is None else learning_rate
    if not (math.isfinite(rate) and rate > 0):
        raise WrongUse(f"--learning-rate must be above 0, not {rate:g}")
    return Tuning(scheme, origin, _plan(origin, epochs or EPOCHS, rate), origin.card["steps"])


def _plan(origin: run.Run, epochs: int, rate: float) -> Plan:
    card = origin.card
    models.find(card["model"])
    try:
        form = json_file.form_of(Recipe)
        given = {name: form.get(name, str) for name in card["recipe"]}
        json_file.check(card["recipe"], given)
        recipe = replace(
            Recipe(**card["recipe"]),
            optimizer=OPTIMIZER,
            learning_rate=rate,
            schedule=SCHEDULE,
            epochs=epochs,
            steps=None,
            warm_up=0,
            weight_decay=0.0,
            averaging=0.0,
        )
    except (TypeError, ValueError) as error:
        raise DataBad(
            f"{origin.folder} is of another version of edgedigits", run.TRAIN_HINT
        ) from error
    samples = card["training_pictures"] if card["fresh_pictures_every_epoch"] else None
    return Plan(card["model"], origin.dataset.spec, samples, card["seed"], recipe)


def free_folder(asked: Tuning) -> Path:
    """A folder beside the origin that is not taken: `cnn-mnist-int4`, then `cnn-mnist-int4-2`."""
    folder = asked.origin.folder
    return run.free_folder(folder.parent, f"{folder.resolve().name}-{asked.scheme}")


def tune(
    asked: Tuning,
    folder: Path,
    *,
    data_dir: Path | None = None,
    on_step: OnStep | None = None,
    plots: DrawPlots | None = None,
) -> run.Run:
    """Tune and write the new run to `folder`, which appears whole or not at all.

    Raises:
        WrongUse: the folder is taken.
        DataBad: the pictures are missing, or are not those of the run.
    """
    run.check_free(folder)
    material = training_set.load(asked.plan, data_dir)
    if material.dataset.fingerprint != asked.origin.dataset.fingerprint:
        raise DataBad(
            f"{asked.plan.dataset} is no longer the data set that {asked.origin.folder} was "
            "trained on",
            "give it the same pictures again (--data-dir), or train anew: edgedigits train",
        )
    quiet.import_tensorflow()
    import keras

    keras.utils.set_random_seed(asked.plan.seed)
    path = asked.origin.folder / run.KERAS_FILE
    with damaged(path, run.TRAIN_HINT):
        model = keras.models.load_model(path, compile=False)
    # Staged under its own name, which stands in the titles of its plots.
    with publishing.staging(folder) as staged:
        history = _tune(model, asked, material, on_step)
        run_writer.write(
            model,
            asked.plan,
            material,
            history,
            staged / folder.resolve().name,
            plots=plots,
            facts={"tuned": _origin_facts(asked)},
        )
        publishing.replace(staged / folder.resolve().name, folder)
    return run.open_run(folder)


def _origin_facts(asked: Tuning) -> dict[str, Any]:
    content = (asked.origin.folder / run.KERAS_FILE).read_bytes()
    return {
        "scheme": asked.scheme,
        "from": asked.origin.folder.resolve().name,
        "keras_sha256": hashlib.sha256(content).hexdigest(),
        "test": asked.origin.card["test"],
    }


def _tune(
    model: Model, asked: Tuning, material: training_set.Material, on_step: OnStep | None
) -> list[dict[str, float]]:
    """Tune a model in place; afterwards its weights lie on the grid. Returns the history."""
    length = material.training.batches(asked.plan.recipe.batch_size)
    classes = len(material.dataset.classes)
    coming = batches.from_step(material.training, asked.plan, asked.first)
    trainable = [layer.trainable for layer in model.layers]
    for layer in model.layers:
        if type(layer).__name__ == "BatchNormalization":
            layer.trainable = False
    tuner = Tuner(model, asked.plan, length * asked.plan.epochs)
    history = []
    for epoch, leg in enumerate(legs(asked.plan, length), start=1):
        started = time.perf_counter()
        with quiet.signals_held() as hear:
            on_batch = telling(on_step, asked.plan, leg, hear)
            found = tuner.epoch(batches.as_tensors(coming, length, classes), on_batch)
        if material.held_out is not None:
            held_out = tuner.judge(batches.whole(material.held_out))
            found |= {f"val_{name}": value for name, value in held_out.items()}
        seconds = time.perf_counter() - started
        history.append({"epoch": epoch, "step": leg.last, **found, "seconds": seconds})
    tuner.settle()
    for layer, was in zip(model.layers, trainable, strict=True):
        layer.trainable = was
    return history
