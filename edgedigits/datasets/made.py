"""Pictures that are made when they are looked at: more of them than fit into memory."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

KEPT_BYTES = 64 << 20
"""Of pictures that were made last, for others who look at the same."""

Images = NDArray[np.uint8]


class Made:
    """Pictures `uint8 [N, *shape]` in chunks of one size, each made of its number alone.

    They answer as an array does to an index, a slice or a list of indices, with a copy of
    just these, in any thread.
    """

    dtype = np.dtype(np.uint8)

    def __init__(
        self,
        make: Callable[[int], Images],
        size: int,
        count: int,
        shape: tuple[int, ...],
        places: NDArray[np.int64] | None = None,
        least: int = 1,
    ) -> None:
        """`make` gives chunk 0, 1, …, each of `size` pictures, and always the same ones. `count`
        pictures are those of the chunks in order, or the ones at `places` in these. So many chunks
        are kept as have `KEPT_BYTES`, but at least `least`."""
        self.shape = (count, *shape)
        self.ndim = len(self.shape)
        self._make, self._size, self._places = make, size, places
        self._least = least
        self._most = max(least, KEPT_BYTES // max(1, size * math.prod(shape)))
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, Future[Images]] = OrderedDict()

    def __reduce__(self) -> tuple[Any, ...]:
        return Made, (self._make, self._size, len(self), self.shape[1:], self._places, self._least)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, which: Any) -> Images:
        if isinstance(which, tuple):
            raise IndexError("pictures that are made are asked for by their places alone")
        places = self._at(which)
        chunks = np.atleast_1d(places) // self._size
        found = np.empty((len(chunks), *self.shape[1:]), np.uint8)
        for chunk in np.unique(chunks).tolist():
            those = np.flatnonzero(chunks == chunk)
            found[those] = self._chunk(chunk)[np.atleast_1d(places)[those] % self._size]
        return cast("Images", found[0]) if np.ndim(places) == 0 else found

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.asarray(self[:], dtype)

    def pick(self, which: NDArray[Any] | slice) -> Images:
        """Those at some of the places, which are not made yet either."""
        places = self._at(which)
        size, shape, least = self._size, self.shape[1:], self._least
        return Made(self._make, size, len(places), shape, places, least).as_array()

    def each(self, change: Callable[[Images], Images], shape: tuple[int, ...]) -> Images:
        """The same pictures, each changed into one of another shape when it is looked at."""

        def make(chunk: int) -> Images:
            return np.stack([change(image) for image in self._make(chunk)])

        least = self._least
        return Made(make, self._size, len(self), shape, self._places, least).as_array()

    def as_array(self) -> Images:
        """The same object, under the type of what it stands for."""
        return cast("Images", self)

    def _at(self, which: Any) -> Any:
        """Places among the chunks' pictures."""
        if isinstance(which, slice):
            which = np.arange(*which.indices(len(self)))
        which = np.asarray(which)
        if which.dtype == np.bool_:
            which = np.flatnonzero(which)
        if which.size and not (which.min() >= -len(self) and which.max() < len(self)):
            raise IndexError(f"there are {len(self):,} pictures")
        which = np.where(which < 0, which + len(self), which)
        return which if self._places is None else self._places[which]

    def _chunk(self, number: int) -> Images:
        with self._lock:
            found = self._kept.get(number)
            begin = found is None
            if found is None:
                found = self._kept[number] = Future()
                if len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        if begin:
            try:
                found.set_result(self._make(number))
            except BaseException as error:
                # Whoever waits for it is told, and whoever asks next has it made anew.
                with self._lock:
                    self._kept.pop(number, None)
                found.set_exception(error)
        return found.result()
