"""The confusion matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edgedigits.reports import plots
from edgedigits.verification.evaluation import Evaluation

if TYPE_CHECKING:
    from matplotlib.figure import Figure

GAMMA = 0.35
"""Shares are coloured by `share ** GAMMA`: single mistakes in a thousand still show."""
_LIGHT_ABOVE = 0.55


def draw(found: Evaluation, title: str) -> Figure:
    """Counts in ten rows of true digits and ten columns of answers, coloured by the row's share."""
    from matplotlib.colors import PowerNorm

    counts = np.array(found.confusion)
    shares = 100.0 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    with plots.look():
        drawn = plots.figure(8.0, 6.9, title)
        axes = drawn.subplots()
        norm = PowerNorm(GAMMA, 0.0, 100.0)
        image = axes.imshow(shares, cmap=plots.COLOURS, norm=norm)
        for truth, answer in np.ndindex(counts.shape):
            if counts[truth, answer]:
                light = float(norm(shares[truth, answer])) > _LIGHT_ABOVE
                axes.text(
                    answer, truth, f"{counts[truth, answer]}",
                    ha="center", va="center", fontsize=9, color="black" if light else "white",
                )  # fmt: skip
        axes.set(xlabel="answered digit", ylabel="true digit", xticks=range(10), yticks=range(10))
        axes.set_title(
            f"{found.pictures:,} pictures, {found.accuracy.percent:.2f} % right; "
            "empty cells: no picture"
        )
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        bar = drawn.colorbar(image, ax=axes, ticks=[0, 0.1, 1, 5, 20, 50, 100], shrink=0.9)
        bar.ax.set_yticklabels(["0", "0.1", "1", "5", "20", "50", "100"])
        bar.ax.minorticks_off()
        bar.set_label("share of the true digit's pictures (%)")
    return drawn
