"""`softmax`: one linear layer on the pixels, the first model of every course."""

from __future__ import annotations

from typing import Any

from edgedigits.models.architecture import CLASSES, Architecture, Recipe


def build(classes: int = CLASSES) -> Any:
    """`y = x W + b` with W `[784, classes]` and b `[classes]` at zero, x being pixels in 0..1."""
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((28, 28, 1), name="pixels"),
            layers.Rescaling(1.0 / 255.0, name="scale"),
            layers.Flatten(name="flatten"),
            layers.Dense(classes, kernel_initializer="zeros", name="logits"),
        ],
        name="softmax",
    )


ARCHITECTURE = Architecture(
    name="softmax",
    summary="softmax regression: one linear layer",
    layers="784 -> 10",
    parameters=7_850,
    sees="28x28",
    logits=True,
    recipe=Recipe("sgd", 0.5, batch_size=100, steps=1_000, validation=None),
    expected_percent=(91.3, 92.2),
    build=build,
)
