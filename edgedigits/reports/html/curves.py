"""Where the lines run that tell how many pictures' probabilities moved how far.

Drawn as SVG by the template itself and not by Matplotlib: some fifty numbers a curve are a few
hundred bytes, take their colours from the page, in light and dark, and their words are text.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from edgedigits.reports.html.tables import SHARES, moved, name, small
from edgedigits.verification.comparison import Moved
from edgedigits.verification.verify import Result, Verification

WIDTH, HEIGHT = 340, 190
LEFT, RIGHT, TOP, BOTTOM = 72, 12, 10, 28
LEAST, MOST_LEAST = -9, -2
"""Powers of ten that the axis of differences may begin with."""
LABELS = 5
"""An axis has about so many labels at most."""


@dataclass(frozen=True)
class Tick:
    """A line across, and its label where it has one."""

    place: float
    label: str


@dataclass(frozen=True)
class Panel:
    """One result: its curve, the line of what is allowed where that is seen, and it in words."""

    name: str
    ran_on: str
    line: str
    area: str
    limit: float | None
    words: str


@dataclass(frozen=True)
class Curves:
    """Panels of one size, with the same ticks: `across` of differences, `down` of pictures."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    across: tuple[Tick, ...]
    down: tuple[Tick, ...]
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class _Scale:
    least: int
    decades: float

    def x(self, difference: float) -> float:
        power = math.log10(difference) if difference > 0 else self.least
        share = (max(power, self.least) - self.least) / -self.least
        return round(LEFT + min(share, 1.0) * (WIDTH - LEFT - RIGHT), 1)

    def y(self, share: float) -> float:
        down = -math.log10(share) / self.decades
        return round(TOP + down * (HEIGHT - TOP - BOTTOM), 1)


def of(checked: Verification) -> Curves | None:
    """A panel for each result that has finite answers; None where none has."""
    those = [one for one in checked.results if one.parity.moved]
    if not those:
        return None
    seen = [each.difference for one in those for each in one.parity.moved if each.difference > 0]
    least = math.floor(math.log10(min(seen))) if seen else LEAST
    count = checked.results[0].parity.pictures
    scale = _Scale(min(max(least, LEAST), MOST_LEAST), max(1.0, math.log10(count)))
    return Curves(
        WIDTH,
        HEIGHT,
        LEFT,
        WIDTH - RIGHT,
        TOP,
        HEIGHT - BOTTOM,
        _across(scale),
        _down(scale),
        tuple(_panel(checked, one, scale) for one in those),
    )


def _across(scale: _Scale) -> tuple[Tick, ...]:
    step = -(-(-scale.least + 1) // LABELS)
    return tuple(
        Tick(scale.x(10.0**power), _power(power) if power % step == 0 else "")
        for power in range(scale.least, 1)
    )


def _down(scale: _Scale) -> tuple[Tick, ...]:
    powers = range(math.floor(scale.decades + 1e-9) + 1)
    step = -(-len(powers) // LABELS)
    return tuple(
        Tick(
            scale.y(10.0**-power),
            ("all" if power == 0 else f"1 in {10**power:,}") if power % step == 0 else "",
        )
        for power in powers
    )


def _power(power: int) -> str:
    raised = str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return "1" if power == 0 else f"10{raised}"


def _panel(checked: Verification, result: Result, scale: _Scale) -> Panel:
    points = result.parity.moved
    bottom = HEIGHT - BOTTOM
    line = _line(points, result.parity.pictures, scale)
    limit = result.budget.max_difference
    told = ", ".join(f"{words} by {moved(result, share)}" for words, share in SHARES.items())
    return Panel(
        name(checked, result),
        result.ran_on,
        line,
        f"{line}V{bottom}H{LEFT}Z",
        None if limit is None or not 10.0**scale.least <= limit < 1 else scale.x(limit),
        f"Pictures whose probabilities moved at least so far: {told}, the farthest by "
        f"{small(result.parity.max_difference)}.",
    )


def _line(points: tuple[Moved, ...], pictures: int, scale: _Scale) -> str:
    """From the left edge, where all pictures are, to the one that moved farthest."""
    places = [(scale.x(each.difference), scale.y(each.pictures / pictures)) for each in points]
    steps = "".join(f"L{x:g},{y:g}" for x, y in reversed(places))
    return f"M{LEFT},{places[-1][1]:g}{steps}"
