"""`deep`: four normalised convolutions, more accurate than `cnn` with fewer parameters."""

from __future__ import annotations

from typing import Any

from edgedigits.models.architecture import CLASSES, Architecture, Recipe
from edgedigits.models.convolutions import Convolution, classifier

CONVOLUTIONS = (
    Convolution(16),
    Convolution(32, stride=2),
    Convolution(48),
    Convolution(64, stride=2),
)
DROPPED = 0.3


def build(classes: int = CLASSES) -> Any:
    """Convolution, batch normalisation, ReLU, four times, and probabilities."""
    return classifier("deep", CONVOLUTIONS, classes, dropped=DROPPED)


ARCHITECTURE = Architecture(
    name="deep",
    summary="four normalised convolutions, taught what is no digit",
    layers="conv 3x3 16-32-48-64 with batch norm, two of stride 2, 1,024 -> 10",
    parameters=57_114,
    sees="28x28",
    logits=False,
    recipe=Recipe(
        "adam",
        0.004,
        batch_size=192,
        epochs=10,
        validation=None,
        schedule="cosine",
        shift=2,
        drawn=56,
        outliers=40,
    ),
    expected_percent=(99.2, 99.6),
    build=build,
)
