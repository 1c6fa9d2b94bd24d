"""What a specification lets be tried: settings become trials."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from edgedigits.datasets import datasets
from edgedigits.errors import EdgeDigitsError, WrongUse
from edgedigits.models import models
from edgedigits.sweep import layers
from edgedigits.sweep.axes import Range
from edgedigits.sweep.specification import OPTION, Specification, as_settings
from edgedigits.sweep.trial import Trial
from edgedigits.training import plan as planning
from edgedigits.training import teachers
from edgedigits.training.plan import Plan
from edgedigits.training.teachers import Teacher


class Space:
    """Trials by their settings, of one specification."""

    def __init__(self, asked: Specification, data_dir: Path | None) -> None:
        """Load nothing yet."""
        self.asked = asked
        self._known = _Fingerprints(None if data_dir is None else data_dir.absolute())
        axes = asked.axes.items()
        self._usual = {
            name: axis[0] for name, axis in axes if not isinstance(axis, Range) and not axis[1:]
        }

    def trial(self, settings: dict[str, Any]) -> Trial:
        """The trial of settings, one of each axis and perhaps others that take the place of a
        recipe's.

        Raises:
            WrongUse: it is impossible, or a teacher is none.
            DataBad: pictures or teachers are missing or corrupt.
        """
        plan = self._plan(settings)
        unusual = settings.items() - self._usual.items()
        return Trial(
            plan,
            tuple(self.asked.wanted.items()),
            self._known.of(plan),
            self._known.place(plan),
            " ".join(_word(*each) for each in settings.items() if each in unusual),
            on_test=not self.asked.chooses,
        )

    @cached_property
    def _teachers(self) -> tuple[Teacher, ...]:
        try:
            return teachers.known(self.asked.teachers)
        except EdgeDigitsError as error:
            words = f"{self.asked.where('teachers')}: {error.message}"
            raise type(error)(words, as_settings(error.hint or "") or None) from error

    def _plan(self, settings: dict[str, Any]) -> Plan:
        asked, taught_by = self.asked, self._teachers
        try:
            built = layers.told(settings)
            given = {"model": models.DEFAULT, "dataset": self._known.default, **built}
            if given["dataset"] not in datasets.known():
                # Trials are carried out by processes that may be elsewhere.
                given["dataset"] = str(Path(given["dataset"]).expanduser().absolute())
            plan = replace(planning.plan(**given), teachers=taught_by)
            Plan.from_json(plan.as_json())
        except (EdgeDigitsError, ValueError) as error:
            words = error.message if isinstance(error, EdgeDigitsError) else str(error)
            hint = (error.hint or "") if isinstance(error, EdgeDigitsError) else ""
            named = [name.replace("-", "_") for name in OPTION.findall(words)]
            keys = [name for name in named if name in asked.axes] or ["model"]
            where = asked.where_set(keys[0])
            raise WrongUse(f"{where}: {as_settings(words)}", as_settings(hint) or None) from error
        if asked.chooses and plan.recipe.validation == 0 and not plan.drawn:
            raise WrongUse(
                f"{asked.where_set('model')}: {plan.model} holds no pictures out to choose by",
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
