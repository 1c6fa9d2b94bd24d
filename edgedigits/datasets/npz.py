"""NumPy archives: `mnist.npz` and the like."""

from __future__ import annotations

import math
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets import arrays, classes, splits
from edgedigits.datasets.dataset import MOST_CLASSES, MOST_PICTURES, Dataset, Split
from edgedigits.errors import DataBad, damaged
from edgedigits.picture.form import DIGIT, Form

_TRAIN_NAMES = (("x_train", "y_train"), ("train_images", "train_labels"))
_TEST_NAMES = (("x_test", "y_test"), ("test_images", "test_labels"))
_ALL_NAMES = (("images", "labels"), ("x", "y"))
_MOST_PIXELS = 28 * 28
MOST_PIXELS = 4096 * 4096
"""Numbers of one picture that is brought to another form than digits'."""
_DEFLATE_RATIO = 1032
"""Bytes that one byte of a compressed file can stand for at most (zlib's own figure)."""
_FORMAT: Any = np.lib.format
_AGAIN = "store it anew: numpy.savez_compressed(file, images=uint8_pictures, labels=digits)"


def array_names(path: Path) -> list[str]:
    """The names of the arrays in an archive.

    Raises:
        DataBad: when the file is no NumPy archive.
    """
    with _open(path) as archive:
        return [name.removesuffix(".npy") for name in archive.namelist()]


def read_array(
    path: Path,
    name: str,
    most: int = MOST_PICTURES,
    hint: str = _AGAIN,
    pixels: int = _MOST_PIXELS,
) -> NDArray[Any]:
    """One array of an archive; Python objects in it are never unpickled.

    Args:
        path: the archive.
        name: the array.
        most: longer arrays are refused before they are read.
        hint: what to do where it cannot be read.
        pixels: the most numbers that one of its entries may have.

    Raises:
        DataBad: when there is no such array, or it cannot be read.
    """

    def check(shape: tuple[int, ...], kind: np.dtype[Any]) -> None:
        """Refuse a forged shape, which would reserve memory, and what no array of numbers is."""
        if kind.hasobject:
            raise DataBad(
                f"{path}: array {name}: it holds no numbers but Python objects, which NumPy makes "
                "of pictures of differing sizes",
                "make all of one size, or give them as folders, one for each class",
            )
        too_long = bool(shape) and shape[0] > most
        too_large = math.prod(shape) * kind.itemsize > arrays.MOST_BYTES
        if kind.itemsize > 8 or too_long or too_large or math.prod(shape[1:]) > pixels:
            fitting = "28, 28" if pixels == _MOST_PIXELS else f"{pixels:,}"
            raise DataBad(
                f"{path}: array {name} is {kind} {list(shape)}, at most [{most}, {fitting}] fit",
                hint,
            )

    with damaged(f"{path}: array {name}", hint), _open(path) as archive:
        members = archive.namelist()
        member = f"{name}.npy" if f"{name}.npy" in members else name
        if member not in members:
            raise DataBad(f"{path}: holds no array {name}", hint)
        return read_member(archive, member, check)


def read_member(
    archive: zipfile.ZipFile,
    member: str,
    check: Callable[[tuple[int, ...], np.dtype[Any]], None] | None = None,
) -> NDArray[Any]:
    """One array, after `check` has seen its shape and type.

    What its header names is never reserved before the archive was seen to hold as much.

    Raises:
        Exception: anything, where the archive is damaged; see `errors.damaged`.
    """
    with archive.open(member) as stream:
        version = _FORMAT.read_magic(stream)
        read_header = (
            _FORMAT.read_array_header_1_0 if version == (1, 0) else _FORMAT.read_array_header_2_0
        )
        shape, _, kind = read_header(stream)
    if check is not None:
        check(shape, kind)
    if kind.hasobject or any(side < 0 for side in shape):
        raise ValueError("it holds no numbers")
    info = archive.getinfo(member)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("it is compressed in a way that NumPy does not write")
    assert archive.fp is not None
    most = _DEFLATE_RATIO * archive.fp.seek(0, os.SEEK_END)
    size, held = math.prod(shape) * kind.itemsize, min(info.file_size, most)
    if size > held:
        raise ValueError(f"it is cut off: {size:,} bytes in its header, {held:,} in the archive")
    with archive.open(member) as stream:
        return np.asarray(_FORMAT.read_array(stream, allow_pickle=False))


