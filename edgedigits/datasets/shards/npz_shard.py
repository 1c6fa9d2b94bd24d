"""A shard as a NumPy archive of `images` and `labels`."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets import npz

Pictures = tuple[NDArray[np.uint8], NDArray[np.int64]]


def encode(images: NDArray[np.uint8], labels: NDArray[np.int64]) -> bytes:
    """The bytes of a shard of pictures `[N, ...]` and labels `[N]`; always the same ones."""
    into = io.BytesIO()
    np.savez_compressed(into, images=images, labels=labels.astype("<i8"))
    return into.getvalue()


def decode(content: bytes, shape: tuple[int, ...]) -> Pictures:
    """Its pictures, which must be of `shape` (`[N, ...]`) together, and labels.

    Raises:
        Exception: anything, where it is no such shard; see `errors.damaged`.
    """

    def check(found: tuple[int, ...], kind: np.dtype[Any]) -> None:
        if found not in (shape, shape[:1]):
            raise ValueError(f"an array {list(found)}, where index.json says {list(shape)}")
        if kind != (np.uint8 if found == shape else np.int64):
            raise ValueError(f"an array of {kind}")

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        images = npz.read_member(archive, "images.npy", check)
        labels = npz.read_member(archive, "labels.npy", check)
    if images.shape != shape or labels.shape != shape[:1]:
        raise ValueError("pictures and labels are mixed up")
    return images, labels
