"""What goes on inside a TFLite file while it answers; looked at where it runs, in a fork.

Values inside a model are many times as many as its pictures' pixels: what is asked about them is
reckoned here, and only that is handed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import add
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters.tflite import model_file, watchable
from edgedigits.runtimes.differences import Differences, Ends, between

BLOCK = 8
"""Pictures whose values are reckoned with together."""


class Watched:
    """A file in LiteRT on its usual kernels, with some of its tensors kept."""

    def __init__(self, content: bytes, tensors: Sequence[int]) -> None:
        """Open the file so that the values of `tensors`, places in its subgraph, can be read."""
        self._interpreter = model_file.interpreter(watchable.with_outputs(content, tensors))
        self._interpreter.allocate_tensors()
        (taken,) = self._interpreter.get_input_details()
        self._input = taken["index"]
        self._tensors = list(tensors)
        details = {each["index"]: each for each in self._interpreter.get_tensor_details()}
        self._scales = [_scale(details[each]) for each in tensors]
        self._types = [np.dtype(details[each]["dtype"]) for each in tensors]

    def values(self, pictures: NDArray[np.generic]) -> Iterator[list[NDArray[np.float32]]]:
        """For each of the stored pictures `[N, *input shape]` the values of all tensors watched,
        `float32` in their own shapes, quantized ones as what they stand for."""
        for picture in pictures:
            self._interpreter.set_tensor(self._input, picture)
            self._interpreter.invoke()
            yield [
                _meant(self._interpreter.get_tensor(index), scale)
                for index, scale in zip(self._tensors, self._scales, strict=True)
            ]

    def differences(self, pictures: NDArray[np.generic]) -> Differences:
        """What lies between the tensors watched, of which each three are a float operation's, the
        quantized one's on the same input, and its own file's; see `differences.between`."""
        ends = [self._ends(place) for place in range(2, len(self._tensors), 3)]
        parts = []
        for start in range(0, len(pictures), BLOCK):
            every = zip(*self.values(pictures[start : start + BLOCK]), strict=True)
            values = [np.concatenate(each) for each in every]
            parts.append(between(values[::3], values[1::3], values[2::3], ends))
        return reduce(add, parts)

    def _ends(self, place: int) -> Ends | None:
        scale, kind = self._scales[place], self._types[place]
        if scale is None or kind.kind == "f":
            return None
        limits = np.iinfo(kind)
        low, high = (float(scale[0]) * (end - scale[1]) for end in (limits.min, limits.max))
        return low, high, float(scale[0])


def _scale(details: dict[str, Any]) -> tuple[np.float32, int] | None:
    scale, zero_point = details["quantization"]
    return (np.float32(scale), int(zero_point)) if scale else None


def _meant(
    stored: NDArray[np.generic], scale: tuple[np.float32, int] | None
) -> NDArray[np.float32]:
    if scale is None or stored.dtype.kind == "f":
        return stored.astype(np.float32, copy=False)
    return (stored.astype(np.float32) - np.float32(scale[1])) * scale[0]