def _open(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except OSError as error:
        raise DataBad(f"{path}: cannot be read ({error.strerror or error})", _AGAIN) from error
    except Exception as error:
        # Not only BadZipFile: fields that point nowhere end in other errors too.
        raise DataBad(f"{path}: is no NumPy archive ({error})", _AGAIN) from error


def load(path: Path, seed: int, form: Form = DIGIT, wanted: classes.Wanted = None) -> Dataset:
    """The data set of an archive, its pictures in a form, its labels as places in `wanted`.

    Arrays `x_train`, `y_train`, `x_test`, `y_test` (also `train_images` and so on) make the
    official test split; `images` and `labels`, or `x` and `y`, are divided by
    `edgedigits.datasets.splits`. Names may be in capitals. Shapes and values: see
    `edgedigits.datasets.arrays`. An array `classes` of texts names what the labels stand for.

    Raises:
        DataBad: when the archive or an array in it cannot be used.
    """
    names = {name.lower(): name for name in array_names(path)}
    train = _choose(names, _TRAIN_NAMES)
    test = _choose(names, _TEST_NAMES)
    pictures = train or _choose(names, _ALL_NAMES) or test
    if pictures is None:
        held = ", ".join(sorted(names.values())[:8]) or "nothing"
        raise DataBad(
            f"{path}: needs arrays x_train, y_train, x_test, y_test, or images, labels, or x, y; "
            f"it holds {held}",
            _AGAIN,
        )
    official = test if train is not None else None
    own = _names(path, names["classes"]) if "classes" in names else None

    def split(of: tuple[str, str]) -> Split:
        return _read(path, of, form, own, wanted)

    return splits.make(
        name=path.name,
        origin=f"NumPy archive {path}",
        pictures=split(pictures),
        test=None if official is None else split(official),
        seed=seed,
    )


def _choose(names: dict[str, str], pairs: tuple[tuple[str, str], ...]) -> tuple[str, str] | None:
    for images, labels in pairs:
        if images in names and labels in names:
            return names[images], names[labels]
    return None


def _read(
    path: Path,
    names: tuple[str, str],
    form: Form,
    own: tuple[str, ...] | None,
    wanted: classes.Wanted,
) -> Split:
    images, labels = names
    where = f"{path} ({images}, {labels})"
    pixels = _MOST_PIXELS if form == DIGIT else MOST_PIXELS
    # One-hot labels are as wide as there are classes.
    numbers = read_array(path, labels, pixels=max(_MOST_PIXELS, MOST_CLASSES))
    stand_for = classes.meant(own, wanted, str(path))
    shown = read_array(path, images, pixels=pixels)
    found = arrays.to_split(shown, numbers, where, form, stand_for)
    return classes.renamed(found, wanted, where) if isinstance(wanted, tuple) else found


def _names(path: Path, name: str) -> tuple[str, ...]:
    """Texts of an archive, one for each class."""

    def check(shape: tuple[int, ...], kind: np.dtype[Any]) -> None:
        if len(shape) != 1 or shape[0] > MOST_CLASSES or kind.kind != "U" or kind.itemsize > 1000:
            raise DataBad(f"{path}: array {name} is {kind} {list(shape)}, no list of names", _AGAIN)

    with damaged(f"{path}: array {name}", _AGAIN), _open(path) as archive:
        return classes.checked(read_member(archive, f"{name}.npy", check).tolist(), str(path))
