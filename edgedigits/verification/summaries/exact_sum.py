"""Sums of floating-point numbers that do not hang on the order they were added in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_MANTISSA, _LOW = 53, 26
_LEAST = 1126
"""Every finite float64 is a whole number of `2 ** -1126`."""


@dataclass(frozen=True)
class ExactSum:
    """The sum of `count` numbers, in whole units of `2 ** -1126`: nothing is rounded.

    So the sum of sums is the sum of all, in whatever order and however they were divided; only
    `mean` rounds, once, to the nearest float64.
    """

    units: int = 0
    count: int = 0

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> ExactSum:
        """Of finite numbers `[N]`."""
        shares, exponents = np.frexp(values)
        whole = np.ldexp(shares, _MANTISSA).astype(np.int64)
        # Two halves, so that a sum of 2 ** 36 of them fits into 64 bits.
        high, low = whole >> _LOW, whole & ((1 << _LOW) - 1)
        units = 0
        for exponent in np.unique(exponents).tolist():
            those = exponents == exponent
            total = (int(high[those].sum()) << _LOW) + int(low[those].sum())
            units += total << (exponent - _MANTISSA + _LEAST)
        return cls(units, len(values))

    def __add__(self, other: ExactSum) -> ExactSum:
        return ExactSum(self.units + other.units, self.count + other.count)

    def mean(self) -> float:
        """The mean, correctly rounded; of one number at least."""
        return self.units / (self.count << _LEAST)
