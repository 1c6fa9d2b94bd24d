"""One figure of every kind, drawn from made-up trainings, answers and weights."""

from __future__ import annotations

from collections.abc import Callable
from string import ascii_uppercase
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from edgedigits.datasets.dataset import Split
from edgedigits.datasets.strokes import strokes
from edgedigits.models import first_layer
from edgedigits.reports import plot_confusion, plot_filters, plot_history, plot_sheet
from edgedigits.verification.evaluation import evaluate


def epochs(count: int, *, validated: bool) -> list[dict[str, float]]:
    entries = []
    for index in range(count):
        entry = {"epoch": index + 1, "loss": 0.3 * 0.6**index, "accuracy": 1 - 0.1 * 0.6**index}
        if validated:
            entry |= {"val_loss": 0.2 * 0.8**index, "val_accuracy": 1 - 0.08 * 0.8**index}
        entries.append({**entry, "seconds": 7.5})
    return entries


def judged(count: int, wrong: int) -> tuple[Split, Any]:
    """Pictures of which the last `wrong` are answered wrong, and the answers."""
    images, labels = strokes.draw(count, seed=1)
    table = np.full((count, 10), 0.001, np.float32)
    said = labels.copy()
    said[count - wrong :] = (said[count - wrong :] + 1) % 10
    table[np.arange(count), said] = np.linspace(0.5, 0.991, count)
    return Split(images, labels), table


def sheet_of_mistakes(count: int, wrong: int, title: str) -> Figure:
    split, table = judged(count, wrong)
    return plot_sheet.draw_mistakes(split, evaluate(table, split.labels).mistakes, title)


def confusion(title: str) -> Figure:
    labels = np.arange(200_000, dtype=np.int64) % 10
    table = np.eye(10, dtype=np.float32)[(labels + (labels * 7 % 13 == 0)) % 10]
    return plot_confusion.draw(evaluate(table, labels), title)


def filters(shape: tuple[int, ...], title: str) -> Figure:
    kernel = np.random.default_rng(0).normal(0, 0.01, shape).astype(np.float32)
    return plot_filters.draw(first_layer.from_kernel("layer", kernel), title)


def predictions(title: str) -> Figure:
    return plot_sheet.draw_predictions(*judged(100, 60), title)


def samples(title: str) -> Figure:
    split, _ = judged(30, 0)
    return plot_sheet.draw_samples(split.take(np.flatnonzero(split.labels != 4)), title)


def confusion_of(classes: tuple[str, ...], title: str) -> Figure:
    """A mistake in thirty, some of them more often than others, in large numbers."""
    count = len(classes)
    labels = np.arange(1_000 * count, dtype=np.int64) % count
    said = (
        labels + (labels * 7 % 13 + np.arange(len(labels)) % 31 == 0) * (labels % 3 + 1)
    ) % count
    return plot_confusion.draw(
        evaluate(np.eye(count, dtype=np.float32)[said], labels), title, classes
    )


def signs(count: int, wrong: int) -> tuple[Split, Any]:
    """As `judged`, of three classes."""
    split, table = judged(count, wrong)
    return Split(split.images, split.labels % 3, SIGNS), table[:, :3]


def mistakes_of_signs(title: str) -> Figure:
    split, table = signs(100, 100)
    return plot_sheet.draw_mistakes(split, evaluate(table, split.labels).mistakes, title)


def filters_of_letters(title: str) -> Figure:
    kernel = np.random.default_rng(0).normal(0, 0.01, (784, 26)).astype(np.float32)
    return plot_filters.draw(first_layer.from_kernel("layer", kernel, 26), title, LETTERS)


LETTERS = tuple(ascii_uppercase)
SIGNS = ("A", "a name that is long", "漢")
HUNDRED = tuple(f"some sign {place}" for place in range(100))
FIGURES: dict[str, Callable[[str], Figure]] = {
    "history of one epoch": lambda title: plot_history.draw(epochs(1, validated=False), title),
    "history": lambda title: plot_history.draw(epochs(40, validated=True), title),
    "confusion": confusion,
    "no mistakes": lambda title: sheet_of_mistakes(20, 0, title),
    "a mistake": lambda title: sheet_of_mistakes(20, 1, title),
    "mistakes": lambda title: sheet_of_mistakes(100, 60, title),
    "predictions": predictions,
    "samples": samples,
    "one kernel": lambda title: filters((3, 3, 1, 1), title),
    "kernels": lambda title: filters((5, 5, 1, 80), title),
    "units": lambda title: filters((400, 25), title),
    "digits": lambda title: filters((784, 10), title),
    "confusion of letters": lambda title: confusion_of(LETTERS, title),
    "confusion of a hundred signs": lambda title: confusion_of(HUNDRED, title),
    "confusion of three signs": lambda title: confusion_of(SIGNS, title),
    "mistakes of signs": mistakes_of_signs,
    "predictions of signs": lambda title: plot_sheet.draw_predictions(*signs(100, 60), title),
    "samples of signs": lambda title: plot_sheet.draw_samples(signs(30, 0)[0], title),
    "letters": filters_of_letters,
}

ONE_OF_EACH = ("history", "confusion", "a mistake", "digits")
