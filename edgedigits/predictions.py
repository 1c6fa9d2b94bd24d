"""Pictures, folders and places in data sets -> the digit in each, one batch at a time."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from edgedigits import picture
from edgedigits.datasets import folder
from edgedigits.errors import EdgeDigitsError, ExitCode, WrongUse

if TYPE_CHECKING:
    from edgedigits.datasets.dataset import Dataset, Split

BATCH = 256
THREADS = min(4, os.cpu_count() or 1)
DIGITS_SHOWN = 9
"""Significant digits of a probability in JSON: enough to give the same float32 back."""

_PLACE = re.compile(r"(?P<name>.+):(?P<split>[a-z]+):(?P<index>\d+)")
_SPLITS = ("train", "validation", "test")

Answer = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


@dataclass(frozen=True)
class Input:
    """One thing to predict: what it is called, and how to get its picture and label."""

    name: str
    read: Callable[[], tuple[NDArray[np.uint8], int | None]]


@dataclass(frozen=True)
class Prediction:
    """What came of one input.

    `probabilities` are ten, digit 0 first; None where the picture is `blank` or could not be read,
    which `error` then says. `label` is known for pictures of data sets.
    """

    path: str
    probabilities: tuple[float, ...] | None = None
    label: int | None = None
    blank: bool = False
    error: str | None = None
    exit_code: ExitCode = ExitCode.DONE

    @property
    def ranking(self) -> list[tuple[int, float]]:
        """Digits with their probabilities, the likeliest first; none where there is no answer."""
        return sorted(enumerate(self.probabilities or ()), key=lambda pair: -pair[1])

    def as_json(self) -> dict[str, Any]:
        """The entry of `--json`; digit and probabilities are null where there is no answer."""
        digit, probability = self.ranking[0] if self.probabilities else (None, None)
        entry: dict[str, Any] = {
            "path": self.path,
            "digit": digit,
            "probability": probability,
            "probabilities": None if self.probabilities is None else list(self.probabilities),
        }
        if self.label is not None:
            entry["label"] = self.label
        if self.error is not None:
            entry["error"] = self.error
        return entry


def predict(
    names: Iterable[str], answer: Answer, *, data_dir: Path | None = None
) -> Iterator[Prediction]:
    """Predict everything that `names` stand for, in order, with memory for one batch.

    An input that cannot be read becomes a prediction with an `error`; a blank picture one that is
    `blank`. Pictures are decoded by a few threads.

    Args:
        names: picture files, folders (walked in sorted order), or places such as `mnist:test:17`.
        answer: probabilities `[N, 10]` for pictures `uint8 [N, 28, 28]`.
        data_dir: the folder that holds `mnist`.
    """
    remaining = find(names, data_dir=data_dir)
    with ThreadPoolExecutor(THREADS) as pool:
        while batch := list(islice(remaining, BATCH)):
            yield from _answered(list(pool.map(_read, batch)), answer)


def find(names: Iterable[str], *, data_dir: Path | None = None) -> Iterator[Input]:
    """The single inputs that `names` stand for, folders walked as they are reached."""

    @cache
    def load(dataset: str, split: str) -> Split | EdgeDigitsError:
        try:
            return _split(dataset, split, data_dir)
        except EdgeDigitsError as error:
            return error

    for name in names:
        place = _PLACE.fullmatch(name)
        if Path(name).is_dir():
            yield from _of_folder(Path(name))
        elif place is not None and not Path(name).exists():
            found = load(place["name"], place["split"])
            yield Input(name, partial(_take, found, int(place["index"])))
        else:
            yield _file(Path(name))


def read_picture(path: Path) -> NDArray[np.uint8]:
    """A picture file as a model takes it, `uint8 [28, 28]`.

    One that is prepared already (grey, 28x28, bright on dark) is taken as it is.

    Raises:
        NoInk: the picture is blank.
        WrongUse: it cannot be read.
    """
    rgba = picture.read(path)
    return rgba[..., 0].copy() if folder.is_prepared(rgba) else picture.prepare(rgba)


def _of_folder(place: Path) -> Iterator[Input]:
    found = False
    for wanted in _walk(place):
        found = True
        yield wanted
    if not found:
        yield _unreadable(place, f"{place}: holds no pictures")


def _walk(place: Path) -> Iterator[Input]:
    """The picture files at any depth below a folder, in sorted order and without a list of all.

    Hidden files and folders are left out; links to folders are not followed.
    """
    try:
        entries = sorted(os.scandir(place), key=lambda entry: entry.name)
    except OSError as error:
        yield _unreadable(place, f"{place}: the folder cannot be read ({error.strerror})")
        return
    for entry in entries:
        path = place / entry.name
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(path)
        elif path.suffix.lower() in picture.SUFFIXES and entry.is_file():
            yield _file(path)


def _file(path: Path) -> Input:
    return Input(str(path), lambda: (read_picture(path), None))


def _unreadable(path: Path, message: str) -> Input:
    def refuse() -> tuple[NDArray[np.uint8], None]:
        raise WrongUse(message)

    return Input(str(path), refuse)


def _split(name: str, split: str, data_dir: Path | None) -> Split:
    from edgedigits import datasets

    if split not in _SPLITS:
        raise WrongUse(f"{name} has no {split} pictures, only {', '.join(_SPLITS)}")
    # The test pictures of `strokes` are the same however many others are drawn.
    few = 10 if name == "strokes" and split == "test" else None
    loaded: Dataset = datasets.load(
        name, data_dir=data_dir if name == "mnist" else None, samples=few
    )
    chosen: Split = getattr(loaded, split)
    return chosen


def _take(found: Split | EdgeDigitsError, index: int) -> tuple[NDArray[np.uint8], int]:
    if isinstance(found, EdgeDigitsError):
        raise found
    if index >= len(found):
        raise WrongUse(f"there is no picture {index}: the split holds {len(found)}, from 0")
    return found.images[index], int(found.labels[index])


def _read(wanted: Input) -> tuple[Prediction, NDArray[np.uint8] | None]:
    try:
        image, label = wanted.read()
    except picture.NoInk:
        return Prediction(wanted.name, blank=True), None
    except EdgeDigitsError as error:
        return Prediction(wanted.name, error=error.message, exit_code=error.exit_code), None
    return Prediction(wanted.name, label=label), image


def _answered(
    batch: list[tuple[Prediction, NDArray[np.uint8] | None]], answer: Answer
) -> Iterator[Prediction]:
    images = [image for _, image in batch if image is not None]
    rows = iter(answer(np.stack(images)) if images else ())
    for prediction, image in batch:
        yield prediction if image is None else _with_answer(prediction, next(rows))


def _with_answer(prediction: Prediction, row: NDArray[np.float32]) -> Prediction:
    if not np.isfinite(row).all():
        return Prediction(
            prediction.path,
            label=prediction.label,
            error=f"{prediction.path}: the model's answer is not finite",
            exit_code=ExitCode.WRONG_USE,
        )
    shown = tuple(float(f"{value:.{DIGITS_SHOWN}g}") for value in row)
    return Prediction(prediction.path, shown, prediction.label)
