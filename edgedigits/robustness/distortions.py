"""Digits spoilt in named ways of known strength: what a model should still read.

Only what a seed decides is left to chance: the same pictures, name and seed give the same bytes. A
distortion with several directions gives each picture one of them.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets.dataset import SIDE
from edgedigits.errors import chosen
from edgedigits.robustness.pixel_changes import (
    CENTRE,
    CROSS,
    LARGE_SQUARE,
    SQUARE,
    Element,
    Images,
    blurred,
    brightened,
    dilated,
    eroded,
    inverted,
    levels,
    shifted,
    warped,
)

Change = Callable[[Images, np.random.Generator], Images]
Loss = Callable[[Images, Images], NDArray[np.float64]]

MIDDLE_GREY = 127.5
MARGIN = 4
"""Pixels around the box of 20x20 that MNIST's digits are fitted into."""


@dataclass(frozen=True)
class Way:
    """One direction of a distortion. `loss` tells from the pictures before and after which share of
    its ink each one lost, `[N]` in 0..1; None where ink is not what is taken away."""

    name: str
    change: Change
    loss: Loss | None = None


@dataclass(frozen=True)
class Distortion:
    """A named way of spoiling pictures at a known strength."""

    name: str
    family: str
    summary: str
    ways: tuple[Way, ...]


@dataclass(frozen=True, eq=False)
class Distorted:
    """Distorted pictures.

    Attributes:
        images: `uint8 [N, 28, 28]`, in the order in which they came.
        ways: which of the distortion's ways each one went, `int64 [N]`.
        ink_lost: the share of each one's ink that fell off or was hidden, `float64 [N]`; None where
            a distortion takes no ink away.
    """

    images: Images
    ways: NDArray[np.int64]
    ink_lost: NDArray[np.float64] | None


def distort(images: Images, distortion: Distortion, seed: int = 0) -> Distorted:
    """Distort pictures `uint8 [N, 28, 28]`, ink bright on dark; they themselves stay as they are.

    Every way gets the same number of pictures, drawn by the seed, whatever order they are in.
    """
    rng = np.random.default_rng([seed, zlib.crc32(distortion.name.encode())])
    ways = rng.permutation(len(images)) % len(distortion.ways)
    changed = np.empty_like(images)
    lost = np.zeros(len(images)) if distortion.ways[0].loss is not None else None
    for number, way in enumerate(distortion.ways):
        chosen = np.flatnonzero(ways == number)
        before = images[chosen]
        changed[chosen] = after = way.change(before, rng)
        if lost is not None and way.loss is not None:
            lost[chosen] = way.loss(before, after)
    return Distorted(changed, ways, lost)


def find(name: str) -> Distortion:
    """The distortion of that name.

    Raises:
        WrongUse: there is none; the nearest name is suggested.
    """
    return chosen("distortion", name, DISTORTIONS)


def ink_gone(before: Images, after: Images) -> NDArray[np.float64]:
    """The share of each picture's ink that is missing afterwards, `[N]`; 0 of a blank picture."""
    had, has = (images.sum((1, 2), dtype=np.int64) for images in (before, after))
    gone: NDArray[np.float64] = (had - has) / np.maximum(had, 1)
    return gone


def _outside(matrix: NDArray[np.float64]) -> Loss:
    """The ink of pixels whose middles go to places outside of the picture."""
    goals = matrix @ (np.indices((SIDE, SIDE)).reshape(2, -1) - CENTRE)
    stays = (np.abs(goals) <= SIDE / 2).all(0).reshape(SIDE, SIDE)
    return lambda before, _: ink_gone(before, before * stays)


def _plain(change: Callable[[Images], Images]) -> tuple[Way, ...]:
    """The only way of a distortion that leaves nothing to chance."""
    return (Way("", lambda images, _: change(images)),)


def _move(name: str, down: int, right: int) -> Way:
    return Way(name, lambda images, _: shifted(images, down, right), ink_gone)


def _linear(name: str, matrix: Sequence[Sequence[float]]) -> Way:
    held = np.array(matrix, np.float64)
    return Way(name, lambda images, _: warped(images, held), _outside(held))


def _shift(by: int) -> Distortion:
    ways = (("up", -by, 0), ("down", by, 0), ("left", 0, -by), ("right", 0, by))
    summary = f"moved {by} px up, down, left or right"
    return Distortion(f"shift-{by}", "shift", summary, tuple(_move(*way) for way in ways))


def _diagonal(by: int) -> Distortion:
    ways = (("up-left", -by, -by), ("up-right", -by, by),
            ("down-left", by, -by), ("down-right", by, by))  # fmt: skip
    summary = f"moved {by} px both ways, towards one of the corners"
    name = f"shift-{by}-diagonal"
    return Distortion(name, "shift", summary, tuple(_move(*way) for way in ways))


