"""`random`: combinations that are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from edgedigits.errors import WrongUse
from edgedigits.sweep import axes
from edgedigits.sweep.searches.generation import Generation, Search
from edgedigits.sweep.space import Space
from edgedigits.sweep.trial import Trial

DRAWS_A_TRIAL = 100
"""Where so many draws give no more new trials, there are none."""


@dataclass(frozen=True)
class Draw:
    """A trial that was drawn.

    Attributes:
        shares: where on each axis it lies, in 0..1.
        settings: what stands there.
    """

    shares: tuple[float, ...]
    settings: dict[str, Any]
    trial: Trial


def opened(space: Space) -> Search:
    """As many as are asked for, at once.

    Raises:
        WrongUse: see `drawn`.
    """
    trials = tuple(draw.trial for draw in drawn(space))
    return Search(len(trials), lambda _: iter([Generation(trials)]))


def drawn(space: Space) -> tuple[Draw, ...]:
    """As many different ones as are asked for; who asks for more gets the same ones first.

    Raises:
        WrongUse: one of them is impossible, or there are not so many.
    """
    asked, found = space.asked, dict[str, Draw]()
    assert asked.trials is not None
    for index in range(asked.trials * DRAWS_A_TRIAL):
        random = np.random.default_rng([asked.search_seed, index])
        shares = tuple(random.random(len(asked.axes)).tolist())
        settings = {
            name: axes.at(axis, share)
            for (name, axis), share in zip(asked.axes.items(), shares, strict=True)
        }
        trial = space.trial(settings)
        found.setdefault(trial.digest, Draw(shares, settings, trial))
        if len(found) == asked.trials:
            return tuple(found.values())
    raise WrongUse(
        f"{asked.where('trials')}: there are no {asked.trials:,} different trials",
        f"ask for {len(found):,} or fewer, or give more to choose from",
    )
