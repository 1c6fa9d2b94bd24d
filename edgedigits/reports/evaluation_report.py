"""An evaluation as text of 80 columns, and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from rich.console import Console

from edgedigits.reports.terminal import print_heading, print_line
from edgedigits.verification.evaluation import Calibration, DigitScore, Evaluation
from edgedigits.verification.parity import Share
from edgedigits.verification.unseen import Pictures

SCHEMA_VERSION = 1
MISTAKES_SHOWN = 10


def print_evaluation(found: Evaluation, title: str, pictures: Pictures, console: Console) -> None:
    """Print everything there is to know, the numbers first."""
    share = found.accuracy
    print_line(console, f"{title} on {found.pictures:,} pictures of {pictures.name}:")
    print_line(
        console,
        f"{share.percent:.2f} % right (95 %: {share.low:.2f} to {share.high:.2f}), "
        f"{found.pictures - found.right:,} wrong",
    )
    if found.non_finite:
        print_line(console, f"{found.non_finite:,} answers are not finite; they count as wrong")
    _print_digits(found, console)
    _print_confusion(found, console)
    if found.calibration is not None:
        _print_calibration(found.calibration, console)
    _print_mistakes(found, console)


def document(found: Evaluation, title: str, pictures: Pictures) -> dict[str, Any]:
    """The same as data; a share of nothing is null."""
    return {
        "schema_version": SCHEMA_VERSION,
        "model": title,
        "dataset": pictures.as_json(),
        **asdict(found),
    }


def to_json(found: Evaluation, title: str, pictures: Pictures) -> str:
    """The document as text."""
    return json.dumps(document(found, title, pictures), indent=2, allow_nan=False) + "\n"


def _print_digits(found: Evaluation, console: Console) -> None:
    print_heading(
        console, "digit  pictures      recall % (95 %)      precision % (95 %)  mostly taken for"
    )
    for score in found.digits:
        print_line(
            console,
            f"{score.digit:>5}  {score.pictures:>8,}  {_share(score.recall)}  "
            f"{_share(score.precision):>22}  {_taken_for(score, found)}",
        )
    print_line(console, "recall: of the digit's pictures, those answered right;")
    print_line(console, "precision: of the answers with this digit, those that are right")


def _share(share: Share | None) -> str:
    if share is None:
        return f"{'–':>21}"
    return f"{share.percent:6.2f} ({share.low:.1f}–{share.high:.1f})".rjust(21)


def _taken_for(score: DigitScore, found: Evaluation) -> str:
    row = found.confusion[score.digit]
    wrong = [(count, digit) for digit, count in enumerate(row) if digit != score.digit and count]
    wrong.sort(key=lambda pair: (-pair[0], pair[1]))
    return ", ".join(f"{digit} ({count})" for count, digit in wrong[:2])


def _print_confusion(found: Evaluation, console: Console) -> None:
    print_heading(console, "Confusion: rows are the true digits, columns the answers")
    widest = max(len(f"{count}") for row in found.confusion for count in row)
    width = min(max(widest, 3), 6) + 1
    print_line(console, " " * 5 + "".join(f"{digit:>{width}}" for digit in range(10)))
    for truth, row in enumerate(found.confusion):
        cells = "".join(f"{count or '·':>{width}}" for count in row)
        print_line(console, f"{truth:>4} {cells}")


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


def _print_mistakes(found: Evaluation, console: Console) -> None:
    if not found.mistakes:
        return
    print_heading(console, "Most confident mistakes (number of the picture, counted from 0)")
    for mistake in found.mistakes[:MISTAKES_SHOWN]:
        print_line(
            console,
            f"{mistake.index:>7}  is {mistake.label}, answered {mistake.digit} with "
            f"{100 * mistake.probability:6.2f} % ({mistake.label}: "
            f"{100 * mistake.label_probability:.2f} %)",
        )
