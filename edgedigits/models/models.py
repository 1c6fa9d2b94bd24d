"""Architectures by name, or by a line that describes a `network`, each with the recipe it is
trained by unless told otherwise.

Every model takes raw pixels, `float32 [N, 28, 28, 1]` in 0..255: scaling is its own first layer.
What a run serves answers with probabilities `[N, classes]`, also where training works on logits.
"""

from __future__ import annotations

from edgedigits.errors import chosen
from edgedigits.models import cnn, deep, edge, edge_max, mini, mlp, nano, network, softmax, sprint
from edgedigits.models.architecture import Architecture as Architecture
from edgedigits.models.architecture import Recipe as Recipe

MODELS: dict[str, Architecture] = {
    model.name: model
    for model in (
        softmax.ARCHITECTURE,
        mlp.ARCHITECTURE,
        cnn.ARCHITECTURE,
        deep.ARCHITECTURE,
        edge.ARCHITECTURE,
        edge_max.ARCHITECTURE,
        mini.ARCHITECTURE,
        nano.ARCHITECTURE,
        sprint.ARCHITECTURE,
    )
}
DEFAULT = "edge"


def find(name: str) -> Architecture:
    """The architecture of that name, or of a `network` that is described.

    Raises:
        WrongUse: there is none, where the nearest name is suggested, or it cannot be built.
    """
    if network.MARK in name:
        return network.architecture(name, MODELS)
    return chosen("model", name, MODELS)
