"""What a trained model's first layer looks for."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from edgedigits.errors import WrongUse
from edgedigits.models.architecture import CLASSES

Kind = Literal["kernels", "classes", "units"]


@dataclass(frozen=True, eq=False)
class FirstLayer:
    """Weights `float32 [N, H, W]`, one picture for every filter.

    `kind` is `kernels` for a convolution, `classes` where each answer weighs all pixels (so that
    there is one picture a class), `units` for another dense layer.
    """

    kind: Kind
    name: str
    pictures: NDArray[np.float32]


def read(model: Any) -> FirstLayer:
    """The first layer of a Keras model that has weights.

    Raises:
        WrongUse: there is none, or its weights are no pictures.
    """
    for layer in _layers(model):
        kernel = getattr(layer, "kernel", None)
        if kernel is not None:
            return from_kernel(layer.name, np.asarray(kernel, np.float32), model.output_shape[-1])
    raise WrongUse(f"the model {model.name} has no layer with weights to show")


def from_kernel(name: str, kernel: NDArray[np.float32], classes: int = CLASSES) -> FirstLayer:
    """The pictures of a kernel `[H, W, 1, N]` of a convolution or `[side * side, N]` of a dense
    layer, of a model that tells so many classes apart.

    Raises:
        WrongUse: it has another shape.
    """
    if kernel.ndim == 4 and 1 in kernel.shape[2:]:
        height, width = kernel.shape[:2]
        return FirstLayer("kernels", name, np.moveaxis(kernel.reshape(height, width, -1), -1, 0))
    side = math.isqrt(kernel.shape[0])
    if kernel.ndim == 2 and side * side == kernel.shape[0] and side > 1:
        pictures = kernel.T.reshape(-1, side, side)
        return FirstLayer("classes" if len(pictures) == classes else "units", name, pictures)
    raise WrongUse(f"the weights {list(kernel.shape)} of layer {name} are no pictures")


def _layers(model: Any) -> Iterator[Any]:
    """Layers in order, those of nested models in their place."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from _layers(layer)
        else:
            yield layer
