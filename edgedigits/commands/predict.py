"""`edgedigits predict`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgedigits.commands import model_options, options
from edgedigits.errors import ExitCode, WrongUse

if TYPE_CHECKING:
    from edgedigits.predictions import Prediction


def predict(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH…",
            help="Pictures, folders (walked in sorted order), or data set places: mnist:test:17.",
            show_default=False,
        ),
    ],
    model: Annotated[
        Path | None,
        typer.Option(
            metavar="RUN|BUNDLE|FILE",
            help="Run, bundle, SavedModel, .tflite or TF.js model.json; the newest bundle.",
        ),
    ] = None,
    artifact: model_options.ArtifactId = None,
    top: Annotated[
        int, typer.Option(min=1, max=10, help="How many candidates each line shows.")
    ] = 1,
    as_json: Annotated[
        bool, typer.Option("--json", help='Print {"predictions": […]} in input order.')
    ] = False,
    input_range: model_options.InputRange = None,
    weights_txt: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Answer from weights.txt and const.txt there (see: edgedigits weights).",
        ),
    ] = None,
    data_dir: options.DataDir = None,
) -> int:
    """Say which digit is in each picture.

    A picture that cannot be read does not stop the others: its line or JSON entry holds the error,
    and the exit code is 2 at the end (4 where a data set is missing or corrupt). A blank picture is
    no digit (null in JSON), which is an answer and no error.
    """
    from edgedigits import predictions, predictor

    if weights_txt is None:
        opened = model_options.open_predictor(model, artifact, input_range)
    elif (model, artifact, input_range) == (None, None, None):
        opened = predictor.open_weights_text(weights_txt)
    else:
        raise WrongUse("--weights-txt is a model itself", "leave out the other model's options")
    try:
        found = predictions.predict(paths, opened.probabilities, data_dir=data_dir)
        return _print_json(found) if as_json else _print_lines(found, top)
    finally:
        opened.close()


def _print_json(found: Iterator[Prediction]) -> int:
    """Entries are written as they come, so that memory does not grow with their number."""
    code, separator = ExitCode.DONE, ""
    print('{"predictions": [', end="")
    for prediction in found:
        print(f"{separator}\n{json.dumps(prediction.as_json())}", end="")
        code, separator = max(code, prediction.exit_code), ","
    print("\n]}")
    return code


def _print_lines(found: Iterator[Prediction], top: int) -> int:
    code, unread, count = ExitCode.DONE, 0, 0
    for prediction in found:
        # A file's name may hold bytes that are no text.
        print(_line(prediction, top).encode("utf-8", "backslashreplace").decode("utf-8"))
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
    best = prediction.ranking[:top]
    shown = "   ".join(f"{digit} {100 * probability:6.2f} %" for digit, probability in best)
    truth = "" if prediction.label is None else f" (is {prediction.label})"
    return f"{shown:10}  {prediction.path}{truth}"
