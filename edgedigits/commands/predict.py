"""`edgedigits predict`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgedigits.commands import options
from edgedigits.errors import ExitCode, WrongUse
from edgedigits.foreign_text import visible

if TYPE_CHECKING:
    from edgedigits.reading.annotation import Annotations
    from edgedigits.reading.predictions import Answer, Prediction
    from edgedigits.reading.predictor import Predictor


def predict(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH…",
            help="Pictures, folders (walked in sorted order), or data set places: mnist:test:17.",
            show_default=False,
        ),
    ],
    model: options.ModelOption = None,
    artifact: options.ArtifactId = None,
    one: Annotated[bool, typer.Option("--one", help="Take every picture for one digit.")] = False,
    top: Annotated[
        int, typer.Option(min=1, metavar="N", help="How many candidates each digit shows.")
    ] = 1,
    boxes: Annotated[
        bool, typer.Option("--boxes", help="A line for each digit: where it is, how likely.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help='Print {"predictions": […]} in input order.')
    ] = False,
    annotate: Annotated[
        Path | None,
        typer.Option(
            metavar="OUT",
            help="Draw boxes, digits and probabilities on the picture: a .png or .jpg file to "
            "write, for several pictures a folder.",
        ),
    ] = None,
    no_reject: Annotated[
        bool,
        typer.Option(
            "--no-reject",
            help="Name a digit, unmarked, also where the model is unsure or sees none; look once.",
        ),
    ] = False,
    input_range: options.InputRange = None,
    weights_txt: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Answer from weights.txt and const.txt there (see: edgedigits weights).",
        ),
    ] = None,
    data_dir: options.DataDir = None,
) -> int:
    """Say which digits are in each picture, or what it is.

    A picture with several digits is read line by line: 1945 / 2026. An answer of which the model is
    unsure is marked, as 7?, with the runner-up. Ink that it holds for no digit is "not a digit", ?
    among others (the bundle says from which confidence on).

    --json has for each picture "path", "reading", "lines" and "digits", each with "digit",
    "probability", "probabilities", "box" [x, y, width, height], "line" from 0, "rejected", "unsure"
    and "runner_up". A picture of one digit has all but "box" and "line" of its own.

    Models of other pictures answer for the whole of each, with "class" instead of "digit" (and one
    list of "classes" before the predictions).

    A picture that cannot be read does not stop the others: its line or JSON entry holds the error,
    and the exit code is 2 at the end (4 where a data set is missing or corrupt). A blank picture is
    no digit (null in JSON), which is an answer and no error.
    """
    if weights_txt is None and _is_for_litert(model, artifact):
        from edgedigits.runtimes.processes import forks

        # It imports what it needs while this process imports what reading a picture needs.
        forks.forker(forks.LITERT)
    from edgedigits.reading import predictions, predictor

    if weights_txt is not None and (model, artifact, input_range) != (None, None, None):
        raise WrongUse("--weights-txt is a model itself", "leave out the other model's options")
    annotations = None
    if annotate is not None:
        from edgedigits.reading import annotation

        annotations = annotation.plan(annotate, paths)
    if weights_txt is None:
        opened = options.open_predictor(model, artifact, input_range)
    else:
        opened = predictor.open_weights_text(weights_txt)
    with closing(opened):
        given = {"--one": one, "--boxes": boxes, "--annotate": annotate, "--no-reject": no_reject}
        _check_options([name for name, value in given.items() if value], opened)
        found = predictions.predict(
            paths,
            opened.probabilities,
            data_dir=data_dir,
            one=one,
            reject=None if no_reject else opened.reject,
            form=opened.form,
            classes=opened.classes,
        )
        if annotations is not None:
            found = _annotated(found, annotations)
        return _print_json(found, opened) if as_json else _print_lines(found, top, boxes)


def _check_options(given: list[str], opened: Predictor) -> None:
    """Refuse options of finding digits for a model that takes whole pictures."""
    from edgedigits.picture.form import DIGIT_FIT

    if given and opened.form.fit != DIGIT_FIT:
        raise WrongUse(
            f"{opened.title} answers for whole pictures, and {given[0]} is for digits in one",
            f"leave {given[0]} out",
        )


def _is_for_litert(model: Path | None, artifact: str | None) -> bool:
    """Whether, by their names alone, a model is likely to be a TFLite file."""
    named = model is None or model.suffix in ("", ".tflite")
    return named and not (artifact or "").startswith("tfjs")


def _annotated(found: Iterator[Prediction], annotations: Annotations) -> Iterator[Prediction]:
    """Each prediction, once its picture is drawn."""
    for prediction in found:
        annotations.write(prediction)
        yield prediction


def _print_json(found: Iterator[Prediction], opened: Predictor) -> int:
    """Entries are written as they come, so that memory does not grow with their number."""
    from edgedigits.datasets.dataset import DIGITS

    code, separator = ExitCode.DONE, ""
    named = "" if opened.classes == DIGITS else f'"classes": {json.dumps(opened.classes)},\n'
    print(f'{{{named}"predictions": [', end="")
    for prediction in found:
        print(f"{separator}\n{json.dumps(prediction.as_json())}", end="")
        code, separator = max(code, prediction.exit_code), ","
    print("\n]}")
    return code


def _print_lines(found: Iterator[Prediction], top: int, boxes: bool) -> int:
    code, unread, count = ExitCode.DONE, 0, 0
    for prediction in found:
        several = len(prediction.answers) > 1
        shown = _boxes(prediction, top) if boxes or (several and top > 1) else ()
        for line in (_line(prediction, top), *shown):
            print(visible(line))
        code, count = max(code, prediction.exit_code), count + 1
        unread += prediction.error is not None
    if unread:
        sys.stdout.flush()
        print(f"no answer for {unread:,} of {count:,} inputs", file=sys.stderr)
    return code


def _line(prediction: Prediction, top: int) -> str:
    if prediction.error is not None:
        return f"error       {prediction.error}"
    if prediction.blank:
        return f"no digit    {prediction.path} (blank: nothing stands out from the paper)"
    truth = "" if prediction.truth is None else f" (is {prediction.truth})"
    one = prediction.only
    if one is None:
        return f"{prediction.reading:10}  {prediction.path}{_guesses(prediction)}"
    if one.rejected:
        likeliest, share = one.ranking[0]
        most = f" (most like {likeliest}, {100 * share:.2f} %)"
        return f"not a digit  {prediction.path}{truth}{most}"
    unsure = ""
    if one.runner_up is not None:
        name, share = one.runner_up
        unsure = f" (unsure: or {name}, {100 * share:.2f} %)"
    return f"{_candidates(one, top):10}  {prediction.path}{truth}{unsure}"


def _guesses(prediction: Prediction) -> str:
    """The digits of a page that are unsure, each with its runner-up."""
    told = ", ".join(
        f"{one.text}? or {one.runner_up[0]}" for one in prediction.answers if one.runner_up
    )
    return f" (unsure: {told})" if told else ""


def _candidates(one: Answer, top: int) -> str:
    """The likeliest classes; the first is marked where it is a guess."""
    marks = ["?" if one.unsure else " ", *" " * (top - 1)]
    pairs = zip(one.ranking, marks, strict=False)
    return "   ".join(f"{name}{mark}{100 * share:6.2f} %" for (name, share), mark in pairs)


def _boxes(prediction: Prediction, top: int) -> Iterator[str]:
    """A line for each digit; the candidates of a picture's only digit are in its own line."""
    for one in prediction.answers:
        left, upper, width, height = one.box
        shown = (
            ""
            if prediction.only
            else f"{one.text if one.rejected else ' '} {_candidates(one, top)}"
        )
        yield f"  line {one.line + 1:<3} {width}x{height} at {left},{upper}".ljust(34) + shown
