"""What export starts from: a run, or somebody's own model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from converters import frozen_graph, saved_model
from converters.errors import ConversionError, NoProbability
from converters.saved_model import SourceModel
from edgedigits.bundle import calibration, golden, run
from edgedigits.bundle.input_contract import RAW_PIXELS, InputContract
from edgedigits.datasets import classes, datasets
from edgedigits.datasets.dataset import CLASSES, DIGITS, Dataset, Split
from edgedigits.errors import DataBad, WrongUse
from edgedigits.export.told import NOTHING, Told, contract, options_of
from edgedigits.models import ready
from edgedigits.picture.form import DIGIT
from edgedigits.runtimes import base
from edgedigits.training import training_set
from edgedigits.verification import unseen
from edgedigits.verification.unseen import Pictures

READY = "ready:"


@dataclass(frozen=True, eq=False)
class Source:
    """A float model, how its pictures are prepared, and the pictures that go with it.

    `held_out` are digits of the data set that the model did not learn from, beside the test split;
    None where its training left none, or nobody knows. `notes` say what was found out by itself.
    """

    kind: str
    name: str
    architecture: str | None
    model: SourceModel
    pixels: InputContract
    logits: bool
    dataset: Dataset
    dataset_spec: str
    dataset_seed: int
    dataset_samples: int | None
    trained_on: bool
    held_out: Split | None
    notes: tuple[str, ...] = ()

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of what it tells apart, in the order of its answers."""
        return self.dataset.classes

    @property
    def of_digits(self) -> bool:
        """Whether it tells the ten digits apart, in pictures that are prepared as such."""
        return self.pixels.form == DIGIT and self.classes == DIGITS

    @property
    def own_test(self) -> bool:
        """Whether it is verified on a test split, not on all pictures that calibrate nothing."""
        return self.dataset.official_test or self.trained_on

    def for_search(self, calibrated: Sequence[int], most: int) -> Split:
        """At most so many labelled pictures to choose among artifacts by, none of which it is
        verified on: digits that the model did not learn from where there are any, else training
        pictures that calibrate nothing, else those that do. Where all are verified on and none
        calibrates, there are no others."""
        train = self.dataset.train
        split = self.held_out
        if split is None:
            places = np.array(calibrated, np.int64)
            free = np.setdiff1d(np.arange(len(train)), places)
            aside = (self.own_test or not len(places)) and len(free)
            split = train.take(free if aside else places)
        return split.take(np.sort(calibration.draw(split.labels, most, seed=0)))

    def unseen(self, calibrated: Sequence[int], limit: int | None) -> Pictures:
        """The pictures to verify an export on; see `unseen.after_export`."""
        return unseen.after_export(self.dataset, calibrated, limit, trained_on=self.trained_on)


def open_source(
    path: Path | None,
    *,
    dataset: str | None = None,
    data_dir: Path | None = None,
    told: Told = NOTHING,
) -> Source:
    """Open a run, somebody's model, or a ready-made model by its name, with its pictures.

    `ready:edge` is the ready-made one even where there is a folder `edge`.

    Where `path` is None it is the newest run, or the ready-made `edge` where there is no run.

    Raises:
        WrongUse: it is neither, or it is no classifier of pictures.
        DataBad: the pictures are missing, or not those the run was trained on.
    """
    ready_made = _ready_made(path)
    if ready_made is not None:
        return _from_ready(ready_made, dataset, data_dir, told)
    if path is None or run.is_run(path) or (path / run.CHECKPOINT).is_dir():
        return _from_run(path, dataset, data_dir, told)
    try:
        model, single = _read_any(path, told)
    except WrongUse as error:
        raise WrongUse(error.message, taken_for(path) or error.hint) from error
    names = classes.read(told.labels) if told.labels is not None else None
    if names is not None and len(names) != model.classes:
        raise DataBad(
            f"{told.labels} names {len(names):,} classes, {path} tells {model.classes:,} apart",
            "one line for each class, in the order of the model's answers",
        )
    pixels = contract(path, model, names, told)
    found = single or (not told.logits and _answers_logits(model, pixels))
    note = f"{path} answers with numbers that are no probabilities: taken for logits (--logits)"
    spec = dataset or datasets.local_default(data_dir)
    digits = pixels.form == DIGIT and model.classes == len(DIGITS)
    wanted = names or (DIGITS if digits else model.classes)
    return Source(
        kind="saved_model",
        name=path.resolve().name,
        architecture=None,
        model=model,
        pixels=pixels,
        logits=told.logits or found,
        dataset=datasets.load(spec, data_dir=data_dir, form=pixels.form, classes=wanted),
        dataset_spec=spec,
        dataset_seed=0,
        dataset_samples=None,
        trained_on=False,
        held_out=None,
        notes=(note,) if found else (),
    )


