"""What a model's answers are worth: sure; unsure, and bettered by a second look; no digit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.reject import Reject
from edgedigits.reading import second_look
from edgedigits.reading.second_look import Ask


@dataclass(frozen=True)
class Judged:
    """A row of probabilities, and what they are worth.

    `confidence`, in 0..1, is that of the first look; 1 where there are no limits to hold it to.
    """

    probabilities: NDArray[np.float32]
    confidence: float
    rejected: bool
    unsure: bool

    @property
    def is_sure(self) -> bool:
        """Whether it is a digit and no guess."""
        return not (self.rejected or self.unsure)


def judged(ask: Ask, images: NDArray[np.uint8], reject: Reject | None) -> list[Judged]:
    """The model's answers; where they are unsure, better ones of a second look.

    What they are worth is told by the first, for which the limits were fitted.
    """
    table = ask(images)
    if reject is None:
        return [Judged(row, 1.0, rejected=False, unsure=False) for row in table]
    confidence, rejected = reject.confidence(table), ~reject.accepts(table)
    unsure = reject.doubts(table)
    table = second_look.again(ask, images, table, unsure)
    return list(map(Judged, table, confidence.tolist(), rejected.tolist(), unsure.tolist()))


@dataclass(frozen=True)
class Judging:
    """A model that answers pictures as `predict` does: with a second look where it is unsure, and
    with NaN, which no answer is, where it holds one for no digit."""

    ask: Ask
    reject: Reject

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities `[N, 10]` for pictures `uint8 [N, 28, 28]`."""
        rows = judged(self.ask, images, self.reject)
        table = np.stack([row.probabilities for row in rows])
        table[[row.rejected for row in rows]] = np.nan
        return table
