"""Whether pictures are an exam: enough of every class, and no class that is lost altogether."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.verification.intervals import CONFIDENCE, drop_upper_points, drops_upper_points

ENOUGH_POINTS = 5.0
ENOUGH = math.ceil(math.log(1 - CONFIDENCE) / math.log(1 - ENOUGH_POINTS / 100))
"""With so many pictures (59) of a class, none of them lost, the class has lost less than 5 points
(rule of three: `1 - 0.05^(1/n)`, one-sided 95 %)."""
UNEVEN = 10
"""In a smaller exam a class may have a tenth of an even share of the pictures."""
MOST_NAMED = 10
"""So many classes with too few pictures are named, the first ones."""


@dataclass(frozen=True)
class ThinClass:
    """A class, by its place, of which there are too few pictures."""

    digit: int
    pictures: int


@dataclass(frozen=True)
class Thin:
    """Of how many classes there are less than `least` pictures, and the first ten of them."""

    least: int
    classes: int
    first: tuple[ThinClass, ...]


def least_of_a_class(pictures: int, classes: int) -> int:
    """How many pictures of each class an exam of so many must have, at least 1.

    `ENOUGH` of them, or in a small exam a tenth of an even share, as pictures drawn at random from
    an uneven set may have it.
    """
    return max(1, min(ENOUGH, pictures // (UNEVEN * classes)))


def thin_classes(counts: NDArray[np.int64]) -> Thin:
    """The classes of which there are not enough pictures, by the number of pictures of each."""
    least = least_of_a_class(int(counts.sum()), len(counts))
    thin = np.flatnonzero(counts < least)
    first = tuple(ThinClass(int(place), int(counts[place])) for place in thin[:MOST_NAMED])
    return Thin(least, len(thin), first)


def class_drop_lower_points(losses: int, gains: int, count: int, classes: int) -> float:
    """What one class has surely lost, in percentage points: the lower end of its paired drop.

    The same interval as the drop's upper end, mirrored: `-upper(gains, losses)`. As the worst of
    all classes is looked for, each has `1 - 0.05 / classes` of confidence (Bonferroni), so that all
    of them together raise one false alarm in 20 at the very limit, and next to none below it.
    """
    if count == 0:
        return 0.0
    return -drop_upper_points(gains, losses, count, _confidence(classes))


def worst_classes(
    losses: NDArray[Any], gains: NDArray[Any], counts: NDArray[Any], most: int
) -> NDArray[np.int64]:
    """The places of the classes that have surely lost most, the worst first, `most` of them at
    most; classes that have not lost more than they gained are not among them. All are `[classes]`.
    """
    lost = np.flatnonzero(losses > gains)
    confidence = _confidence(len(counts))
    lower = -drops_upper_points(gains[lost], losses[lost], counts[lost], confidence)
    # Of classes that have surely lost the same, the one that lost more pictures.
    order = np.lexsort((gains[lost] - losses[lost], -lower))
    worst: NDArray[np.int64] = lost[order[:most]]
    return worst


def _confidence(classes: int) -> float:
    return 1 - (1 - CONFIDENCE) / classes
