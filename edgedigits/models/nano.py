"""`nano`: a classifier in 10 kB as int8, for microcontrollers."""

from __future__ import annotations

from typing import Any

from edgedigits.models.architecture import CLASSES, Architecture, Recipe
from edgedigits.models.convolutions import Convolution, classifier, words

# Equal widths share vectors of the file: scales, zero points, shapes.
CONVOLUTIONS = (
    Convolution(10, size=5, stride=2),
    Convolution(15),
    Convolution(15),
    Convolution(15),
)


def build(classes: int = CLASSES) -> Any:
    """Four convolutions, the first of stride 2, and probabilities of their averages."""
    return classifier("nano", CONVOLUTIONS, classes, head="average")


ARCHITECTURE = Architecture(
    name="nano",
    summary="as small as a microcontroller wants it",
    layers=f"{words(CONVOLUTIONS)}, average, 15 -> 10",
    parameters=6_030,
    sees="28x28",
    logits=False,
    recipe=Recipe(
        "adamw",
        0.006,
        batch_size=136,
        epochs=80,
        validation=1_000,
        schedule="cosine",
        drawn=8,
        warm_up=430,
        weight_decay=0.01,
        averaging=0.998,
        augmentation="centred",
        finish_epochs=5,
        finish_rate=0.001,
    ),
    expected_percent=(99.1, 99.6),
    build=build,
)
