"""Pictures of slanting bars, and small Keras models that learn in seconds how they slant."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

SIDE, CLASSES = 16, 4


def draw(count: int, channels: int = 3, seed: int = 0) -> tuple[NDArray[np.float32], Any]:
    """Whole pixels 0..255, `float32 [count, 16, 16, channels]`, and the classes `int64 [count]`."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, CLASSES, count)
    images = generator.uniform(0, 60, (count, SIDE, SIDE, channels))
    down, right = np.mgrid[0:SIDE, 0:SIDE] - SIDE / 2
    for image, label in zip(images, labels, strict=True):
        angle = np.pi * label / CLASSES
        away = (right - generator.normal()) * np.sin(angle) - (down - generator.normal()) * np.cos(
            angle
        )
        image[np.abs(away) < 1.5] += 150
    return np.floor(images).astype(np.float32), labels


def convolutional(library: Any, dtype: str = "float32") -> Any:
    """A colour classifier in Keras 3 or, as `tf_keras`, Keras 2: the same weights fit both."""
    layers = library.layers
    picture = layers.Input((SIDE, SIDE, 3), dtype=dtype, name="picture")
    maps = layers.Rescaling(1 / 255.0)(picture)
    maps = layers.Conv2D(8, 3, 2, activation="relu")(maps)
    maps = layers.DepthwiseConv2D(3, activation="relu")(maps)
    answer = layers.Dense(CLASSES, activation="softmax", name="answer")(layers.Flatten()(maps))
    return library.Model(picture, answer)


def attentive() -> Any:
    """A grey classifier with attention and the exact GELU, as vision transformers have them."""
    import keras

    layers = keras.layers
    picture = keras.Input((SIDE, SIDE, 1), name="picture")
    patches = layers.Conv2D(16, 4, 4)(layers.Rescaling(1 / 127.5, -1)(picture))
    rows = layers.Reshape((16, 16))(patches)
    rows = rows + layers.MultiHeadAttention(2, 8)(rows, rows)
    rows = layers.Flatten()(layers.Dense(16, activation="gelu")(rows))
    return keras.Model(picture, layers.Dense(CLASSES, activation="softmax", name="answer")(rows))


def train(model: Any, channels: int) -> Any:
    """Teach a Keras 3 model, and see that it learned."""
    import keras

    keras.utils.set_random_seed(1)
    images, labels = draw(800, channels)
    model.compile(keras.optimizers.Adam(5e-3), "sparse_categorical_crossentropy")
    model.fit(images, labels, batch_size=32, epochs=4, verbose=0)
    unseen, right = draw(100, channels, seed=1)
    assert (model(unseen).numpy().argmax(axis=1) == right).mean() > 0.9
    return model
