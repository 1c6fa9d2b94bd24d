"""Knowing when an answer is unsure, and when a picture is no digit: a temperature, two limits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_DIGITS_UNSURE = 0.02
"""Share of the digits it is fitted on that answers are unsure of at most, unless too many pictures
of no digit were sure ones then."""

MOST_OUTLIERS_SURE = 0.03
"""Share of the pictures of no digit below which no more digits become unsure to keep others out."""

TOO_MANY_OUTLIERS_SURE = 0.04
"""Share of them from which on more digits may become unsure. Others than those it is fitted on are
sure digits somewhat more often: 5 % of them at most, by this."""

MANY_DIGITS_UNSURE = 0.06
"""Share of the digits that answers may be unsure of then, if that keeps the others out: a small
model that was shown what is no digit tells it at this price."""

MOST_HANDS_REJECTED = 0.0015
"""Share of digits by far other hands that may be told to be none: half of the 0.3 % that are borne
of people, whose hands may be farther off than those."""

HIGHEST = 0.9999
"""At 1 an answer would have to be sure beyond all arithmetic."""

TEMPERATURES = (1.0, 1.4, 0.7, 2.0, 0.5, 2.8)
"""Those that are tried; the first of equally good ones is taken."""


@dataclass(frozen=True)
class Reject:
    """When an answer is sure, unsure, or "not a digit".

    Attributes:
        temperature: divides the logarithms of the probabilities; above 1, what the model gives to
            all other digits counts more (Liang et al. 2018, "Enhancing the Reliability of
            Out-of-distribution Image Detection in Neural Networks").
        threshold: the least confidence, in 0..1, that a digit must have.
        sure: the least confidence of an answer that is sure; digits below it are unsure.
    """

    temperature: float
    threshold: float
    sure: float = 0.0

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
        """Which rows of `[N, 10]` are answers to a digit, sure or not; one with a NaN is none."""
        accepted: NDArray[np.bool_] = self.confidence(probabilities) >= self.threshold
        return accepted

    def doubts(self, probabilities: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Which rows of `[N, 10]` are answers to a digit that are unsure."""
        unsure = ~(self.confidence(probabilities) >= self.sure)
        doubted: NDArray[np.bool_] = self.accepts(probabilities) & unsure
        return doubted


def fit(
    digits: NDArray[np.float32], hands: NDArray[np.float32], outliers: NDArray[np.float32]
) -> Reject:
    """Temperature and both limits for a model, from its answers to pictures it was not trained on.

    The temperature is the one at which the fewest outliers are as confident as all but
    `MOST_DIGITS_UNSURE` of the digits. Sure is the lowest that keeps all but `MOST_OUTLIERS_SURE`
    of the outliers out. Where that would cost more digits than that, it is the highest that does
    not, unless `TOO_MANY_OUTLIERS_SURE` were sure digits and no more than `MANY_DIGITS_UNSURE` are
    what it costs to keep them out. The threshold is the highest that costs no more than
    `MOST_HANDS_REJECTED` of the other hands' digits.

    Args:
        digits: probabilities `[N, 10]` of pictures of digits.
        hands: probabilities `[K, 10]` of digits as far other hands write them.
        outliers: probabilities `[M, 10]` of pictures of no digit.
    """

    def all_but(share: float, table: NDArray[np.float32], temperature: float) -> float:
        confidence = Reject(temperature, 0.0).confidence(table)
        return float(np.quantile(confidence, share, method="lower"))

    def accepted(temperature: float) -> float:
        allowed = all_but(MOST_DIGITS_UNSURE, digits, temperature)
        return float(Reject(temperature, allowed).accepts(outliers).mean())

    best = min(TEMPERATURES, key=accepted)
    confidence = Reject(best, 0.0).confidence(outliers)
    needed = float(np.quantile(confidence, 1 - MOST_OUTLIERS_SURE, method="higher"))
    # Four decimals, so that what is written in a file is what was fitted.
    needed = float(np.ceil(needed * 1e4)) / 1e4
    allowed = _floor(all_but(MOST_DIGITS_UNSURE, digits, best))
    if float((confidence >= allowed).mean()) > TOO_MANY_OUTLIERS_SURE:
        many = _floor(all_but(MANY_DIGITS_UNSURE, digits, best))
        allowed = needed if needed <= many else allowed
    sure = min(allowed, needed, HIGHEST)
    return Reject(best, min(_floor(all_but(MOST_HANDS_REJECTED, hands, best)), sure), sure)


def _floor(confidence: float) -> float:
    return float(np.floor(confidence * 1e4)) / 1e4
