"""Default recipes on the real MNIST, against the same mathematics written out in NumPy."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits.bundle import run
from edgedigits.datasets import datasets
from edgedigits.models import weights_text
from edgedigits.models.weights_text import SoftmaxWeights
from edgedigits.training import training
from edgedigits.training.plan import plan
from edgedigits.training.training_set import Loaded

pytestmark = pytest.mark.mnist


def _gradient_descent(pictures: Loaded, steps: int) -> SoftmaxWeights:
    """Softmax regression from zeros, learning rate 0.5, batches of 100."""
    weights, constants = np.zeros((784, 10)), np.zeros(10)
    done, epoch = 0, 0
    while done < steps:
        for images, labels in pictures.epoch(epoch, 100):
            pixels = images.reshape(-1, 784) / 255.0
            powers: NDArray[np.float64] = np.exp(pixels @ weights + constants)
            error = (powers / powers.sum(axis=1, keepdims=True) - np.eye(10)[labels]) / 100
            weights -= 0.5 * pixels.T @ error
            constants -= 0.5 * error.sum(axis=0)
            done += 1
            if done == steps:
                break
        epoch += 1
    return SoftmaxWeights(weights.astype(np.float32), constants.astype(np.float32))


def test_softmax_is_plain_gradient_descent(mnist_dir: Path, tmp_path: Path) -> None:
    asked = plan("softmax", "mnist", seed=3)
    trained = training.train(asked, tmp_path / "run", data_dir=mnist_dir)
    expected = _gradient_descent(Loaded(datasets.load("mnist", data_dir=mnist_dir).train, 3), 1000)
    found = weights_text.of_run(trained)
    assert np.abs(found.weights - expected.weights).max() < 1e-3
    assert np.abs(found.constants - expected.constants).max() < 1e-3
    assert 91.0 < trained.card["test"]["accuracy"]["percent"] < 92.8
    history = json.loads((trained.folder / run.HISTORY).read_text("utf-8"))["epochs"]
    assert [entry["step"] for entry in history] == list(range(100, 1001, 100))
    assert trained.card["training_pictures"] == 55_000
    assert trained.card["validation_pictures"] == 5_000


def test_mlp_learns_from_five_hundred_of_each_digit(mnist_dir: Path, tmp_path: Path) -> None:
    asked = plan("mlp", "mnist", epochs=10)
    trained = training.train(asked, tmp_path / "run", data_dir=mnist_dir)
    assert trained.card["training_pictures"] == 5_000
    accuracy = trained.card["test"]["accuracy"]
    assert accuracy["low"] < accuracy["percent"] < accuracy["high"]
    assert accuracy["percent"] > 88
