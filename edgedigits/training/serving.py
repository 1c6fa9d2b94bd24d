"""A trained Keras model as the SavedModel to deploy: batch 1, raw pixels, nothing to scale."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

INPUT_NAME = "pixels"
OUTPUT_NAME = "probabilities"


def write(model: Any, folder: Path, *, logits: bool = False) -> None:
    """Write `model` (Keras, `[N, 28, 28, 1]` in 0..255 to `[N, classes]`) as a SavedModel.

    Its one signature, `serving_default`, takes `pixels` `float32 [1, 28, 28, 1]` and answers
    `probabilities` `float32 [1, classes]`; a softmax is added to a model that ends in `logits`.
    """
    import keras
    import tensorflow as tf

    folded = fold_scaling(model)
    if logits:
        folded = keras.Sequential([folded, keras.layers.Softmax(name=OUTPUT_NAME)])
    archive = keras.export.ExportArchive()
    archive.track(folded)
    archive.add_endpoint(
        "serving_default",
        lambda pixels: {OUTPUT_NAME: folded(pixels, training=False)},
        input_signature=[tf.TensorSpec((1, 28, 28, 1), tf.float32, name=INPUT_NAME)],
    )
    archive.write_out(str(folder), verbose=False)


def fold_scaling(model: Any) -> Any:
    """The same model with its `Rescaling` layer multiplied into the kernel that follows.

    A linear layer of scaled pixels is a scaled linear layer of pixels, with or without a cropping
    between; left in place, converters to TensorFlow.js would keep a multiplication and an addition
    for every pixel. A model without such a pair of layers is returned as it is.
    """
    import keras

    layers = list(model.layers)
    scale = next((i for i, layer in enumerate(layers) if type(layer).__name__ == "Rescaling"), None)
    if not isinstance(model, keras.Sequential) or scale is None or np.any(layers[scale].offset):
        return model
    follower = next((layer for layer in layers[scale + 1 :] if layer.weights), None)
    between = layers[scale + 1 : layers.index(follower)] if follower is not None else []
    if not isinstance(follower, keras.layers.Conv2D | keras.layers.Dense):
        return model
    rearranging = keras.layers.Flatten | keras.layers.Cropping2D
    if any(not isinstance(layer, rearranging) for layer in between):
        return model
    folded = keras.Sequential(
        [keras.Input(model.input_shape[1:], name=INPUT_NAME)]
        + [
            type(layer).from_config(layer.get_config())
            for layer in layers
            if layer is not layers[scale]
        ],
        name=model.name,
    )
    weights = model.get_weights()
    kernel = next(i for i, weight in enumerate(model.weights) if weight is follower.kernel)
    weights[kernel] = weights[kernel] * np.float32(layers[scale].scale)
    folded.set_weights(weights)
    return folded
