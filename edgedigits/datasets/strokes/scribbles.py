"""Scribbles: what people draw to try a page out, none of them a digit.

Single lines, simple rings and short bends are left out: they are a 1, a 0 or a 7.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets.strokes.ink import BOX, centre, fit_box, render

Line = NDArray[np.float64]
Lines = list[Line]
Generator = np.random.Generator

_POINTS = 240  # dense hatching is 300 pixels of path in the 20x20 box
_TURN = 2 * np.pi


def paths(count: int, seed: int) -> list[Lines]:
    """Pen paths of `count` scribbles of every family, to draw with a mouse.

    Returns:
        For each scribble its strokes, each `float64 [n, 2]`: x and y in 0..1, y down.
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(0x5C21,)))
    families = list(FAMILIES.values())
    drawn = []
    for number in range(count):
        strokes = _formed(families[number % len(families)](rng), rng)
        everything = np.concatenate(strokes)
        low, extent = everything.min(0), np.ptp(everything, axis=0).max()
        margin = (1 - np.ptp(everything, axis=0) / extent) / 2
        drawn.append([(stroke - low) / extent + margin for stroke in strokes])
    return drawn


def pictures(families: list[str], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Pictures `uint8 [N, 28, 28]` of scribbles of the named families, prepared as digits are."""
    count = len(families)
    points = np.empty((count, _POINTS, 2))
    lengths = np.empty((count, _POINTS))
    for row, family in enumerate(families):
        points[row], lengths[row] = _sampled(_formed(FAMILIES[family](rng), rng))
    # Thinner than a digit's: a scribble fills the page and is shrunk more.
    pen = 0.95 * np.exp(0.25 * np.clip(rng.normal(size=count), -2, 2))
    fat = np.array([family == "fill" for family in families])
    pen = np.where(fat, rng.uniform(1.8, 3.2, count), pen)
    radii = np.repeat(pen[:, None], _POINTS, axis=1)
    placed = fit_box(points, radii)
    scale = np.ptp(placed, axis=1).max(1) / np.ptp(points, axis=1).max(1)
    softness = np.exp(rng.normal(0.0, 0.25, count))
    grain = rng.standard_normal((count, BOX, BOX), np.float32)
    rough = (0.3 * rng.random((count, 1, 1))).astype(np.float32)
    grain = np.maximum(1 + rough * grain, np.float32(0.2))
    return centre(render(placed, radii, lengths * scale[:, None], softness, grain))


def _zigzag(rng: Generator) -> Lines:
    """Up and down along a line, six to fourteen legs, sharp or rounded."""
    legs = int(rng.integers(6, 15))
    x = np.cumsum(rng.uniform(0.5, 1.5, legs + 1)) / legs
    y = np.where(np.arange(legs + 1) % 2, 1.0, 0.0) + rng.normal(0, 0.12, legs + 1)
    corners = np.stack([x * rng.uniform(0.8, 1.7), y * rng.uniform(0.8, 1.2)], 1)
    return [_smooth(corners) if rng.random() < 0.5 else corners]


def _hatching(rng: Generator) -> Lines:
    """An area filled by going to and fro."""
    legs = int(rng.integers(12, 26))
    x = np.linspace(0, 1, legs + 1) + rng.normal(0, 0.02, legs + 1)
    bulge = 0.3 + 0.7 * np.sin(np.pi * np.linspace(0.1, 0.9, legs + 1)) ** rng.uniform(0, 1)
    side = np.where(np.arange(legs + 1) % 2, 0.5, -0.5)
    y = side * bulge + rng.normal(0, 0.06, legs + 1)
    corners = np.stack([x * rng.uniform(0.7, 1.4), y * rng.uniform(0.7, 1.2)], 1)
    return [_smooth(corners) if rng.random() < 0.5 else corners]


def _coil(rng: Generator) -> Lines:
    """A row of loops, as a pen is tried out."""
    turns = rng.uniform(3.3, 7)
    t = np.linspace(0, turns * _TURN, int(turns * 24))
    size = 1 + 0.15 * _wander(rng, len(t))
    x = rng.uniform(1.4, 3.0) * t / t[-1] + 0.3 * size * np.cos(t)
    y = rng.uniform(0.6, 1.0) * size * np.sin(t) + 0.15 * _wander(rng, len(t))
    return [np.stack([x, y], 1)]


def _tangle(rng: Generator) -> Lines:
    """A smooth line that crosses itself many times."""
    return [_smooth(rng.uniform(0, 1, (int(rng.integers(12, 24)), 2)))]


def _polyline(rng: Generator) -> Lines:
    """Straight lines from anywhere to anywhere, without lifting the pen."""
    return [rng.uniform(0, 1, (int(rng.integers(11, 22)), 2))]


def _loose(rng: Generator) -> Lines:
    """Several strokes that do not belong together."""
    strokes = []
    for _ in range(int(rng.integers(6, 12))):
        angle, length = rng.uniform(0, _TURN), rng.uniform(0.15, 0.5)
        way = length * np.array([np.cos(angle), np.sin(angle)])
        start = rng.uniform(0, 1, 2) - way / 2
        bow = rng.normal(0, 0.25) * np.array([-way[1], way[0]])
        strokes.append(_smooth(np.stack([start, start + way / 2 + bow, start + way])))
    return strokes


def _crossed(rng: Generator) -> Lines:
    """A blot, crossed out."""
    blot = _smooth(rng.normal(0, 0.25, (int(rng.integers(10, 18)), 2)))
    strokes = [blot]
    for sign in (1, -1, 1)[: int(rng.integers(2, 4))]:
        ends = np.array([[-0.7, -0.7 * sign], [0.7, 0.7 * sign]]) + rng.normal(0, 0.12, (2, 2))
        strokes.append(ends)
    return strokes


def _ball(rng: Generator) -> Lines:
    """Round and round in ellipses that turn, like a ball of wool."""
    turns = rng.uniform(5, 10)
    t = np.linspace(0, turns * _TURN, int(turns * 24))
    turned = t * rng.uniform(0.12, 0.3) + rng.uniform(0, _TURN)
    thin = rng.uniform(0.0, 0.3) + 0.08 * _wander(rng, len(t))
    x, y = np.cos(t), thin * np.sin(t)
    cos, sin = np.cos(turned), np.sin(turned)
    return [np.stack([x * cos - y * sin, x * sin + y * cos], 1)]


def _swirl(rng: Generator) -> Lines:
    """A spiral of so many turns that its middle is full."""
    turns = rng.uniform(3.5, 5.5)
    t = np.linspace(0, 1, int(turns * 28))
    angle = (turns * t + rng.uniform()) * _TURN * rng.choice([-1, 1])
    radius = t + 0.03 * _wander(rng, len(t))
    return [np.stack([radius * np.cos(angle), rng.uniform(0.7, 1) * radius * np.sin(angle)], 1)]


def _fill(rng: Generator) -> Lines:
    """A large area painted over with a broad pen."""
    corners = rng.uniform(0, 1, (int(rng.integers(14, 26)), 2))
    corners[:4] = np.array([[0, 0], [1, 1], [1, 0], [0, 1]]) + rng.normal(0, 0.15, (4, 2))
    return [_smooth(corners)]


def _grid(rng: Generator) -> Lines:
    """Hatched twice, in two directions."""
    first, second = _hatching(rng)[0], _hatching(rng)[0]
    strokes = []
    for stroke, swap in ((first, False), (second, True)):
        middle = stroke - (stroke.min(0) + stroke.max(0)) / 2
        strokes.append(middle[:, ::-1] if swap else middle)
    return strokes


def _burst(rng: Generator) -> Lines:
    """Lines through a middle, to all sides."""
    number = int(rng.integers(4, 9))
    strokes = []
    for angle in np.pi * (np.arange(number) + rng.normal(0, 0.15, number)) / number:
        way = np.array([np.cos(angle), np.sin(angle)])
        strokes.append(np.outer([-rng.uniform(0.6, 1), rng.uniform(0.6, 1)], way))
    return strokes


FAMILIES: dict[str, Callable[[Generator], Lines]] = {
    "zigzag": _zigzag,
    "hatching": _hatching,
    "coil": _coil,
    "tangle": _tangle,
    "polyline": _polyline,
    "loose": _loose,
    "crossed": _crossed,
    "ball": _ball,
    "swirl": _swirl,
    "fill": _fill,
    "grid": _grid,
    "burst": _burst,
}
"""Families of scribbles by name: a random generator to strokes in any unit."""


def _formed(strokes: Lines, rng: Generator) -> Lines:
    """The strokes turned, sheared and stretched, in a new random form."""
    angle = rng.uniform(0, _TURN)
    cos, sin = np.cos(angle), np.sin(angle)
    aspect = np.exp(rng.uniform(-0.25, 0.25))
    form = np.array([[cos, sin], [-sin, cos]]) @ np.array([[aspect, 0], [0.3 * aspect, 1]])
    return [stroke @ form for stroke in strokes]


def _sampled(strokes: Lines) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """`_POINTS` points even on all strokes, `[P, 2]`, and the length each stands for, `[P]`."""
    ways = [np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(s, axis=0).T))]) for s in strokes]
    total = sum(way[-1] for way in ways)
    counts = [4 + int((_POINTS - 4 * len(ways)) * way[-1] / total) for way in ways]
    counts[0] += _POINTS - sum(counts)
    points, lengths = [], []
    for stroke, way, number in zip(strokes, ways, counts, strict=True):
        wanted = np.linspace(0.0, way[-1], number)
        points.append(np.stack([np.interp(wanted, way, stroke[:, i]) for i in (0, 1)], 1))
        length = np.full(number, way[-1] / (number - 1))
        length[[0, -1]] /= 2
        lengths.append(length)
    return np.concatenate(points), np.concatenate(lengths)


def _smooth(corners: Line) -> Line:
    """A Catmull-Rom curve through the corners (Catmull and Rom 1974), 12 points a piece."""
    ends = np.concatenate(
        [2 * corners[:1] - corners[1:2], corners, 2 * corners[-1:] - corners[-2:-1]]
    )
    parts = np.stack([ends[:-3], ends[1:-2], ends[2:-1], ends[3:]])
    curve = np.einsum("tk,kni->nti", _CATMULL_ROM, parts).reshape(-1, 2)
    return np.concatenate([curve, corners[-1:]])


def _catmull_rom() -> NDArray[np.float64]:
    """Weights `[12, 4]` of a piece's four neighbours."""
    t = np.arange(12)[:, None] / 12
    cubics = np.array([[0, 1, 0, 0], [-0.5, 0, 0.5, 0], [1, -2.5, 2, -0.5], [-0.5, 1.5, -1.5, 0.5]])
    weights: NDArray[np.float64] = t ** np.arange(4) @ cubics
    return weights


_CATMULL_ROM = _catmull_rom()


def _wander(rng: Generator, count: int) -> NDArray[np.float64]:
    """Smooth noise `[count]`."""
    return np.interp(np.linspace(0, 7, count), np.arange(8), rng.normal(size=8))
