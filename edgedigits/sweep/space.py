"""The trials that a specification asks for."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from edgedigits.datasets import datasets
from edgedigits.errors import EdgeDigitsError, WrongUse
from edgedigits.models import models
from edgedigits.sweep.specification import (
    MOST_TRIALS,
    OPTION,
    Range,
    Specification,
    as_settings,
)
from edgedigits.sweep.trial import Trial
from edgedigits.training import plan as planning
from edgedigits.training.plan import Plan

DRAWS_A_TRIAL = 100
"""Of a random search: where so many draws give no more new trials, there are none."""


def trials(asked: Specification, data_dir: Path | None) -> tuple[Trial, ...]:
    """All of them, each once, in the order of the search. A random search for more trials begins
    with the same ones.

    Raises:
        WrongUse: one of them is impossible, or there are too many, or not so many.
        DataBad: the pictures are missing or corrupt.
    """
    known = _Fingerprints(None if data_dir is None else data_dir.absolute())
    found: dict[str, Trial] = {}
    for settings in _settings(asked):
        trial = _trial(asked, settings, known)
        found.setdefault(trial.digest, trial)
        if len(found) == asked.trials:
            break
    if asked.trials is not None and len(found) < asked.trials:
        raise WrongUse(
            f"{asked.where('trials', None)}: there are no {asked.trials:,} different trials",
            f"ask for {len(found):,} or fewer, or give more to choose from",
        )
    return tuple(found.values())


def _settings(asked: Specification) -> Iterator[dict[str, Any]]:
    if asked.trials is None:
        values = [axis for axis in asked.axes.values() if not isinstance(axis, Range)]
        count = 1
        for axis in values:
            count *= len(axis)
        if count > MOST_TRIALS:
            raise WrongUse(
                f"{asked.path} asks for {count:,} trials",
                f'a sweep has at most {MOST_TRIALS:,}; draw some: search = "random"',
            )
        for chosen in itertools.product(*values):
            yield dict(zip(asked.axes, chosen, strict=True))
        return
    for index in range(asked.trials * DRAWS_A_TRIAL):
        shares = np.random.default_rng([asked.search_seed, index]).random(len(asked.axes))
        yield {
            name: axis.at(share) if isinstance(axis, Range) else axis[int(share * len(axis))]
            for (name, axis), share in zip(asked.axes.items(), shares.tolist(), strict=True)
        }


def _trial(asked: Specification, settings: dict[str, Any], known: _Fingerprints) -> Trial:
    plan = _plan(asked, settings, known)
    varied = [name for name, axis in asked.axes.items() if isinstance(axis, Range) or axis[1:]]
    return Trial(
        plan,
        tuple(asked.wanted.items()),
        known.of(plan),
        known.place(plan),
        " ".join(_word(name, settings[name]) for name in varied),
    )


def _plan(asked: Specification, settings: dict[str, Any], known: _Fingerprints) -> Plan:
    given = {"model": models.DEFAULT, "dataset": known.default, **settings}
    if given["dataset"] not in datasets.known():
        # Trials are carried out by processes that may be elsewhere.
        given["dataset"] = str(Path(given["dataset"]).expanduser().absolute())
    try:
        plan = planning.plan(**given)
        Plan.from_json(plan.as_json())
    except (EdgeDigitsError, ValueError) as error:
        words = error.message if isinstance(error, EdgeDigitsError) else str(error)
        hint = (error.hint or "") if isinstance(error, EdgeDigitsError) else ""
        named = [name.replace("-", "_") for name in OPTION.findall(words)]
        keys = [name for name in named if name in asked.axes] or ["model"]
        where = asked.where(keys[0])
        raise WrongUse(f"{where}: {as_settings(words)}", as_settings(hint) or None) from error
    if plan.recipe.validation == 0 and not plan.drawn:
        raise WrongUse(
            f"{asked.where('model')}: {plan.model} holds no pictures out to choose by",
            "say how many: validation = 5000",
        )
    return plan


def _word(name: str, value: Any) -> str:
    if isinstance(value, str):
        return Path(value).name if name == "dataset" else value
    return f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}"


class _Fingerprints:
    """Of the data sets that are there already; those that are drawn need none."""

    def __init__(self, data_dir: Path | None) -> None:
        self.data_dir = data_dir
        self._found: dict[tuple[str, int], str] = {}

    @property
    def default(self) -> str:
        """The data set to take where none is named."""
        return datasets.local_default(self.data_dir)

    def place(self, plan: Plan) -> Path | None:
        """Where a plan's pictures lie, if they have a name and are not drawn."""
        return self.data_dir if plan.dataset in datasets.known() and not plan.drawn else None

    def of(self, plan: Plan) -> str | None:
        """That of a plan's pictures, which for a path depends on how the seed divides them."""
        if plan.drawn:
            return None
        named = plan.dataset in datasets.known()
        key = plan.dataset, 0 if named else plan.seed
        if key not in self._found:
            found = datasets.load(plan.dataset, data_dir=self.place(plan), seed=plan.seed)
            datasets.check_trainable(found)
            self._found[key] = found.fingerprint
        return self._found[key]
