"""`mlp`: two small hidden layers on the 20x20 box that a digit is drawn in."""

from __future__ import annotations

from typing import Any

from edgedigits.models.architecture import CLASSES, Architecture, Recipe

MARGIN = 4
"""Pixels cut off on each side: 28 - 2 * 4 = 20."""


def build(classes: int = CLASSES) -> Any:
    """400 -> 25 -> 15 -> logits, with ReLU between."""
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((28, 28, 1), name="pixels"),
            layers.Rescaling(1.0 / 255.0, name="scale"),
            layers.Cropping2D(MARGIN, name="box"),
            layers.Flatten(name="flatten"),
            layers.Dense(25, activation="relu", name="dense_1"),
            layers.Dense(15, activation="relu", name="dense_2"),
            layers.Dense(classes, name="logits"),
        ],
        name="mlp",
    )


ARCHITECTURE = Architecture(
    name="mlp",
    summary="two hidden layers, trained on few pictures",
    layers="400 -> 25 -> 15 -> 10, ReLU",
    parameters=10_575,
    sees="20x20 centre",
    logits=True,
    recipe=Recipe(
        "adam", 0.001, batch_size=32, epochs=40, validation=None, training_pictures=5_000
    ),
    expected_percent=(91.0, 93.5),
    build=build,
)
