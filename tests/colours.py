"""Drawn pictures in colour, and a small classifier of them: what is not handwritten digits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HEIGHT, WIDTH = 20, 28
CLASSES = ("red disc", "green disc", "blue disc", "red bar", "green bar", "blue bar")
MEAN, STD = (0.5, 0.45, 0.4), (0.25, 0.2, 0.3)
CONTRACT = ("--input-range", "0,1", "--mean", "0.5,0.45,0.4", "--std", "0.25,0.2,0.3")
"""What `train` feeds its model with, as options of export."""


def draw(count: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Discs and bars of three colours on grounds of any: `uint8 [count, 20, 28, 3]`, and labels."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, len(CLASSES), count)
    rows, columns = np.indices((HEIGHT, WIDTH))
    images = np.empty((count, HEIGHT, WIDTH, 3), np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[:] = rng.integers(40, 160, 3)
        row, column, radius = rng.integers(7, 13), rng.integers(8, 20), rng.integers(4, 7)
        if label < 3:
            inside = (rows - row) ** 2 + (columns - column) ** 2 <= radius**2
        else:
            inside = (abs(rows - row) <= 1) & (abs(columns - column) <= radius + 1)
        ink = rng.integers(20, 90, 3)
        ink[label % 3] = rng.integers(190, 256)
        image[inside] = ink
        noise = rng.integers(-15, 16, image.shape)
        image[:] = np.clip(image.astype(np.int64) + noise, 0, 255)
    return images, labels


def train(folder: Path, seed: int = 0, epochs: int = 20) -> None:
    """Write `model`, a SavedModel, and `pictures.npz` to verify it on, into a folder."""
    import keras
    from keras import layers

    images, labels = draw(1_500, seed=11)
    values = ((images / 255 - np.array(MEAN)) / np.array(STD)).astype(np.float32)
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input((HEIGHT, WIDTH, 3)),
            layers.Conv2D(12, 3, strides=2, activation="relu"),
            layers.Conv2D(24, 3, activation="relu"),
            layers.GlobalMaxPooling2D(),
            layers.Dense(len(CLASSES), activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    model.fit(values, labels, epochs=epochs, batch_size=50, verbose=0)
    model.export(folder / "model", format="tf_saved_model", verbose=False)
    shown, named = draw(1_000, seed=12)
    np.savez(folder / "pictures.npz", images=shown, labels=named, classes=np.array(CLASSES))
