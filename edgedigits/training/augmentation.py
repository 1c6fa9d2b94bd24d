"""Training pictures as other hands would have written them, turned, scaled, sheared, bent, moved,
with thinner and thicker lines, and as other cameras would have seen them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets.dataset import SIDE

KNOTS = 6
"""Points each way of the coarse grid of displacements that bends a picture."""

MARGIN = 2
"""Zeros around a picture before it is sampled; what lies further out is zero as well."""

PLUS = 0.4
"""Share of changed lines that the plus sign changes; the others the square."""

CHUNK = 128
"""Pictures worked on together: few enough for the processor's cache."""

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Amounts:
    """How far pictures may be changed. Each picture draws every amount for itself.

    Attributes:
        rotation_degrees: turned by a uniform angle up to so much both ways.
        scale: made smaller or larger by a factor between `1 / scale` and `scale`, and again, each
            direction for itself, by the fourth root of such a factor.
        shear: slanted by up to so many pixels a pixel.
        shift: moved by up to so many pixels both ways, fractions included.
        bend: standard deviation, in pixels, of the displacement at the knots of a coarse grid
            between which a smooth curve is drawn (elastic distortion: Simard et al. 2003).
        thickness: share of pictures whose lines become thinner (half of them) or thicker, by a
            random part, rather a large than a small one, of what the minimum or maximum of
            neighbours does: those of a square of 2x2 pixels, or of a plus sign of five.
        grey: paper (0) becomes brighter by up to so many levels, ink (255) darker by up to so many.
        noise: normal noise of up to so many levels' standard deviation is added.
        is_far: angle, scale, shear and shift are large rather than small: square roots of uniform
            numbers.
    """

    rotation_degrees: float = 0.0
    scale: float = 1.0
    shear: float = 0.0
    shift: float = 0.0
    bend: float = 0.0
    thickness: float = 0.0
    grey: float = 0.0
    noise: float = 0.0
    is_far: bool = False


@dataclass(frozen=True)
class Augmentation:
    """What the pictures of a training are changed by, each batch anew.

    Attributes:
        summary: one line for people.
        usual: for most pictures.
        far: for the others, each kind with its share: what real pictures look like that nobody has
            prepared. In a recipe's finish they alone are changed.
    """

    summary: str
    usual: Amounts
    far: tuple[tuple[float, Amounts], ...] = ()


_USUAL = Amounts(rotation_degrees=15, scale=1.15, shear=0.15, shift=2.5, bend=1.0, thickness=0.15)
_FAR = replace(_USUAL, is_far=True)
_ASTRAY = Amounts(rotation_degrees=25, scale=1.45, shear=0.25, shift=5, bend=1.0, thickness=0.7)
AUGMENTATIONS: dict[str, Augmentation] = {
    "none": Augmentation("pictures as they are", Amounts()),
    # Far off in one way each: in all at once they would take more of a small model to learn, and
    # would be less like what is met.
    "hands": Augmentation(
        "as other hands write, some of them far off, on grey paper or noisy",
        _USUAL,
        (
            (0.08, replace(_FAR, shift=5)),
            (0.03, replace(_FAR, rotation_degrees=25)),
            (0.05, replace(_FAR, scale=1.45)),
            (0.06, replace(_USUAL, thickness=1)),
            (0.04, replace(_USUAL, grey=100, noise=60)),
        ),
    ),
    "centred": Augmentation(
        "as other hands write, hardly any of them far off",
        _USUAL,
        ((0.04, _ASTRAY),),
    ),
}


def augmented(
    images: Pixels, name: str, rng: np.random.Generator, *, finishing: bool = False
) -> Pixels:
    """The pictures of a batch changed as the augmentation of that name says.

    Takes and returns `uint8 [N, 28, 28]`; what a picture becomes hangs on `rng` alone.
    """
    chosen = AUGMENTATIONS[name]
    drawn = rng.random(len(images))
    result = images.copy() if finishing else changed(images, chosen.usual, rng)
    low = 0.0
    for share, amounts in chosen.far:
        places = np.flatnonzero((low <= drawn) & (drawn < low + share))
        result[places] = changed(images[places], amounts, rng)
        low += share
    return result


def changed(images: Pixels, amounts: Amounts, rng: np.random.Generator) -> Pixels:
    """Every picture changed in its own way.

    Takes and returns `uint8 [N, 28, 28]`. Each result is sampled once, bilinearly, around the
    picture's middle; what comes in from outside is zero, and paper.
    """
    result = np.empty_like(images)
    for start in range(0, len(images), CHUNK):
        some = images[start : start + CHUNK]
        if amounts.thickness:
            some = _thickened(some, amounts.thickness, rng)
        some = _sampled(some, *_sources(len(some), amounts, rng))
        if amounts.grey or amounts.noise:
            some = _on_paper(some, amounts.grey, amounts.noise, rng)
        result[start : start + CHUNK] = some
    return result


