"""Numbers by their rank, of which there may be more than anyone keeps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EXACT = 100_000
"""Of so many numbers each is kept as it is."""
KEPT_BITS = 12
"""Of more, each is cut off behind so many bits of its mantissa: it is less than 1 part in 4,096
nearer to 0 than it was."""
_CUT = np.int64(-1 << (52 - KEPT_BITS))


@dataclass(frozen=True, eq=False)
class Ranked:
    """How often which number occurs: different `values`, rising, and the `counts` of each.

    Of up to `EXACT` numbers every rank is exact; of more the numbers are cut off (`KEPT_BITS`), so
    that there are a few thousand different ones for each power of two among them. Which of both,
    and every value and count, follows from the numbers alone, not from the order of the additions.
    """

    values: NDArray[np.float64]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, numbers: NDArray[np.float64]) -> Ranked:
        """Of finite numbers `[N]`."""
        return _counted(numbers, np.ones(len(numbers), np.int64))

    @property
    def count(self) -> int:
        """How many numbers there are."""
        return int(self.counts.sum())

    def __add__(self, other: Ranked) -> Ranked:
        return _counted(
            np.concatenate([self.values, other.values]), np.concatenate([self.counts, other.counts])
        )

    def at(self, ranks: NDArray[np.int64]) -> NDArray[np.float64]:
        """The numbers at ranks from 0, that of the smallest, to `count - 1`."""
        places = np.searchsorted(np.cumsum(self.counts), ranks, side="right")
        found: NDArray[np.float64] = self.values[places]
        return found

    def median(self) -> float:
        """The median, of one number at least."""
        middle = np.array([(self.count - 1) // 2, self.count // 2])
        return float(self.at(middle).mean())


def _counted(numbers: NDArray[np.float64], counts: NDArray[np.int64]) -> Ranked:
    if counts.sum() > EXACT:
        numbers = (np.ascontiguousarray(numbers).view(np.int64) & _CUT).view(np.float64)
    values, places = np.unique(numbers, return_inverse=True)
    # Counts stay whole numbers below 2 ** 53, which the weights hold exactly.
    return Ranked(values, np.bincount(places, counts, len(values)).astype(np.int64))
