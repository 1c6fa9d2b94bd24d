"""Pictures that stay in a file: more of them than fit into memory."""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets.made import Made

_FORMAT: Any = np.lib.format


class Mapped:
    """Pictures `uint8 [N, *shape]` of a `.npy` file, mapped into memory.

    They answer as an array does to an index, a slice or a list of indices, with a copy of just
    these: pages of the file that were looked at are let go again, as they count as this process's
    memory. The file may lose its name meanwhile, but must not change.
    """

    dtype = np.dtype(np.uint8)

    def __init__(self, held: Held, places: NDArray[np.int64]) -> None:
        """Those of a file's pictures that are at `places`, in that order."""
        self.held, self.places = held, places
        self.shape = (len(places), *held.images.shape[1:])
        self.ndim = len(self.shape)

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, which: Any) -> NDArray[np.uint8]:
        if isinstance(which, tuple):
            raise IndexError("pictures in a file are asked for by their places alone")
        found: NDArray[np.uint8] = np.take(self.held.images, self.places[which], axis=0)
        self.held.let_go()
        return found

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.asarray(self[:], dtype)

    def pick(self, which: NDArray[Any] | slice) -> NDArray[np.uint8]:
        """Those at some of the places, which stay in the file too."""
        return Mapped(self.held, self.places[which]).as_array()

    def as_array(self) -> NDArray[np.uint8]:
        """The same object, under the type of what it stands for."""
        return cast("NDArray[np.uint8]", self)


class Held:
    """A `.npy` file of pictures `uint8 [N, ...]`, mapped; see `Mapped`.

    Attributes:
        images: all of them, as they lie in the file.
    """

    def __init__(self, path: Path) -> None:
        """Map it.

        Raises:
            OSError: it cannot be opened.
            ValueError: it is no such file, or cut off.
        """
        with path.open("rb") as file:
            _FORMAT.read_magic(file)
            shape, _, kind = _FORMAT.read_array_header_1_0(file)
            start = file.tell()
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if kind != np.uint8:
            raise ValueError(f"pictures of {kind}")
        self.images = np.frombuffer(self._map, np.uint8, offset=start).reshape(shape)

    def all(self) -> NDArray[np.uint8]:
        """Every picture, see `Mapped`."""
        return Mapped(self, np.arange(len(self.images))).as_array()

    def let_go(self) -> None:
        """Give back the memory of the pages that were looked at; the file still has them."""
        if hasattr(self._map, "madvise"):
            self._map.madvise(mmap.MADV_DONTNEED)


def write_header(path: Path, shape: tuple[int, ...]) -> int:
    """Begin a `.npy` file of `uint8` of a shape; returns where its numbers are to begin, in bytes.

    Raises:
        OSError: it cannot be written.
    """
    with path.open("wb") as file:
        header = {"descr": "|u1", "fortran_order": False, "shape": shape}
        _FORMAT.write_array_header_1_0(file, header)
        return file.tell()


def taken(images: NDArray[np.uint8], which: NDArray[Any] | slice) -> NDArray[np.uint8]:
    """Some of the pictures, which stay in their file where they are in one, and unmade where they
    are not yet made."""
    return images.pick(which) if isinstance(images, Mapped | Made) else images[which]


def joined(parts: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Pictures one after another; those of one file stay in it."""
    some: list[Any] = [part for part in parts if isinstance(part, Mapped)]
    if len(some) == len(parts) and len({id(part.held) for part in some}) == 1:
        return Mapped(some[0].held, np.concatenate([part.places for part in some])).as_array()
    return np.concatenate(parts)
