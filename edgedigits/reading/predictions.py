"""Pictures, folders and places in data sets -> the digits in each, a few pictures at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.reject import Reject
from edgedigits.errors import EdgeDigitsError, ExitCode
from edgedigits.picture import picture
from edgedigits.picture.picture import Segment
from edgedigits.reading import inputs
from edgedigits.reading.inputs import Input

BATCH = 256
"""Digits after which a model is asked, and the most it is asked at once."""

READ_AT_ONCE = 16
THREADS = min(4, os.cpu_count() or 1)
DIGITS_SHOWN = 9
"""Significant digits of a probability in JSON: enough to give the same float32 back."""

NO_DIGIT = "?"
"""What stands in a reading for ink that is no digit."""

Answer = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


@dataclass(frozen=True)
class Digit:
    """One digit of a picture.

    `probabilities` are ten, digit 0 first. `box` is left, top, width and height in pixels of the
    picture (of one that was prepared already, all of it), `line` counts from 0. The model holds ink
    that is `rejected` for no digit.
    """

    probabilities: tuple[float, ...]
    box: tuple[int, int, int, int]
    line: int = 0
    rejected: bool = False

    @property
    def ranking(self) -> list[tuple[int, float]]:
        """Digits with their probabilities, the likeliest first."""
        return sorted(enumerate(self.probabilities), key=lambda pair: -pair[1])

    @property
    def text(self) -> str:
        """The digit, or `?`."""
        return NO_DIGIT if self.rejected else str(self.ranking[0][0])

    def as_json(self) -> dict[str, Any]:
        """The entry of `digits`; the digit and its probability are null if it is rejected."""
        digit, probability = (None, None) if self.rejected else self.ranking[0]
        return {
            "digit": digit,
            "probability": probability,
            "probabilities": list(self.probabilities),
            "box": list(self.box),
            "line": self.line,
            "rejected": self.rejected,
        }


@dataclass(frozen=True)
class Prediction:
    """What came of one input.

    `digits` are in reading order; there are none where the picture is `blank` or could not be
    read, which `error` then says. `label` is known for pictures of data sets.
    """

    path: str
    digits: tuple[Digit, ...] = ()
    label: int | None = None
    blank: bool = False
    error: str | None = None
    exit_code: ExitCode = ExitCode.DONE

    @property
    def only(self) -> Digit | None:
        """The digit of a picture of one."""
        return self.digits[0] if len(self.digits) == 1 else None

    @property
    def lines(self) -> list[str]:
        """The digits of each line, `?` for what is none."""
        lines: dict[int, str] = {}
        for one in self.digits:
            lines[one.line] = lines.get(one.line, "") + one.text
        return [lines[number] for number in sorted(lines)]

    @property
    def reading(self) -> str:
        """The lines, joined by ` / `."""
        return " / ".join(self.lines)

    def as_json(self) -> dict[str, Any]:
        """The entry of `--json`.

        `digit`, `probability`, `probabilities` and `rejected` are for pictures of one digit and
        null for others; `digit` and `probability` are null where it was rejected, too.
        """
        one = self.only.as_json() if self.only else {}
        names = ("digit", "probability", "probabilities", "rejected")
        entry: dict[str, Any] = {"path": self.path, **{name: one.get(name) for name in names}}
        entry["reading"] = None if self.error is not None else self.reading
        entry["lines"] = self.lines
        entry["digits"] = [digit.as_json() for digit in self.digits]
        if self.label is not None:
            entry["label"] = self.label
        if self.error is not None:
            entry["error"] = self.error
        return entry


@dataclass(frozen=True)
class _Asked:
    """A prediction that still lacks the model's answers to these digits."""

    prediction: Prediction
    digits: list[Segment] = field(default_factory=list)


def predict(
    names: Iterable[str],
    answer: Answer,
    *,
    data_dir: Path | None = None,
    one: bool = False,
    reject: Reject | None = None,
) -> Iterator[Prediction]:
    """Predict everything that `names` stand for, in order, with memory for a few pictures.

    An input that cannot be read becomes a prediction with an `error`; a blank picture one that is
    `blank`. Pictures are decoded by a few threads.

    Args:
        names: picture files, folders (walked in sorted order), or places such as `mnist:test:17`.
        answer: probabilities `[N, 10]` for pictures `uint8 [N, 28, 28]`.
        data_dir: the folder that holds `mnist`.
        one: take every picture for one digit.
        reject: tells what is no digit; without it every answer is a digit.
    """
    remaining = inputs.find(names, data_dir=data_dir, one=one)
    waiting: list[_Asked] = []
    with ThreadPoolExecutor(THREADS) as pool:
        while some := list(islice(remaining, READ_AT_ONCE)):
            waiting += pool.map(_read, some)
            if len(waiting) >= BATCH or sum(len(asked.digits) for asked in waiting) >= BATCH:
                yield from _answered(waiting, answer, reject)
                waiting = []
        yield from _answered(waiting, answer, reject)


def _read(wanted: Input) -> _Asked:
    try:
        content = wanted.read()
    except picture.NoInk:
        return _Asked(Prediction(wanted.name, blank=True))
    except EdgeDigitsError as error:
        return _Asked(Prediction(wanted.name, error=error.message, exit_code=error.exit_code))
    return _Asked(Prediction(wanted.name, label=content.label), content.digits)


def _answered(waiting: list[_Asked], answer: Answer, reject: Reject | None) -> Iterator[Prediction]:
    images = [digit.picture for asked in waiting for digit in asked.digits]
    starts = range(0, len(images), BATCH)
    rows = iter(row for at in starts for row in answer(np.stack(images[at : at + BATCH])))
    for asked in waiting:
        table = list(islice(rows, len(asked.digits)))
        yield _with_answers(asked, np.array(table), reject) if table else asked.prediction


def _with_answers(asked: _Asked, table: NDArray[np.float32], reject: Reject | None) -> Prediction:
    if not np.isfinite(table).all():
        return replace(
            asked.prediction,
            error=f"{asked.prediction.path}: the model's answer is not finite",
            exit_code=ExitCode.WRONG_USE,
        )
    accepted = np.ones(len(table), np.bool_) if reject is None else reject.accepts(table)
    digits = tuple(
        Digit(
            tuple(float(f"{value:.{DIGITS_SHOWN}g}") for value in row),
            (found.left, found.top, found.width, found.height),
            found.line,
            rejected=not is_digit,
        )
        for row, found, is_digit in zip(table, asked.digits, accepted, strict=True)
    )
    return replace(asked.prediction, digits=digits)
