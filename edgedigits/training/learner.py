"""A model that learns: its optimizer, the average of its weights, and the stages of its recipe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits import quiet
from edgedigits.datasets.dataset import CLASSES
from edgedigits.errors import DataBad
from edgedigits.models import models
from edgedigits.training import heap, losses
from edgedigits.training.legs import Leg
from edgedigits.training.plan import Plan

STEPS_A_CALL = 10
"""Steps that TensorFlow takes before Python hears of them; small models would wait for Python."""

MOST_WARM_UP = 0.1
"""Share of a training that the warm-up takes at most, where the training is a short one."""

OnBatch = Callable[[int, dict[str, float]], None]
"""Told after every few steps: how many of the leg are done, and the figures so far."""


class Learner:
    """A Keras model with everything that its next step depends on.

    The recipe's main part and its finish each have an optimizer of their own; between the two the
    average of the weights takes their place.
    """

    def __init__(self, asked: Plan, legs: Sequence[Leg], classes: int = CLASSES) -> None:
        """Build the untrained model, which tells so many classes apart, for these legs."""
        quiet.import_tensorflow()
        import keras

        from edgedigits.training.averaging import Average

        heap.keep()
        keras.utils.set_random_seed(asked.seed)
        self._asked, self._legs, self._classes = asked, legs, classes
        self._architecture = models.find(asked.model)
        self._model = self._architecture.build(classes)
        momentum = asked.recipe.averaging
        self._average = Average(self._model, momentum) if momentum else None
        self._finishing = False
        # Targets that are more, or other, than a digit's one-hot label.
        self._mixed = bool(asked.recipe.outliers or asked.teachers)
        self._compile(legs[0].finishing)

    @property
    def model(self) -> Any:
        """The Keras model as it is now."""
        return self._model

    def learn(
        self, leg: Leg, batches: Any, held_out: Any | None, on_batch: OnBatch
    ) -> dict[str, float]:
        """Take the steps of a leg from a `tf.data.Dataset` of them; the figures to remember."""
        import keras

        learner = self

        class Watch(keras.callbacks.Callback):  # type: ignore[misc, unused-ignore]
            def __init__(self) -> None:
                super().__init__()
                self.done = 0

            def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
                steps, self.done = batch + 1 - self.done, batch + 1
                if learner._average is not None and not leg.finishing:
                    learner._average.update(steps)
                if logs is not None:
                    on_batch(self.done, logs)

        self._enter(leg.finishing)
        fitted = self._model.fit(
            batches, shuffle=False, verbose=0, callbacks=[Watch()], validation_data=held_out
        )
        return {name: float(values[0]) for name, values in fitted.history.items()}

    def finished(self) -> Any:
        """The Keras model in the end; whoever loads its files shall need no class of ours."""
        if not self._finishing and self._average is not None:
            self._average.take_over()
        if self._mixed:
            self._model.compile(self._model.optimizer, self._loss(), metrics=["accuracy"])
        return self._model

    def values(self, legs_done: int) -> list[NDArray[Any]]:
        """All that the next step depends on, after so many legs, for `go_on`."""
        self._enter(self._legs[legs_done].finishing)
        return [np.asarray(variable) for variable in self._state()]

    def go_on(self, legs_done: int, values: Sequence[NDArray[Any]]) -> None:
        """Take up the state that `values` gave after so many legs.

        Raises:
            DataBad: the values are those of another model.
        """
        self._enter(self._legs[legs_done].finishing)
        held = [np.asarray(variable) for variable in self._state()]
        if [(one.shape, one.dtype) for one in held] != [(one.shape, one.dtype) for one in values]:
            raise DataBad(
                f"the checkpoint holds no state of the model {self._asked.model}",
                "start anew: edgedigits train",
            )
        for variable, value in zip(self._state(), values, strict=True):
            variable.assign(value)

    def _enter(self, finishing: bool) -> None:
        """Go over to the finish when its time has come."""
        if finishing and not self._finishing:
            if self._average is not None:
                self._average.take_over()
            self._compile(finishing)

    def _state(self) -> list[Any]:
        """Weights, the moving averages of batch normalisation, the random numbers of dropout, the
        optimizer's memory, the average of the weights: in a fixed order.
        """
        model = self._model
        return [
            *model.trainable_variables,
            *model.non_trainable_variables,
            *model.optimizer.variables,
            *(self._average.variables if self._average is not None else []),
        ]

    def _compile(self, finishing: bool) -> None:
        import keras

        recipe = self._asked.recipe
        steps = sum(leg.last - leg.first for leg in self._legs if leg.finishing == finishing)
        settings: dict[str, Any] = {"learning_rate": self._rate(finishing, steps)}
        if recipe.weight_decay:
            settings["weight_decay"] = recipe.weight_decay
        optimizer = keras.optimizers.get(recipe.optimizer).from_config(settings)
        self._model.compile(
            optimizer,
            self._training_loss(),
            metrics=[losses.digit_accuracy() if self._mixed else "accuracy"],
            jit_compile=False,
            steps_per_execution=STEPS_A_CALL,
        )
        optimizer.build(self._model.trainable_variables)
        self._build_metrics()
        self._finishing = finishing

    def _loss(self) -> Any:
        import keras

        # Labels are one-hot.
        return keras.losses.CategoricalCrossentropy(from_logits=self._architecture.logits)

    def _training_loss(self) -> Any:
        usual = self._loss()
        if self._asked.recipe.outliers:
            usual = losses.forgiving(usual)
        if self._asked.teachers:
            usual = losses.taught(usual, logits=self._architecture.logits)
        return usual

    def _build_metrics(self) -> None:
        """Make the metrics' variables now: a step that makes some is traced twice by TensorFlow."""
        one = np.zeros((1, self._classes), np.float32)
        self._model.compute_metrics(None, one, one)
        self._model.reset_metrics()

    def _rate(self, finishing: bool, steps: int) -> Any:
        """The learning rate: a number, or a Keras schedule over `steps` steps."""
        from keras.optimizers.schedules import CosineDecay

        recipe = self._asked.recipe
        if finishing:
            return CosineDecay(recipe.finish_rate, steps)
        if recipe.schedule != "cosine":
            return recipe.learning_rate
        warm_up = min(recipe.warm_up, int(MOST_WARM_UP * steps))
        if warm_up == 0:
            return CosineDecay(recipe.learning_rate, steps)
        rate = recipe.learning_rate
        return CosineDecay(0.0, steps - warm_up, warmup_target=rate, warmup_steps=warm_up)
