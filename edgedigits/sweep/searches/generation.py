"""Trials that are carried out together, and what a search is told of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from edgedigits.sweep import choice
from edgedigits.sweep.choice import Candidate
from edgedigits.sweep.trial import Trial


@dataclass(frozen=True)
class Generation:
    """Trials, of which none waits for another.

    Attributes:
        choosable: whether what comes of them may be chosen in the end.
    """

    trials: tuple[Trial, ...]
    choosable: bool = True


@dataclass(frozen=True)
class Outcome:
    """What a search knows of a finished trial: nothing that rests on times.

    Attributes:
        accuracy: percent of the held-out pictures, of its best file.
        size_bytes: of that one.
        beyond: natural logarithm of how many times as large as allowed it is; 0 where it is within
            the limit.
        kept_budget: whether it answers as the float model does.
    """

    accuracy: float
    size_bytes: int
    beyond: float
    kept_budget: bool


Told = Callable[[Trial], Outcome | None]
"""What came of a trial of an earlier generation; None where it failed."""
Generations = Callable[[Told], Iterator[Generation]]
"""One after another; when the next is asked for, all trials of the last one are over."""


@dataclass(frozen=True)
class Search:
    """A search that has begun with nothing.

    Attributes:
        total: how many trials it comes to, at most.
    """

    total: int
    generations: Generations


def outcome(found: Sequence[Candidate], max_bytes: int | None) -> Outcome | None:
    """What a search is told of the artifacts of one trial. The best of them is the one that would
    be chosen; else of those within the limit, or else the smallest."""
    if not found:
        return None
    within = [each for each in found if each.within(max_bytes, None)]
    best = choice.best(within, None, None)
    if best is None:
        best = min(within, key=lambda each: (-each.accuracy, each.size_bytes), default=None)
    if best is None:
        best = min(found, key=lambda each: each.size_bytes)
    beyond = 0.0 if max_bytes is None else max(0.0, math.log(best.size_bytes / max_bytes))
    return Outcome(best.accuracy, best.size_bytes, beyond, best.eligible)
