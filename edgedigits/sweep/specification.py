"""What a sweep is to try: a TOML file, read strictly before anything is loaded."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from edgedigits.bench import one_picture
from edgedigits.bundle import schemes
from edgedigits.errors import EdgeDigitsError, WrongUse, check_known, nearest
from edgedigits.sweep import layers
from edgedigits.sweep.axes import SETTINGS, Axis, AxisReader
from edgedigits.training.plan import LIMITS
from edgedigits.verification.several import toml_file

TABLE = "settings"
MOST_TRIALS = 100_000
_OR = " or "
_CHOOSES = ("max_bytes", "max_us")
_DRAWS = ("trials", "search_seed", *_CHOOSES)
SEARCHES: dict[str, tuple[str, ...]] = {
    "grid": _CHOOSES,
    "random": _DRAWS,
    "tpe": (*_DRAWS, "generation"),
    "halving": (*_DRAWS, "eta", "rungs"),
    "compare": (),
}
"""Searches, and the keys that are theirs."""
GENERATION, ETA, RUNGS = 8, 3, 3
"""What these are unless told."""
EXAMPLE = 'it looks like: [settings] model = ["softmax", "nano"] seed = [0, 1]; see docs/sweep.md'


@dataclass(frozen=True)
class Specification:
    """A sweep.

    Attributes:
        text: of the file, for errors.
        search: one of `SEARCHES`; those that draw `trials` do so with a seed of their own.
        generation: trials that a search which learns is told of together.
        eta: one in so many goes on to the next of the `rungs`.
        max_bytes: of an artifact that may be chosen; None for any.
        max_us: microseconds for a picture, likewise.
        wanted: schemes by target.
        teachers: runs whose answers all trainings learn in place of labels.
        axes: what is tried of each setting, in the order of the file.
    """

    path: Path
    text: str
    search: str
    trials: int | None
    search_seed: int
    generation: int
    eta: int
    rungs: int
    max_bytes: int | None
    max_us: float | None
    wanted: dict[str, tuple[str, ...]]
    teachers: tuple[Path, ...]
    axes: dict[str, Axis]

    @property
    def chooses(self) -> bool:
        """Whether the best artifact is to be released; else all are told of."""
        return set(_CHOOSES) <= set(SEARCHES[self.search])

    def where(self, key: str) -> str:
        """File and line of a key above the settings."""
        return toml_file.where(self.path, self.text, key)

    def where_set(self, key: str) -> str:
        """File and line of a setting."""
        return toml_file.where(self.path, self.text, *_place(self.text, key))


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


def _place(text: str, key: str) -> tuple[str, str | None]:
    """A key and its table, as `toml_file.where` takes them: those of a setting, or of a part of a
    model, which has a table of its own or stands in one line."""
    own = f"{TABLE}.{layers.MODEL}"
    for name, table in ((key, TABLE), (key, own), (layers.MODEL, TABLE)):
        if toml_file.line_of(text, name, table) is not None:
            return name, table
    return own, None


class _Reader:
    def __init__(self, path: Path, text: str, content: dict[str, Any]) -> None:
        self._path, self._text, self._content = path, text, content
        self._known: dict[str, Callable[[str], Any]] = {
            "search": self._search,
            "trials": lambda key: self._whole(key, 1, MOST_TRIALS),
            "search_seed": lambda key: self._whole(key, *LIMITS["seed"]),
            "generation": lambda key: self._whole(key, 1, MOST_TRIALS),
            "eta": lambda key: self._whole(key, 2, 1_000),
            "rungs": lambda key: self._whole(key, 2, 20),
            "max_bytes": lambda key: self._whole(key, 1, 2**62),
            "max_us": self._above_nothing,
            "target": self._text_of,
            "scheme": self._text_of,
            "teachers": self._paths,
        }

    def read(self) -> Specification:
        names = [*self._known, TABLE]
        for key in self._content:
            check_known("key", key, names, f" in {self._at(key)}")
        given = {key: read(key) for key, read in self._known.items() if key in self._content}
        search = given.get("search", next(iter(SEARCHES)))
        own = SEARCHES[search]
        draws = "trials" in own
        if draws and "trials" not in given:
            self._refuse("search", f"a {search} search draws trials", "say how many: trials = 24")
        for key in given:
            having = _OR.join(f'"{name}"' for name, keys in SEARCHES.items() if key in keys)
            if having and key not in own:
                self._refuse(key, f"a {search} search has no {key}", f"say: search = {having}")
        settings = self._content.get(TABLE)
        if not isinstance(settings, dict) or not settings:
            raise WrongUse(f"{self._path} has no [{TABLE}]", EXAMPLE)
        return Specification(
            self._path,
            self._text,
            search,
            given.get("trials"),
            given.get("search_seed", 0),
            given.get("generation", GENERATION),
            given.get("eta", ETA),
            given.get("rungs", RUNGS),
            given.get("max_bytes"),
            given.get("max_us"),
            self._wanted(given),
            given.get("teachers", ()),
            dict(self._axes(settings, ranged=draws)),
        )

    def _axes(self, settings: dict[str, Any], *, ranged: bool) -> Iterator[tuple[str, Axis]]:
        for key, value in settings.items():
            at = self._set_at(key)
            check_known("setting", key, SETTINGS, f" in {at}")
            if key == layers.MODEL and isinstance(value, dict):
                yield from layers.axes(value, self._set_at, ranged)
            else:
                yield key, AxisReader(key, SETTINGS[key], at, ranged).axis(value)

    def _at(self, key: str) -> str:
        return toml_file.where(self._path, self._text, key)

    def _set_at(self, key: str) -> str:
        return toml_file.where(self._path, self._text, *_place(self._text, key))

    def _refuse(self, key: str, what: str, hint: str | None = None) -> NoReturn:
        raise WrongUse(f"{self._at(key)}: {what}", hint)

    def _search(self, key: str) -> str:
        value = self._text_of(key)
        if value not in SEARCHES:
            near = nearest(value, list(SEARCHES))
            meant = f"; did you mean {near}?" if near else ""
            self._refuse(key, f"there is no search {value!r}{meant}", f"it is {_OR.join(SEARCHES)}")
        return value

    def _text_of(self, key: str) -> str:
        value = self._content[key]
        if not isinstance(value, str):
            self._refuse(key, f"{key} is no text", f'such as: {key} = "…"')
        return value

    def _paths(self, key: str) -> tuple[Path, ...]:
        value = self._content[key]
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self._refuse(key, f"{key} is no list of folders", f'such as: {key} = ["runs/a"]')
        return tuple(Path(each).expanduser() for each in value)

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
