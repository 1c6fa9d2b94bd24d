"""Pen paths as tables of numbers: from written skeletons to arrays that batches are drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

POINTS = 80
"""Points that every path is sampled at, whatever its length."""

_SMOOTHING = 5.0
"""Length scale, in skeleton units, of the smoothed path that hasty writing tends to."""


@dataclass(frozen=True)
class Skeleton:
    """One way of writing a sign: its label, its weight among that label's ways, the pen's path.

    The path's notation: points `x,y`, y down, a smooth curve through them; `!` makes a corner,
    `/` lifts the pen.
    """

    label: int
    weight: float
    path: str

    def strokes(self) -> list[list[tuple[float, float, bool]]]:
        """The path as strokes of `(x, y, is_corner)`.

        Raises:
            ValueError: a stroke with fewer than two points, or a point that is not two numbers.
        """
        strokes = []
        for stroke in self.path.split("/"):
            points = []
            for word in stroke.split():
                x, y = word.rstrip("!").split(",")
                points.append((float(x), float(y), word.endswith("!")))
            if len(points) < 2:
                raise ValueError(f"a stroke needs two points: {self.path!r}")
            strokes.append(points)
        return strokes


@dataclass(frozen=True, eq=False)
class Alphabet:
    """Skeletons compiled for drawing in batches: V ways, C control points, P sampled points.

    A path is linear in its control points: `points = basis @ controls`, so moving controls bends
    whole pictures at once. `haste` is what must be added to `basis` for the smoothed path.
    """

    labels: NDArray[np.int64]  # [V]
    weights: NDArray[np.float64]  # [V], summing to 1 for each label
    controls: NDArray[np.float64]  # [V, C, 2], the height of 100 units as 1, centred
    neighbour: NDArray[
        np.int64
    ]  # [V, C]: a stroke's end points at the next control, others at itself
    stroke: NDArray[np.int64]  # [V, C]: which stroke a control belongs to
    basis: NDArray[np.float64]  # [V, P, C]
    haste: NDArray[np.float64]  # [V, P, C]
    before: NDArray[np.float64]  # [V, P]: share of the segment before a point that is its own
    after: NDArray[np.float64]  # [V, P]: share of the segment after it
    to_start: NDArray[np.float64]  # [V, P]: way from the stroke's start, in heights
    to_end: NDArray[np.float64]  # [V, P]: way to the stroke's end, in heights

    def choose(self, labels: NDArray[np.int64], dice: NDArray[np.float64]) -> NDArray[np.int64]:
        """A way of writing for each label, by weight; `dice` is uniform in [0, 1), one a label."""
        order = np.argsort(self.labels, kind="stable")
        ends = np.cumsum(self.weights[order])
        # Labels lie one after the other on the line that `ends` divides, each of length 1.
        rank = np.searchsorted(np.unique(self.labels), labels)
        found = np.searchsorted(ends, rank + dice, side="right")
        chosen: NDArray[np.int64] = order[np.minimum(found, len(order) - 1)]
        return chosen


def compile_alphabet(skeletons: Sequence[Skeleton]) -> Alphabet:
    """The table of `skeletons` as one `Alphabet`, its labels' weights normalised."""
    rows = [_compile(skeleton) for skeleton in skeletons]
    labels = np.array([skeleton.label for skeleton in skeletons], np.int64)
    weights = np.array([skeleton.weight for skeleton in skeletons], np.float64)
    for label in np.unique(labels):
        weights[labels == label] /= weights[labels == label].sum()
    width = max(len(row["controls"]) for row in rows)

    def stacked(name: str, axis: int | None) -> NDArray[np.float64]:
        """One array of all rows, with zeros for controls that a row does not have."""
        padded = []
        for row in rows:
            pads = [(0, 0)] * row[name].ndim
            if axis is not None:
                pads[axis] = (0, width - row[name].shape[axis])
            padded.append(np.pad(row[name], pads))
        return np.stack(padded)

    return Alphabet(
        labels=labels,
        weights=weights,
        controls=stacked("controls", 0),
        neighbour=stacked("neighbour", 0).astype(np.int64),
        stroke=stacked("stroke", 0).astype(np.int64),
        basis=stacked("basis", 1),
        haste=stacked("haste", 1),
        before=stacked("before", None),
        after=stacked("after", None),
        to_start=stacked("to_start", None),
        to_end=stacked("to_end", None),
    )


