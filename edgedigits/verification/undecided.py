"""Pictures that the float model itself leaves nearly undecided, and what became of their answers.

Which of two classes wins by a hair says nothing of an artifact: any rounding may turn it over. Such
pictures are left out of the agreement, but not any answer to them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgedigits.verification.summaries.rows import two_best

NEAR = 0.05
"""The float model decides a picture when its two best probabilities lie at least this far apart."""
CONTENDS = 0.5
"""And an undecided one is between classes that near to the best which have at least half of its
probability: where the best has 0.04 of a thousand classes, not each of the others contends."""
LEAST_DECIDED = 0.5
"""Where the float model decides a smaller share of the pictures, all of them count."""


@dataclass(frozen=True)
class Agreement:
    """Answers that stayed the same: of so many pictures that count, so many `changed`."""

    pictures: int
    changed: int
    percent: float

    @classmethod
    def of(cls, pictures: int, changed: int) -> Agreement:
        """Of at least one picture."""
        return cls(pictures, changed, 100.0 * (pictures - changed) / pictures)


@dataclass(frozen=True)
class Undecided:
    """Pictures whose two best float probabilities lie less than 0.05 apart.

    `changed` are answered otherwise; `strayed`, among them, with a class that the float model was
    not undecided about, or with none. Of the changed ones, `losses` only the float model gets
    right, `gains` only the artifact.
    """

    pictures: int
    percent: float
    changed: int
    strayed: int
    losses: int
    gains: int


@dataclass(frozen=True)
class Ties:
    """Undecided pictures as they are counted; see `Undecided`. Two of them joined are those of all
    pictures."""

    pictures: int = 0
    changed: int = 0
    strayed: int = 0
    losses: int = 0
    gains: int = 0

    def __add__(self, other: Ties) -> Ties:
        return Ties(
            self.pictures + other.pictures,
            self.changed + other.changed,
            self.strayed + other.strayed,
            self.losses + other.losses,
            self.gains + other.gains,
        )

    def decided(self, pictures: int, changed: int) -> Agreement | None:
        """The agreement that ties have no part in, of so many pictures with so many changed answers
        in all; None where the float model decides too few of them.

        An undecided picture whose answer is none of those it is undecided between counts as well.
        """
        if not (pictures - self.pictures) / pictures >= LEAST_DECIDED:
            return None
        return Agreement.of(
            pictures - self.pictures + self.strayed, changed - self.changed + self.strayed
        )

    def summary(self, pictures: int) -> Undecided:
        """What became of the undecided ones among so many pictures, at least 1."""
        percent = 100.0 * self.pictures / pictures
        return Undecided(
            self.pictures, percent, self.changed, self.strayed, self.losses, self.gains
        )


def count(
    reference: NDArray[np.float32], answered: NDArray[np.int64], labels: NDArray[np.int64]
) -> Ties:
    """Look at the float model's probabilities `[N, classes]`, and at answers `[N]` below 0 where
    there is none, to pictures with `labels [N]`."""
    if reference.shape[1] < 2:
        return Ties()
    rows = np.arange(len(reference))
    best = two_best(reference)
    first, second = (reference[rows, best[:, place]].astype(np.float64) for place in (0, 1))
    given = reference[rows, np.maximum(answered, 0)].astype(np.float64)
    ties = first - second < NEAR
    contends = (first - given < NEAR) & (given >= CONTENDS * first) & (answered >= 0)
    changed = ties & (answered != best[:, 0])
    float_right, right = best[:, 0] == labels, answered == labels
    return Ties(
        pictures=int(ties.sum()),
        changed=int(changed.sum()),
        strayed=int(np.sum(changed & ~contends)),
        losses=int(np.sum(ties & float_right & ~right)),
        gains=int(np.sum(ties & right & ~float_right)),
    )
