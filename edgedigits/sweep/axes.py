"""What is tried of a setting: values one by one, or a range of numbers."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NoReturn

from edgedigits.errors import WrongUse, check_known
from edgedigits.models import models, network
from edgedigits.training.plan import COUNTS, LIMITS, WORDS

ENDS = ("from", "to", "log")
"""What a range says of itself; `log` need not be said."""


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`, both included; `log` for as many below their geometric mean as
    above it."""

    low: float
    high: float
    log: bool
    whole: bool

    def at(self, share: float) -> float:
        """The number at a share of the way, in 0..1; one that is not whole has four digits, so that
        it is printed as it is used."""
        low, high = (self.low, self.high + 1) if self.whole else (self.low, self.high)
        if self.log:
            found = math.exp(math.log(low) + share * (math.log(high) - math.log(low)))
        else:
            found = low + share * (high - low)
        if self.whole:
            return min(int(found), int(self.high))
        return min(max(float(f"{found:.4g}"), self.low), self.high)


Axis = tuple[Any, ...] | Range


def at(axis: Axis, share: float) -> Any:
    """The value of an axis at a share of the way, in 0..1."""
    if isinstance(axis, Range):
        return axis.at(share)
    return axis[min(int(share * len(axis)), len(axis) - 1)]


@dataclass(frozen=True)
class Kind:
    """What the values of a setting may be: text, one of those that are `known` if there are any, or
    numbers within limits, which are `whole` or not. Above 0 are those that `rise` from it.
    """

    known: Collection[str] | None = None
    limits: tuple[float, float] | None = None
    whole: bool = True
    rise: bool = False

    @property
    def is_text(self) -> bool:
        """Whether it is."""
        return self.limits is None


SETTINGS: dict[str, Kind] = {
    "model": Kind(models.MODELS),
    "dataset": Kind(),
    **{name: Kind(known) for name, known in WORDS.items()},
    **{name: Kind(limits=LIMITS[name]) for name in ("seed", *COUNTS)},
    "learning_rate": Kind(limits=LIMITS["learning_rate"], whole=False, rise=True),
}
"""Settings by name."""


@dataclass(frozen=True)
class AxisReader:
    """Reads one axis.

    Attributes:
        at: file and line, for errors.
        ranged: the search can draw from ranges.
    """

    name: str
    kind: Kind
    at: str
    ranged: bool

    def axis(self, value: Any) -> Axis:
        """The axis of what a file says.

        Raises:
            WrongUse: it says something that is unknown or impossible.
        """
        if isinstance(value, dict):
            return self._range(value)
        values = value if isinstance(value, list) else [value]
        if not values:
            self._refuse(f"{self.name} has no value to try")
        return tuple(dict.fromkeys(self._value(each) for each in values))

    def _value(self, value: Any) -> Any:
        return self._text(value) if self.kind.is_text else self._number(value)

    def _text(self, value: Any) -> str:
        if not isinstance(value, str):
            self._refuse(f"{self.name} is text, not {value!r}")
        if self.name == "model" and network.MARK in value:
            try:
                return models.find(value).name
            except WrongUse as error:
                self._refuse(error.message, error.hint)
        if self.kind.known is not None:
            check_known(self.name, value, self.kind.known, f" in {self.at}")
        return value

    def _number(self, value: Any) -> float:
        assert self.kind.limits is not None
        (least, most), whole = self.kind.limits, self.kind.whole
        fits = type(value) is int or (type(value) is float and not whole)
        if not fits or not least <= value <= most or (self.kind.rise and value <= 0):
            what = "a number above" if self.kind.rise else "a number from"
            what = "a whole number from" if whole else what
            to = "" if most > 1e18 else f" to {most:,g}"
            self._refuse(f"{self.name} is {what} {least:,g}{to}, not {value!r}")
        return value if whole else float(value)

    def _range(self, value: dict[str, Any]) -> Range:
        for name in value:
            check_known("part", name, ENDS, f" of a range in {self.at}")
        if self.kind.is_text or not {"from", "to"} <= set(value):
            hint = f"such as: {self.name} = {{ from = 1, to = 10 }}; other settings take lists"
            self._refuse("a range is of numbers, from one to another", hint)
        if not self.ranged:
            hint = 'say: search = "random", or list the values'
            self._refuse("ranges are drawn from, and this search draws nothing", hint)
        low, high = (self._number(value[end]) for end in ("from", "to"))
        log = value.get("log", False)
        if not isinstance(log, bool):
            self._refuse("log is true or false")
        if low > high or (log and low <= 0):
            why = "begins at 0, which has no logarithm" if low <= high else "ends before it begins"
            self._refuse(f"the range of {self.name} {why}")
        return Range(low, high, log, self.kind.whole)

    def _refuse(self, what: str, hint: str | None = None) -> NoReturn:
        raise WrongUse(f"{self.at}: {what}", hint)
