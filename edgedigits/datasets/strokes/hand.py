"""A hand that writes: skeletons to pen paths, each differently."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets.strokes.ink import BOX, centre, ends, fit_box, render
from edgedigits.datasets.strokes.paths import POINTS, Alphabet

_KNOTS = 16
_MOST_DRAWN_OUT = 3.0
_BATCH = 25  # pictures at a time: their matrices stay in the second-level cache


@dataclass(frozen=True)
class Hand:
    """How much handwriting varies; each figure is a standard deviation unless it says otherwise.

    Lengths are in heights of a sign, angles in radians, the pen in pixels of the 20x20 box.
    """

    slant: float = 0.16  # mean shear to the right
    slant_spread: float = 0.24
    rotation: float = 0.12
    aspect: float = 0.24  # of the logarithm of width over height
    jitter: float = 0.028  # of each control point
    stroke_shift: float = 0.025  # of each stroke as a whole
    stroke_scale: float = 0.06
    overshoot: float = 0.10  # of a stroke's ends, in parts of its first segment
    bend: float = 0.18  # quadratic and cubic warps of the whole
    haste: float = 0.5  # pull towards the smoothed path
    tremor: float = 0.006
    pen: float = 1.24  # median half width
    pen_spread: float = 0.3  # of its logarithm
    pressure: float = 0.10  # of the width's logarithm along the path
    rough: float = 0.3  # most that paper adds to or takes from the ink of a pixel
    taper: float = 0.25  # share of strokes' ends that thin out
    leaning: float = 0.0  # share of signs with any slant up to 45 degrees, or 27 backwards
    drawn_out: float = 0.0  # share whose shorter side is stretched by some part up to the longer
    nib: float = 0.0  # share written with a broad nib
    binary: float = 0.0  # share without grey levels


DIGITS = Hand(leaning=0.1, drawn_out=0.3, nib=0.1, binary=0.1)
"""The hand that writes digits; some pictures are as the scanners of forms and cheques make them."""

CALM = Hand(
    slant_spread=0.18,
    rotation=0.1,
    aspect=0.16,
    jitter=0.033,
    overshoot=0.06,
    bend=0.15,
    haste=0.3,
    pen=1.15,
    pen_spread=0.25,
)
"""Calmer than the hand that writes digits: letters stay letters to the eye."""


def write(
    alphabet: Alphabet, ways: NDArray[np.int64], rng: np.random.Generator, hand: Hand
) -> NDArray[np.uint8]:
    """Pictures `uint8 [N, 28, 28]` of the skeletons `ways` (`int64 [N]`, rows of `alphabet`).

    How many random numbers are used depends on N, the alphabet's size and the hand only, so a
    picture's variation is the same whichever way is written.
    """
    count = len(ways)
    points, radii = trace(alphabet, ways, rng, hand)
    steps = np.hypot(*np.moveaxis(np.diff(points, axis=1), 2, 0))
    lengths = np.zeros((count, POINTS))
    lengths[:, 1:] += alphabet.before[ways, 1:] * steps
    lengths[:, :-1] += alphabet.after[ways, :-1] * steps
    softness = np.exp(rng.normal(0.0, 0.25, count))
    grain = rng.standard_normal((count, BOX, BOX), np.float32)
    rough = (hand.rough * rng.random((count, 1, 1))).astype(np.float32)
    grain = np.maximum(1 + rough * grain, np.float32(0.2))
    boxes = render(points, radii, lengths, softness, grain)
    if hand.binary:
        chosen = rng.random(count) < hand.binary
        boxes[chosen] = np.where(boxes[chosen] < 128, 0, 255)
    # What leans far can be so heavy below that its top would touch the border.
    return centre(boxes, margin=int(hand.leaning > 0))


def trace(
    alphabet: Alphabet, ways: NDArray[np.int64], rng: np.random.Generator, hand: Hand
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The pen's paths: points `[N, P, 2]` in pixels of the 20x20 box, half widths `[N, P]`."""
    points = _bent(_moved(alphabet, ways, rng, hand), rng, hand)
    points += hand.tremor * _along(rng, len(ways), 2)
    points = points @ _forms(rng, len(ways), hand)
    radii = _pen(alphabet, ways, rng, hand)
    if hand.drawn_out:
        factors = _drawn_out(points, rng, hand)
        points = points * factors[:, None]
        # Ink is scaled with its paper: by both sides' mean, as the pen stays round.
        radii = radii * np.sqrt(factors.prod(1, keepdims=True))
    if hand.nib:
        radii = radii * _nib(points, rng, hand)
    return fit_box(points, radii), radii


def _moved(
    alphabet: Alphabet, ways: NDArray[np.int64], rng: np.random.Generator, hand: Hand
) -> NDArray[np.float64]:
    """Paths `[N, P, 2]` with moved controls and strokes, overshoot and haste."""
    count, width = len(ways), alphabet.controls.shape[1]
    controls = alphabet.controls[ways]
    care = np.exp(0.45 * _bounded(rng, (count, 1, 1)))
    controls = controls + hand.jitter * care * _bounded(rng, (count, width, 2))
    strokes = max(4, int(alphabet.stroke.max()) + 1)
    shift = hand.stroke_shift * care * _bounded(rng, (count, strokes, 2))
    size = 1 + hand.stroke_scale * _bounded(rng, (count, strokes, 2))
    rows = np.arange(count)[:, None]
    stroke = alphabet.stroke[ways]
    controls = controls * size[rows, stroke] + shift[rows, stroke]
    outward = controls - controls[rows, alphabet.neighbour[ways]]
    controls += hand.overshoot * _bounded(rng, (count, width, 1)) * outward
    haste = np.clip(hand.haste * rng.normal(0.6, 1.0, (count, 1, 1)), -0.5, 1.5)
    points = np.empty((count, POINTS, 2))
    for start in range(0, count, _BATCH):
        part = slice(start, start + _BATCH)
        basis = alphabet.haste[ways[part]]
        basis *= haste[part]
        basis += alphabet.basis[ways[part]]
        np.matmul(basis, controls[part], out=points[part])
    return points