def _compile(skeleton: Skeleton) -> dict[str, NDArray[np.float64]]:
    """The arrays of one skeleton, unpadded."""
    strokes = [_with_middles(stroke) for stroke in skeleton.strokes()]
    everything = np.array([point[:2] for stroke in strokes for point in stroke])
    middle = (everything.min(0) + everything.max(0)) / 2
    total = len(everything)

    lengths = [_length(np.array([point[:2] for point in stroke])) for stroke in strokes]
    counts = _shares(lengths, POINTS)
    neighbour = np.arange(total, dtype=np.float64)
    which = np.zeros(total)
    basis, haste, before, after, to_start, to_end = [], [], [], [], [], []
    first = 0
    for number, (stroke, count) in enumerate(zip(strokes, counts, strict=True)):
        last = first + len(stroke) - 1
        neighbour[first], neighbour[last] = first + 1, last - 1
        which[first : last + 1] = number
        local = _stroke_basis(stroke, count)
        wide = np.zeros((count, total))
        wide[:, first : last + 1] = local
        points = local @ np.array([point[:2] for point in stroke])
        way = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
        kernel = np.exp(-((way[:, None] - way[None, :]) ** 2) / (2 * _SMOOTHING**2))
        kernel /= kernel.sum(1, keepdims=True)
        basis.append(wide)
        haste.append(kernel @ wide - wide)
        half = np.full(count, 0.5)
        left, right = half.copy(), half.copy()
        left[0], right[0], left[-1], right[-1] = 0.0, 1.0, 1.0, 0.0
        before.append(left)
        after.append(right)
        to_start.append(way / 100)
        to_end.append((way[-1] - way) / 100)
        first = last + 1
    return {
        "controls": (everything - middle) / 100,
        "neighbour": neighbour,
        "stroke": which,
        "basis": np.concatenate(basis),
        "haste": np.concatenate(haste),
        "before": np.concatenate(before),
        "after": np.concatenate(after),
        "to_start": np.concatenate(to_start),
        "to_end": np.concatenate(to_end),
    }


def _with_middles(stroke: list[tuple[float, float, bool]]) -> list[tuple[float, float, bool]]:
    """The stroke with a control in the middle of each straight piece, so that it can bow."""
    corners = [i for i, p in enumerate(stroke) if p[2] or i in (0, len(stroke) - 1)]
    result = [stroke[0]]
    for start, end in pairwise(corners):
        if end == start + 1:
            (x0, y0, _), (x1, y1, _) = stroke[start], stroke[end]
            result.append(((x0 + x1) / 2, (y0 + y1) / 2, False))
        result.extend(stroke[start + 1 : end + 1])
    return result


def _length(points: NDArray[np.float64]) -> float:
    """Length of the polygon through `points`."""
    return float(np.hypot(*np.diff(points, axis=0).T).sum())


def _shares(lengths: list[float], total: int) -> list[int]:
    """`total` points divided in proportion to `lengths`, at least four a stroke."""
    exact = np.array(lengths) / sum(lengths) * total
    counts = np.maximum(4, np.floor(exact).astype(int))
    while counts.sum() < total:
        counts[np.argmax(exact - counts)] += 1
    while counts.sum() > total:
        counts[np.argmax(counts - exact)] -= 1
    return [int(count) for count in counts]


def _stroke_basis(stroke: list[tuple[float, float, bool]], count: int) -> NDArray[np.float64]:
    """Matrix `[count, controls]` that takes a stroke's controls to points evenly spaced on it."""
    fine = _spline_basis(stroke, 24)
    points = fine @ np.array([point[:2] for point in stroke])
    way = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    wanted = np.linspace(0.0, way[-1], count)
    index = np.clip(np.searchsorted(way, wanted, side="right") - 1, 0, len(way) - 2)
    gap = np.maximum(way[index + 1] - way[index], 1e-9)
    part = ((wanted - way[index]) / gap)[:, None]
    even: NDArray[np.float64] = fine[index] * (1 - part) + fine[index + 1] * part
    return even


def _spline_basis(stroke: list[tuple[float, float, bool]], steps: int) -> NDArray[np.float64]:
    """Cubic Hermite spline through the controls as a matrix, `steps` points a segment.

    Knots are centripetal (square roots of the chords, Lee 1989) and tangents are those of the
    parabola through three neighbours (Bessel); a corner ends one curve and begins the next.
    """
    xy = np.array([point[:2] for point in stroke])
    number = len(stroke)
    gaps = np.sqrt(np.maximum(np.hypot(*np.diff(xy, axis=0).T), 1e-6))
    unit = np.eye(number)
    slopes = np.diff(unit, axis=0) / gaps[:, None]
    corners = [i for i, p in enumerate(stroke) if p[2] or i in (0, number - 1)]
    rows = []
    grid = np.linspace(0.0, 1.0, steps, endpoint=False)[:, None]
    for start, end in pairwise(corners):
        tangents = {}
        for i in range(start + 1, end):
            h0, h1 = gaps[i - 1], gaps[i]
            tangents[i] = (h1 * slopes[i - 1] + h0 * slopes[i]) / (h0 + h1)
        if end == start + 1:
            tangents[start] = tangents[end] = slopes[start]
        else:
            tangents[start] = 2 * slopes[start] - tangents[start + 1]
            tangents[end] = 2 * slopes[end - 1] - tangents[end - 1]
        for i in range(start, end):
            h = gaps[i]
            rows.append(
                (2 * grid**3 - 3 * grid**2 + 1) * unit[i]
                + (grid**3 - 2 * grid**2 + grid) * h * tangents[i]
                + (3 * grid**2 - 2 * grid**3) * unit[i + 1]
                + (grid**3 - grid**2) * h * tangents[i + 1]
            )
    rows.append(unit[-1:])
    return np.concatenate(rows)
