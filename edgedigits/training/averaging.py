"""A moving average of a model's weights, which answers better than the last of them."""

from __future__ import annotations

from typing import Any


class Average:
    """What the weights of a Keras model were, the more recent the more it counts.

    The momentum starts low, so that the first weights are soon forgotten.
    """

    def __init__(self, model: Any, momentum: float) -> None:
        """Begin with the weights as they are."""
        import tensorflow as tf

        self.steps = tf.Variable(0, dtype=tf.int64, trainable=False)
        self._pairs = [
            (tf.Variable(value, trainable=False), value)
            for value in (weight.value for weight in model.weights)
            if value.dtype.is_floating
        ]
        self._momentum = momentum
        self._update = tf.function(self._move, autograph=False)

    @property
    def variables(self) -> list[Any]:
        """Everything that must be kept for going on later."""
        return [self.steps, *(average for average, _ in self._pairs)]

    def update(self, steps: int) -> None:
        """Take in the weights after `steps` more steps of the training."""
        import tensorflow as tf

        self._update(tf.constant(steps, tf.int64))

    def take_over(self) -> None:
        """Put the average in place of the weights."""
        for average, weight in self._pairs:
            weight.assign(average)

    def _move(self, steps: Any) -> None:
        import tensorflow as tf

        self.steps.assign_add(steps)
        done = tf.cast(self.steps, tf.float32)
        momentum = tf.minimum(self._momentum, (1.0 + done) / (10.0 + done))
        kept = momentum ** tf.cast(steps, tf.float32)
        for average, weight in self._pairs:
            average.assign(average * kept + weight * (1.0 - kept))
