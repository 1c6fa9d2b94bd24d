"""`grid`, and `compare`, which chooses none of them: every combination."""

from __future__ import annotations

import itertools
import math

from edgedigits.errors import WrongUse
from edgedigits.sweep.axes import Range
from edgedigits.sweep.searches.generation import Generation, Search
from edgedigits.sweep.space import Space
from edgedigits.sweep.specification import MOST_TRIALS


def opened(space: Space) -> Search:
    """All of them at once, each once, in the order of the file.

    Raises:
        WrongUse: one of them is impossible, or there are too many.
    """
    asked = space.asked
    values = [axis for axis in asked.axes.values() if not isinstance(axis, Range)]
    count = math.prod(len(axis) for axis in values)
    if count > MOST_TRIALS:
        raise WrongUse(
            f"{asked.path} asks for {count:,} trials",
            f'a sweep has at most {MOST_TRIALS:,}; draw some: search = "random"',
        )
    combined = (
        space.trial(dict(zip(asked.axes, chosen, strict=True)))
        for chosen in itertools.product(*values)
    )
    trials = tuple({trial.digest: trial for trial in combined}.values())
    return Search(len(trials), lambda _: iter([Generation(trials)]))
