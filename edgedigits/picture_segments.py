"""The digits of a line or a page: which pieces of ink are one digit, and in which order to read.

Digits are compared with the usual one of the picture: its height is the median of the pieces'
heights, each counted as often as it has pixels, so that dots and broken strokes count little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgedigits import picture_fit
from edgedigits.picture_parts import CLEAR, Parts, cut_ink


@dataclass(frozen=True, eq=False)
class Segment:
    """One digit: its box in the picture's own pixels, its line from 0, its 28x28 picture."""

    left: int
    top: int
    width: int
    height: int
    line: int
    picture: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class _Digit:
    """Ink cut to its box, whose corner is at (left, top)."""

    left: int
    top: int
    ink: NDArray[np.uint8]

    @property
    def right(self) -> int:
        return self.left + int(self.ink.shape[1])

    @property
    def bottom(self) -> int:
        return self.top + int(self.ink.shape[0])


def segments(levels: NDArray[np.uint8], parts: Parts, factor: int) -> list[Segment]:
    """The digits of a picture in reading order: lines from the top, each from the left.

    Args:
        levels: ink `uint8 [h, w]`.
        parts: its pieces.
        factor: pixels of the picture along the side of one of `levels`.
    """
    if not len(parts):
        return []
    usual = _usual_height(parts)
    digits = []
    for which in _groups(parts, usual):
        top, left, _, _ = parts.box(which)
        whole = _Digit(left, top, cut_ink(levels, parts, which))
        digits += _split(whole, usual)
    lines = _lines(digits)
    return [
        Segment(
            left=digit.left * factor,
            top=digit.top * factor,
            width=digit.ink.shape[1] * factor,
            height=digit.ink.shape[0] * factor,
            line=number,
            picture=picture_fit.fit(digit.ink),
        )
        for number, line in enumerate(lines)
        for digit in line
    ]


def _usual_height(parts: Parts) -> int:
    """The smallest height such that pieces no higher than it hold half of the ink."""
    heights = parts.bottom - parts.top
    order = np.argsort(heights, kind="stable")
    held = np.cumsum(parts.area[order])
    return int(heights[order][np.argmax(2 * held >= held[-1])])


def _groups(parts: Parts, usual: int) -> list[NDArray[np.int64]]:
    """Pieces that are one digit together; specks are left out.

    Pieces of three fifths of the usual height and more are digits. The others, largest first, go
    to the nearest digit, if the gap between their boxes (across counts double: strokes of a digit
    lie above each other) is at most a fifth of the usual height and the two together are no higher
    than three halves of it; else they begin a digit of their own. What stays shorter than two
    fifths is a speck.
    """
    heights = parts.bottom - parts.top
    tall = 5 * heights >= 3 * usual
    groups = [[int(number)] for number in np.flatnonzero(tall)]
    short = np.flatnonzero(~tall & (6 * parts.longer >= usual))
    for number in short[np.argsort(-parts.longer[short], kind="stable")]:
        boxes = np.array([parts.box(np.array(group)) for group in groups]).reshape(-1, 4)
        top, left, bottom, right = boxes.T
        gap = 2 * _gap(parts.left[number], parts.right[number], left, right)
        gap += _gap(parts.top[number], parts.bottom[number], top, bottom)
        together = np.maximum(bottom, parts.bottom[number]) - np.minimum(top, parts.top[number])
        gap[2 * together > 3 * np.maximum(usual, bottom - top)] = usual
        if len(gap) and 5 * int(gap.min()) <= usual:
            groups[int(np.argmin(gap))].append(int(number))
        else:
            groups.append([int(number)])
    chosen = [np.array(sorted(group)) for group in groups]
    return [group for group in chosen if 5 * _longer(parts.box(group)) >= 2 * usual]


def _longer(box: tuple[int, int, int, int]) -> int:
    """The longer side of a box."""
    top, left, bottom, right = box
    return max(bottom - top, right - left)


