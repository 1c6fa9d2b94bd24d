"""The ranges that calibration saw of a float model's activations, against held-out pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from converters import activations
from converters.saved_model import SourceModel
from edgedigits.diagnosis.calibration_pictures import Finding

SLACK = 0.01
"""What lies outside by so much of a range is rounded to its end, which is hardly an error."""
MOST_OUTSIDE, NOTED_OUTSIDE = 0.03, 0.01
"""Shares of an activation's held-out values that lie outside of what calibration saw. Good draws of
100 pictures leave up to 0.5 % there, of 500 up to 0.2 % (docs/calibration.md)."""
MOST_DISTANCE, NOTED_DISTANCE = 0.2, 0.1
"""Squared distance of mean activations over the held-out pictures' own variance. Good draws come to
0.02 at most, and to 0.05 beside 100 held-out pictures; drawn digits are 0.01 from MNIST's, letters
0.38 or more."""
CHANCE = 5.0
"""Means of N pictures lie about 1/N apart by chance alone; so many times as much is allowed."""


@dataclass(frozen=True)
class Activation:
    """One activation of the float model: the range calibration saw, and what others do.

    Attributes:
        name: of its operation in the bundle's reference graph.
        low: smallest value over the pictures that calibrate.
        high: largest.
        held_out_low: smallest value over held-out pictures.
        held_out_high: largest.
        outside: share of held-out values outside the calibrated range.
        distance: how far the mean activation of both lies apart: its squared distance over the
            variance of the held-out pictures' own.
    """

    name: str
    low: float
    high: float
    held_out_low: float
    held_out_high: float
    outside: float
    distance: float


@dataclass(frozen=True)
class Ranges:
    """All activations, over so many pictures."""

    every: tuple[Activation, ...]
    chosen: int
    held_out: int

    @property
    def most_outside(self) -> Activation:
        """The activation whose held-out values lie outside most."""
        return max(self.every, key=lambda each: each.outside)

    @property
    def most_distant(self) -> Activation:
        """The activation whose mean lies farthest from the held-out one."""
        return max(self.every, key=lambda each: each.distance)

    @property
    def by_chance(self) -> float:
        """The distance that is allowed to so few pictures beside `MOST_DISTANCE`."""
        return CHANCE * (1 / self.chosen + 1 / self.held_out)

    def findings(self) -> Iterator[Finding]:
        """Where calibration saw other activations than held-out pictures give."""
        worst = self.most_outside
        # Written so that what is not finite fails.
        if not worst.outside <= NOTED_OUTSIDE:
            yield Finding(
                not worst.outside <= MOST_OUTSIDE,
                f"{100 * worst.outside:.1f} % of the held-out values of {worst.name} lie outside "
                f"the {worst.low:.3g}..{worst.high:.3g} that calibration saw",
            )
        far = self.most_distant
        if not far.distance <= NOTED_DISTANCE + self.by_chance:
            yield Finding(
                not far.distance <= MOST_DISTANCE + self.by_chance,
                f"mean activations of {far.name} lie {far.distance:.2f} variances from those of "
                f"held-out pictures (at most {MOST_DISTANCE + self.by_chance:.2f})",
            )


def measure(
    model: SourceModel, chosen: NDArray[np.float32], held_out: NDArray[np.float32]
) -> Ranges:
    """Run the float model on values that calibrate and on held-out ones, `float32 [N, ...]` as it
    takes them."""
    names, look = activations.looking(model)
    chosen, held_out = (each.reshape(-1, *model.input_shape) for each in (chosen, held_out))
    everything = np.full(len(names), np.inf)
    seen = look(chosen, -everything, everything)
    slack = SLACK * (seen.high - seen.low)
    others = look(held_out, seen.low - slack, seen.high + slack)
    found = (
        Activation(
            name,
            float(seen.low[at]),
            float(seen.high[at]),
            float(others.low[at]),
            float(others.high[at]),
            float(others.outside[at]),
            _distance(seen.means[at], others.means[at], others.variances[at]),
        )
        for at, name in enumerate(names)
    )
    return Ranges(tuple(found), len(chosen), len(held_out))


def _distance(
    seen: NDArray[np.float64], others: NDArray[np.float64], variances: NDArray[np.float64]
) -> float:
    apart = float(((seen - others) ** 2).sum())
    # An activation that is the same for every picture varies by its last bits alone.
    return apart / max(float(variances.sum()), 1e-6 * float((others**2).sum()), 1e-12)