def _bent(points: NDArray[np.float64], rng: np.random.Generator, hand: Hand) -> NDArray[np.float64]:
    """Paths warped by smooth polynomials of x and y."""
    x, y = points[..., 0], points[..., 1]
    terms = np.stack([x * x, x * y, y * y, y * y * y, x * y * y], axis=2)
    factors = hand.bend * _bounded(rng, (len(points), 5, 2)) * _TERM_SIZES
    bent: NDArray[np.float64] = points + terms @ factors
    return bent


_TERM_SIZES = np.array([1.0, 1.0, 0.8, 1.0, 1.5])[:, None]


def _forms(rng: np.random.Generator, count: int, hand: Hand) -> NDArray[np.float64]:
    """Affine forms `[N, 2, 2]` for row vectors: aspect, then slant, then rotation."""
    form = _bounded(rng, (3, count))
    aspect = np.exp(hand.aspect * form[0] / 2)
    slant = hand.slant + hand.slant_spread * form[1]
    if hand.leaning:
        leaning = rng.random(count) < hand.leaning
        slant = np.where(leaning, rng.uniform(-0.5, 1.0, count), slant)
    angle = hand.rotation * form[2]
    cos, sin = np.cos(angle), np.sin(angle)
    forms = np.empty((count, 2, 2))
    # x' = aspect x - slant y (y points down), y' = y / aspect; then the rotation.
    forms[:, 0, 0] = aspect * cos
    forms[:, 0, 1] = aspect * sin
    forms[:, 1, 0] = (-slant * cos - sin) / aspect
    forms[:, 1, 1] = (-slant * sin + cos) / aspect
    return forms


def _drawn_out(
    points: NDArray[np.float64], rng: np.random.Generator, hand: Hand
) -> NDArray[np.float64]:
    """How far each side is stretched, `[N, 2]`: scanners of forms fill a square with any sign."""
    count = len(points)
    low, high = ends(points)
    extent = np.maximum(high - low, 1e-6)
    ratio = np.minimum(extent.max(1, keepdims=True) / extent, _MOST_DRAWN_OUT)
    part = (rng.random((count, 1)) < hand.drawn_out) * rng.random((count, 1))
    factors: NDArray[np.float64] = ratio**part
    return factors


def _nib(points: NDArray[np.float64], rng: np.random.Generator, hand: Hand) -> NDArray[np.float64]:
    """What a broad nib makes of half widths, `[N, P]`: thin along its edge, wide across it."""
    count = len(points)
    chosen = rng.random((count, 1)) < hand.nib
    angle = rng.uniform(0.2, 1.3, (count, 1))
    thin = rng.uniform(0.3, 0.7, (count, 1))
    x, y = np.moveaxis(np.gradient(points, axis=1), 2, 0)
    across = np.abs(x * np.sin(angle) + y * np.cos(angle)) / np.maximum(np.hypot(x, y), 1e-9)
    return np.where(chosen, 1.25 * (thin + (1 - thin) * across), 1.0)


def _pen(
    alphabet: Alphabet, ways: NDArray[np.int64], rng: np.random.Generator, hand: Hand
) -> NDArray[np.float64]:
    """Half widths `[N, P]` in pixels: the pen, its pressure, its tapers."""
    count = len(ways)
    width = hand.pen * np.exp(hand.pen_spread * _bounded(rng, (count, 1)))
    width = width * np.exp(hand.pressure * _along(rng, count, 1)[..., 0])
    for way in (alphabet.to_start[ways], alphabet.to_end[ways]):
        thinned = rng.random((count, 1)) < hand.taper
        reach = rng.uniform(0.05, 0.4, (count, 1))
        depth = rng.uniform(0.2, 0.7, (count, 1)) * thinned
        width = width * (1 - depth * np.maximum(0.0, 1 - way / reach))
    return np.asarray(np.maximum(width, 0.55), np.float64)


def _bounded(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Normal noise held within two standard deviations: beyond them signs are unreadable."""
    return np.clip(rng.normal(size=shape), -2, 2)


def _along(rng: np.random.Generator, count: int, channels: int) -> NDArray[np.float64]:
    """Smooth noise along the path, `[N, P, channels]`, variance about 1 at its knots."""
    knots = rng.normal(size=(count, _KNOTS, channels))
    noise: NDArray[np.float64] = _WAVES @ knots
    return noise


def _waves() -> NDArray[np.float64]:
    """Matrix `[P, knots]` of raised-cosine interpolation."""
    place = np.arange(POINTS)[:, None] * (_KNOTS - 1) / (POINTS - 1)
    gap = np.minimum(np.abs(place - np.arange(_KNOTS)[None]), 1.0)
    waves: NDArray[np.float64] = (1 + np.cos(np.pi * gap)) / 2
    return waves


_WAVES = _waves()