def _gap(
    low: np.int64, high: np.int64, lows: NDArray[np.int64], highs: NDArray[np.int64]
) -> NDArray[np.int64]:
    """How far a stretch is from others; 0 where they overlap."""
    gap: NDArray[np.int64] = np.maximum(0, np.maximum(lows - high, low - highs))
    return gap


def _split(digit: _Digit, usual: int) -> list[_Digit]:
    """The digits that a piece of touching ones holds: itself, where it is not wider than one is.

    The cut runs from top to bottom through the least ink, moving at most one pixel sideways a row.
    It may cross one and a half widths of the pen, in pieces wider than one digit can be three, and
    has to leave two pieces of three fifths of the usual height. It keeps a fifth of that height
    from the sides; where that fails, two fifths, then three.
    """
    height, width = digit.ink.shape
    narrow = min(usual, height)
    if 10 * width < 13 * narrow:
        return [digit]
    pen, scale = picture_fit.pen(digit.ink)
    strokes = 6 if 10 * width >= 17 * narrow else 3
    for fifths in (1, 2, 3):
        least = max(2, fifths * usual // 5)
        if width < 2 * least:
            break
        cost, cut = _cheapest_cut(digit.ink, least)
        if 2 * cost * scale > 255 * strokes * pen:
            continue
        beyond = np.arange(width) >= cut[:, None]
        pieces = [
            _trimmed(digit, np.where(side, digit.ink, 0).astype(np.uint8))
            for side in (~beyond, beyond)
        ]
        if all(piece and 5 * piece.ink.shape[0] >= 3 * usual for piece in pieces):
            return [smaller for piece in pieces if piece for smaller in _split(piece, usual)]
    return [digit]


def _cheapest_cut(ink: NDArray[np.uint8], least: int) -> tuple[int, NDArray[np.int64]]:
    """Ink crossed, and for each row the first column right of the cut; of equals the leftmost."""
    height, width = ink.shape
    sums = ink.astype(np.int64)
    far = np.int64(1 << 40)
    sums[:, :least] = far
    sums[:, width - least + 1 :] = far
    for row in range(1, height):
        above = np.pad(sums[row - 1], 1, constant_values=far)
        sums[row] += np.minimum(np.minimum(above[:-2], above[1:-1]), above[2:])
    cut = np.empty(height, dtype=np.int64)
    cut[-1] = np.argmin(sums[-1])
    for row in range(height - 2, -1, -1):
        first = max(0, int(cut[row + 1]) - 1)
        cut[row] = first + int(np.argmin(sums[row, first : int(cut[row + 1]) + 2]))
    return int(sums[-1].min()), cut


def _trimmed(digit: _Digit, ink: NDArray[np.uint8]) -> _Digit | None:
    """A part of a digit's ink cut to the box around what is clear."""
    rows = np.flatnonzero(ink.max(axis=1) >= CLEAR)
    columns = np.flatnonzero(ink.max(axis=0) >= CLEAR)
    if not len(rows):
        return None
    return _Digit(
        digit.left + int(columns[0]),
        digit.top + int(rows[0]),
        ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1],
    )


def _lines(digits: list[_Digit]) -> list[list[_Digit]]:
    """Digits in lines: from the left, each goes to the line one of whose last three is beside it.

    Beside means that they overlap by two fifths of the lower one's height; the largest overlap
    wins, then the older line. Lines are ordered by the mean height of their digits' middles.
    """
    lines: list[list[_Digit]] = []
    for digit in sorted(digits, key=lambda d: (d.left, d.top)):
        best, most = None, 0
        for line in lines:
            for last in line[-3:]:
                overlap = min(digit.bottom, last.bottom) - max(digit.top, last.top)
                lower = min(digit.bottom - digit.top, last.bottom - last.top)
                if 5 * overlap >= 2 * lower and overlap > most:
                    best, most = line, overlap
        if best is None:
            lines.append([digit])
        else:
            best.append(digit)
    return sorted(lines, key=lambda line: sum(d.top + d.bottom for d in line) / len(line))