def _rotation(degrees: int) -> Distortion:
    ways = []
    for name, angle in (("left", math.radians(degrees)), ("right", -math.radians(degrees))):
        cosine, sine = math.cos(angle), math.sin(angle)
        ways.append(_linear(name, ((cosine, -sine), (sine, cosine))))
    summary = f"turned by {degrees} degrees, left (counter-clockwise) or right"
    return Distortion(f"rotation-{degrees}", "rotation", summary, tuple(ways))


def _scale(factor: float) -> Distortion:
    ways = (_linear("", ((factor, 0), (0, factor))),)
    return Distortion(f"scale-{factor:g}", "scale", f"{factor:g} times as large", ways)


def _shear(slope: float) -> Distortion:
    ways = (_linear("left", ((1, 0), (slope, 1))), _linear("right", ((1, 0), (-slope, 1))))
    summary = f"slanted by {slope:g} px a row, its top to the left or to the right"
    return Distortion(f"shear-{slope:g}", "shear", summary, ways)


def _erosion(name: str, element: Element, what: str) -> Distortion:
    ways = _plain(lambda images: eroded(images, element))
    return Distortion(name, "thickness", f"thinner: the least level in {what}", ways)


def _dilation(name: str, element: Element, what: str) -> Distortion:
    ways = _plain(lambda images: dilated(images, element))
    return Distortion(name, "thickness", f"thicker: the greatest level in {what}", ways)


def _gaussian_noise(sigma: int) -> Distortion:
    def change(images: Images, rng: np.random.Generator) -> Images:
        return levels(images + rng.standard_normal(images.shape, np.float32) * np.float32(sigma))

    summary = f"Gaussian noise of {sigma} grey levels, cut off at black and white"
    return Distortion(f"gaussian-noise-{sigma}", "noise", summary, (Way("", change),))


def _salt_and_pepper(percent: int) -> Distortion:
    def change(images: Images, rng: np.random.Generator) -> Images:
        drawn = rng.random(images.shape, np.float32)
        salted = np.where(drawn < percent / 200, np.uint8(255), images)
        return np.where(drawn >= 1 - percent / 200, np.uint8(0), salted)

    summary = f"{percent} % of the pixels black or white"
    return Distortion(f"salt-and-pepper-{percent}", "noise", summary, (Way("", change),))


def _blur(sigma: float) -> Distortion:
    ways = _plain(lambda images: blurred(images, sigma))
    return Distortion(f"blur-{sigma:g}", "blur", f"Gaussian blur, sigma {sigma:g} px", ways)


def _contrast(factor: float) -> Distortion:
    ways = _plain(lambda images: brightened(images, factor, about=MIDDLE_GREY))
    summary = f"levels {factor:g} times as far from middle grey, paper included"
    return Distortion(f"contrast-{factor:g}", "contrast", summary, ways)


def _faint(factor: float) -> Distortion:
    ways = _plain(lambda images: brightened(images, factor))
    summary = f"ink {factor:g} times as bright on the same paper"
    return Distortion(f"faint-{factor:g}", "contrast", summary, ways)


def _occlusion(side: int) -> Distortion:
    def change(images: Images, rng: np.random.Generator) -> Images:
        first = rng.integers(MARGIN, SIDE - MARGIN - side + 1, (2, len(images), 1))
        rows, columns = (np.arange(SIDE) >= first) & (np.arange(SIDE) < first + side)
        return np.where(rows[:, :, None] & columns[:, None, :], np.uint8(0), images)

    summary = f"a blank {side}x{side} square somewhere in the middle 20x20"
    return Distortion(f"occlusion-{side}", "occlusion", summary, (Way("", change, ink_gone),))


DISTORTIONS: dict[str, Distortion] = {
    each.name: each
    for each in (
        *(shift(by) for shift in (_shift, _diagonal) for by in (1, 2, 3, 4)),
        *map(_rotation, (10, 20, 30)),
        *map(_scale, (0.7, 0.85, 1.15, 1.3)),
        *map(_shear, (0.2, 0.4)),
        _erosion("erosion", SQUARE, "2x2 pixels"),
        _erosion("erosion-cross", CROSS, "a pixel and its four neighbours"),
        _dilation("dilation", SQUARE, "2x2 pixels"),
        _dilation("dilation-cross", CROSS, "a pixel and its four neighbours"),
        _dilation("dilation-3x3", LARGE_SQUARE, "3x3 pixels"),
        *map(_gaussian_noise, (25, 50)),
        *map(_salt_and_pepper, (5, 10)),
        *map(_blur, (0.7, 1.0, 1.5)),
        *map(_contrast, (0.7, 0.5)),
        *map(_faint, (0.5, 0.25)),
        Distortion("inversion", "inversion", "dark ink on bright paper", _plain(inverted)),
        *map(_occlusion, (5, 7)),
    )
}
"""Every distortion by its name, the strengths of each kind in order."""
