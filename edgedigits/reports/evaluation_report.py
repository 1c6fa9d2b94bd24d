"""An evaluation as text of 80 columns, and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from rich.console import Console

from edgedigits.reports.terminal import print_heading, print_line
from edgedigits.verification.class_words import DIGITS, ClassWords
from edgedigits.verification.evaluation import Calibration, DigitScore, Evaluation
from edgedigits.verification.parity import Share
from edgedigits.verification.unseen import Pictures

SCHEMA_VERSION = 1
MISTAKES_SHOWN = 10
CLASSES_SHOWN = 10
"""Of more, those with the lowest recall; a confusion matrix of more is wider than a terminal."""
LONGEST_NAME = 14


def print_evaluation(found: Evaluation, title: str, pictures: Pictures, console: Console) -> None:
    """Print everything there is to know, the numbers first."""
    share, words = found.accuracy, ClassWords(pictures.split.classes)
    print_line(console, f"{title} on {found.pictures:,} pictures of {pictures.name}:")
    print_line(
        console,
        f"{share.percent:.2f} % right (95 %: {share.low:.2f} to {share.high:.2f}), "
        f"{found.pictures - found.right:,} wrong",
    )
    if found.non_finite:
        print_line(console, f"{found.non_finite:,} answers are not finite; they count as wrong")
    _print_classes(found, words, console)
    if len(found.digits) <= CLASSES_SHOWN:
        _print_confusion(found, words, console)
    elif found.confusions:
        _print_confusions(found, words, console)
    if found.calibration is not None:
        _print_calibration(found.calibration, console)
    _print_mistakes(found, words, console)


def document(found: Evaluation, title: str, pictures: Pictures) -> dict[str, Any]:
    """The same as data; a share of nothing is null. Of digits a class is its number, else its
    name."""
    names, parts = pictures.split.classes, asdict(found)
    confusions = parts.pop("confusions")
    if names != DIGITS:
        parts["classes"] = [
            {"class": names[score.pop("digit")], **score} for score in parts.pop("digits")
        ]
        parts["confusions"] = [[names[t], names[a], count] for t, a, count in confusions]
        for mistake in parts["mistakes"]:
            mistake["label"] = names[mistake["label"]]
            mistake["class"] = names[mistake.pop("digit")]
    return {
        "schema_version": SCHEMA_VERSION,
        "model": title,
        "dataset": pictures.as_json(),
        **parts,
    }


def to_json(found: Evaluation, title: str, pictures: Pictures) -> str:
    """The document as text."""
    return json.dumps(document(found, title, pictures), indent=2, allow_nan=False) + "\n"


def _print_classes(found: Evaluation, words: ClassWords, console: Console) -> None:
    digits = words.noun == "digit"
    shown = [score for score in found.digits if score.pictures or digits]
    if len(shown) > CLASSES_SHOWN:
        shown.sort(key=lambda score: (_percent(score.recall), -score.pictures))
        lowest = f"the {CLASSES_SHOWN} of {len(shown):,} classes with the lowest recall:"
        print_line(console, lowest)
        shown = shown[:CLASSES_SHOWN]
    width = max(5, *(len(_name(words, score.digit)) for score in shown))
    precision = "    precision % (95 %)" if digits else "precision %"
    print_heading(
        console,
        f"{words.noun:{width}}  pictures      recall % (95 %)  {precision}  mostly taken for",
    )
    for score in shown:
        name = _name(words, score.digit)
        place = f"{name:>{width}}" if digits else f"{name:{width}}"
        precise = f"{_share(score.precision):>22}" if digits else _alone(score.precision)
        print_line(
            console,
            f"{place}  {score.pictures:>8,}  {_share(score.recall)}  {precise}  "
            f"{_taken_for(score, found, words)}".rstrip(),
        )
    print_line(console, f"recall: of the {words.noun}'s pictures, those answered right;")
    print_line(console, f"precision: of the answers with this {words.noun}, those that are right")


def _percent(share: Share | None) -> float:
    return share.percent if share is not None else 0.0


def _alone(share: Share | None) -> str:
    return f"{'–':>11}" if share is None else f"{share.percent:11.2f}"


def _name(words: ClassWords, place: int) -> str:
    name = words.short(place)
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _share(share: Share | None) -> str:
    if share is None:
        return f"{'–':>21}"
    return f"{share.percent:6.2f} ({share.low:.1f}–{share.high:.1f})".rjust(21)


def _taken_for(score: DigitScore, found: Evaluation, words: ClassWords) -> str:
    most = 2 if words.noun == "digit" else 1
    wrong = [(answer, count) for truth, answer, count in found.confusions if truth == score.digit]
    return ", ".join(f"{_name(words, answer)} ({count})" for answer, count in wrong[:most])


def _print_confusion(found: Evaluation, words: ClassWords, console: Console) -> None:
    what = "true digits" if words.noun == "digit" else "true classes in the order above"
    print_heading(console, f"Confusion: rows are the {what}, columns the answers")
    widest = max(len(f"{count}") for row in found.confusion for count in row)
    width = min(max(widest, 3), 6) + 1
    digits = range(len(found.digits))
    print_line(console, " " * 5 + "".join(f"{digit:>{width}}" for digit in digits))
    for truth, row in enumerate(found.confusion):
        cells = "".join(f"{count or '·':>{width}}" for count in row)
        print_line(console, f"{truth:>4} {cells}")


def _print_confusions(found: Evaluation, words: ClassWords, console: Console) -> None:
    print_heading(console, "Commonest confusions")
    for truth, answer, pictures in found.confusions[:MISTAKES_SHOWN]:
        print_line(
            console, f"{pictures:>7,}  {_name(words, truth)}, answered {_name(words, answer)}"
        )


def _print_calibration(calibration: Calibration, console: Console) -> None:
    print_heading(console, "Calibration of the probabilities")
    surer = 100 * (calibration.probability - calibration.accuracy)
    side = "surer than it should be" if surer > 0 else "less sure than it could be"
    print_line(
        console,
        f"expected calibration error {100 * calibration.error:.2f} points (15 bins); the model is",
    )
    print_line(
        console,
        f"{100 * calibration.probability:.2f} % sure on average and "
        f"{100 * calibration.accuracy:.2f} % right: {side}",
    )


def _print_mistakes(found: Evaluation, words: ClassWords, console: Console) -> None:
    if not found.mistakes:
        return
    print_heading(console, "Most confident mistakes (number of the picture, counted from 0)")
    for mistake in found.mistakes[:MISTAKES_SHOWN]:
        label, answer = _name(words, mistake.label), _name(words, mistake.digit)
        own = label if words.noun == "digit" else "own"
        print_line(
            console,
            f"{mistake.index:>7}  is {label}, answered {answer} with "
            f"{100 * mistake.probability:6.2f} % ({own}: "
            f"{100 * mistake.label_probability:.2f} %)",
        )
