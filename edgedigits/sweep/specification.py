"""What a sweep is to try: a TOML file, read strictly before anything is loaded."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from edgedigits.bench import one_picture
from edgedigits.bundle import schemes
from edgedigits.errors import EdgeDigitsError, WrongUse, check_known, nearest
from edgedigits.models import models
from edgedigits.training.plan import COUNTS, LIMITS, WORDS
from edgedigits.verification.several import toml_file

SEARCHES = ("grid", "random")
SETTINGS = "settings"
ENDS = ("from", "to", "log")
"""What a range says of itself; `log` need not be said."""
TEXTS = ("model", "dataset", *WORDS)
NUMBERS = ("seed", *COUNTS, "learning_rate")
MOST_TRIALS = 100_000
_OR = " or "
EXAMPLE = 'it looks like: [settings] model = ["softmax", "nano"] seed = [0, 1]; see docs/sweep.md'


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


@dataclass(frozen=True)
class Specification:
    """A sweep.

    Attributes:
        text: of the file, for errors.
        search: one of `SEARCHES`; a random one draws `trials` with a seed of its own.
        max_bytes: of an artifact that may be chosen; None for any.
        max_us: microseconds for a picture, likewise.
        wanted: schemes by target.
        axes: what is tried of each setting, in the order of the file.
    """

    path: Path
    text: str
    search: str
    trials: int | None
    search_seed: int
    max_bytes: int | None
    max_us: float | None
    wanted: dict[str, tuple[str, ...]]
    axes: dict[str, Axis]

    def where(self, key: str, table: str | None = SETTINGS) -> str:
        """File and line of a key."""
        return toml_file.where(self.path, self.text, key, table)


def read(path: Path) -> Specification:
    """The specification of a file.

    Raises:
        DataBad: there is no such file.
        WrongUse: it is none, or says something that is unknown or impossible; the error tells the
            line and the nearest name.
    """
    return _Reader(path, *toml_file.read(path, EXAMPLE)).read()


OPTION = re.compile(r"--([a-z-]+)")


def as_settings(words: str) -> str:
    """Words for people at a command line, whose options are settings here."""
    return OPTION.sub(lambda option: option[1].replace("-", "_"), words)


class _Reader:
    def __init__(self, path: Path, text: str, content: dict[str, Any]) -> None:
        self._path, self._text, self._content = path, text, content
        self._known: dict[str, Callable[[str], Any]] = {
            "search": self._search,
            "trials": lambda key: self._whole(key, 1, MOST_TRIALS),
            "search_seed": lambda key: self._whole(key, *LIMITS["seed"]),
            "max_bytes": lambda key: self._whole(key, 1, 2**62),
            "max_us": self._above_nothing,
            "target": self._text_of,
            "scheme": self._text_of,
        }

    def read(self) -> Specification:
        names = [*self._known, SETTINGS]
        for key in self._content:
            check_known("key", key, names, f" in {self._at(key)}")
        given = {key: read(key) for key, read in self._known.items() if key in self._content}
        search = given.get("search", SEARCHES[0])
        random = search != SEARCHES[0]
        if random and "trials" not in given:
            self._refuse("search", f"a {search} search draws trials", "say how many: trials = 24")
        for key in ("trials", "search_seed"):
            if key in given and not random:
                self._refuse(key, f"{key} is of a random search", 'say: search = "random"')
        settings = self._content.get(SETTINGS)
        if not isinstance(settings, dict) or not settings:
            raise WrongUse(f"{self._path} has no [{SETTINGS}]", EXAMPLE)
        return Specification(
            self._path,
            self._text,
            search,
            given.get("trials"),
            given.get("search_seed", 0),
            given.get("max_bytes"),
            given.get("max_us"),
            self._wanted(given),
            {key: self._axis(key, value, random) for key, value in settings.items()},
        )

    def _at(self, key: str, table: str | None = None) -> str:
        return toml_file.where(self._path, self._text, key, table)

    def _refuse(
        self, key: str, what: str, hint: str | None = None, table: str | None = None
    ) -> NoReturn:
        raise WrongUse(f"{self._at(key, table)}: {what}", hint)

    def _search(self, key: str) -> str:
        value = self._text_of(key)
        if value not in SEARCHES:
            near = nearest(value, SEARCHES)
            meant = f"; did you mean {near}?" if near else ""
            self._refuse(key, f"there is no search {value!r}{meant}", f"it is {_OR.join(SEARCHES)}")
        return value

    def _text_of(self, key: str) -> str:
        value = self._content[key]
        if not isinstance(value, str):
            self._refuse(key, f"{key} is no text", f'such as: {key} = "…"')
        return value

    def _whole(self, key: str, least: float, most: float) -> int:
        value = self._content[key]
        if type(value) is not int or not least <= value <= most:
            self._refuse(key, f"{key} is no whole number from {least:,.0f} to {most:,.0f}")
        return int(value)

    def _above_nothing(self, key: str) -> float:
        value = self._content[key]
        if type(value) not in (int, float) or not (math.isfinite(value) and value > 0):
            self._refuse(key, f"{key} is no number above 0")
        return float(value)

    def _wanted(self, given: dict[str, Any]) -> dict[str, tuple[str, ...]]:
        try:
            wanted = schemes.wanted(given.get("target", "tflite"), given.get("scheme"))
            if "max_us" in given:
                one_picture.check_targets(wanted)
        except EdgeDigitsError as error:
            key = "scheme" if "no scheme" in error.message else "target"
            self._refuse(key, as_settings(error.message), as_settings(error.hint or "") or None)
        return wanted

    def _axis(self, key: str, value: Any, random: bool) -> Axis:
        check_known("setting", key, [*TEXTS, *NUMBERS], f" in {self._at(key, SETTINGS)}")
        if isinstance(value, dict):
            return self._range(key, value, random)
        values = value if isinstance(value, list) else [value]
        if not values:
            self._refuse(key, f"{key} has no value to try", table=SETTINGS)
        return tuple(dict.fromkeys(self._value(key, each) for each in values))

    def _value(self, key: str, value: Any) -> Any:
        if key in TEXTS:
            if not isinstance(value, str):
                self._refuse(key, f"{key} is text, not {value!r}", table=SETTINGS)
            known = models.MODELS if key == "model" else WORDS.get(key)
            if known is not None:
                check_known(key, value, known, f" in {self._at(key, SETTINGS)}")
            return value
        least, most = LIMITS[key]
        whole = key != "learning_rate"
        fits = type(value) is int or (type(value) is float and not whole)
        if not fits or not least <= value <= most or (not whole and value <= 0):
            kind = "a whole number from" if whole else "a number above"
            to = "" if most > 1e18 else f" to {most:,.0f}"
            self._refuse(key, f"{key} is {kind} {least:,.0f}{to}, not {value!r}", table=SETTINGS)
        return value if whole else float(value)

    def _range(self, key: str, value: dict[str, Any], random: bool) -> Range:
        at = f" of a range in {self._at(key, SETTINGS)}"
        for name in value:
            check_known("part", name, ENDS, at)
        if key in TEXTS or not {"from", "to"} <= set(value):
            hint = f"such as: {key} = {{ from = 1, to = 10 }}; other settings take lists"
            self._refuse(key, "a range is of numbers, from one to another", hint, SETTINGS)
        if not random:
            hint = 'say: search = "random", or list the values'
            self._refuse(key, "a grid has no ranges", hint, SETTINGS)
        low, high = (self._value(key, value[end]) for end in ("from", "to"))
        log = value.get("log", False)
        if not isinstance(log, bool):
            self._refuse(key, "log is true or false", table=SETTINGS)
        if low > high or (log and low <= 0):
            why = "begins at 0, which has no logarithm" if low <= high else "ends before it begins"
            self._refuse(key, f"the range of {key} {why}", table=SETTINGS)
        return Range(low, high, log, key != "learning_rate")
