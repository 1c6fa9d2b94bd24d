"""`edge-max`: the accuracy that 100 kB can hold."""

from __future__ import annotations

from typing import Any

from edgedigits.models.architecture import CLASSES, Architecture, Recipe
from edgedigits.models.convolutions import Convolution, classifier, words

# Like `edge` it never computes at full resolution; each convolution of stride 2 is followed by one
# of stride 1.
CONVOLUTIONS = (
    Convolution(32, size=5, stride=2),
    Convolution(40),
    Convolution(64, stride=2),
    Convolution(88),
)
LAYERS = f"{words(CONVOLUTIONS)}, 352 -> 10"


def build(classes: int = CLASSES) -> Any:
    """Four convolutions, two of them of stride 2, and probabilities."""
    return classifier("edge_max", CONVOLUTIONS, classes)


ARCHITECTURE = Architecture(
    name="edge-max",
    summary="the most accurate, in 100 kB",
    layers=LAYERS,
    parameters=90_474,
    sees="28x28",
    logits=False,
    recipe=Recipe(
        "adamw",
        0.004,
        batch_size=136,
        epochs=40,
        validation=1_000,
        schedule="cosine",
        drawn=8,
        warm_up=430,
        weight_decay=0.05,
        averaging=0.998,
        augmentation="centred",
        finish_epochs=3,
        finish_rate=0.0008,
    ),
    expected_percent=(99.5, 99.8),
    build=build,
)
