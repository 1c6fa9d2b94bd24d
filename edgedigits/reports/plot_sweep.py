"""Accuracy against bytes and microseconds, as a plot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from edgedigits.reports import plots
from edgedigits.sweep.choice import Candidate
from edgedigits.sweep.sweep import Sweep

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 9.0, 4.2
"""Inches."""


def draw(found: Sweep) -> Figure:
    """A dot for each artifact that passed, a line through those that none is better than, and a
    diamond for the chosen one; times only where they were measured. Where nothing is chosen a dot
    is a mean over the seeds, with a line from the lowest to the highest."""
    by_us = found.by_us
    with plots.look():
        drawn = plots.figure(WIDTH, HEIGHT, f"{len(found.trials):,} trials of {found.asked.path}")
        left, *more = drawn.subplots(1, 2 if by_us else 1, sharey=True, squeeze=False)[0]
        _panel(left, found, found.by_bytes, lambda each: each.size_bytes)
        pictures = "validation" if found.asked.chooses else "test"
        left.set(xlabel="bytes", ylabel=f"{pictures} pictures answered right (%)")
        for axes in more:
            _panel(axes, found, by_us, lambda each: each.us)
            axes.set_xlabel("microseconds for a picture")
        handles, labels = left.get_legend_handles_labels()
        drawn.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False)
    return drawn


def _panel(
    axes: Axes,
    found: Sweep,
    front: Sequence[Candidate],
    cost: Callable[[Candidate], float | None],
) -> None:
    def mark(some: Sequence[Candidate], style: str, colour: str, label: str, points: int) -> None:
        places = [(at, each.accuracy) for each in some if (at := cost(each)) is not None]
        costs, accuracies = [at for at, _ in places], [percent for _, percent in places]
        axes.plot(costs, accuracies, style, color=colour, label=label, markersize=points)

    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_minor_locator(NullLocator())
    # Matplotlib's own would be formulas.
    axes.xaxis.set_major_formatter(FuncFormatter(lambda at, _: f"{at:,.10g}"))
    axes.grid(visible=True)
    axes.set_axisbelow(True)
    for each in found.groups:
        if (at := cost(each.mean)) is not None and each.mean.eligible:
            axes.vlines(at, each.lowest, each.highest, color="#999999", linewidth=1)
    label = "artifact" if found.asked.chooses else "artifact, mean of the seeds"
    mark([each for each in found.points if each.eligible], "o", "#999999", label, 3)
    mark(front, "o-", plots.DARK, "none is better", 5)
    if found.asked.chooses:
        mark([found.chosen] if found.chosen is not None else [], "D", plots.LIGHT, "chosen", 9)
