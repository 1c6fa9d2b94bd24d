"""The confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from edgedigits.reports import plots
from edgedigits.verification.class_words import DIGITS, ClassWords
from edgedigits.verification.evaluation import Evaluation

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GAMMA = 0.35
"""Shares are coloured by `share ** GAMMA`: single mistakes in a thousand still show."""
MOST_IN_FULL = 40
"""Of more classes only mistakes are written as numbers, which would not be readable otherwise."""
MOST_NAMED = 5
_LIGHT_ABOVE = 0.55


def draw(found: Evaluation, title: str, classes: Sequence[str] = DIGITS) -> Figure:
    """Counts in a row for each true class and a column for each answer, coloured by the row's
    share. Where there are more than ten, the commonest confusions are told in words as well.
    """
    from matplotlib.colors import PowerNorm

    counts = np.array(found.confusion)
    shares = 100.0 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    places, names = range(len(counts)), plots.names(classes)
    noun = ClassWords(tuple(classes)).noun
    cell, font = _sizes(len(counts))
    with plots.look():
        drawn = plots.figure(8.0 + cell, 6.9 + cell, title)
        axes = drawn.subplots()
        norm = PowerNorm(GAMMA, 0.0, 100.0)
        image = axes.imshow(shares, cmap=plots.COLOURS, norm=norm)
        _write(axes, counts, norm(shares) > _LIGHT_ABOVE, font)
        axes.set(xlabel=f"answered {noun}", ylabel=f"true {noun}", xticks=places, yticks=places)
        if names != list(DIGITS):
            upright = max(map(len, names)) <= 2
            axes.set_xticklabels(names, fontsize=font, rotation=0 if upright else 90)
            axes.set_yticklabels(names, fontsize=font)
        axes.set_title(
            f"{found.pictures:,} pictures, {found.accuracy.percent:.2f} % right; "
            f"empty cells: no picture{_commonest(found, names)}"
        )
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        bar = drawn.colorbar(image, ax=axes, ticks=[0, 0.1, 1, 5, 20, 50, 100], shrink=0.9)
        bar.ax.set_yticklabels(["0", "0.1", "1", "5", "20", "50", "100"])
        bar.ax.minorticks_off()
        bar.set_label(f"share of the true {noun}'s pictures (%)")
    return drawn


def _sizes(classes: int) -> tuple[float, float]:
    """Inches that a matrix of so many classes is larger than one of ten, and its letters' size."""
    if classes <= 10:
        return 0.0, 9.0
    return (0.2 * (classes - 10), 6.0) if classes > MOST_IN_FULL else (0.2 * (classes - 10), 7.0)


def _write(axes: Axes, counts: NDArray[np.int64], light: NDArray[np.bool_], font: float) -> None:
    in_full = len(counts) <= MOST_IN_FULL
    for truth, answer in np.ndindex(counts.shape):
        if counts[truth, answer] and (in_full or truth != answer):
            axes.text(
                answer, truth, f"{counts[truth, answer]}",
                ha="center", va="center", fontsize=font,
                color="black" if light[truth, answer] else "white",
            )  # fmt: skip


def _commonest(found: Evaluation, names: Sequence[str]) -> str:
    """A second line for matrices in which one would have to look for them."""
    if len(names) <= len(DIGITS):
        return ""
    told = [
        f"{names[truth]} as {names[answer]} ({pictures:,})"
        for truth, answer, pictures in found.confusions[:MOST_NAMED]
    ]
    return f"\nmostly mistaken: {', '.join(told)}" if told else "\nno picture is mistaken"
