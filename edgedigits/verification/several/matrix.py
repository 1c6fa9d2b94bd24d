"""Which bundles are verified on which data sets and runtimes: a TOML file, read strictly."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from edgedigits.datasets import datasets
from edgedigits.errors import WrongUse, check_known, nearest
from edgedigits.runtimes import runtimes
from edgedigits.verification.several import toml_file
from edgedigits.verification.several.many import Asked

KEYS = ("bundle", "runtime", "dataset", "limit")
WILD = frozenset("*?[")
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
    return _Reader(path, *toml_file.read(path, EXAMPLE)).read()


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
        return toml_file.where(self._path, self._text, key)

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
