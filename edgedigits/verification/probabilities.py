"""Whether answers are probabilities, and how sure they are beside the float model's.

Pure functions over tables of answers `[N, classes]`. Neither changes the class that is answered, so
that accuracy and agreement see nothing of it; whoever compares a probability with a threshold does.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from edgedigits.verification.summaries.ranked import Ranked
from edgedigits.verification.summaries.rows import two_best

Table = NDArray[np.float32]

SUM_TOLERANCE = 0.01
"""How far rounding alone may carry a sum of probabilities in floats, half floats included."""
LEAST_LOG_ODDS, MOST_LOG_ODDS = 0.5, 4.0
"""Between these two (62 to 38, and 98 to 2) log-odds tell a temperature: nearer to 0 they are noise
of a quantization, further off they are beyond what 8 bits tell apart."""
SURE = 0.999
"""Confidence of a temperature's interval."""
SMALLEST = 1e-9
"""Stands for a probability of 0 in a logarithm where nothing is rounded."""


@dataclass(frozen=True)
class Temperature:
    """By what an artifact's logits seem to be divided, compared with the float model's.

    1 is the same; above 1 the artifact is less sure, below it surer (Guo, Pleiss, Sun, Weinberger,
    "On Calibration of Modern Neural Networks", ICML 2017, divide logits by one number likewise).
    `low` and `high` are the ends of its 99.9 % interval, 0 and infinity where `pictures`, those
    that tell it, are too few.
    """

    value: float
    low: float
    high: float
    pictures: int


@dataclass(frozen=True)
class Sums:
    """What answers add up to: `improper` of them are no probabilities.

    Two of them joined are those of all answers. Of none they run from infinity to minus infinity,
    until `told`.
    """

    improper: int = 0
    least: float = math.inf
    largest: float = -math.inf

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.improper + other.improper,
            min(self.least, other.least),
            max(self.largest, other.largest),
        )

    def told(self) -> Sums:
        """The same, or sums of 1 where there were no answers."""
        return self if self.least <= self.largest else Sums(0, 1.0, 1.0)


def sums(reference: Table, candidate: Table, step: float) -> Sums:
    """Count rows that are no probabilities: outside 0..1, or not adding up to what the float
    model's do (1, but for its own rounding).

    `step` is the least difference that the candidate's dtype can hold, 0 for floats. Rounding each
    of C numbers moves a sum by up to `C * step / 2`; one step more is for the largest of them,
    which 8 bits may have to cut off (255/256). Both tables must be finite.
    """
    if not len(candidate):
        return Sums()
    totals = candidate.sum(axis=1, dtype=np.float64)
    off = np.abs(totals - reference.sum(axis=1, dtype=np.float64))
    rounding = (candidate.shape[1] / 2 + 1) * step
    slack = SUM_TOLERANCE + step
    outside = (candidate.min(axis=1) < -slack) | (candidate.max(axis=1) > 1 + slack)
    improper = outside | (off > SUM_TOLERANCE + rounding)
    return Sums(int(improper.sum()), float(totals.min()), float(totals.max()))


def differences(reference: Table, candidate: Table) -> NDArray[np.float64]:
    """How far each probability moved, `[N, classes]`; both tables must be finite.

    A picture's largest one is how far it moved; half of their sum is its total variation distance,
    in 0..1, which is the same for any number of classes, of which most have next to no probability.
    """
    found: NDArray[np.float64] = np.abs(candidate.astype(np.float64) - reference)
    return found


def slopes(reference: Table, candidate: Table, step: float) -> NDArray[np.float64]:
    """For each picture that tells a temperature, the candidate's log-odds of the float model's
    first two classes over the float model's own; see `temperature`."""
    if candidate.shape[1] < 2:
        return np.empty(0)
    rows = np.arange(len(candidate))[:, None]
    first = two_best(reference)
    theirs = _log_odds(reference[rows, first], SMALLEST)
    ours = _log_odds(candidate[rows, first], max(step / 2, SMALLEST))
    telling = (theirs > LEAST_LOG_ODDS) & (theirs < MOST_LOG_ODDS)
    return ours[telling] / theirs[telling]


def temperature(found: Ranked) -> Temperature | None:
    """By what the candidate's logits seem to be divided: 1 over the median over pictures of
    `slopes`. None where no picture tells.

    A softmax of `z / T` has log-odds `(z_i - z_j) / T` between any two classes, so that each
    picture whose log-odds are neither noise nor saturated estimates T by itself (their slope on
    those of the outcome is Cox's calibration slope: Biometrika 45, 1958). The median does not heed
    single pictures that a quantization turned over; its interval is that of the order statistics,
    `P(Binomial(n, 1/2) < k) <= (1 - SURE) / 2` (Conover, Practical Nonparametric Statistics, 3.2).
    """
    count = found.count
    if count == 0:
        return None

    def below(rank: int) -> float:
        return float(special.bdtr(rank, count, 0.5))

    rank = bisect_right(range(count // 2 + 1), (1 - SURE) / 2, key=below)
    least, largest = -math.inf, math.inf
    if rank:
        least, largest = found.at(np.array([rank - 1, count - rank])).tolist()
    return Temperature(_inverse(found.median()), _inverse(largest), _inverse(least), count)


def _log_odds(pairs: Table, least: float) -> NDArray[np.float64]:
    kept = np.log(np.maximum(pairs.astype(np.float64), least))
    odds: NDArray[np.float64] = kept[:, 0] - kept[:, 1]
    return odds


def _inverse(slope: float) -> float:
    """A slope of 0 or less is that of answers at any temperature, however high."""
    return 1 / slope if slope > 0 else math.inf
