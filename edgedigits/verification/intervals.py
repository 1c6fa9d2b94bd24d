"""Shares of pictures, and changes of them, with the intervals that so many pictures allow."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

CONFIDENCE = 0.95
WILSON_Z = 1.959963984540054
"""Standard normal quantile of the two-sided 95 % interval."""
TINY = 1e-9
"""Stands for a 0 where a distribution has no such parameter; the result is not looked at."""
MOST_PICTURES = 100_000_000
"""Above this many pictures a drop counts as too near its budget to be settled by more of them."""


@dataclass(frozen=True)
class Share:
    """A share of pictures with its 95 % interval, all in percent."""

    percent: float
    low: float
    high: float


def wilson(right: int, count: int) -> Share:
    """Share with its 95 % score interval (Wilson, JASA 22, 1927).

    `(p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)`.
    """
    share, spread = right / count, WILSON_Z**2 / count
    centre = (share + spread / 2) / (1 + spread)
    half = WILSON_Z * math.sqrt(share * (1 - share) / count + spread / (4 * count)) / (1 + spread)
    # At 0 and at all of them one end is the share itself, but for the last bit of its arithmetic.
    low, high = max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half))
    return Share(100.0 * share, 100.0 * low, 100.0 * high)


def mcnemar(losses: int, gains: int) -> float:
    """Two-sided exact McNemar test: the binomial test of `losses` against `gains` at 1/2.

    (McNemar, Psychometrika 12, 1947; exact form: Agresti, Categorical Data Analysis, 10.1.)
    """
    discordant = losses + gains
    if discordant == 0:
        return 1.0
    return min(1.0, 2.0 * float(special.bdtr(min(losses, gains), discordant, 0.5)))


def drop_upper_points(
    losses: float, gains: float, count: float, confidence: float = CONFIDENCE
) -> float:
    """Upper end of the paired drop's one-sided interval, in percentage points.

    The drop is `losses/n - gains/n`. Exact (Clopper-Pearson) one-sided limits of the two shares are
    combined by MOVER: `d + sqrt((u_losses - losses/n)² + (gains/n - l_gains)²)` (Zou and Donner,
    Statistics in Medicine 27, 2008). With no change at all it is `1 - 0.05^(1/n)`, the rule of
    three.
    """
    lost, won, pictures = (np.array([number], np.float64) for number in (losses, gains, count))
    return float(drops_upper_points(lost, won, pictures, confidence)[0])


def drops_upper_points(
    losses: NDArray[Any], gains: NDArray[Any], counts: NDArray[Any], confidence: float
) -> NDArray[np.float64]:
    """`drop_upper_points` of many at once, as classes are: all are `[N]`, with counts above 0."""
    loss, gain = losses / counts, gains / counts
    right, won = np.maximum(counts - losses, TINY), np.maximum(gains, TINY)
    upper = np.where(losses >= counts, 1.0, special.betaincinv(losses + 1.0, right, confidence))
    lower = np.where(gains <= 0, 0.0, special.betaincinv(won, counts - gains + 1.0, 1 - confidence))
    points: NDArray[np.float64] = 100.0 * (loss - gain + np.hypot(upper - loss, gain - lower))
    return points


def share_limits(right: float, count: int, confidence: float) -> tuple[float, float]:
    """Two-sided exact limits of a share, in 0..1 (Clopper and Pearson, Biometrika 26, 1934)."""
    tail = (1 - confidence) / 2
    low = 0.0 if right <= 0 else _beta_quantile(right, count - right + 1, tail)
    high = 1.0 if right >= count else _beta_quantile(right + 1, count - right, 1 - tail)
    return low, high


def _beta_quantile(a: float, b: float, probability: float) -> float:
    return float(special.betaincinv(a, b, probability))


def pictures_needed(losses: int, gains: int, count: int, max_drop_points: float) -> int | None:
    """The fewest pictures, at the shares seen here, whose interval ends within the budget.

    None when the drop is so near to its budget that no sensible number would do.
    """
    loss, gain = losses / count, gains / count

    def within(n: int) -> bool:
        return drop_upper_points(loss * n, gain * n, n) <= max_drop_points

    low, high = 0, count
    while not within(high):
        low, high = high, high * 2
        if high > MOST_PICTURES:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if within(middle) else (middle, high)
    return high
