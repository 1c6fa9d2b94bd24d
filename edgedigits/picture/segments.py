"""The digits of a line or a page: which pieces of ink are one digit, and in which order to read.

Digits are compared with the usual one of the picture: its height is the median of the pieces'
heights, each counted as often as it has pixels, so that dots and broken strokes count little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgedigits.picture import fit
from edgedigits.picture.parts import CLEAR, Parts, cut_ink, find_parts

MOST = 3000
"""More pieces of a digit's size are a pattern and no page of notes."""

Box = tuple[int, int, int, int]
"""Top, left, bottom, right."""

_STRONGER = 119, 160  # levels above CLEAR, which the ruling of paper does not reach


@dataclass(frozen=True, eq=False)
class Digit:
    """Ink cut to its box, whose corner is at (left, top)."""

    left: int
    top: int
    ink: NDArray[np.uint8]

    @property
    def right(self) -> int:
        """One beyond its last column."""
        return self.left + int(self.ink.shape[1])

    @property
    def bottom(self) -> int:
        """One beyond its last row."""
        return self.top + int(self.ink.shape[0])


def lines(levels: NDArray[np.uint8], parts: Parts) -> list[list[Digit]]:
    """The digits of ink `uint8 [h, w]` in reading order: lines from the top, each from the left.

    None if there are more than `MOST` before touching ones are cut apart.
    """
    parts, real = _without_ruling(levels, parts)
    if not len(real):
        return []
    usual = _usual_height(parts, real)
    groups = _groups(parts, real, usual)
    if len(groups) > MOST:
        return []
    if _are_one_digit([parts.box(which) for which in groups]):
        groups = [np.sort(np.concatenate(groups))]
        top, _, bottom, _ = parts.box(groups[0])
        usual = bottom - top
    digits = []
    for which in groups:
        top, left, _, _ = parts.box(which)
        whole = Digit(left, top, cut_ink(levels, parts, which))
        digits += _split(whole, usual, is_alone=len(groups) == 1)
    return _in_lines(digits)


def _without_ruling(levels: NDArray[np.uint8], parts: Parts) -> tuple[Parts, NDArray[np.int64]]:
    """The pieces, and which of them count: those that are no edge and no ruling of the paper.

    Ruling reaches from one side of the picture to the opposite one, or makes long and flat pieces
    of whole lines; and it is fainter than the pen: where there is such a piece, only stronger ink
    makes pieces. What still reaches across is left out, unless there is nothing else.
    """
    for stronger in _STRONGER:
        tall, wide = parts.bottom - parts.top, parts.right - parts.left
        flat = (4 * wide >= 3 * levels.shape[1]) & (wide >= 3 * tall)
        ruled = (flat | parts.crossing(levels.shape)) & ~parts.bars(levels.shape)
        if not ruled.any():
            break
        parts = find_parts(levels, stronger)
    out = parts.bars(levels.shape) | parts.crossing(levels.shape)
    return parts, np.flatnonzero(~out) if not out.all() else np.arange(len(parts))


def _usual_height(parts: Parts, real: NDArray[np.int64]) -> int:
    """The smallest height such that pieces no higher than it hold half of the ink."""
    heights = (parts.bottom - parts.top)[real]
    order = np.argsort(heights, kind="stable")
    held = np.cumsum(parts.area[real][order])
    return int(heights[order][np.argmax(2 * held >= held[-1])])


def _groups(parts: Parts, real: NDArray[np.int64], usual: int) -> list[NDArray[np.int64]]:
    """Pieces that are one digit together; specks are left out.

    Pieces of three fifths of the usual height and more are digits. The others, largest first, go
    to the nearest digit, if the gap between their boxes (across counts double: strokes of a digit
    lie above each other) is at most a fifth of the usual height and the two together are no higher
    than three halves of it; else they begin a digit of their own. What stays shorter than two
    fifths is a speck.
    """
    heights = parts.bottom - parts.top
    tall = 5 * heights[real] >= 3 * usual
    short = real[~tall & (6 * parts.longer[real] >= usual)]
    short = short[np.argsort(-parts.longer[short], kind="stable")]
    groups = [[int(number)] for number in real[tall]]
    edges = parts.top, parts.left, parts.bottom, parts.right
    begin = np.concatenate([real[tall], short])  # as many groups as there can be
    top, left, bottom, right = (side[begin] for side in edges)
    for number in short:
        over, before, under, after = (int(side[number]) for side in edges)
        count = len(groups)
        upper, lower = top[:count], bottom[:count]
        gap = 2 * _gap(before, after, left[:count], right[:count])
        gap += _gap(over, under, upper, lower)
        together = np.maximum(lower, under) - np.minimum(upper, over)
        gap[2 * together > 3 * np.maximum(usual, lower - upper)] = usual
        chosen = int(np.argmin(gap)) if count else 0
        if not count or 5 * gap[chosen] > usual:
            chosen = count
            groups.append([])
            top[chosen], left[chosen], bottom[chosen], right[chosen] = over, before, under, after
        groups[chosen].append(int(number))
        top[chosen], left[chosen] = min(top[chosen], over), min(left[chosen], before)
        bottom[chosen], right[chosen] = max(bottom[chosen], under), max(right[chosen], after)
    high = 5 * (bottom - top)[: len(groups)] >= 2 * usual
    return [np.array(sorted(group)) for group, is_high in zip(groups, high, strict=True) if is_high]


