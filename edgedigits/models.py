"""Architectures by name, each with the recipe it is trained by unless told otherwise.

Every model takes raw pixels, `float32 [N, 28, 28, 1]` in 0..255, and answers with probabilities
`[N, 10]`: scaling is its own first layer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from edgedigits.errors import WrongUse, nearest


@dataclass(frozen=True)
class Recipe:
    """How a model is trained by default.

    `holds_out` says whether the validation split stays out of training; the textbook recipes that
    train on everything but the test pictures set it to false.
    """

    optimizer: str
    learning_rate: float
    batch_size: int
    epochs: int
    holds_out: bool


@dataclass(frozen=True)
class Architecture:
    """A model that can be trained by name."""

    name: str
    summary: str
    recipe: Recipe
    build: Callable[[], Any]


def _cnn() -> Any:
    """Three 3x3 convolutions with two max-pools, a dense layer of 64: 93,322 parameters."""
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
            layers.Dense(10, activation="softmax", name="probabilities"),
        ],
        name="cnn",
    )


MODELS: dict[str, Architecture] = {
    model.name: model
    for model in (
        Architecture(
            "cnn",
            "the textbook convolutional network",
            Recipe("adam", 0.001, batch_size=64, epochs=5, holds_out=False),
            _cnn,
        ),
    )
}
DEFAULT = "cnn"


def find(name: str) -> Architecture:
    """The architecture of that name.

    Raises:
        WrongUse: there is none; the nearest name is suggested.
    """
    if name not in MODELS:
        near = nearest(name, list(MODELS))
        raise WrongUse(
            f"there is no model {name!r}" + (f"; did you mean {near}?" if near else ""),
            f"models: {', '.join(MODELS)}",
        )
    return MODELS[name]
