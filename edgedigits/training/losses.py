"""What a training makes small, and what it counts, where targets are more than a digit's label."""

from __future__ import annotations

from typing import Any

UNSURE_ENOUGH = 3.0
"""Cross entropy, in nats, between equal probabilities for ten digits and an answer below which it
is unsure enough: one digit has two thirds, say, and the others the rest. Equal probabilities
themselves, at 2.3, would cost more answers to digits than they are worth."""

TEMPERATURE = 2.0
"""Teachers and the taught model are compared at it (Hinton et al. 2015): at 1 the teachers' answers
are nearly labels, and what they know of how digits resemble each other hardly counts."""

SMALLEST = 1e-7
"""A probability is taken for at least so much before its logarithm."""


def forgiving(loss: Any) -> Any:
    """A Keras loss which of pictures of no digit counts only what is beyond `UNSURE_ENOUGH`."""
    import keras

    class ForgivingLoss(keras.losses.Loss):  # type: ignore[misc, unused-ignore]
        def call(self, y_true: Any, y_pred: Any) -> Any:
            each = loss.call(y_true, y_pred)
            return keras.ops.where(_is_digit(y_true), each, keras.ops.relu(each - UNSURE_ENOUGH))

    return ForgivingLoss()


def taught(loss: Any, *, logits: bool) -> Any:
    """A Keras loss for targets `[N, 2 * classes]`: labels, and beside them what teachers answer, as
    `teachers.softened` gives it. `logits` says what the taught model answers with.

    Of digits it is the Kullback-Leibler divergence of the model's answer, softened likewise, from
    the teachers', times the temperature's square, so that its gradients stay as large as a label's
    (Hinton et al. 2015, section 2); the label itself does not count. Of pictures of no digit, and
    where targets are labels alone, it is `loss`.
    """
    import keras

    ops = keras.ops

    class TaughtLoss(keras.losses.Loss):  # type: ignore[misc, unused-ignore]
        def call(self, y_true: Any, y_pred: Any) -> Any:
            classes = y_pred.shape[-1]
            labels, told = y_true[..., :classes], y_true[..., classes:]
            usual = loss.call(labels, y_pred)
            if y_true.shape[-1] == classes:
                return usual
            raw = y_pred if logits else ops.log(y_pred + SMALLEST)
            apart = ops.log(told + SMALLEST) - ops.log_softmax(raw / TEMPERATURE)
            each = TEMPERATURE**2 * ops.sum(told * apart, axis=-1)
            return ops.where(_is_digit(labels), each, usual)

    return TaughtLoss()


def digit_accuracy() -> Any:
    """Share of the digits that are answered right; pictures of no digit do not count. Targets may
    hold more than the labels, which come first."""
    import keras

    class DigitAccuracy(keras.metrics.CategoricalAccuracy):  # type: ignore[misc, unused-ignore]
        def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
            assert sample_weight is None
            labels = y_true[..., : y_pred.shape[-1]]
            return super().update_state(labels, y_pred, sample_weight=_is_digit(labels))

    return DigitAccuracy(name="accuracy")


def _is_digit(labels: Any) -> Any:
    import keras

    return keras.ops.max(labels, axis=-1) > 0.5
