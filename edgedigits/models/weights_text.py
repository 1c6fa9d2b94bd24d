"""Softmax regression as two text files: `weights.txt` (784x10) and `const.txt` (10).

They are what `numpy.savetxt` writes, the numbers as trained: for pixels from 0 to 1, that is bytes
divided by 255, row by row; one line a pixel, one column a digit. No TensorFlow is needed to write
or to read them.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle import publishing
from edgedigits.bundle.run import HDF5_FILE, Run
from edgedigits.datasets.dataset import CLASSES, SIDE
from edgedigits.errors import DataBad, WrongUse, command, damaged

WEIGHTS = "weights.txt"
CONSTANTS = "const.txt"
MODEL = "softmax"
PIXELS = SIDE * SIDE
MOST_BYTES = 1_000_000
"""Several times what 7,840 numbers take in their longest form."""
WRITE_HINT = "write both with: edgedigits weights RUN --format txt"


@dataclass(frozen=True, eq=False)
class SoftmaxWeights:
    """`softmax(x W + b)` with W `float32 [784, 10]` and b `float32 [10]`, x being in 0..1."""

    weights: NDArray[np.float32]
    constants: NDArray[np.float32]

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities `float32 [N, 10]`, digit 0 first, for pictures `uint8 [N, 28, 28]`."""
        pixels = images.reshape(len(images), PIXELS).astype(np.float32) / np.float32(255)
        logits = pixels @ self.weights + self.constants
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        found: NDArray[np.float32] = powers / powers.sum(axis=1, keepdims=True)
        return found


def of_run(run: Run) -> SoftmaxWeights:
    """The weights of a run of the model `softmax`.

    Raises:
        WrongUse: the run is of another model, whose weights are no one table.
        DataBad: the run's HDF5 file is missing or damaged.
    """
    name = run.card["model"]
    if name != MODEL:
        raise WrongUse(
            f"{run.folder} is of the model {name}: only {MODEL} is one table of weights",
            f"train one with: edgedigits train --model {MODEL}",
        )
    if len(run.labels) != CLASSES:
        raise WrongUse(
            f"{run.folder} tells {len(run.labels)} classes apart: {WEIGHTS} and {CONSTANTS} are "
            "for digits",
            f"see its weights as pictures: {command('plot', 'filters', run.folder)}",
        )
    import h5py  # type: ignore[import-untyped, unused-ignore]

    path = run.folder / HDF5_FILE
    found: dict[tuple[int, ...], NDArray[np.float32]] = {}

    def keep(_: str, item: object) -> None:
        if isinstance(item, h5py.Dataset) and item.shape in ((PIXELS, CLASSES), (CLASSES,)):
            found[item.shape] = np.asarray(item, np.float32)

    again = f"train again: edgedigits train --model {MODEL}"
    if not path.is_file():
        raise DataBad(f"{path} is missing", again)
    with damaged(path, again):
        with h5py.File(path, "r") as held:
            held["model_weights"].visititems(keep)
        return SoftmaxWeights(found[PIXELS, CLASSES], found[CLASSES,])


def write(weights: SoftmaxWeights, folder: Path) -> tuple[Path, Path]:
    """Write both files into `folder`, each whole or not at all; returns their paths."""
    with publishing.told_plainly(folder):
        for name, values in ((WEIGHTS, weights.weights), (CONSTANTS, weights.constants)):
            with publishing.replacing(folder / name) as partial:
                np.savetxt(partial, values)
    return folder / WEIGHTS, folder / CONSTANTS


def read(folder: Path) -> SoftmaxWeights:
    """Read `weights.txt` and `const.txt` from `folder`.

    Raises:
        DataBad: one is missing, is no table of finite numbers, or has another shape.
    """
    return SoftmaxWeights(
        _table(folder / WEIGHTS, (PIXELS, CLASSES)), _table(folder / CONSTANTS, (CLASSES,))
    )


def _table(path: Path, shape: tuple[int, ...]) -> NDArray[np.float32]:
    if not path.is_file():
        raise DataBad(f"{path} is missing", WRITE_HINT)
    if path.stat().st_size > MOST_BYTES:
        raise DataBad(f"{path} is larger than any table of weights", WRITE_HINT)
    with damaged(path, WRITE_HINT), warnings.catch_warnings():
        # Of a table without numbers NumPy gives an empty one, and warns.
        warnings.simplefilter("ignore", UserWarning)
        values = np.loadtxt(path.read_text("utf-8").splitlines(), np.float32, ndmin=1)
    if values.shape != shape:
        wanted, has = ("x".join(map(str, size)) for size in (shape, values.shape))
        raise DataBad(f"{path} holds {has} numbers, not {wanted}", WRITE_HINT)
    if not np.isfinite(values).all():
        raise DataBad(f"{path} holds numbers that are not finite", WRITE_HINT)
    return values
