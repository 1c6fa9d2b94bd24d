"""What several runtimes are tried on."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from converted import Converted, convert

from edgedigits.bundle import golden
from edgedigits.bundle.golden import Golden


@pytest.fixture(scope="session")
def small_cnn(tmp_path_factory: pytest.TempPathFactory) -> Converted:
    """An untrained convolutional classifier on raw pixels, and its own answers to 700 pictures."""
    import keras

    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [
            keras.layers.Input((28, 28, 1)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Conv2D(4, 3, strides=2, activation="relu"),
            keras.layers.MaxPool2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    pictures = np.random.default_rng(0).integers(0, 256, (700, 28, 28, 1)).astype(np.float32)
    folder = tmp_path_factory.mktemp("small-cnn")
    return Converted(
        convert(model, folder, [1, 28, 28, 1]), pictures, model.predict(pictures, verbose=0)
    )


@pytest.fixture(scope="session")
def held(full_bundle: Path) -> Golden:
    """The golden vectors of `full_bundle`."""
    return golden.read(full_bundle)


@pytest.fixture
def copied(c_bundle: Path, tmp_path: Path) -> Path:
    """A copy of it to break on purpose."""
    return Path(shutil.copytree(c_bundle, tmp_path / "bundle"))
