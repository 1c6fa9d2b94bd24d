"""Searches by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from edgedigits.sweep.searches import draws, grid, halving, tpe
from edgedigits.sweep.searches.generation import Search
from edgedigits.sweep.space import Space
from edgedigits.sweep.specification import Specification

_OPENED: dict[str, Callable[[Space], Search]] = {
    "grid": grid.opened,
    "random": draws.opened,
    "tpe": tpe.opened,
    "halving": halving.opened,
    "compare": grid.opened,
}


def opened(asked: Specification, data_dir: Path | None) -> Search:
    """The search that a specification asks for.

    Raises:
        WrongUse: a trial is impossible, or there are too many, or not so many.
        DataBad: the pictures are missing or corrupt.
        MachineLacks: what searches is not installed.
    """
    return _OPENED[asked.search](Space(asked, data_dir))
