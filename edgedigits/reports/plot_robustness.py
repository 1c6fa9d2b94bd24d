"""What is left of a model's accuracy under each distortion, as a plot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from edgedigits.reports import plots
from edgedigits.robustness.robustness import Robustness, Score
from edgedigits.verification.parity import Share

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, ROW, FRAME = 8.0, 0.235, 1.5
"""Inches: of the plot, of a line in it, and for title, axis and legend."""
TICKS = (0, 50, 80, 90, 95, 98, 99, 99.5, 99.8, 99.9)
LEAST_WRONG, MOST_WRONG = 0.1, 100.0
"""Percent of wrong answers at the right and the left end of the axis."""
APART = 0.2
"""How far the two marks of a line lie from its middle, in lines."""


def draw(found: Robustness, title: str, subtitle: str) -> Figure:
    """A line for every change: a dot for the pictures as they are, a diamond for prepared ones.

    The axis is logarithmic in wrong answers, so that 99.5 % lies as far from 99 % as 90 % from 80.
    """
    from matplotlib.ticker import FixedLocator, NullLocator

    rows = _with_gaps(found.scores)
    with plots.look():
        drawn = plots.figure(WIDTH, FRAME + ROW * len(rows), f"Robustness of {title}")
        axes = drawn.subplots()
        axes.set_title(subtitle)
        axes.set_xscale("log")
        axes.set(xlim=(MOST_WRONG, LEAST_WRONG * 0.9), ylim=(len(rows) - 0.5, -0.7))
        axes.xaxis.set_major_locator(FixedLocator([100 - tick for tick in TICKS]))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xticklabels([f"{tick:g}" for tick in TICKS])
        axes.grid(axis="x")
        axes.set_axisbelow(True)
        names = [(place, score.name) for place, score in enumerate(rows) if score is not None]
        axes.set_yticks([place for place, _ in names], [name for _, name in names], fontsize=9)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.axvline(_wrong(found.clean.accuracy.percent), color="#888888", linestyle="--")
        as_it_is = f"as it is ({found.clean.pictures:,} pictures)"
        _marks(axes, rows, lambda score: score.accuracy, "o", plots.DARK, -APART, as_it_is)
        if found.prepared_pictures:
            prepared = f"after picture preparation ({found.prepared_pictures:,} of them)"
            _marks(axes, rows, _after, "D", plots.LIGHT, APART, prepared)
        axes.set_xlabel("answered right (%), bars: 95 % intervals, dashed: clean pictures")
        drawn.legend(loc="outside lower center", ncols=2, frameon=False)
    return drawn


def _with_gaps(scores: Sequence[Score]) -> list[Score | None]:
    """The scores with an empty line between families."""
    rows: list[Score | None] = []
    for score in scores:
        if rows and rows[-1] is not None and rows[-1].family != score.family:
            rows.append(None)
        rows.append(score)
    return rows


def _marks(
    axes: Axes,
    rows: Sequence[Score | None],
    share_of: Callable[[Score], Share | None],
    marker: str,
    colour: str,
    offset: float,
    label: str,
) -> None:
    places, middles, lows, highs = [], [], [], []
    for place, score in enumerate(rows):
        share = None if score is None else share_of(score)
        if share is None:
            continue
        places.append(place + offset)
        middles.append(_wrong(share.percent))
        lows.append(_wrong(share.low))
        highs.append(_wrong(share.high))
    axes.hlines(places, lows, highs, color=colour, linewidth=1.2)
    axes.plot(middles, places, marker, color=colour, markersize=4.5, label=label)


def _after(score: Score) -> Share | None:
    return None if score.prepared is None else score.prepared.accuracy


def _wrong(percent: float) -> float:
    """Percent of wrong answers, kept on the axis."""
    return max(100.0 - percent, LEAST_WRONG)
