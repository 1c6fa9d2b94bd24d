"""Pictures, folders and places in data sets -> what is in each, a few pictures at a time."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from edgedigits.bundle.input_contract import MOST_VALUES
from edgedigits.bundle.reject import Reject
from edgedigits.datasets.dataset import DIGITS
from edgedigits.errors import EdgeDigitsError, ExitCode
from edgedigits.picture import picture
from edgedigits.picture.form import DIGIT, DIGIT_FIT, Form
from edgedigits.picture.picture import Segment
from edgedigits.reading import inputs
from edgedigits.reading.inputs import Content, Input
from edgedigits.reading.judging import Judged, judged
from edgedigits.reading.second_look import Ask

BATCH = 256
"""Parts of pictures after which a model is asked, and the most it is asked at once."""

READ_AT_ONCE = 16
THREADS = min(4, os.cpu_count() or 1)
DIGITS_SHOWN = 9
"""Significant digits of a probability in JSON: enough to give the same float32 back."""

NO_DIGIT = "?"
"""What stands in a reading for ink that is no digit."""


@dataclass(frozen=True)
class Answer:
    """A model's answer to a part of a picture: to a digit or another sign, or to the whole of it.

    `probabilities` are in the order of `classes`. `box` is left, top, width and height in pixels of
    the picture (of one that was prepared already, all of it), `line` counts from 0. The model holds
    ink that is `rejected` for no digit; where it is `unsure` the likeliest class is a guess.
    """

    probabilities: tuple[float, ...]
    box: tuple[int, int, int, int]
    line: int = 0
    rejected: bool = False
    unsure: bool = False
    classes: tuple[str, ...] = DIGITS

    @property
    def ranking(self) -> list[tuple[str, float]]:
        """Names of classes with their probabilities, the likeliest first."""
        pairs = zip(self.classes, self.probabilities, strict=True)
        return sorted(pairs, key=lambda pair: -pair[1])

    @property
    def runner_up(self) -> tuple[str, float] | None:
        """What else an answer may be that is unsure, with its probability."""
        return self.ranking[1] if self.unsure else None

    @property
    def text(self) -> str:
        """The class, or `?`."""
        return NO_DIGIT if self.rejected else self.ranking[0][0]

    def as_json(self) -> dict[str, Any]:
        """The entry of `digits` or `signs`; class and probability are null if it is rejected."""
        return {
            **self.said,
            "probabilities": list(self.probabilities),
            "box": list(self.box),
            "line": self.line,
            "rejected": self.rejected,
            "unsure": self.unsure,
            "runner_up": None if self.runner_up is None else self._named(self.runner_up[0]),
        }

    @property
    def said(self) -> dict[str, Any]:
        """The likeliest class and its probability; a digit as a number."""
        name, probability = self.ranking[0]
        kind = "digit" if self.classes == DIGITS else "class"
        if self.rejected:
            return {kind: None, "probability": None}
        return {kind: self._named(name), "probability": probability}

    def _named(self, name: str) -> int | str:
        return int(name) if self.classes == DIGITS else name


@dataclass(frozen=True)
class Prediction:
    """What came of one input.

    `answers` are in reading order, one of them for a `whole` picture; there are none where the
    picture is `blank` or could not be read, which `error` then says. `label`, a place in `classes`,
    is known for pictures of data sets.
    """

    path: str
    answers: tuple[Answer, ...] = ()
    label: int | None = None
    blank: bool = False
    error: str | None = None
    exit_code: ExitCode = ExitCode.DONE
    classes: tuple[str, ...] = DIGITS
    whole: bool = False

    @property
    def only(self) -> Answer | None:
        """The answer to a picture of one part."""
        return self.answers[0] if len(self.answers) == 1 else None

    @property
    def lines(self) -> list[str]:
        """The signs of each line, `?` for what is no digit."""
        lines: dict[int, str] = {}
        for one in self.answers:
            lines[one.line] = lines.get(one.line, "") + one.text
        return [lines[number] for number in sorted(lines)]

    @property
    def reading(self) -> str:
        """The lines, joined by ` / `."""
        return " / ".join(self.lines)

    @property
    def truth(self) -> str | None:
        """The name of its label."""
        return None if self.label is None else self.classes[self.label]

    def as_json(self) -> dict[str, Any]:
        """The entry of `--json`.

        `digit` (of other classes `class`), `probability`, `probabilities`, `rejected`, `unsure` and
        `runner_up` are for pictures of one sign and null for others; `digit` and `probability` are
        null where it was rejected, too. Whole pictures have no reading, lines and boxes.
        """
        of_digits = self.classes == DIGITS
        one = self.only.as_json() if self.only else {}
        judged = () if self.whole else ("rejected", "unsure", "runner_up")
        names = ("digit" if of_digits else "class", "probability", "probabilities", *judged)
        entry = {"path": self.path, **{name: one.get(name) for name in names}}
        if not self.whole:
            entry["reading"] = None if self.error is not None else self.reading
            entry["lines"] = self.lines
            parts = [answer.as_json() for answer in self.answers]
            entry["digits" if of_digits else "signs"] = parts
        if self.label is not None:
            entry["label"] = self.label if of_digits else self.truth
        if self.error is not None:
            entry["error"] = self.error
        return entry


@dataclass(frozen=True)
class _Asked:
    """A prediction that still lacks the model's answers to what was read."""

    prediction: Prediction
    content: Content = field(default_factory=lambda: Content([]))


