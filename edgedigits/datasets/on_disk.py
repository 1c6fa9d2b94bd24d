"""Pictures that stay in a file: more of them than fit into memory."""

from __future__ import annotations

import os
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets.made import Made
from edgedigits.errors import DataBad

_FORMAT: Any = np.lib.format


class OnDisk:
    """Pictures `uint8 [N, *shape]` of a `.npy` file.

    They answer as an array does to an index, a slice or a list of indices, with a copy of just
    these. The file may lose its name meanwhile, but must not change.
    """

    dtype = np.dtype(np.uint8)

    def __init__(self, held: Held, places: NDArray[np.int64]) -> None:
        """Those of a file's pictures that are at `places`, in that order."""
        self.held, self.places = held, places
        self.shape = (len(places), *held.shape[1:])
        self.ndim = len(self.shape)

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, which: Any) -> NDArray[np.uint8]:
        if isinstance(which, tuple):
            raise IndexError("pictures in a file are asked for by their places alone")
        places = self.places[which]
        found = self.held.read(np.atleast_1d(places))
        return found if places.ndim else found[0]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.asarray(self[:], dtype)

    def pick(self, which: NDArray[Any] | slice) -> NDArray[np.uint8]:
        """Those at some of the places, which stay in the file too."""
        return OnDisk(self.held, self.places[which]).as_array()

    def as_array(self) -> NDArray[np.uint8]:
        """The same object, under the type of what it stands for."""
        return cast("NDArray[np.uint8]", self)


class Held:
    """A `.npy` file of pictures `uint8 [N, ...]`, held open; see `OnDisk`.

    It is read and not mapped into memory: pages that are mapped count as this process's memory
    until they are let go, and finding them anew takes longer than reading them.

    Attributes:
        path: where it was opened.
        shape: of all its pictures together.
    """

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            OSError: it cannot be opened.
            ValueError: it is no such file, or cut off.
        """
        self.path = path
        with path.open("rb") as file:
            _FORMAT.read_magic(file)
            self.shape, _, kind = _FORMAT.read_array_header_1_0(file)
            self._start, size = file.tell(), os.fstat(file.fileno()).st_size
            self._file = os.dup(file.fileno())
        # Not at the end of the program, when a thread may still read.
        weakref.finalize(self, os.close, self._file).atexit = False
        if kind != np.uint8:
            raise ValueError(f"pictures of {kind}")
        count, *picture = self.shape
        self._size = int(np.prod(picture, dtype=np.int64))
        if size < self._start + count * self._size:
            raise ValueError(f"{size} bytes are fewer than pictures {list(self.shape)} have")

    def all(self) -> NDArray[np.uint8]:
        """Every picture, see `OnDisk`."""
        return OnDisk(self, np.arange(self.shape[0])).as_array()

    def read(self, places: NDArray[np.int64]) -> NDArray[np.uint8]:
        """The pictures at `places`, one after another. Several threads may read at once.

        Raises:
            DataBad: the file has become shorter since it was opened.
        """
        found = np.empty((len(places), *self.shape[1:]), np.uint8)
        rows = found.reshape(len(places), self._size)
        for row, place in zip(rows, places.tolist(), strict=True):
            if os.preadv(self._file, [row], self._start + place * self._size) < self._size:
                raise DataBad(
                    f"{self.path} was cut off while its pictures were in use",
                    "start again: they are prepared anew",
                )
        return found


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
    return images.pick(which) if isinstance(images, OnDisk | Made) else images[which]


def joined(parts: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Pictures one after another; those of one file stay in it."""
    some: list[Any] = [part for part in parts if isinstance(part, OnDisk)]
    if len(some) == len(parts) and len({id(part.held) for part in some}) == 1:
        return OnDisk(some[0].held, np.concatenate([part.places for part in some])).as_array()
    return np.concatenate(parts)
