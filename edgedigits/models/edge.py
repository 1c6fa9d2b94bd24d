"""`edge`: the accuracy of far larger models in 32 kB and a few microseconds."""

from __future__ import annotations

from typing import Any

from edgedigits.models.architecture import CLASSES, Architecture, Recipe
from edgedigits.models.convolutions import Convolution, classifier, words

# At full resolution the first convolution would cost most of the time; moved by three pixels it
# costs a ninth. Its windows overlap, and what they cannot see in one place is learnt from pictures
# that are moved.
CONVOLUTIONS = (Convolution(16, size=6, stride=3), Convolution(32), Convolution(48))
LAYERS = f"{words(CONVOLUTIONS)}, 768 -> 10"


def build(classes: int = CLASSES) -> Any:
    """Three convolutions, the first of stride 3, and probabilities."""
    return classifier("edge", CONVOLUTIONS, classes)


ARCHITECTURE = Architecture(
    name="edge",
    summary="accurate, small and quick: the one to deploy",
    layers=LAYERS,
    parameters=27_082,
    sees="28x28",
    logits=False,
    recipe=Recipe(
        "adamw",
        0.005,
        batch_size=136,
        epochs=60,
        validation=1_000,
        schedule="cosine",
        drawn=8,
        warm_up=430,
        weight_decay=0.02,
        averaging=0.998,
        augmentation="hands",
        finish_epochs=3,
        finish_rate=0.001,
    ),
    expected_percent=(99.3, 99.7),
    build=build,
)