def _are_one_digit(boxes: list[Box]) -> bool:
    """Whether all groups of a picture are one digit, whose pen was lifted.

    There are at most three. From the top, each shares a third of the columns of the narrower and at
    most half of the rows of the lower one with what is above it, or lies within its columns or it
    within those; and is no farther away than half of the higher one. Numbers above each other are
    together higher than twice their width.
    """
    if len(boxes) > 3:
        return False
    (top, left, bottom, right), *others = sorted(boxes, key=lambda box: box[0])
    for over, before, under, after in others:
        columns = min(right, after) - max(left, before)
        rows = bottom - over  # negative where there is a gap
        lower, higher = sorted((bottom - top, under - over))
        narrower = min(right - left, after - before)
        if 3 * columns < narrower or -2 * rows > higher:
            return False
        if 2 * rows > lower and columns < narrower:
            return False
        left, right, bottom = min(left, before), max(right, after), max(bottom, under)
    return bottom - top <= 2 * (right - left)


def _gap(
    low: int, high: int, lows: NDArray[np.int64], highs: NDArray[np.int64]
) -> NDArray[np.int64]:
    """How far a stretch is from others; 0 where they overlap."""
    gap: NDArray[np.int64] = np.maximum(0, np.maximum(lows - high, low - highs))
    return gap


def _split(digit: Digit, usual: int, *, is_alone: bool) -> list[Digit]:
    """The digits that a piece of touching ones holds: itself, where it is not wider than one is.

    The cut runs from top to bottom through the least ink, moving at most one pixel sideways a row.
    It may cross one and a half widths of the pen, in pieces wider than one digit can be three, and
    has to leave two pieces of three fifths of the usual height. It keeps a fifth of that height
    from the sides; where that fails, two fifths, then three.
    """
    height, width = digit.ink.shape
    narrow = min(usual, 3 * height // 2)
    if 10 * width < 13 * narrow:
        return [digit]
    pen, scale = fit.pen(digit.ink)
    strokes = 6 if 10 * width >= 17 * narrow else 3
    for fifths in (1, 2, 3):
        least = max(2, fifths * usual // 5)
        if width < 2 * least:
            break
        cost, cut = _cheapest_cut(digit.ink, least)
        if 2 * cost * scale > 255 * strokes * pen:
            continue
        if is_alone and strokes == 3 and _crossed(digit.ink, cut) > 1:
            continue
        beyond = np.arange(width) >= cut[:, None]
        pieces = [
            _trimmed(digit, np.where(side, digit.ink, 0).astype(np.uint8))
            for side in (~beyond, beyond)
        ]
        if all(piece and 5 * piece.ink.shape[0] >= 3 * usual for piece in pieces):
            return [
                smaller
                for piece in pieces
                if piece
                for smaller in _split(piece, usual, is_alone=is_alone)
            ]
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


def _crossed(ink: NDArray[np.uint8], cut: NDArray[np.int64]) -> int:
    """How many strokes a cut crosses: stretches of clear ink along it."""
    clear = np.append(False, ink[np.arange(len(cut)), cut] >= CLEAR)
    return int((clear[1:] & ~clear[:-1]).sum())


def _trimmed(digit: Digit, ink: NDArray[np.uint8]) -> Digit | None:
    """A part of a digit's ink cut to the box around what is clear."""
    rows = np.flatnonzero(ink.max(axis=1) >= CLEAR)
    columns = np.flatnonzero(ink.max(axis=0) >= CLEAR)
    if not len(rows):
        return None
    return Digit(
        digit.left + int(columns[0]),
        digit.top + int(rows[0]),
        ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1],
    )


def _in_lines(digits: list[Digit]) -> list[list[Digit]]:
    """Digits in lines: from the left, each goes to the line one of whose last three is beside it.

    Beside means that they overlap by two fifths of the lower one's height; the largest overlap
    wins, then the older line. Lines are ordered by the mean height of their digits' middles.
    """
    lines: list[list[Digit]] = []
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