def _answers_logits(model: SourceModel, pixels: InputContract) -> bool:
    """Whether a model's answers to the golden pictures plainly are logits."""
    values = pixels.values(golden.pictures(pixels.form)[0])
    answers = frozen_graph.run(model.function, values.reshape(-1, *model.input_shape))
    return base.plainly_logits(answers)


def _ready_made(path: Path | None) -> str | None:
    """The name of the ready-made model that is meant: by its name, or where there is no run.

    `ready:edge` means it whatever lies in the folder we are in, `edge` where nothing of that name
    does.
    """
    if path is None:
        return None if run.any_finished() else ready.DEFAULT
    name = str(path)
    if name.startswith(READY):
        return name.removeprefix(READY)
    return name if not path.exists() and name in ready.names() else None


def taken_for(path: Path | None) -> str | None:
    """What to tell somebody who may have meant a ready-made model and gets a file or folder."""
    name = str(path)
    if path is None or name not in ready.names() or not path.exists():
        return None
    return f"taken: what is at {path} here; for the ready-made model of that name: {READY}{name}"


def _from_ready(name: str, dataset: str | None, data_dir: Path | None, told: Told) -> Source:
    if (said := options_of(told)) is not None:
        raise WrongUse(
            f"the ready-made {name} takes raw pixels and answers with probabilities",
            f"leave out {said}",
        )
    found = ready.read(name)
    spec = dataset or datasets.local_default(data_dir)
    # Its test pictures are the same however many there are to train on.
    samples = training_set.KNOWN_DRAWN if spec in datasets.drawn() else None
    loaded = datasets.load(spec, data_dir=data_dir, samples=samples, classes=DIGITS)
    trained_on = loaded.fingerprint == found.dataset.fingerprint
    held_out = None
    if trained_on:
        recipe = found.card["run"]["recipe"]
        held_out = training_set.divide(loaded, recipe["validation"], found.dataset.seed)[1]
    try:
        model = saved_model.from_graph(
            found.path,
            found.graph,
            names=(found.card["input_name"], found.card["output_name"]),
            input_shape=tuple(found.card["input_shape"]),
            classes=CLASSES,
        )
    except ConversionError as error:
        raise (DataBad if error.damaged else WrongUse)(error.message, error.hint) from error
    return Source(
        kind="ready",
        name=name,
        architecture=found.card["run"]["model"],
        model=model,
        pixels=RAW_PIXELS,
        logits=False,
        dataset=loaded,
        dataset_spec=spec,
        dataset_seed=0,
        dataset_samples=samples,
        trained_on=trained_on,
        held_out=held_out,
    )


def _from_run(path: Path | None, dataset: str | None, data_dir: Path | None, told: Told) -> Source:
    found = run.newest() if path is None else run.open_run(path)
    if told.logits:
        raise WrongUse(f"{found.folder} answers with probabilities", "leave out --logits")
    if (said := options_of(replace(told, input_range=None))) is not None:
        raise WrongUse(f"{found.folder} says what its model takes", f"leave out {said}")
    card = found.dataset
    if dataset is not None and dataset != card.spec:
        raise WrongUse(
            f"{found.folder} was trained on {card.spec}; calibration takes its own training split",
            "leave out --dataset (verify on others with: edgedigits verify --dataset …)",
        )
    model = _read(found.saved_model, NOTHING)
    loaded = datasets.load(card.spec, data_dir=data_dir, seed=card.seed, samples=card.samples)
    if loaded.fingerprint != card.fingerprint:
        raise DataBad(
            f"{card.spec} is no longer the data set that {found.folder} was trained on",
            "give it the same pictures again (--data-dir), or train anew: edgedigits train",
        )
    if loaded.classes != found.labels:
        raise DataBad(f"{found.folder} names other classes than {card.spec}", run.TRAIN_HINT)
    return Source(
        kind="run",
        name=found.folder.resolve().name,
        architecture=found.card["model"],
        model=model,
        pixels=InputContract(*told.input_range) if told.input_range else RAW_PIXELS,
        logits=False,
        dataset=loaded,
        dataset_spec=card.spec,
        dataset_seed=card.seed,
        dataset_samples=card.samples,
        trained_on=True,
        held_out=training_set.divide(loaded, found.card["recipe"]["validation"], card.seed)[1],
    )


def _read_any(path: Path, told: Told) -> tuple[SourceModel, bool]:
    """A model of somebody's, and whether its only number turned out to be a logit."""
    try:
        return _read(path, told), False
    except WrongUse as error:
        if not isinstance(error.__cause__, NoProbability):
            raise
        return _read(path, replace(told, logits=True)), True


def _read(path: Path, told: Told) -> SourceModel:
    try:
        return saved_model.read(path, told.signature, output=told.output, logits=told.logits)
    except ConversionError as error:
        raise (DataBad if error.damaged else WrongUse)(error.message, error.hint) from error
