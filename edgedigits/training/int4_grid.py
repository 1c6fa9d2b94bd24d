"""The weights that int4 can store, as TensorFlow and NumPy see them while a model is tuned.

`converters/tflite/int4.py` finds the same grid again in the file it stores.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters.tflite.int4 import BITS, LARGEST, on_grid

NEWTON_STEPS = 20

Weights = Any
"""A TensorFlow tensor, `float32`, with the output channels last."""


def kernels(model: Any) -> list[Any]:
    """The kernels of a Keras model that int4 stores: those of convolutions and dense layers."""
    import keras

    layers = keras.layers.Conv2D | keras.layers.Dense
    return [layer.kernel for layer in model.layers if isinstance(layer, layers)]


def stored(weights: Weights, clips: Weights) -> Weights:
    """Weights `[..., outputs]` as int4 gives them back: whole multiples, from -7 to 7, of a seventh
    of the channel's `clips [outputs]`, or of its largest weight where that is smaller.

    The largest of a channel is thereby always 7 steps, from which the converter finds the step.
    """
    import tensorflow as tf

    largest = tf.reduce_max(tf.abs(weights), axis=list(range(len(weights.shape) - 1)))
    step = tf.minimum(clips, largest) / LARGEST
    steps = tf.round(tf.math.divide_no_nan(weights, step))
    return tf.clip_by_value(steps, -LARGEST, LARGEST) * step


def clips(kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    """Where clipping each channel of `[..., outputs]` costs least in squared error: `[outputs]`.

    OCTAV (Sakr et al., Optimal clipping and magnitude-aware differentiation, ICML 2022, equation
    6): `c = sum |w| [|w| > c] / (4^-bits / 3 * count [|w| <= c] + count [|w| > c])`, iterated. A
    kernel on the grid of int4 already keeps its largest weights.
    """
    channels = np.abs(kernel.reshape(-1, kernel.shape[-1]).T).astype(np.float64)
    largest: NDArray[np.float64] = channels.max(axis=1)
    if on_grid(channels.astype(np.float32)):
        return largest.astype(np.float32)
    rounding = 4.0**-BITS / 3
    found = np.zeros(len(channels))
    for _ in range(NEWTON_STEPS):
        beyond = channels > found[:, np.newaxis]
        count = beyond.sum(axis=1)
        spread = rounding * (channels.shape[1] - count) + count
        found = (channels * beyond).sum(axis=1) / spread
    clipped: NDArray[np.float32] = np.minimum(found, largest).astype(np.float32)
    return clipped
