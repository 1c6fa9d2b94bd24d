"""Convolutions, each with batch normalisation and ReLU: what most of the models are made of.

Normalisation makes a convolution's own bias needless, and disappears into its kernel when the
model is converted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from edgedigits.models.architecture import CLASSES

MOMENTUM = 0.9
"""Of normalisation's moving averages; the usual 0.99 would remember noisy first epochs too long."""


@dataclass(frozen=True)
class Convolution:
    """A square convolution without padding: `filters` of `size` by `size`, moved by `stride`."""

    filters: int
    size: int = 3
    stride: int = 1

    @property
    def word(self) -> str:
        """What it is in a line of words, such as `5x5/2 16`."""
        moved = f"/{self.stride}" if self.stride > 1 else ""
        return f"{self.size}x{self.size}{moved} {self.filters}"


def classifier(
    name: str,
    convolutions: Sequence[Convolution],
    classes: int = CLASSES,
    *,
    head: Literal["flatten", "average"] = "flatten",
    dropped: float = 0.0,
) -> Any:
    """An untrained Keras model from raw pixels `[N, 28, 28, 1]` to probabilities `[N, classes]`.

    Args:
        name: of the model.
        convolutions: in their order.
        classes: how many are told apart.
        head: what the last dense layer weighs: every value, or each filter's average.
        dropped: share of those values that training leaves out at random.
    """
    import keras
    from keras import layers

    stack = [keras.Input((28, 28, 1), name="pixels"), layers.Rescaling(1.0 / 255.0, name="scale")]
    for turn, each in enumerate(convolutions, start=1):
        stack += [
            layers.Conv2D(
                each.filters, each.size, strides=each.stride, use_bias=False, name=f"conv_{turn}"
            ),
            layers.BatchNormalization(momentum=MOMENTUM, name=f"norm_{turn}"),
            layers.ReLU(name=f"relu_{turn}"),
        ]
    if head == "average":
        stack.append(layers.GlobalAveragePooling2D(name="average"))
    else:
        stack.append(layers.Flatten(name="flatten"))
    if dropped:
        stack.append(layers.Dropout(dropped, name="dropout"))
    stack.append(layers.Dense(classes, activation="softmax", name="probabilities"))
    # All at once: each layer that is added later makes Keras build the model anew.
    return keras.Sequential(stack, name=name)


def words(convolutions: Sequence[Convolution]) -> str:
    """The convolutions in one line."""
    return "conv " + ", ".join(each.word for each in convolutions) + ", batch norm"
