"""What makes an artifact's error, as a plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edgedigits.diagnosis.diagnosis import Diagnosis
from edgedigits.reports import plots

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH, ROW, FRAME = 9.0, 0.235, 1.6
"""Inches: of the plot, of a line in it, and for title, axes and legend."""
MOST_DB = 80.0
LONGEST = 28


def draw(found: Diagnosis, title: str, subtitle: str) -> Figure:
    """A line for every operation that makes an error or hands one on: at the left how clean its
    values are, at the right how much of the error is gone where it alone stays float."""
    rows = [each for each in found.operations if not each.moves]
    places = np.arange(len(rows))
    with plots.look():
        height = FRAME + ROW * max(len(rows), 4)
        drawn = plots.figure(WIDTH, height, f"What makes the error of {title}")
        noise, costs = drawn.subplots(1, 2, sharey=True)
        handed = [min(each.handed_db, MOST_DB) for each in rows]
        own = [min(each.own_db, MOST_DB) for each in rows]
        noise.plot(handed, places, "o-", color=plots.DARK, markersize=4, label="hands on")
        noise.plot(own, places, "D", color=plots.LIGHT, markersize=4, label="makes itself")
        noise.set_yticks(places, plots.names([each.name for each in rows], LONGEST), fontsize=8)
        noise.set(ylim=(len(rows) - 0.4, -0.6), xlabel="signal to noise (dB)")
        noise.grid(axis="x")
        shares = [each.cost.share if each.cost is not None else np.nan for each in rows]
        costs.barh(places, np.nan_to_num(shares), color=plots.DARK, height=0.6)
        for place, share in zip(places, shares, strict=True):
            if np.isnan(share):
                costs.text(0, place, " not measured", va="center", fontsize=7, color="#444444")
        costs.axvline(0, color="#444444", linewidth=0.8)
        costs.set_xlabel("of the error, gone if it stays float (%)")
        costs.grid(axis="x")
        costs.set_axisbelow(True)
        noise.set_title(subtitle, loc="left")
        drawn.legend(loc="outside lower center", ncols=2, frameon=False)
    return drawn
