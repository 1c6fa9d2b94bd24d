"""Names of classes: read from a file, checked, and one order of them brought to another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets.dataset import DIGITS, MOST_CLASSES, Split
from edgedigits.errors import DataBad, WrongUse

Wanted = tuple[str, ...] | int | None
"""Classes that a model tells apart: their names in its order, or only how many, or as there are."""

LONGEST_NAME = 200
_MOST_BYTES = 5_000_000


def read(path: Path) -> tuple[str, ...]:
    """The names in a text file, a line each, in the order of a model's answers.

    Raises:
        WrongUse: there is no such file.
        DataBad: it is no text, or its lines are no names.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise DataBad(f"{path} is too large for names of classes", "one name a line")
        lines = path.read_text("utf-8-sig").splitlines()
    except OSError as error:
        what = f"{path}: {error.strerror or error}"
        raise WrongUse(what, "name a text file with --labels") from error
    except UnicodeDecodeError as error:
        raise DataBad(f"{path} is no text in UTF-8", "one name a line") from error
    while lines and not lines[-1].strip():
        lines.pop()
    return checked([line.strip() for line in lines], str(path))


def checked(names: Sequence[str], where: str) -> tuple[str, ...]:
    """Names of classes that can be told apart, and printed.

    Raises:
        DataBad: there are too few or too many, one is empty or too long, or two are the same.
    """
    if not 2 <= len(names) <= MOST_CLASSES:
        raise DataBad(
            f"{where}: {len(names):,} names of classes, 2 to {MOST_CLASSES:,} are possible",
            "one name for each class",
        )
    seen: set[str] = set()
    for number, name in enumerate(names, start=1):
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise DataBad(f"{where}: the name of class {number} is empty or no text", "mend it")
        if name in seen:
            raise DataBad(f"{where}: {name!r} is there twice", "give every class its own name")
        seen.add(name)
    return tuple(names)


def meant(own: tuple[str, ...] | None, wanted: Wanted, where: str) -> tuple[str, ...]:
    """What the labels of a source stand for, whose `own` names are None where it has none.

    Raises:
        DataBad: it names another number of classes than the model has.
    """
    if isinstance(wanted, int):
        names = own or tuple(map(str, range(wanted)))
        if len(names) != wanted:
            raise DataBad(
                f"{where}: {len(names):,} classes, the model tells {wanted:,} apart",
                "name the model's classes, in its order, with --labels FILE",
            )
        return names
    return own or wanted or DIGITS


def renamed(split: Split, wanted: tuple[str, ...], where: str) -> Split:
    """The same pictures, with labels that are places in `wanted`.

    Raises:
        DataBad: a picture's class is not among them.
    """
    return Split(split.images, placed(split.labels, split.classes, wanted, where), wanted)


def placed(
    labels: NDArray[np.int64], own: tuple[str, ...], wanted: tuple[str, ...], where: str
) -> NDArray[np.int64]:
    """Labels that are places in `own` as places in `wanted`.

    Raises:
        DataBad: the class of one is not among these.
    """
    if own == wanted:
        return labels
    places = {name: place for place, name in enumerate(wanted)}
    found = np.array([places.get(name, -1) for name in own], np.int64)[labels]
    if (found < 0).any():
        lost = own[int(labels[int(np.argmax(found < 0))])]
        raise DataBad(
            f"{where}: class {lost!r} is none of the model's {len(wanted):,}",
            "name the model's classes, in its order, with --labels",
        )
    return found
