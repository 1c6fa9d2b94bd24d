"""Which bundles are verified on which data sets and runtimes: a TOML file, read strictly."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from edgedigits import json_file
from edgedigits.datasets import datasets
from edgedigits.errors import DataBad, WrongUse, check_known, nearest
from edgedigits.runtimes import runtimes
from edgedigits.verification.several.lines import line_of
from edgedigits.verification.several.many import Asked

KEYS = ("bundle", "runtime", "dataset", "limit")
WILD = frozenset("*?[")
MOST_BYTES = 100_000
MOST_PICTURES = 1_000_000_000
EXAMPLE = 'it looks like: bundle = ["first", "others/*"] runtime = ["litert"] limit = 1000'


@dataclass(frozen=True)
class Matrix:
    """What a file asks for: so many pictures of each data set at most, all of them where None."""

    every: tuple[Asked, ...]
    limit: int | None


def read(path: Path) -> Matrix:
    """Every bundle of a file on every one of its data sets. Names of folders are relative to it.

    Raises:
        DataBad: there is no such file.
        WrongUse: it is none, or says something that is unknown or impossible; the error tells the
            line and the nearest name.
    """
    try:
        text = json_file.read_bytes(path, MOST_BYTES).decode("utf-8")
        content = tomllib.loads(text)
    except FileNotFoundError as error:
        raise DataBad(f"{path} does not exist", EXAMPLE) from error
    except (OSError, ValueError, RecursionError) as error:
        raise WrongUse(f"{path} is not readable: {error}", EXAMPLE) from error
    return _Reader(path, text, content).read()


class _Reader:
    def __init__(self, path: Path, text: str, content: dict[str, Any]) -> None:
        self._path, self._text, self._content = path, text, content

    def read(self) -> Matrix:
        for key in self._content:
            check_known("key", key, KEYS, f" in {self._at(key)}")
        if "bundle" not in self._content:
            raise WrongUse(f"{self._path} names no bundle", EXAMPLE)
        folders = {
            folder.resolve(): folder
            for name in self._texts("bundle")
            for folder in self._folders(name)
        }
        names = tuple(self._texts("runtime"))
        for name in names:
            self._check_known("runtime", name, runtimes.RUNTIMES)
        places: list[str | None]
        places = list(dict.fromkeys(self._dataset(name) for name in self._texts("dataset")))
        return Matrix(
            tuple(
                Asked(folder, place, names or None)
                for folder in folders.values()
                for place in places or [None]
            ),
            self._limit(),
        )

    def _at(self, key: str) -> str:
        line = line_of(self._text, key)
        return f"{self._path}" if line is None else f"{self._path}, line {line}"

    def _refuse(self, key: str, what: str, hint: str | None = None) -> NoReturn:
        raise WrongUse(f"{self._at(key)}: {what}", hint)

    def _check_known(self, key: str, name: str, choices: Collection[str]) -> None:
        check_known(key, name, choices, f" in {self._at(key)}")

    def _texts(self, key: str) -> list[str]:
        """A list of different names; of one that is left out, none."""
        if key not in self._content:
            return []
        found = self._content[key]
        if (
            not isinstance(found, list)
            or not found
            or not all(isinstance(each, str) and each and "\0" not in each for each in found)
        ):
            self._refuse(key, f"{key} is a list of names", f'such as: {key} = ["…"]')
        if twice := [each for each in found if found.count(each) > 1]:
            self._refuse(key, f"{key} names {twice[0]!r} twice")
        return list(found)

    def _folders(self, name: str) -> list[Path]:
        """The folder of that name, or all folders that it may mean."""
        if not WILD & set(name):
            return [self._path.parent / name]
        try:
            found = sorted(self._path.parent.glob(name))
        except (ValueError, NotImplementedError) as error:
            self._refuse("bundle", f"{name!r} is no pattern: {error}")
        found = [each for each in found if each.is_dir() and not each.name.startswith(".")]
        if not found:
            self._refuse("bundle", f"no folder is like {name!r}", f"looked in {self._path.parent}")
        return found

    def _dataset(self, name: str) -> str:
        if name in datasets.known():
            return name
        place = self._path.parent / Path(name).expanduser()
        if not place.exists():
            near = nearest(name, list(datasets.known()))
            meant = f"; did you mean {near}?" if near else ""
            self._refuse("dataset", f"there is no data set {name!r}, and no {place}{meant}")
        return str(place)

    def _limit(self) -> int | None:
        found = self._content.get("limit")
        if found is not None and (type(found) is not int or not 1 <= found <= MOST_PICTURES):
            self._refuse("limit", f"limit is a whole number from 1, not {found!r}")
        return found
