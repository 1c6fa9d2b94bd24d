"""The folder that training writes, and finding one again."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from edgedigits import json_file
from edgedigits.datasets import classes
from edgedigits.datasets.dataset import DIGITS, MOST_PICTURES
from edgedigits.errors import DataBad, WrongUse, command

RUNS = Path("runs")
CARD = "run.json"
HISTORY = "history.json"
SAVED_MODEL = "saved_model"
KERAS_FILE = "model.keras"
HDF5_FILE = "model.h5"
CHECKPOINT = "checkpoint"
CARD_VERSION = 1
TRAIN_HINT = "train one with: edgedigits train"


@dataclass(frozen=True)
class DatasetCard:
    """Which pictures a model was trained on, and how to load them again."""

    name: str
    spec: str
    fingerprint: str
    seed: int
    samples: int | None

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> DatasetCard:
        """The card of an object that has its fields; others are left alone."""
        return cls(**{field.name: content[field.name] for field in fields(cls)})


_CARD: dict[str, Any] = {
    "model": str,
    "seed": int,
    "steps": int,
    "training_pictures": int,
    "fresh_pictures_every_epoch": bool,
    "dataset": json_file.form_of(DatasetCard),
    "recipe": {"validation": (int, None)},
    "test": {"pictures": int, "accuracy": {"percent": float, "low": float, "high": float}},
}


@dataclass(frozen=True)
class Recorded:
    """The pictures that a model was made with.

    Attributes:
        dataset: where they are found again.
        trained_on: the model has seen them.
        calibrated: those of the training split that set the ranges of quantized activations.
        calibration_seed: which ones an export drew.
    """

    dataset: DatasetCard
    trained_on: bool
    calibrated: tuple[int, ...] = ()
    calibration_seed: int = 0


@dataclass(frozen=True)
class Run:
    """A finished training: its folder and its card."""

    folder: Path
    card: dict[str, Any]

    @property
    def dataset(self) -> DatasetCard:
        """The pictures it was trained on."""
        return DatasetCard.from_json(self.card["dataset"])

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of what its model tells apart, in the order of its answers; digits' cards have
        none."""
        return tuple(self.card.get("labels", DIGITS))

    @property
    def saved_model(self) -> Path:
        """The SavedModel inside it."""
        return self.folder / SAVED_MODEL


def is_run(folder: Path) -> bool:
    """Whether a folder holds a finished run."""
    return (folder / CARD).is_file()


def open_run(folder: Path) -> Run:
    """Read a run's card.

    Raises:
        DataBad: the card is damaged or of another version.
        WrongUse: the folder is no finished run.
    """
    path = folder / CARD
    if not path.is_file():
        if (folder / CHECKPOINT).is_dir():
            raise WrongUse(
                f"the training in {folder} is not finished",
                f"go on with: {command('train', '--resume', '--out', folder)}",
            )
        raise WrongUse(f"{folder} is no run: it has no {CARD}", TRAIN_HINT)
    try:
        card = json_file.read(path)
    except (OSError, ValueError) as error:
        raise DataBad(f"{path} is not readable as JSON: {error}", TRAIN_HINT) from error
    version = card.get("schema_version") if isinstance(card, dict) else None
    if version != CARD_VERSION:
        raise DataBad(f"{path} is of another version of edgedigits", TRAIN_HINT)
    if (problem := _card_problem(card)) is not None:
        raise DataBad(f"{path} is damaged: {problem}", TRAIN_HINT)
    return Run(folder, card)


def _card_problem(card: dict[str, Any]) -> str | None:
    """Why nobody can work with a card; None where all that code depends on is there."""
    if (problem := json_file.misfit(card, _CARD)) is not None:
        return problem
    if "labels" in card:
        if (problem := json_file.misfit(card["labels"], [str], "labels")) is not None:
            return problem
        try:
            classes.checked(card["labels"], "labels")
        except DataBad as error:
            return error.message
    dataset, validation = card["dataset"], card["recipe"]["validation"]
    # A data set is drawn or divided by these: sizes are looked at before memory is taken.
    if not 1 <= (1 if dataset["samples"] is None else dataset["samples"]) <= MOST_PICTURES:
        return f"a data set of {dataset['samples']:,} samples"
    if min(dataset["seed"], card["seed"], card["steps"], validation or 0) < 0:
        return "a number below 0"
    return None


def free_folder(parent: Path, name: str) -> Path:
    """A folder that does not exist yet: `name`, then `name-2`."""
    tried, turn = name, 1
    while (parent / tried).exists():
        turn += 1
        tried = f"{name}-{turn}"
    return parent / tried


def check_free(folder: Path) -> None:
    """Refuse to write a run where something is.

    Raises:
        WrongUse: the folder is taken.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if (folder / CHECKPOINT).is_dir():
        raise WrongUse(
            f"{folder} is taken by a training that is not finished",
            f"go on with: {command('train', '--resume', '--out', folder)}",
        )
    raise WrongUse(f"{folder} is taken", "choose another folder with --out")


def any_finished(runs: Path = RUNS) -> bool:
    """Whether there is a finished run in the folder of runs."""
    return any(is_run(folder) for folder in runs.glob("*"))


def newest(runs: Path = RUNS) -> Run:
    """The run that was finished last.

    Raises:
        WrongUse: there is none.
    """
    finished = sorted(
        (folder for folder in runs.glob("*") if is_run(folder)),
        key=lambda folder: (folder / CARD).stat().st_mtime_ns,
    )
    if not finished:
        raise WrongUse(f"there is no run in {runs.absolute()}", TRAIN_HINT)
    return open_run(finished[-1])
