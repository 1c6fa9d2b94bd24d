"""`halving`: many short trainings, of which the best go on to longer ones.

Successive halving (Jamieson and Talwalkar 2016). Its asynchronous sibling ASHA keeps all machines
busy by taking up whatever has finished: what it chooses hangs on who was first. Here a rung waits
for all of its trials, so that the same specification gives the same ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from edgedigits.errors import WrongUse
from edgedigits.sweep.searches import draws
from edgedigits.sweep.searches.draws import Draw
from edgedigits.sweep.searches.generation import Generation, Outcome, Search, Told
from edgedigits.sweep.space import Space
from edgedigits.sweep.trial import Trial


def opened(space: Space) -> Search:
    """As many as are asked for, and of these the best again and again, for longer.

    Raises:
        WrongUse: there are not so many, they are too few or too short for the rungs, or one that is
            drawn is impossible.
    """
    asked = space.asked
    assert asked.trials is not None
    parts = [asked.eta**turn for turn in range(asked.rungs)]
    if asked.trials < parts[-1]:
        raise WrongUse(
            f"{asked.where('trials')}: where one in {asked.eta} goes on, {asked.trials:,} trials "
            f"leave none for rung {asked.rungs}",
            f"ask for {parts[-1]:,} or more, or for fewer rungs",
        )
    drawn = draws.drawn(space)
    # All that can be wrong is wrong before the first training.
    for part in parts:
        for each in drawn:
            _shortened(space, each, part)
    sizes = [asked.trials // part for part in parts]

    def generations(told: Told) -> Iterator[Generation]:
        left: Sequence[Draw] = drawn
        for part, next_size in zip(reversed(parts), [*sizes[1:], 0], strict=True):
            trials = [_shortened(space, each, part) for each in left]
            once = {trial.digest: trial for trial in trials}
            yield Generation(tuple(once.values()), choosable=part == 1)
            left = _best(left, [told(trial) for trial in trials], next_size)
            if not left:
                return

    return Search(sum(sizes), generations)


def _best(some: Sequence[Draw], outcomes: Sequence[Outcome | None], count: int) -> list[Draw]:
    """The best of some, in their order; of those that are alike the first ones. What failed is none
    of them. Whether a file kept its budget does not count: most break it that are not trained yet.
    """
    ranked = sorted(
        (each.beyond, -each.accuracy, each.size_bytes, place)
        for place, each in enumerate(outcomes)
        if each is not None
    )
    return [some[place] for place in sorted(place for *_, place in ranked[:count])]


def _shortened(space: Space, drawn: Draw, part: int) -> Trial:
    """The trial with an equal part of its length: the first of so many."""
    if part == 1:
        return drawn.trial
    recipe = drawn.trial.plan.recipe
    name, length = ("epochs", recipe.epochs) if recipe.steps is None else ("steps", recipe.steps)
    assert length is not None
    if length < part:
        asked, model = space.asked, drawn.trial.plan.model
        raise WrongUse(
            f"{asked.where_set(name)}: {length:,} {name} of {model} are fewer than the {part:,} "
            f"parts that {asked.rungs} rungs divide them into",
            "give steps, more epochs, or fewer rungs",
        )
    return space.trial({**drawn.settings, name: length // part})
