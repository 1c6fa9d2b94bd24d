"""Golden vectors: pictures and the float model's probabilities, for self-tests on the device."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle import GOLDEN_JSON, GOLDEN_NPZ

COUNT = 32
SEED = 20_250_101
FORMAT_VERSION = 1
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, eq=False)
class Golden:
    """Pictures `uint8 [N, 28, 28]`, their labels `int64 [N]`, and the float model's
    probabilities `float32 [N, 10]`."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    probabilities: NDArray[np.float32]


def pictures() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The 32 pen-stroke pictures of every bundle, with labels; always the same ones."""
    from edgedigits.datasets import strokes

    labels = np.arange(COUNT, dtype=np.int64) % 10
    return strokes.draw(COUNT, SEED, labels=labels)


def write(golden: Golden, folder: Path) -> list[Path]:
    """Write `golden.npz` and `golden.json` with the same content; returns their paths."""
    npz, text = folder / GOLDEN_NPZ, folder / GOLDEN_JSON
    with zipfile.ZipFile(npz, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in (
            ("images", golden.images),
            ("labels", golden.labels),
            ("probabilities", golden.probabilities),
        ):
            held = io.BytesIO()
            np.save(held, array, allow_pickle=False)
            # numpy.savez dates its entries by the clock; the same vectors shall be the same bytes.
            entry = zipfile.ZipInfo(f"{name}.npy", ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, held.getvalue())
    document = {
        "schema_version": FORMAT_VERSION,
        "pictures": {
            "shape": list(golden.images.shape),
            "dtype": "uint8",
            "base64": base64.b64encode(golden.images.tobytes()).decode("ascii"),
        },
        "labels": golden.labels.tolist(),
        "probabilities": [[float(f"{p:.9g}") for p in row] for row in golden.probabilities],
    }
    text.write_text(json.dumps(document, separators=(",", ":")) + "\n", "utf-8")
    return [npz, text]


def read(folder: Path) -> Golden:
    """The golden vectors of a bundle."""
    with np.load(folder / GOLDEN_NPZ, allow_pickle=False) as held:
        return Golden(held["images"], held["labels"], held["probabilities"])
