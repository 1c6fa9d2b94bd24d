"""`mini`: between `nano` and `edge`, in 13 kB as int8."""

from __future__ import annotations

from typing import Any

from edgedigits.models import nano
from edgedigits.models.architecture import CLASSES, Architecture
from edgedigits.models.convolutions import Convolution, classifier, words

# One more than `nano` has: each place that is averaged sees 21 pixels of 28 in place of 17. The
# last two are as wide as 13,000 bytes let them be.
CONVOLUTIONS = (*nano.CONVOLUTIONS[:-1], Convolution(16), Convolution(16))


def build(classes: int = CLASSES) -> Any:
    """Five convolutions, the first of stride 2, and probabilities of their averages."""
    return classifier("mini", CONVOLUTIONS, classes, head="average")


ARCHITECTURE = Architecture(
    name="mini",
    summary="nearly as accurate as edge, in 13 kB",
    layers=f"{words(CONVOLUTIONS)}, average, 16 -> 10",
    parameters=8_547,
    sees="28x28",
    logits=False,
    recipe=nano.ARCHITECTURE.recipe,
    expected_percent=(99.2, 99.7),
    build=build,
)
