"""NumPy archives: `mnist.npz` and the like."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets import arrays, splits
from edgedigits.datasets.dataset import MOST_PICTURES, Dataset, Split
from edgedigits.errors import DataBad, damaged

_TRAIN_NAMES = (("x_train", "y_train"), ("train_images", "train_labels"))
_TEST_NAMES = (("x_test", "y_test"), ("test_images", "test_labels"))
_ALL_NAMES = (("images", "labels"), ("x", "y"))
_MOST_PIXELS = 28 * 28
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
    path: Path, name: str, most: int = MOST_PICTURES, hint: str = _AGAIN
) -> NDArray[Any]:
    """One array of an archive; Python objects in it are never unpickled.

    Args:
        path: the archive.
        name: the array.
        most: longer arrays are refused before they are read.
        hint: what to do where it cannot be read.

    Raises:
        DataBad: when there is no such array, or it cannot be read.
    """

    def check(shape: tuple[int, ...], kind: np.dtype[Any]) -> None:
        """Refuse a forged shape, which would reserve memory."""
        too_long = bool(shape) and shape[0] > most
        too_large = math.prod(shape) * kind.itemsize > arrays.MOST_BYTES
        if kind.itemsize > 8 or too_long or too_large or math.prod(shape[1:]) > _MOST_PIXELS:
            raise DataBad(
                f"{path}: array {name} is {kind} {list(shape)}, at most [{most}, 28, 28] fit", hint
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
    most = _DEFLATE_RATIO * Path(str(archive.filename)).stat().st_size
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


def load(path: Path, seed: int) -> Dataset:
    """The data set of an archive.

    Arrays `x_train`, `y_train`, `x_test`, `y_test` (also `train_images` and so on) make the
    official test split; `images` and `labels`, or `x` and `y`, are divided by
    `edgedigits.datasets.splits`. Names may be in capitals. Shapes and values: see
    `edgedigits.datasets.arrays`.

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
    return splits.make(
        name=path.name,
        origin=f"NumPy archive {path}",
        pictures=_read(path, pictures),
        test=None if official is None else _read(path, official),
        seed=seed,
    )


def _choose(names: dict[str, str], pairs: tuple[tuple[str, str], ...]) -> tuple[str, str] | None:
    for images, labels in pairs:
        if images in names and labels in names:
            return names[images], names[labels]
    return None


def _read(path: Path, names: tuple[str, str]) -> Split:
    images, labels = names
    return arrays.to_split(
        read_array(path, images), read_array(path, labels), f"{path} ({images}, {labels})"
    )
