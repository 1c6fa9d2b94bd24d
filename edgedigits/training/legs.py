"""The stretches of a training between two checkpoints."""

from __future__ import annotations

from dataclasses import dataclass

from edgedigits.training.plan import Plan

LEGS = 10
SHORTEST_LEG, LONGEST_LEG = 100, 500
"""Where a recipe counts steps, the training pauses for a checkpoint so often."""


@dataclass(frozen=True)
class Leg:
    """Steps `first` to `last - 1` (counted from 0), between two checkpoints."""

    first: int
    last: int
    finishing: bool = False


def legs(asked: Plan, an_epoch: int) -> list[Leg]:
    """The legs of a training with `an_epoch` steps an epoch: epochs, or where steps are counted,
    equal parts of them.
    """
    recipe = asked.recipe
    if recipe.steps is None:
        return [
            Leg(epoch * an_epoch, (epoch + 1) * an_epoch, asked.finishes_in(epoch))
            for epoch in range(asked.epochs)
        ]
    total = recipe.steps
    length = min(max(-(-total // LEGS), SHORTEST_LEG), LONGEST_LEG)
    return [Leg(first, min(first + length, total)) for first in range(0, total, length)]
