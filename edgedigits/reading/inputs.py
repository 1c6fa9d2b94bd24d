"""What people name to be read: picture files, folders of them, and places in data sets."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from edgedigits.datasets import arrays, folder
from edgedigits.datasets.dataset import DIGITS
from edgedigits.errors import EdgeDigitsError, WrongUse
from edgedigits.picture import picture
from edgedigits.picture.form import DIGIT, DIGIT_FIT, Form
from edgedigits.picture.picture import Segment
from edgedigits.reading import loose_strokes

if TYPE_CHECKING:
    from edgedigits.datasets.dataset import Dataset, Split

_PLACE = re.compile(r"(?P<name>.+):(?P<split>[a-z]+):(?P<index>\d+)")
_SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Content:
    """The parts of one input that a model is asked about, in reading order, and the label where a
    data set has one. A part is a digit or another sign, or the whole of a picture. Of parts that
    may be the strokes of one digit there is that one, too."""

    parts: list[Segment]
    label: int | None = None
    one: Segment | None = None

    @property
    def asked(self) -> list[Segment]:
        """All that the model is asked about; the one digit comes last."""
        return self.parts if self.one is None else [*self.parts, self.one]


@dataclass(frozen=True)
class Input:
    """One thing to read: what it is called, and how to get what it holds."""

    name: str
    read: Callable[[], Content]


def find(
    names: Iterable[str],
    *,
    data_dir: Path | None = None,
    one: bool = False,
    form: Form = DIGIT,
    classes: tuple[str, ...] = DIGITS,
) -> Iterator[Input]:
    """The single inputs that `names` stand for, folders walked as they are reached.

    Args:
        names: picture files, folders, or places such as `mnist:test:17`.
        data_dir: the folder that holds `mnist`.
        one: take every picture for one digit.
        form: what a model takes; only of `digit` are several found in a picture.
        classes: what labels are places in.
    """

    def read(path: Path) -> Content:
        if form.fit == DIGIT_FIT:
            return read_digits(path, one=one)
        return Content([read_whole(path, form)])

    @cache
    def load(dataset: str, split: str) -> Split | EdgeDigitsError:
        try:
            return _split(dataset, split, data_dir, form, classes)
        except EdgeDigitsError as error:
            return error

    for name in names:
        place = place_in_dataset(name)
        if Path(name).is_dir():
            yield from _of_folder(Path(name), read)
        elif place is not None:
            found = load(place["name"], place["split"])
            yield Input(name, partial(_take, found, int(place["index"])))
        else:
            yield _file(Path(name), read)


def place_in_dataset(name: str) -> re.Match[str] | None:
    """The parts `name`, `split` and `index` of a place such as `mnist:test:17`; None for a file."""
    place = _PLACE.fullmatch(name)
    return None if place is None or Path(name).exists() else place


def read_digits(path: Path, *, one: bool = False) -> Content:
    """The digits of a picture file in reading order, at least one, each with its 28x28 picture.

    A picture that is prepared already (see `folder.is_prepared`) is taken as it is. One in which
    fewer than two digits are found, or that is said to be `one`, is prepared as a whole.

    Raises:
        NoInk: the picture is blank.
        WrongUse: it cannot be read.
    """
    rgba = picture.read(path)
    if folder.is_prepared(rgba):
        return Content([Segment(0, 0, picture.SIDE, picture.SIDE, 0, rgba[..., 0].copy())])
    pieces = picture.find_pieces(rgba)
    several = [] if one else pieces.digits()
    if len(several) < 2:
        return Content([pieces.one_digit()])
    if not loose_strokes.may_be_one(several):
        return Content(several)
    try:
        return Content(several, one=pieces.one_digit())
    except picture.NoInk:
        return Content(several)


def read_whole(path: Path, form: Form) -> Segment:
    """A picture file in the form that a model takes, all of it.

    Raises:
        WrongUse: it cannot be read.
    """
    fitted = arrays.fitted(picture.read(path, (form.height, form.width)), form)
    return Segment(0, 0, form.width, form.height, 0, fitted)


def _of_folder(place: Path, read: Callable[[Path], Content]) -> Iterator[Input]:
    found = False
    for wanted in _walk(place, read):
        found = True
        yield wanted
    if not found:
        yield _unreadable(place, f"{place}: holds no pictures")


def _walk(place: Path, read: Callable[[Path], Content]) -> Iterator[Input]:
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
            yield from _walk(path, read)
        elif path.suffix.lower() in picture.SUFFIXES and entry.is_file():
            yield _file(path, read)


def _file(path: Path, read: Callable[[Path], Content]) -> Input:
    return Input(str(path), partial(read, path))


def _unreadable(path: Path, message: str) -> Input:
    def refuse() -> Content:
        raise WrongUse(message)

    return Input(str(path), refuse)


def _split(
    name: str, split: str, data_dir: Path | None, form: Form, classes: tuple[str, ...]
) -> Split:
    from edgedigits.datasets import datasets

    if split not in _SPLITS:
        raise WrongUse(f"{name} has no {split} pictures, only {', '.join(_SPLITS)}")
    # The test pictures of drawn sets are the same however many others are drawn.
    few = 100 if name in datasets.drawn() and split == "test" else None
    loaded: Dataset = datasets.load(
        name,
        data_dir=data_dir if name == "mnist" else None,
        samples=few,
        form=form,
        classes=classes,
    )
    chosen: Split = getattr(loaded, split)
    return chosen


def _take(found: Split | EdgeDigitsError, index: int) -> Content:
    if isinstance(found, EdgeDigitsError):
        raise found
    if index >= len(found):
        raise WrongUse(f"there is no picture {index}: the split holds {len(found)}, from 0")
    height, width = found.images.shape[1:3]
    whole = Segment(0, 0, width, height, 0, found.images[index])
    return Content([whole], int(found.labels[index]))
