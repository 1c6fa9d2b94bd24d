"""Pictures that the float model itself leaves nearly undecided, and what became of their answers.

Which of two classes wins by a hair says nothing of an artifact: any rounding may turn it over. Such
pictures are left out of the agreement, but not any answer to them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgedigits.verification.rows import by_rows, two_best

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
    """Which pictures are undecided, and which of their answers may be otherwise, both `bool [N]`.

    `excused` ones have an answer among the classes that the float model wavers between.
    """

    undecided: NDArray[np.bool_]
    excused: NDArray[np.bool_]


def find(reference: NDArray[np.float32], answered: NDArray[np.int64]) -> Ties:
    """Look at the float model's probabilities `[N, classes]`, and at answers `[N]` below 0 where
    there is none."""
    if reference.shape[1] < 2:
        nothing = np.zeros(len(reference), np.bool_)
        return Ties(nothing, nothing)
    rows = np.arange(len(reference))
    best = by_rows(two_best, reference)
    first, second = (reference[rows, best[:, place]].astype(np.float64) for place in (0, 1))
    given = reference[rows, np.maximum(answered, 0)].astype(np.float64)
    undecided = first - second < NEAR
    contends = (first - given < NEAR) & (given >= CONTENDS * first) & (answered >= 0)
    return Ties(undecided, undecided & contends)


def decided(ties: Ties, changed: NDArray[np.bool_]) -> Agreement | None:
    """The agreement that ties have no part in; None where the float model decides too few pictures.

    An undecided picture whose answer is none of those it is undecided between counts as well.
    """
    if not np.mean(~ties.undecided) >= LEAST_DECIDED:
        return None
    counts = ~ties.undecided | (changed & ~ties.excused)
    return Agreement.of(int(counts.sum()), int(np.sum(counts & changed)))


def summary(
    ties: Ties, changed: NDArray[np.bool_], float_right: NDArray[np.bool_], right: NDArray[np.bool_]
) -> Undecided:
    """What became of the undecided pictures; all are `bool [N]`, N at least 1."""
    count = int(ties.undecided.sum())
    strayed = ties.undecided & changed & ~ties.excused
    return Undecided(
        pictures=count,
        percent=100.0 * count / len(changed),
        changed=int(np.sum(ties.undecided & changed)),
        strayed=int(strayed.sum()),
        losses=int(np.sum(ties.undecided & float_right & ~right)),
        gains=int(np.sum(ties.undecided & right & ~float_right)),
    )