def predict(
    names: Iterable[str],
    ask: Ask,
    *,
    data_dir: Path | None = None,
    one: bool = False,
    reject: Reject | None = None,
    form: Form = DIGIT,
    classes: tuple[str, ...] = DIGITS,
) -> Iterator[Prediction]:
    """Predict everything that `names` stand for, in order, with memory for a few pictures.

    An input that cannot be read becomes a prediction with an `error`; a blank picture one that is
    `blank`. Pictures are decoded by a few threads.

    Args:
        names: picture files, folders (walked in sorted order), or places such as `mnist:test:17`.
        ask: gives probabilities `[N, classes]` for pictures `uint8 [N, *form.shape]`.
        data_dir: the folder that holds `mnist`.
        one: take every picture for one digit.
        reject: tells what is no digit, and what is unsure and gets a second look; without it every
            answer is a sure digit.
        form: what the model takes.
        classes: what its answers are places in.
    """
    remaining = inputs.find(names, data_dir=data_dir, one=one, form=form, classes=classes)
    whole = form.fit != DIGIT_FIT
    batch = max(1, min(BATCH, MOST_VALUES // math.prod(form.shape)))

    def answered(waiting: list[_Asked]) -> Iterator[Prediction]:
        images = [part.picture for each in waiting for part in each.content.asked]
        starts = range(0, len(images), batch)
        rows = iter(
            row for at in starts for row in judged(ask, np.stack(images[at : at + batch]), reject)
        )
        for each in waiting:
            prediction = replace(each.prediction, classes=classes, whole=whole)
            answers = list(islice(rows, len(each.content.asked)))
            yield _with_answers(prediction, each.content, answers)

    # Without limits every part is sure, and a whole would be asked about for nothing.
    read = partial(_read, holds_whole=reject is not None)
    waiting: list[_Asked] = []
    with ThreadPoolExecutor(THREADS) as pool:
        while some := list(islice(remaining, READ_AT_ONCE)):
            waiting += pool.map(read, some)
            if max(len(waiting), sum(len(each.content.asked) for each in waiting)) >= batch:
                yield from answered(waiting)
                waiting = []
        yield from answered(waiting)


def _read(wanted: Input, *, holds_whole: bool) -> _Asked:
    try:
        content = wanted.read()
    except picture.NoInk:
        return _Asked(Prediction(wanted.name, blank=True))
    except EdgeDigitsError as error:
        return _Asked(Prediction(wanted.name, error=error.message, exit_code=error.exit_code))
    content = content if holds_whole else replace(content, one=None)
    return _Asked(Prediction(wanted.name, label=content.label), content)


def _told(content: Content, rows: list[Judged]) -> tuple[list[Segment], list[Judged]]:
    """The parts that count, and the answers to them.

    Parts of which the model is not all sure are the strokes of the one digit if it is as sure of
    that as of any part.
    """
    if content.one is None:
        return content.parts, rows
    *apart, one = rows
    surest = max(part.confidence for part in apart)
    if one.rejected or one.confidence < surest or all(part.is_sure for part in apart):
        return content.parts, apart
    return [content.one], [one]


def _with_answers(prediction: Prediction, content: Content, table: list[Judged]) -> Prediction:
    if not all(np.isfinite(row.probabilities).all() for row in table):
        return replace(
            prediction,
            error=f"{prediction.path}: the model's answer is not finite",
            exit_code=ExitCode.WRONG_USE,
        )
    answers = tuple(
        Answer(
            tuple(float(f"{value:.{DIGITS_SHOWN}g}") for value in row.probabilities),
            (found.left, found.top, found.width, found.height),
            found.line,
            rejected=row.rejected,
            unsure=row.unsure,
            classes=prediction.classes,
        )
        for found, row in zip(*_told(content, table), strict=True)
    )
    return replace(prediction, answers=answers)
