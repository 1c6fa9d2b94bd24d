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
        values, counts = np.unique(numbers, return_counts=True)
        return _fitting(values, counts.astype(np.int64))

    @property
    def count(self) -> int:
        """How many numbers there are."""
        return int(self.counts.sum())

    def __add__(self, other: Ranked) -> Ranked:
        many = self.count + other.count > EXACT
        big, small = (_cut_off(each) if many else each for each in (self, other))
        if len(big.values) < len(small.values):
            big, small = small, big
        if not len(small.values):
            return big
        # Of many numbers nearly all have occurred before: only these few are looked for.
        places = np.searchsorted(big.values, small.values)
        known = big.values[np.minimum(places, len(big.values) - 1)] == small.values
        counts = big.counts.copy()
        counts[places[known]] += small.counts[known]
        if known.all():
            return Ranked(big.values, counts)
        fresh = places[~known]
        return Ranked(
            np.insert(big.values, fresh, small.values[~known]),
            np.insert(counts, fresh, small.counts[~known]),
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


def _fitting(values: NDArray[np.float64], counts: NDArray[np.int64]) -> Ranked:
    found = Ranked(values, counts)
    return _cut_off(found) if found.count > EXACT else found


def _cut_off(found: Ranked) -> Ranked:
    """Cutting off keeps the order, and does nothing to what is cut off already."""
    if not (found.values.view(np.int64) & ~_CUT).any():
        return found
    values = (found.values.view(np.int64) & _CUT).view(np.float64)
    first = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]])[: len(values)])
    counts = np.add.reduceat(found.counts, first) if len(first) else found.counts
    return Ranked(values[first], counts)
