"""`tpe`: trials that are likely to be better than those before them, as Optuna proposes them.

Tree-structured Parzen estimator (Bergstra et al. 2011). It is told of whole generations, in the
order of the trials: what is proposed does not hang on who finishes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from edgedigits.errors import MachineLacks, WrongUse
from edgedigits.sweep.axes import Range
from edgedigits.sweep.searches import draws
from edgedigits.sweep.searches.draws import Draw
from edgedigits.sweep.searches.generation import Generation, Outcome, Search, Told
from edgedigits.sweep.space import Space
from edgedigits.sweep.trial import Trial

DRAWN = 16
"""Trials at least that are drawn at random first: there is nothing to learn from yet."""
TRIES = 20
"""Proposals in a row that are known already, before one that is drawn takes their place."""
INSTALL = "pip install 'edgedigits[tpe]'"
FAILED = Outcome(accuracy=0.0, size_bytes=0, beyond=10.0, kept_budget=False)
"""What a trial is learnt from as that failed or cannot be: worse than any other."""


def opened(space: Space) -> Search:
    """As many as are asked for, in generations.

    Raises:
        MachineLacks: Optuna is not installed.
        WrongUse: there are not so many different ones, or one that is drawn is impossible.
    """
    try:
        import optuna
    except ImportError as error:
        raise MachineLacks("Optuna is not installed", f"install it: {INSTALL}") from error
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    # All that can be wrong with drawn ones is wrong before the first training.
    drawn, size = draws.drawn(space), space.asked.generation

    def generations(told: Told) -> Iterator[Generation]:
        proposals = _Proposals(optuna, space, drawn)
        for start in range(0, len(drawn), size):
            yield Generation(tuple(proposals.some(min(size, len(drawn) - start))))
            proposals.learn(told)

    return Search(len(drawn), generations)


class _Proposals:
    """An Optuna study in which each axis is the way along it, in 0..1, or the place in its list."""

    def __init__(self, optuna: Any, space: Space, drawn: Sequence[Draw]) -> None:
        self._space, self._known = space, set[str]()
        self._rest = iter(drawn)
        self._open = list[tuple[Any, Trial]]()
        self._forgotten = optuna.trial.TrialState.FAIL
        self._axes = {
            name: optuna.distributions.FloatDistribution(0.0, 1.0)
            if isinstance(axis, Range)
            else optuna.distributions.CategoricalDistribution(tuple(range(len(axis))))
            for name, axis in space.asked.axes.items()
        }
        # Learnt jointly, settings stay close to the few that are the best so far.
        sampler = optuna.samplers.TPESampler(
            n_startup_trials=1, multivariate=False, seed=space.asked.search_seed
        )
        self._study = optuna.create_study(direction="maximize", sampler=sampler)
        for each in drawn[: max(DRAWN, space.asked.generation)]:
            self._enqueue(each)

    def some(self, count: int) -> Iterator[Trial]:
        """So many trials that were not there yet."""
        for _ in range(count):
            asked, trial = self._new()
            self._known.add(trial.digest)
            self._open.append((asked, trial))
            yield trial

    def learn(self, told: Told) -> None:
        """Learn what came of the last ones, in their order."""
        for asked, trial in self._open:
            self._tell(asked, told(trial) or FAILED)
        self._open.clear()

    def _new(self) -> tuple[Any, Trial]:
        for _ in range(TRIES):
            asked = self._study.ask(self._axes)
            try:
                trial = self._trial(asked)
            except WrongUse:
                # Such as a window that is larger than what is left of the picture.
                self._tell(asked, FAILED)
                continue
            if trial.digest not in self._known:
                return asked, trial
            self._study.tell(asked, state=self._forgotten)
        self._enqueue(next(each for each in self._rest if each.trial.digest not in self._known))
        asked = self._study.ask(self._axes)
        return asked, self._trial(asked)

    def _enqueue(self, draw: Draw) -> None:
        """Have it proposed next."""
        axes = self._space.asked.axes
        places = zip(axes.items(), draw.shares, strict=True)
        self._study.enqueue_trial(
            {
                name: share if isinstance(axis, Range) else axis.index(draw.settings[name])
                for (name, axis), share in places
            }
        )

    def _trial(self, asked: Any) -> Trial:
        found = {
            name: axis.at(asked.params[name])
            if isinstance(axis, Range)
            else axis[asked.params[name]]
            for name, axis in self._space.asked.axes.items()
        }
        return self._space.trial(found)

    def _tell(self, asked: Any, outcome: Outcome) -> None:
        asked.set_constraint("bytes", outcome.beyond)
        asked.set_constraint("budget", float(not outcome.kept_budget))
        self._study.tell(asked, outcome.accuracy)
