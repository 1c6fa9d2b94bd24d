"""Knowing when a picture is no digit: a temperature and a threshold on the probabilities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_DIGITS_REJECTED = 0.005
"""Share of the digits it is fitted on that a threshold may cost at most."""

MOST_OUTLIERS_ACCEPTED = 0.03
"""Share of the pictures of no digit below which no more digits are given up to keep others out."""

HIGHEST_THRESHOLD = 0.9999
"""At 1 an answer would have to be sure beyond all arithmetic."""

TEMPERATURES = (1.0, 1.4, 0.7, 2.0, 0.5, 2.8)
"""Those that are tried; the first of equally good ones is taken."""


@dataclass(frozen=True)
class Reject:
    """When an answer is taken for "not a digit".

    Attributes:
        temperature: divides the logarithms of the probabilities; above 1, what the model gives to
            all other digits counts more (Liang et al. 2018, "Enhancing the Reliability of
            Out-of-distribution Image Detection in Neural Networks").
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


def fit(digits: NDArray[np.float32], outliers: NDArray[np.float32]) -> Reject:
    """Temperature and threshold for a model, from its answers to pictures it was not trained on.

    The temperature is the one at which the fewest outliers are as confident as all but
    `MOST_DIGITS_REJECTED` of the digits. The threshold is the lowest that keeps all but
    `MOST_OUTLIERS_ACCEPTED` of the outliers out, or where that would cost more digits than that,
    the highest that does not.

    Args:
        digits: probabilities `[N, 10]` of pictures of digits.
        outliers: probabilities `[M, 10]` of pictures of no digit.
    """

    def allowed(temperature: float) -> float:
        confidence = Reject(temperature, 0.0).confidence(digits)
        return float(np.quantile(confidence, MOST_DIGITS_REJECTED, method="lower"))

    def accepted(temperature: float) -> float:
        return float(Reject(temperature, allowed(temperature)).accepts(outliers).mean())

    best = min(TEMPERATURES, key=accepted)
    confidence = Reject(best, 0.0).confidence(outliers)
    needed = float(np.quantile(confidence, 1 - MOST_OUTLIERS_ACCEPTED, method="higher"))
    # Four decimals, so that what is written in a file is what was fitted.
    threshold = min(np.floor(allowed(best) * 1e4), np.ceil(needed * 1e4)) / 1e4
    return Reject(best, min(float(threshold), HIGHEST_THRESHOLD))
