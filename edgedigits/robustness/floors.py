"""The least score that somebody asks for under a change of the pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from edgedigits.errors import WrongUse, check_known
from edgedigits.robustness.robustness import Changes, Robustness

PREPARED = "prepared"
_EXAMPLE = f"such as: --require rotation-20=98 --require inverted:{PREPARED}=98"


@dataclass(frozen=True)
class Floor:
    """A score that must be at least `percent`, as it is or after preparation."""

    name: str
    prepared: bool
    percent: float

    def __str__(self) -> str:
        return f"{self.name}:{PREPARED}" if self.prepared else self.name


@dataclass(frozen=True)
class Held:
    """A floor and what was measured."""

    floor: Floor
    percent: float

    @property
    def is_kept(self) -> bool:
        """Whether the share itself, not an end of its interval, is at least what was asked for."""
        return self.percent >= self.floor.percent


def read(texts: Sequence[str], changes: Changes, *, prepared: bool) -> tuple[Floor, ...]:
    """The floors that `NAME=PERCENT` and `NAME:prepared=PERCENT` stand for.

    `prepared` says whether anything is measured after preparation at all.

    Raises:
        WrongUse: one is written otherwise, or its score is none of those that `changes` give.
    """
    floors = tuple(_read(text, changes.names) for text in texts)
    for floor in floors:
        if floor.prepared and not (prepared and floor.name in changes.prepared_names):
            raise WrongUse(
                f"{floor.name} is not measured after preparation, so {floor} cannot be required",
                f"require the score as it is: --require {floor.name}={floor.percent:g}",
            )
    return floors


def hold(robustness: Robustness, floors: Sequence[Floor]) -> tuple[Held, ...]:
    """What was measured, held against each floor that `read` has found to be measured."""
    scores = {score.name: score for score in robustness.scores}
    held = []
    for floor in floors:
        score = scores[floor.name]
        measured = score.prepared if floor.prepared else score
        assert measured is not None
        held.append(Held(floor, measured.accuracy.percent))
    return tuple(held)


def _read(text: str, names: Sequence[str]) -> Floor:
    told, _, number = text.partition("=")
    name, colon, after = told.partition(":")
    try:
        percent = float(number)
    except ValueError as error:
        raise WrongUse(f"--require {text!r} is not NAME=PERCENT", _EXAMPLE) from error
    if not 0 <= percent <= 100:
        raise WrongUse(f"--require {text!r}: {number} is no percentage", _EXAMPLE)
    if colon and after != PREPARED:
        raise WrongUse(f"--require {text!r}: {after!r} is not {PREPARED!r}", _EXAMPLE)
    check_known("measured score", name, names)
    return Floor(name, bool(colon), percent)
