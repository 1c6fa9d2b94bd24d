"""The average of weights, and the finish that begins with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits.bundle import run
from edgedigits.training import averaging, learner, legs, training
from edgedigits.training.learner import Learner
from edgedigits.training.legs import Leg
from edgedigits.training.plan import Plan, plan


@pytest.fixture
def asked(pictures: Path) -> Plan:
    """`softmax` with an average and a finish: quick, and nothing in it is left to chance."""
    short = plan("softmax", str(pictures), epochs=4, batch_size=100, seed=4)
    recipe = replace(short.recipe, averaging=0.9, finish_epochs=1, finish_rate=1e-6)
    return replace(short, recipe=recipe)


def _kernel(model: Any) -> NDArray[np.float32]:
    return np.array(model.get_weights()[0])


def test_an_average_is_one_of_all_that_was() -> None:
    import keras

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    weight = model.layers[0].kernel
    weight.assign([[0.0]])
    average = averaging.Average(model, 0.9)
    expected, done = 0.0, 0
    for value, steps in ((1.0, 10), (2.0, 10), (4.0, 200), (3.0, 10)):
        weight.assign([[value]])
        average.update(steps)
        done += steps
        kept = min(0.9, (1 + done) / (10 + done)) ** steps
        expected = expected * kept + value * (1 - kept)
    average.take_over()
    assert float(weight.numpy()[0, 0]) == pytest.approx(expected, rel=1e-5)


def test_the_finish_begins_with_the_average(asked: Plan, tmp_path: Path) -> None:
    """Its learning rate is next to nothing here, so that it ends where it began."""
    finished = training.train(asked, tmp_path / "finished")
    alone = replace(asked, recipe=replace(asked.recipe, epochs=3, finish_epochs=0))
    averaged = training.train(alone, tmp_path / "averaged")
    without = replace(alone, recipe=replace(alone.recipe, averaging=0.0))
    last = training.train(without, tmp_path / "last")
    kernels = [_kernel(_loaded(each)) for each in (finished, averaged, last)]
    np.testing.assert_allclose(kernels[0], kernels[1], atol=1e-5)
    assert np.abs(kernels[1] - kernels[2]).max() > 1e-4


def _loaded(found: run.Run) -> Any:
    import keras

    return keras.models.load_model(found.folder / "model.keras", compile=False)


def test_the_learning_rate_rises_and_falls_and_begins_anew(asked: Plan) -> None:
    recipe = replace(
        asked.recipe, schedule="cosine", learning_rate=0.5, warm_up=30, finish_rate=0.01
    )
    ahead = legs.legs(replace(asked, recipe=replace(recipe, epochs=11)), 100)
    assert [leg.finishing for leg in ahead] == [False] * 10 + [True]
    learning = Learner(replace(asked, recipe=recipe), ahead)
    rates = [float(learning._rate(False, 1000)(step)) for step in (0, 15, 30, 515, 1000)]
    assert rates == pytest.approx([0, 0.25, 0.5, 0.25, 0], abs=1e-6)
    rates = [float(learning._rate(True, 100)(step)) for step in (0, 50, 100)]
    assert rates == pytest.approx([0.01, 0.005, 0], abs=1e-6)
    short = learning._rate(False, 100)
    assert float(short(int(100 * learner.MOST_WARM_UP))) == pytest.approx(0.5)


def test_a_short_training_has_no_finish() -> None:
    assert plan("edge", "mnist").recipe.finish_epochs == 3
    assert plan("edge", "mnist", epochs=7).recipe.finish_epochs == 3
    assert plan("edge", "mnist", epochs=6).recipe.finish_epochs == 0
    assert plan("edge", "mnist", steps=900).recipe.finish_epochs == 0
    assert legs.legs(plan("edge", "mnist", epochs=1), 7) == [Leg(0, 7)]
