"""What lies between the values that a float model's operations give and a quantized one's.

A row of figures for each channel of each operation, summed up over pictures, so that rows of
different pictures add up to those of all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FIGURES = (
    "count", "signal", "signal2", "own", "own2", "handed", "handed2", "clipped2", "low", "high",
    "pictures", "any_picture",
)  # fmt: skip
"""Sums over values: how many, of the float model's values and their squares; of the error that an
operation makes of the float model's input and its squares; of the error that it hands on, likewise;
of squares of what its ends cut off the float model's values; of values cut off at either end. Sums
over pictures: those with a value cut off in the channel, and in any channel."""
EXTREMES = ("lowest", "highest", "handed_lowest", "handed_highest")
"""The smallest and largest value of the float model, and of what the operation hands on."""
LOWEST = np.array([1, -1, 1, -1])
"""Signs by which every extreme is a smallest one."""


@dataclass(frozen=True, eq=False)
class Differences:
    """Figures `float64 [len(FIGURES), channels]` and extremes `[len(EXTREMES), channels]`, the
    channels of all operations side by side; `channels` says how many each has."""

    figures: NDArray[np.float64]
    extremes: NDArray[np.float64]
    channels: tuple[int, ...]

    def __add__(self, others: Differences) -> Differences:
        signs = LOWEST[:, np.newaxis]
        extremes = signs * np.minimum(signs * self.extremes, signs * others.extremes)
        return Differences(self.figures + others.figures, extremes, self.channels)

    def tobytes(self) -> bytes:
        """For `frombytes`, of which the other end knows the channels."""
        return np.concatenate([self.figures, self.extremes]).astype("<f8").tobytes()

    @classmethod
    def frombytes(
        cls, content: bytes | bytearray | memoryview, channels: Sequence[int]
    ) -> Differences:
        """The one that `tobytes` wrote."""
        rows = np.frombuffer(content, "<f8").reshape(-1, sum(channels)).astype(np.float64)
        return cls(rows[: len(FIGURES)], rows[len(FIGURES) :], tuple(channels))

    def of(self, place: int) -> dict[str, NDArray[np.float64]]:
        """The figures of one operation by name, `float64 [channels]` each."""
        start = sum(self.channels[:place])
        stop = start + self.channels[place]
        rows = np.concatenate([self.figures, self.extremes])[:, start:stop]
        return dict(zip((*FIGURES, *EXTREMES), rows, strict=True))


Ends = tuple[float, float, float]
"""The smallest and the largest value that an operation can store, and the step between them."""
Values = NDArray[np.float32]


def between(floats: Sequence[Values], own: Sequence[Values], handed: Sequence[Values],
            ends: Sequence[Ends | None]) -> Differences:  # fmt: skip
    """The figures of some pictures.

    Each operation has values `float32 [pictures, ..., channels]` of three kinds: the float model's,
    those that the quantized operation makes of the float model's input, and those that it hands on.
    """
    parts = [_of_one(*each) for each in zip(floats, own, handed, ends, strict=True)]
    figures, extremes = (np.concatenate(rows, axis=1) for rows in zip(*parts, strict=True))
    return Differences(figures, extremes, tuple(part[0].shape[1] for part in parts))


def _of_one(
    floats: Values, own: Values, handed: Values, ends: Ends | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    pictures, channels = len(floats), floats.shape[-1] if floats.ndim > 1 else 1
    exact, lone, given = (each.reshape(-1, channels) for each in (floats, own, handed))
    error, passed = lone - exact, given - exact
    figures = np.zeros((len(FIGURES), channels), np.float64)
    figures[0] = len(exact)
    figures[1:7] = [
        _sum(exact), _sum_squares(exact), _sum(error), _sum_squares(error), _sum(passed),
        _sum_squares(passed),
    ]  # fmt: skip
    lowest, highest = exact.min(axis=0), exact.max(axis=0)
    extremes = np.array([lowest, highest, given.min(axis=0), given.max(axis=0)], np.float64)
    if ends is not None:
        low, high, step = ends
        # Half a step beyond its end a value is only rounded.
        if lowest.min() < low - step / 2 or highest.max() > high + step / 2:
            figures[7:] = _clipped(exact, pictures, low, high, step)
    return figures, extremes


def _clipped(
    exact: Values, pictures: int, low: float, high: float, step: float
) -> list[NDArray[np.float64]]:
    below, above = exact < low - step / 2, exact > high + step / 2
    cut = np.where(below, exact - low, 0) + np.where(above, exact - high, 0)
    by_picture = (below | above).reshape(pictures, -1, exact.shape[1]).any(axis=1)
    somewhere = np.full(exact.shape[1], by_picture.any(axis=1).sum())
    sums = (below.sum(axis=0), above.sum(axis=0), by_picture.sum(axis=0), somewhere)
    return [_sum_squares(cut), *(np.asarray(each, np.float64) for each in sums)]


def _sum(values: Values) -> NDArray[np.float64]:
    return np.asarray(np.ones(len(values), np.float32) @ values, np.float64)


def _sum_squares(values: Values) -> NDArray[np.float64]:
    return np.asarray(np.einsum("nc,nc->c", values, values), np.float64)
