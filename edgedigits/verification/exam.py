"""Whether pictures are an exam: enough of every class, and no class that is lost altogether."""

from __future__ import annotations

import math
from collections.abc import Sequence

from edgedigits.verification.intervals import CONFIDENCE, drop_upper_points

ENOUGH_POINTS = 5.0
ENOUGH = math.ceil(math.log(1 - CONFIDENCE) / math.log(1 - ENOUGH_POINTS / 100))
"""With so many pictures (59) of a class, none of them lost, the class has lost less than 5 points
(rule of three: `1 - 0.05^(1/n)`, one-sided 95 %)."""
UNEVEN = 10
"""In a smaller exam a class may have a tenth of an even share of the pictures."""


def least_of_a_class(pictures: int, classes: int) -> int:
    """How many pictures of each class an exam of so many must have, at least 1.

    `ENOUGH` of them, or in a small exam a tenth of an even share, as pictures drawn at random from
    an uneven set may have it.
    """
    return max(1, min(ENOUGH, pictures // (UNEVEN * classes)))


def thin_classes(counts: Sequence[int]) -> tuple[int, ...]:
    """The classes of which there are not enough pictures, by the number of pictures of each."""
    least = least_of_a_class(sum(counts), len(counts))
    return tuple(place for place, count in enumerate(counts) if count < least)


def class_drop_lower_points(losses: int, gains: int, count: int, classes: int) -> float:
    """What one class has surely lost, in percentage points: the lower end of its paired drop.

    The same interval as the drop's upper end, mirrored: `-upper(gains, losses)`. As the worst of
    all classes is looked for, each has `1 - 0.05 / classes` of confidence (Bonferroni), so that all
    of them together raise one false alarm in 20 at the very limit, and next to none below it.
    """
    if count == 0:
        return 0.0
    confidence = 1 - (1 - CONFIDENCE) / classes
    return -drop_upper_points(gains, losses, count, confidence)
