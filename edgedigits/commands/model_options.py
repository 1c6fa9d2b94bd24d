"""Options of the commands that ask a model for answers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgedigits.commands import options
from edgedigits.foreign_text import visible

if TYPE_CHECKING:
    from edgedigits.reading.predictor import Predictor

_KINDS = "RUN|BUNDLE|FILE"
_KINDS_HELP = "Run, bundle, SavedModel, .tflite or TF.js model.json; the newest bundle."
Model = Annotated[Path | None, typer.Argument(metavar=_KINDS, help=_KINDS_HELP)]
ModelOption = Annotated[Path | None, typer.Option(metavar=_KINDS, help=_KINDS_HELP)]
ArtifactId = Annotated[
    str | None,
    typer.Option(help="Which artifact of a bundle; tflite-int8 where it has that.", metavar="ID"),
]
InputRange = Annotated[
    str | None,
    typer.Option(help="What pixels 0 and 255 are to a model that does not say.", metavar="L,H"),
]
Dataset = Annotated[
    str | None, typer.Option(help="Pictures: mnist, strokes or a path; the model's own.")
]


def open_predictor(model: Path | None, artifact: str | None, input_range: str | None) -> Predictor:
    """Open what these options name, and say on standard error what had to be assumed."""
    from edgedigits.reading import predictor

    span = options.pair(input_range, "--input-range")
    options.keep_tensorflow_quiet()
    opened = predictor.open_predictor(model, artifact, input_range=span)
    for line in opened.assumed:
        print(f"note: {visible(line)}", file=sys.stderr)
    return opened
