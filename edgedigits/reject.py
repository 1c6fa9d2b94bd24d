"""Knowing when a picture is no digit: a temperature and a threshold on the probabilities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_DIGITS_REJECTED = 0.007
"""Share of the digits it is fitted on that a threshold may cost at most."""

MOST_OUTLIERS_ACCEPTED = 0.03
"""Share of the pictures of no digit below which no more digits are given up to keep others out."""

TEMPERATURES = (0.25, 8.0)


@dataclass(frozen=True)
class Reject:
    """When an answer is taken for "not a digit".

    Attributes:
        temperature: divides the logarithms of the probabilities (Guo et al. 2017, "On Calibration
            of Modern Neural Networks"); above 1 it takes back some of the model's confidence.
        threshold: the least confidence, in 0..1, that a digit must have.
    """

    temperature: float
    threshold: float

    def confidence(self, probabilities: NDArray[np.float32]) -> NDArray[np.float64]:
        """The largest of softmax(log p / temperature), `[N]`, for probabilities `[N, 10]`.

        That is `1 / sum((p / max p) ** (1 / temperature))`, which takes no logarithm of 0. NaN
        where a row holds a NaN or has no positive number.
        """
        table = np.asarray(probabilities, np.float64)
        with np.errstate(invalid="ignore", divide="ignore"):
            ratios = table / table.max(axis=-1, keepdims=True)
            confidence: NDArray[np.float64] = 1 / (ratios ** (1 / self.temperature)).sum(axis=-1)
        return confidence

    def accepts(self, probabilities: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Which rows of `[N, 10]` are answers to a digit; a row with a NaN is none."""
        accepted: NDArray[np.bool_] = self.confidence(probabilities) >= self.threshold
        return accepted


def fit(
    digits: NDArray[np.float32], labels: NDArray[np.int64], outliers: NDArray[np.float32]
) -> Reject:
    """Temperature and threshold for a model, from its answers to pictures it was not trained on.

    The temperature is the one with the least log loss on the digits. The threshold is the lowest
    that keeps all but `MOST_OUTLIERS_ACCEPTED` of the outliers out, or where that would cost more
    than `MOST_DIGITS_REJECTED` of the digits, the highest that does not.

    Args:
        digits: probabilities `[N, 10]` of pictures of digits.
        labels: their digits, `int64 [N]`.
        outliers: probabilities `[M, 10]` of pictures of no digit.
    """
    temperature = _temperature(digits, labels)
    confidence = Reject(temperature, 0.0).confidence
    needed = np.quantile(confidence(outliers), 1 - MOST_OUTLIERS_ACCEPTED, method="higher")
    allowed = np.quantile(confidence(digits), MOST_DIGITS_REJECTED, method="lower")
    # Four decimals, rounded down: what is written in a file is what was fitted.
    return Reject(temperature, float(np.floor(min(needed, allowed) * 1e4) / 1e4))


def _temperature(probabilities: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    from scipy.optimize import minimize_scalar

    # An 8-bit answer of 0 stands for anything below half a step.
    logs = np.log(np.maximum(np.asarray(probabilities, np.float64), 1e-7))
    rows = np.arange(len(labels))

    def log_loss(log_temperature: float) -> float:
        scaled = logs / np.exp(log_temperature)
        top = scaled.max(axis=1, keepdims=True)
        sums = np.log(np.exp(scaled - top).sum(axis=1)) + top[:, 0]
        return float((sums - scaled[rows, labels]).mean())

    bounds = tuple(np.log(TEMPERATURES))
    best = minimize_scalar(log_loss, bounds=bounds, method="bounded").x
    return float(np.round(np.exp(best), 3))
