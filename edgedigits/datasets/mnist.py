"""MNIST: 60,000 training and 10,000 test pictures, found on this machine or downloaded once.

Yann LeCun, Corinna Cortes, Christopher J. C. Burges, "The MNIST database of handwritten digits".
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets import idx, npz
from edgedigits.datasets.dataset import Dataset, Split
from edgedigits.errors import DataBad

DATA_VARIABLE = "EDGEDIGITS_DATA"

#: The four files, and the SHA-256 of their uncompressed content.
CONTENT_SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
NPZ_NAME = "mnist.npz"
NPZ_ARRAYS = {
    "train-images-idx3-ubyte": "x_train",
    "train-labels-idx1-ubyte": "y_train",
    "t10k-images-idx3-ubyte": "x_test",
    "t10k-labels-idx1-ubyte": "y_test",
}
MOST_PICTURES = 60_000
VALIDATION_PICTURES = 5_000

# What other programs call the folder below the one that people name.
_SUBFOLDERS = ("", "mnist", "MNIST/raw")


@dataclass(frozen=True)
class Place:
    """A folder that holds MNIST: the file of each part, all four the same for `mnist.npz`."""

    folder: Path
    files: dict[str, Path]


def cache_folder() -> Path:
    """Where this user's downloaded copy lives."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("edgedigits")) / "mnist"


def find(folder: Path) -> Place | None:
    """MNIST in `folder`, judged by file names alone, or None."""
    for name in _SUBFOLDERS:
        below = folder / name
        files = files_in(below)
        if len(files) == len(CONTENT_SHA256):
            return Place(below, files)
        if (below / NPZ_NAME).is_file():
            return Place(below, dict.fromkeys(CONTENT_SHA256, below / NPZ_NAME))
    return None


def files_in(folder: Path) -> dict[str, Path]:
    """Those of the four IDX files that are in `folder`, plain before gzipped."""
    found = {}
    for part in CONTENT_SHA256:
        dotted = part.replace("-idx", ".idx")
        for name in (part, dotted, f"{part}.gz", f"{dotted}.gz"):
            if (folder / name).is_file():
                found[part] = folder / name
                break
    return found


def locate(data_dir: Path | None = None) -> Place | None:
    """MNIST on this machine: in `data_dir`, else in `EDGEDIGITS_DATA`, else in the cache.

    Returns:
        None when no folder was named and the cache holds none: time to download.

    Raises:
        DataBad: when a folder was named and MNIST is not in it, saying which files are missing.
    """
    if data_dir is not None:
        return find(data_dir) or _refuse(data_dir, "")
    named = os.environ.get(DATA_VARIABLE)
    if named:
        folder = Path(named).expanduser()
        return find(folder) or _refuse(folder, f" ({DATA_VARIABLE})")
    return find(cache_folder())


def _refuse(folder: Path, named_by: str) -> Place:
    hint = "name the folder that holds it with --data-dir, or go on without it: --dataset strokes"
    if not folder.is_dir():
        state = "is no folder" if folder.exists() else "does not exist"
        raise DataBad(f"{folder}{named_by}: {state}, so MNIST is not there", hint)
    present = files_in(folder)
    missing = ", ".join(f"{part}[.gz]" for part in CONTENT_SHA256 if part not in present)
    raise DataBad(f"{folder}{named_by}: MNIST needs {missing}, or {NPZ_NAME}", hint)


def read(place: Place) -> Dataset:
    """MNIST, every file checked against its digest.

    The test split is the official one; validation is the last 5,000 of the 60,000 training
    pictures in file order, training the 55,000 before them.

    Raises:
        DataBad: when a file cannot be read or is not what was published.
    """
    parts = {part: read_part(path, part) for part, path in place.files.items()}
    everything = Split(
        parts["train-images-idx3-ubyte"], parts["train-labels-idx1-ubyte"].astype(np.int64)
    )
    return Dataset(
        name="mnist",
        origin=f"MNIST from {place.folder}",
        train=everything.take(slice(None, -VALIDATION_PICTURES)),
        validation=everything.take(slice(-VALIDATION_PICTURES, None)),
        test=Split(
            parts["t10k-images-idx3-ubyte"], parts["t10k-labels-idx1-ubyte"].astype(np.int64)
        ),
        official_test=True,
    )


def read_part(path: Path, part: str, digests: dict[str, str] = CONTENT_SHA256) -> NDArray[np.uint8]:
    """One of the four arrays, out of an IDX file or `mnist.npz`, its content checked.

    Raises:
        DataBad: when it cannot be read or is not what was published.
    """
    try:
        if path.suffix == ".npz":
            array = npz.read_array(path, NPZ_ARRAYS[part], MOST_PICTURES)
        elif "images" in part:
            array = idx.read_images(path, MOST_PICTURES)
        else:
            array = idx.read_labels(path, MOST_PICTURES)
    except DataBad as error:
        raise DataBad(error.message, _remedy(path)) from error
    if array.dtype != np.uint8 or idx.content_digest(array) != digests[part]:
        raise DataBad(f"{path}: its content is not MNIST's {part} (SHA-256 differs)", _remedy(path))
    return array


def _remedy(path: Path) -> str:
    if path.parent == cache_folder():
        return f"remove it, and the next use downloads it anew: rm {path}"
    return "replace it with the original, or name another folder with --data-dir"
