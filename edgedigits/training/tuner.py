"""The steps of quantization-aware fine-tuning.

Every step computes with the weights as int4 will store them, and its gradient goes to the float32
weights behind them as if nothing had been rounded (straight-through estimator: Bengio, Léonard and
Courville, arXiv 1308.3432, 2013).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from edgedigits.models import models
from edgedigits.training import heap, int4_grid, losses
from edgedigits.training.plan import Plan

Batches = Iterator[tuple[Any, Any]]
"""Pixels `float32 [N, 28, 28, 1]` and targets `float32 [N, classes]`, as TensorFlow tensors."""


class Tuner:
    """Takes steps with weights on the grid, and keeps the float32 weights behind them."""

    def __init__(self, model: Any, asked: Plan, steps: int) -> None:
        """Tune a Keras model in `steps` steps; layers that are not trainable stay as they are."""
        import keras
        import tensorflow as tf

        heap.keep()
        kernels = {id(kernel): kernel for kernel in int4_grid.kernels(model)}
        self._model = model
        self._variables = model.trainable_variables
        self._others = model.non_trainable_variables
        self._clips = [
            tf.constant(int4_grid.clips(variable.numpy())) if id(variable) in kernels else None
            for variable in self._variables
        ]
        rate = keras.optimizers.schedules.CosineDecay(asked.recipe.learning_rate, steps)
        self._optimizer = keras.optimizers.get(asked.recipe.optimizer).from_config(
            {"learning_rate": rate}
        )
        self._optimizer.build(self._variables)
        logits = models.find(asked.model).logits
        self._loss = keras.losses.CategoricalCrossentropy(from_logits=logits)
        self._mean = keras.metrics.Mean()
        self._right = losses.digit_accuracy()
        signature = [
            tf.TensorSpec((None, 28, 28, 1), tf.float32),
            tf.TensorSpec((None, model.output_shape[-1]), tf.float32),
        ]
        self._step = tf.function(self._take_step, signature, autograph=False)
        self._look = tf.function(self._take_look, signature, autograph=False)

    def epoch(
        self,
        some: Batches,
        watch: Callable[[int, dict[str, float]], None],
    ) -> dict[str, float]:
        """Learn from batches, one step each; returns mean loss and accuracy."""
        self._begin()
        for done, (pixels, targets) in enumerate(some, start=1):
            self._step(pixels, targets)
            watch(done, self._found())
        return self._found()

    def judge(self, some: Batches) -> dict[str, float]:
        """Loss and accuracy on batches, with the weights on the grid."""
        self._begin()
        for pixels, targets in some:
            self._look(pixels, targets)
        return self._found()

    def settle(self) -> None:
        """Put the model's weights where int4 will store them."""
        for variable, clip in zip(self._variables, self._clips, strict=True):
            if clip is not None:
                variable.assign(int4_grid.stored(variable.value, clip))

    def _take_step(self, pixels: Any, targets: Any) -> None:
        import tensorflow as tf

        with tf.GradientTape() as tape:
            answers, others = self._model.stateless_call(
                self._stored(), list(self._others), pixels, training=True
            )
            loss = self._loss(targets, answers)
        gradients = tape.gradient(loss, [variable.value for variable in self._variables])
        self._optimizer.apply(gradients, self._variables)
        # The random numbers of dropout go on.
        for variable, value in zip(self._others, others, strict=True):
            variable.assign(value)
        self._count(loss, targets, answers)

    def _take_look(self, pixels: Any, targets: Any) -> None:
        answers, _ = self._model.stateless_call(
            self._stored(), list(self._others), pixels, training=False
        )
        self._count(self._loss(targets, answers), targets, answers)

    def _stored(self) -> list[Any]:
        """Every trainable variable's value, those that int4 stores on the grid."""
        import tensorflow as tf

        values = [tf.convert_to_tensor(variable) for variable in self._variables]
        for place, (value, clip) in enumerate(zip(values, self._clips, strict=True)):
            if clip is not None:
                # To the gradient the difference is a constant: it passes straight through.
                rounding = tf.stop_gradient(int4_grid.stored(value, clip) - value)
                values[place] = value + rounding
        return values

    def _begin(self) -> None:
        self._mean.reset_state()
        self._right.reset_state()

    def _count(self, loss: Any, targets: Any, answers: Any) -> None:
        import tensorflow as tf

        self._mean.update_state(loss, sample_weight=tf.cast(tf.shape(targets)[0], tf.float32))
        self._right.update_state(targets, answers)

    def _found(self) -> dict[str, float]:
        return {"loss": float(self._mean.result()), "accuracy": float(self._right.result())}
