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
Limit = Annotated[int | None, typer.Option(min=1, help="Only N pictures, drawn at random.")]


def open_predictor(model: Path | None, artifact: str | None, input_range: str | None) -> Predictor:
    """Open what these options name, and say on standard error what had to be assumed."""
    from edgedigits.reading import predictor

    span = options.pair(input_range, "--input-range")
    options.keep_tensorflow_quiet()
    opened = predictor.open_predictor(model, artifact, input_range=span)
    for line in opened.assumed:
        print(f"note: {visible(line)}", file=sys.stderr)
    return opened