def _sources(count: int, amounts: Amounts, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """For every pixel of every result the row and column it is taken from, `[N, 28, 28]`."""

    def uniform(most: float) -> Floats:
        drawn = rng.uniform(-most, most, (count, 1, 1)).astype(np.float32)
        if amounts.is_far:
            drawn = np.copysign(np.sqrt(most * np.abs(drawn)), drawn).astype(np.float32)
        return drawn

    angle = uniform(math.radians(amounts.rotation_degrees))
    both = uniform(math.log(amounts.scale))
    tall, wide = (
        np.exp(both + uniform(math.log(amounts.scale) / 4)),
        np.exp(both + uniform(math.log(amounts.scale) / 4)),
    )
    shear = uniform(amounts.shear)
    down, right = uniform(amounts.shift), uniform(amounts.shift)
    rows, columns = _grid()
    # The inverse of: slant, then scale, then turn, then move.
    rows, columns = rows - down, columns - right
    rows, columns = (
        np.cos(angle) * rows + np.sin(angle) * columns,
        np.cos(angle) * columns - np.sin(angle) * rows,
    )
    rows, columns = rows / tall, columns / wide
    columns = columns - shear * rows
    if amounts.bend:
        knots = rng.normal(0, amounts.bend, (2, count, KNOTS, KNOTS)).astype(np.float32)
        curve = _curve()
        bent_rows, bent_columns = curve @ knots @ curve.T
        rows, columns = rows + bent_rows, columns + bent_columns
    middle = np.float32((SIDE - 1) / 2)
    return rows + middle, columns + middle


def _sampled(images: Pixels, rows: Floats, columns: Floats) -> Pixels:
    """Bilinear samples at `rows` and `columns`, `[N, 28, 28]`."""
    size = SIDE + 2 * MARGIN
    padded = np.zeros((len(images), size, size), np.uint8)
    padded[:, MARGIN:-MARGIN, MARGIN:-MARGIN] = images
    # A pixel with its three neighbours in one word: one look-up instead of four.
    corners = np.empty((len(images), size - 1, size - 1, 4), np.uint8)
    corners[..., 0] = padded[:, :-1, :-1]
    corners[..., 1] = padded[:, :-1, 1:]
    corners[..., 2] = padded[:, 1:, :-1]
    corners[..., 3] = padded[:, 1:, 1:]
    most = np.float32(size - 1.001)
    rows = np.clip(rows + np.float32(MARGIN), 0, most)
    columns = np.clip(columns + np.float32(MARGIN), 0, most)
    top, left = rows.astype(np.int32), columns.astype(np.int32)
    down, right = rows - top, columns - left
    first = np.arange(len(images), dtype=np.int32)[:, None, None] * (size - 1) ** 2
    places = first + top * (size - 1) + left
    found = corners.view(np.uint32).reshape(-1).take(places).view(np.uint8)
    found = found.reshape(*rows.shape, 4)
    upper = found[..., 0] + (found[..., 1] - found[..., 0].astype(np.float32)) * right
    lower = found[..., 2] + (found[..., 3] - found[..., 2].astype(np.float32)) * right
    sampled: Floats = upper + (lower - upper) * down + np.float32(0.5)
    return sampled.astype(np.uint8)


def _on_paper(images: Pixels, grey: float, noise: float, rng: np.random.Generator) -> Pixels:
    """Pictures with less contrast, and with noise."""
    each = (len(images), 1, 1)
    paper, ink = rng.uniform(0, grey, each), 255 - rng.uniform(0, grey, each)
    scattered = rng.standard_normal(images.shape, np.float32) * rng.uniform(0, noise, each)
    levels = paper + images * ((ink - paper) / 255) + scattered
    return np.clip(levels + 0.5, 0, 255).astype(np.uint8)


def _thickened(images: Pixels, share: float, rng: np.random.Generator) -> Pixels:
    """Some pictures with thinner or thicker lines."""
    chosen = rng.random(len(images))
    part = np.sqrt(rng.random((len(images), 1, 1), np.float32))
    result = images.copy()
    for places, extreme in (
        (np.flatnonzero(chosen < share / 2), np.minimum),
        (np.flatnonzero((chosen >= share / 2) & (chosen < share)), np.maximum),
    ):
        some = images[places]
        padded = np.pad(some, ((0, 0), (1, 1), (1, 1)))
        lower, right = padded[:, 2:, 1:-1], padded[:, 1:-1, 2:]
        square = extreme.reduce([some, lower, right, padded[:, 2:, 2:]])
        plus = extreme.reduce([some, lower, right, padded[:, :-2, 1:-1], padded[:, 1:-1, :-2]])
        other = np.where(rng.random((len(some), 1, 1)) < PLUS, plus, square)
        mixed = some + part[places] * (other.astype(np.float32) - some)
        result[places] = (mixed + np.float32(0.5)).astype(np.uint8)
    return result


@cache
def _grid() -> tuple[Floats, Floats]:
    """Rows and columns counted from the middle, `[28, 1]` and `[1, 28]`."""
    places = (np.arange(SIDE) - (SIDE - 1) / 2).astype(np.float32)
    return places[:, None], places[None, :]


@cache
def _curve() -> Floats:
    """`[28, KNOTS]`: how much each knot weighs at each pixel, a uniform cubic B-spline."""
    spacing = (SIDE - 1) / (KNOTS - 3)
    # The outermost knots lie one spacing outside of the picture.
    places = np.arange(SIDE)[:, None] / spacing + 1 - np.arange(KNOTS)
    far = np.abs(places)
    near = 2 / 3 - far**2 + far**3 / 2
    outer = np.clip(2 - far, 0, None) ** 3 / 6
    return np.where(far < 1, near, outer).astype(np.float32)
