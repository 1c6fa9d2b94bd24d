"""How good answers are on labelled pictures, and how far their probabilities can be trusted.

Pure functions over arrays and frozen dataclasses: a table of probabilities and the labels make an
`Evaluation`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets.dataset import CLASSES
from edgedigits.verification import parity
from edgedigits.verification.parity import Share

MOST_IN_A_TABLE = 100
"""Classes of which every pair is counted: a table of more is nothing to look at."""
BINS = 15
"""Bins of the calibration error, as in Guo et al. (2017)."""


@dataclass(frozen=True)
class DigitScore:
    """One class, by its place: of its `pictures` so many are `right`; `answered` counts every
    answer of it.

    Recall is the share of its pictures that are answered right, precision the share of its answers
    that are right. Either is None where there is nothing to take a share of.
    """

    digit: int
    pictures: int
    answered: int
    right: int
    recall: Share | None
    precision: Share | None


@dataclass(frozen=True)
class Bin:
    """Pictures whose probability lies in (low, high]: its mean, and the share answered right."""

    low: float
    high: float
    pictures: int
    probability: float
    accuracy: float


@dataclass(frozen=True)
class Calibration:
    """Probabilities against what came true, all in 0..1.

    `error` is the expected calibration error. A mean `probability` above `accuracy` means that the
    model is surer than it should be.
    """

    error: float
    probability: float
    accuracy: float
    bins: tuple[Bin, ...]


@dataclass(frozen=True)
class Mistake:
    """A wrong answer: `probability` is that of the answered digit, `label_probability` the one that
    the true digit was given."""

    index: int
    label: int
    digit: int
    probability: float
    label_probability: float


@dataclass(frozen=True)
class Evaluation:
    """A model on labelled pictures.

    A picture whose probabilities are not all finite counts as wrong, appears in `non_finite` and
    nowhere else. `confusion[truth][answer]` counts pictures; it is empty beyond `MOST_IN_A_TABLE`
    classes. `confusions` are `(truth, answer, pictures)` of wrong answers, the commonest first.
    `mistakes` are all wrong answers, the most confident first. `calibration` is None where no
    answer is finite.
    """

    pictures: int
    non_finite: int
    right: int
    accuracy: Share
    digits: tuple[DigitScore, ...]
    confusion: tuple[tuple[int, ...], ...]
    confusions: tuple[tuple[int, int, int], ...]
    calibration: Calibration | None
    mistakes: tuple[Mistake, ...]


def evaluate(probabilities: NDArray[np.float32], labels: NDArray[np.int64]) -> Evaluation:
    """Judge answers `[N, classes]` by `labels [N]`.

    Raises:
        ValueError: the shapes do not fit, or there are no pictures.
    """
    classes = probabilities.shape[-1]
    if probabilities.shape != (len(labels), classes) or (labels >= classes).any():
        raise ValueError(f"answers {probabilities.shape} do not fit {len(labels)} labels")
    if len(labels) == 0:
        raise ValueError("there are no pictures to evaluate on")
    finite = np.isfinite(probabilities).all(axis=1)
    answers, truths = probabilities[finite].argmax(axis=1), labels[finite]
    right = int(np.sum(answers == truths))
    counts, answered, hits = (
        np.bincount(each, minlength=classes)
        for each in (labels, answers, truths[answers == truths])
    )
    few = classes <= MOST_IN_A_TABLE
    table = confusion(answers, truths, classes) if few else np.empty((0, 0), np.int64)
    return Evaluation(
        pictures=len(labels),
        non_finite=int(np.sum(~finite)),
        right=right,
        accuracy=parity.wilson(right, len(labels)),
        digits=tuple(
            _score(place, int(counts[place]), int(answered[place]), int(hits[place]))
            for place in range(classes)
        ),
        confusion=tuple(tuple(int(count) for count in row) for row in table),
        confusions=_confusions(answers, truths, classes),
        calibration=calibrate(probabilities[finite], labels[finite]) if finite.any() else None,
        mistakes=find_mistakes(probabilities, labels),
    )


def confusion(
    answers: NDArray[np.int64], labels: NDArray[np.int64], classes: int = CLASSES
) -> NDArray[np.int64]:
    """How often each class was answered for each true one: `int64 [truths, answers]`."""
    flat = np.bincount(labels * classes + answers, minlength=classes * classes)
    return flat.reshape(classes, classes)


def _confusions(
    answers: NDArray[np.int64], labels: NDArray[np.int64], classes: int
) -> tuple[tuple[int, int, int], ...]:
    wrong = answers != labels
    pairs, counts = np.unique(labels[wrong] * classes + answers[wrong], return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return tuple(
        (int(pairs[at]) // classes, int(pairs[at]) % classes, int(counts[at])) for at in order
    )


def calibrate(probabilities: NDArray[np.float32], labels: NDArray[np.int64]) -> Calibration:
    """Compare the probability of every answer with how often such answers are right.

    `ECE = sum over bins b of n_b / N * |accuracy(b) - probability(b)|`, over 15 bins of equal width
    ((m - 1) / 15, m / 15] of the largest probability: Naeini, Cooper, Hauskrecht, AAAI 2015, in the
    form of Guo, Pleiss, Sun, Weinberger, "On Calibration of Modern Neural Networks", ICML 2017,
    equation 3. Probabilities `[N, classes]`, N at least 1, must be finite.
    """
    surest = probabilities.max(axis=1).astype(np.float64)
    right = probabilities.argmax(axis=1) == labels
    place = np.clip(np.ceil(surest * BINS).astype(np.int64) - 1, 0, BINS - 1)
    bins, error = [], 0.0
    for index in range(BINS):
        inside = place == index
        count = int(inside.sum())
        if count == 0:
            continue
        mean, share = float(surest[inside].mean()), float(right[inside].mean())
        bins.append(Bin(index / BINS, (index + 1) / BINS, count, mean, share))
        error += count / len(labels) * abs(share - mean)
    return Calibration(error, float(surest.mean()), float(right.mean()), tuple(bins))


def find_mistakes(
    probabilities: NDArray[np.float32], labels: NDArray[np.int64]
) -> tuple[Mistake, ...]:
    """All wrong answers, the most confident first; of equally confident ones the earlier."""
    finite = np.isfinite(probabilities).all(axis=1)
    answers = np.where(finite[:, None], probabilities, 0).argmax(axis=1)
    wrong = np.flatnonzero(finite & (answers != labels))
    sure = probabilities[wrong, answers[wrong]]
    order = wrong[np.argsort(-sure, kind="stable")]
    return tuple(
        Mistake(
            int(index),
            int(labels[index]),
            int(answers[index]),
            float(probabilities[index, answers[index]]),
            float(probabilities[index, labels[index]]),
        )
        for index in order
    )


def _score(place: int, pictures: int, answered: int, right: int) -> DigitScore:
    return DigitScore(
        place,
        pictures,
        answered,
        right,
        parity.wilson(right, pictures) if pictures else None,
        parity.wilson(right, answered) if answered else None,
    )
