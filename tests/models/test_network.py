"""A network that is described in a line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from edgedigits.bundle import run
from edgedigits.errors import WrongUse
from edgedigits.models import models
from edgedigits.training import checkpoint, training
from edgedigits.training.checkpoint import Checkpoint
from edgedigits.training.plan import Plan, plan


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nano: 5x5/2 10, 3x3 15, average, dropout 0.25", None),
        (
            " nano:5x5/2 10,  15 , average , dropout .25",
            "nano: 5x5/2 10, 3x3 15, average, dropout 0.25",
        ),
        ("edge: 28x28 4, flatten, dropout 0.00001", "edge: 28x28 4"),
    ],
)
def test_the_same_network_has_the_same_line(line: str, said: str | None) -> None:
    found = models.find(line)
    assert found.name == (said or line)
    assert found.recipe == models.find(line.partition(":")[0].strip()).recipe
    assert plan(line, "mnist") == plan(found.name, "mnist")


def test_what_is_said_is_what_is_built() -> None:
    found = models.find("nano: 7x7/4 6, 1x1 9, 2x2/2 12, average, dropout 0.1")
    model = found.build(7)
    counted = found.parameters - 3 * (12 + 1)
    assert (model.count_params(), model.output_shape) == (counted, (None, 7))
    assert [type(layer).__name__ for layer in model.layers[-3:]] == [
        "GlobalAveragePooling2D",
        "Dropout",
        "Dense",
    ]
    answers = model(np.zeros((2, 28, 28, 1), np.float32), training=False).numpy()
    assert np.allclose(answers.sum(axis=1), 1.0)
    edge, same = models.find("edge"), models.find("edge: 6x6/3 16, 3x3 32, 3x3 48")
    assert (same.parameters, same.layers) == (edge.parameters, edge.layers)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("edgy: 3", "no model 'edgy'; did you mean edge?"),
        ("edge:", "'' in 'edge:' is no convolution"),
        ("edge: average", "has 0 convolutions, not 1 to 16"),
        ("edge: 3x4 8", "'3x4 8' in 'edge: 3x4 8' is no convolution"),
        ("edge: 8, averge", "did you mean average?"),
        ("edge: average, 8", "'average' in 'edge: average, 8' is no convolution"),
        ("edge: 0", "says 3x3 0: filters is from 1 to 1,024"),
        ("edge: 3x3/0 8", "stride is from 1 to 28"),
        ("edge: 8, dropout 1.5", "leaves out 1.5: dropout is from 0 to 0.9"),
        ("edge: 5x5/9 8, 8, 8", "leaves 1x1 for convolution 3, which is 3x3 8"),
        ("edge: 1000, 1000, 1000, 1000", "has 31,025,010 parameters, more than 20,000,000"),
    ],
)
def test_what_cannot_be_built_is_refused_with_an_example(line: str, said: str) -> None:
    with pytest.raises(WrongUse) as caught:
        models.find(line)
    assert said in caught.value.message
    assert caught.value.hint is not None


def test_an_interrupted_training_goes_on_with_its_layers(tmp_path: Path) -> None:
    asked = plan("nano: 5x5/2 2, 3x3 4", "strokes", seed=3)
    assert training.free_folder(asked, tmp_path).name == "nano-5x5-2-2-3x3-4-strokes"
    kept = Checkpoint({"plan": asked.as_json(), "fingerprint": ""}, [], [])
    checkpoint.write(kept, tmp_path / run.CHECKPOINT)
    assert training.interrupted_plan(tmp_path) == asked
    for forged in ("nano:5x5/2 2", "nano: 3x3 99999", "nano: 3x3 1024, 3x3 1024, 3x3 1024"):
        with pytest.raises(ValueError, match=forged.replace("/", ".")):
            Plan.from_json({**asked.as_json(), "model": forged})
