"""The weights of one operation as an artifact stores them, held against the float model's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_STEPS = 1.01
"""Rounding moves a weight by half a step; scales that other programs chose, and sums of a bias that
are ordered otherwise, by as much again."""
SMALLEST = 1e-6
"""Share of the largest weight that no float32 reckoning promises to keep."""


@dataclass(frozen=True)
class Weights:
    """Figures of one operation's weights.

    Attributes:
        signal_db: 10 log10(sum of squares / sum of squared errors), in dB; infinite where they are
            stored as they are.
        steps_used: so many steps to either side of zero half of the channels reach at most; None
            where they are stored in float. `steps_most` is how many the largest weight takes,
            `typical` the middle one of those that are not zero.
        astray: the share of weights, in percent, that are not the float model's, rounded.
        farthest: how many steps the one is off that is off most; None without steps.
    """

    signal_db: float
    steps_used: float | None = None
    steps_most: float | None = None
    typical: float | None = None
    astray: float = 0.0
    farthest: float | None = None


def compare(
    exact: NDArray[np.float32],
    stored: NDArray[np.float32],
    steps: Any | None,
    channel: int,
    reach: int | None = None,
) -> Weights:
    """Hold stored weights against the float model's, in one shape; `channel` is the side of it
    along which outputs lie, and `steps` what lies between two numbers that can be stored, in a form
    that fits (None for floats of 16 bits or as they are).

    Weights that are stored as the outermost number, `reach` steps from zero, may be larger: how far
    a quantizer clips is its own choice.
    """
    off = np.abs(stored.astype(np.float64) - exact)
    squares = float(np.sum(off**2))
    signal = float(np.sum(exact.astype(np.float64) ** 2))
    ratio = np.inf if squares == 0 else 10 * np.log10(max(signal, 1e-300) / squares)
    least = SMALLEST * float(np.abs(exact).max(initial=0.0))
    if steps is None:
        allowed = np.abs(exact) * 2.0**-10 + 6e-8 + least
        return Weights(float(ratio), astray=_percent(off > allowed))
    allowed = MOST_STEPS * np.asarray(steps) + least
    sizes = np.abs(exact) / np.asarray(steps)
    outermost = np.round(np.abs(stored) / np.asarray(steps)) >= (np.inf if reach is None else reach)
    cut = outermost & (sizes > np.abs(stored) / np.asarray(steps)) & (exact * stored > 0)
    wrong = (off > allowed) & ~cut
    others = tuple(side for side in range(exact.ndim) if side != channel % exact.ndim)
    return Weights(
        float(ratio),
        float(np.median(np.max(sizes, axis=others))),
        float(sizes.max(initial=0.0)),
        float(np.median(sizes[exact != 0])) if exact.any() else 0.0,
        _percent(wrong),
        float(np.max(off / np.asarray(steps), where=wrong, initial=0.0)),
    )


def astray(what: str, found: Weights) -> str:
    """That weights are not the float model's, in words; `what` they are called."""
    far = "" if found.farthest is None else f", by up to {found.farthest:,.3g} steps"
    return f"{found.astray:.3g} % of its {what} are not the float model's, rounded{far}"


def _percent(wrong: NDArray[np.bool_]) -> float:
    return 100 * float(np.mean(wrong))
