"""`cnn`: the textbook convolutional network."""

from __future__ import annotations

from typing import Any

from edgedigits.models.architecture import CLASSES, Architecture, Recipe


def build(classes: int = CLASSES) -> Any:
    """Three 3x3 convolutions with two max-pools, a dense layer of 64, probabilities."""
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((28, 28, 1), name="pixels"),
            layers.Rescaling(1.0 / 255.0, name="scale"),
            layers.Conv2D(32, 3, activation="relu", name="conv_1"),
            layers.MaxPooling2D(name="pool_1"),
            layers.Conv2D(64, 3, activation="relu", name="conv_2"),
            layers.MaxPooling2D(name="pool_2"),
            layers.Conv2D(64, 3, activation="relu", name="conv_3"),
            layers.Flatten(name="flatten"),
            layers.Dense(64, activation="relu", name="dense_1"),
            layers.Dense(classes, activation="softmax", name="probabilities"),
        ],
        name="cnn",
    )


ARCHITECTURE = Architecture(
    name="cnn",
    summary="the textbook convolutional network",
    layers="conv 3x3 32-64-64, two max-pools, 64 -> 10",
    parameters=93_322,
    sees="28x28",
    logits=False,
    recipe=Recipe("adam", 0.001, batch_size=64, epochs=5),
    expected_percent=(98.7, 99.3),
    build=build,
)
