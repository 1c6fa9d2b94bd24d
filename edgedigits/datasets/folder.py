"""A folder of people's own pictures, one folder for each class: `0/…` to `9/…` of digits."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets import album, arrays, classes
from edgedigits.datasets.dataset import CLASSES, DIGITS, SIDE, Dataset
from edgedigits.errors import DataBad, EdgeDigitsError
from edgedigits.picture import picture
from edgedigits.picture.form import DIGIT, Form

FITTED = range(18, 21)
"""Pixels that the longer side of a fitted digit has."""

_INK, _BLANK, _BRIGHTEST = 32, 8, 240
_SHAPE_HINT = "put the pictures of each digit into a folder of its name: 0/a.png to 9/z.png"


def digit_folders(path: Path) -> list[Path]:
    """Those of the folders `0` to `9` that are in `path`."""
    return [path / str(digit) for digit in range(CLASSES) if (path / str(digit)).is_dir()]


def class_folders(path: Path) -> list[Path]:
    """The folders in `path`, by name; hidden ones are left out."""
    return sorted(
        each for each in path.iterdir() if each.is_dir() and not each.name.startswith(".")
    )


def picture_files(folder: Path) -> list[Path]:
    """The picture files at any depth below a folder, in sorted order, hidden ones left out."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in picture.SUFFIXES
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and path.is_file()
    )


def load(path: Path, seed: int, form: Form = DIGIT, wanted: classes.Wanted = None) -> Dataset:
    """The data set of a folder of pictures, its labels as places in `wanted`.

    A digit that is prepared already is taken as it is (MNIST's are when they are exported); every
    other one is prepared, see `is_prepared` and `edgedigits.picture.picture`. For other forms see
    `edgedigits.picture.frame`. Pictures that cannot be read are left out, and told of.

    Raises:
        DataBad: when there are no pictures, or none of a class, or none of them can be read.
        MachineLacks: there is no room to keep the prepared pictures of a large set.
    """
    folders, names = _classes(path, form, wanted)
    files = [picture_files(each) for each in folders]
    if not any(files):
        where = "folders 0 to 9" if names == DIGITS else "folders of classes"
        raise DataBad(f"{path}: holds no pictures in {where}", _SHAPE_HINT)
    for each, found in zip(folders, files, strict=True):
        if not found and names != DIGITS:
            raise DataBad(
                f"{each}: holds no pictures of its class", "put some there, or remove the folder"
            )
    counts = [len(found) for found in files]
    labels = np.repeat([names.index(each.name) for each in folders], counts).astype(np.int64)
    names = classes.meant(names, wanted, str(path))
    if isinstance(wanted, tuple):
        labels, names = classes.placed(labels, names, wanted, str(path)), wanted
    return album.load(
        album.Album(path, tuple(itertools.chain(*files)), labels, names, form, seed), read_picture
    )


def _classes(path: Path, form: Form, wanted: classes.Wanted) -> tuple[list[Path], tuple[str, ...]]:
    """The folders of classes, and the names of all classes.

    Classes are digits where there are folders `0` to `9` and no other pictures, or where digits are
    wanted.
    """
    digits, folders = digit_folders(path) if form == DIGIT else [], class_folders(path)
    others = (each for each in folders if each not in digits)
    if digits and (wanted == DIGITS or not any(map(picture_files, others))):
        return digits, DIGITS
    return folders, tuple(each.name for each in folders)


def read_picture(file: Path, form: Form) -> NDArray[np.uint8]:
    """The picture `uint8 [*form.shape]` of a file.

    Raises:
        DataBad: it is unreadable, too large or blank, naming it.
    """
    try:
        if form != DIGIT:
            return arrays.fitted(picture.read(file, (form.height, form.width)), form)
        rgba = picture.read(file)
        return rgba[..., 0] if is_prepared(rgba) else picture.prepare(rgba)
    except picture.NoInk as error:
        raise DataBad(
            f"{file}: {error.message}", "remove it, or put a digit in its place"
        ) from error
    except EdgeDigitsError as error:
        raise DataBad(error.message, error.hint) from error


def is_prepared(rgba: NDArray[np.uint8]) -> bool:
    """Whether pixels `[H, W, 4]` are what a model takes already: a digit that is bright on dark,
    grey, 28x28, fitted into 20x20 and centred by mass.

    All of MNIST is, and so it is as JPEG of quality 90: the slack is for faded edges, and for what
    centring to whole pixels leaves. docs/picture.md has the limits in numbers.
    """
    if rgba.shape[:2] != (SIDE, SIDE) or (rgba[..., 3] != 255).any():
        return False
    grey = rgba[..., 0]
    if (rgba[..., :3] != grey[..., None]).any() or int(grey.max()) < _BRIGHTEST:
        return False
    ring = np.concatenate([grey[0], grey[-1], grey[1:-1, 0], grey[1:-1, -1]])
    if np.median(ring) > _BLANK:
        return False
    ink = np.where(grey >= _INK, grey, 0)
    return _is_fitted(ink) and _is_centred(ink)


def _is_fitted(ink: NDArray[np.uint8]) -> bool:
    sides = [np.flatnonzero(ink.any(axis=axis)) for axis in (0, 1)]
    return max(int(side[-1] - side[0]) + 1 for side in sides) in FITTED


def _is_centred(ink: NDArray[np.uint8]) -> bool:
    """Whether the centre of mass is within 5/8 pixel of (14.5, 14.5), the middle of pixel 14."""
    middles = 2 * np.arange(SIDE) + 1  # in half pixels, as is all that follows
    total = int(ink.sum())
    sums = [int(ink.sum(axis=axis) @ middles) for axis in (0, 1)]
    return all(4 * abs(found - (SIDE + 1) * total) <= 5 * total for found in sums)
