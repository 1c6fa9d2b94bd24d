"""`sprint`: `edge`'s layers, trained in seconds."""

from __future__ import annotations

from typing import Any

from edgedigits.models import edge
from edgedigits.models.architecture import CLASSES, Architecture, Recipe
from edgedigits.models.convolutions import classifier


def build(classes: int = CLASSES) -> Any:
    """The layers of `edge`."""
    return classifier("sprint", edge.CONVOLUTIONS, classes)


ARCHITECTURE = Architecture(
    name="sprint",
    summary="99 % in seconds: edge's layers, less than one pass over the pictures",
    layers=edge.LAYERS,
    parameters=edge.ARCHITECTURE.parameters,
    sees="28x28",
    logits=False,
    recipe=Recipe(
        "adam",
        0.025,
        batch_size=112,
        steps=480,
        validation=1_000,
        schedule="cosine",
        shift=1,
        warm_up=48,
        averaging=0.98,
    ),
    expected_percent=(99.0, 99.5),
    build=build,
)
