"""Made-up pictures and files of them."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Pictures = NDArray[np.uint8]
Labels = NDArray[np.int64]


def make_pictures(count: int, seed: int = 0, classes: int = 10) -> tuple[Pictures, Labels]:
    """Noise in the middle of dark 28x28 pictures, no two alike, labels 0, 1, 2, ... in turn."""
    pictures = np.zeros((count, 28, 28), dtype=np.uint8)
    noise = np.random.default_rng(seed).integers(0, 256, (count, 20, 20))
    pictures[:, 4:24, 4:24] = noise
    return pictures, np.arange(count, dtype=np.int64) % classes


def idx_bytes(array: NDArray[np.uint8]) -> bytes:
    """The content of the IDX file that holds `array`."""
    return struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def write_idx(path: Path, array: NDArray[np.uint8]) -> Path:
    """Write an IDX file, gzipped when its name ends in `.gz`."""
    content = idx_bytes(array.astype(np.uint8))
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path
