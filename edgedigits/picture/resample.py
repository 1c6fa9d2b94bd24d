"""Colours of one size to another: means where they shrink, straight lines where they grow.

Whole numbers until the one division at the end, so that the order of the axes changes nothing;
docs/picture.md puts the same steps in words.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_BLOCK_VALUES = 1 << 19
"""Sums along the rows that are kept at a time: a few megabytes, whatever the picture's size."""
_LONGEST_IN_32_BITS = (1 << 32) // 512


def resample(colours: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    """The colours of `uint8 [H, W, C]`, its first three values, as `uint8 [height, width, 3]`.

    Along each axis a value weighs by the part of it that a new value covers, or where there are
    more new values than old ones by how near its middle is; weights of both axes are multiplied.
    """
    if colours.shape[:2] == (height, width):
        same = np.empty((height, width, 3), dtype=np.uint8)
        for channel in range(3):  # three or four bytes in a row are copied more slowly
            same[..., channel] = colours[..., channel]
        return same
    if height >= len(colours) and width < colours.shape[1]:
        # The columns first: few rows that are long would become many before they become short.
        turned = np.ascontiguousarray(colours.transpose(1, 0, 2))
        return resample(turned, width, height).transpose(1, 0, 2)
    total = _weight(len(colours), height) * _weight(colours.shape[1], width)
    kind = np.uint32 if max(height, len(colours)) < _LONGEST_IN_32_BITS else np.int64
    # Sums and their rounding fit; what is more for a moment is less by 2**32, and comes back alike.
    wide = np.uint32 if 256 * total < 1 << 32 else np.int64
    resampled = np.empty((height, width, 3), dtype=np.uint8)
    step = max(1, _BLOCK_VALUES // (4 * max(width, colours.shape[1])))
    for start in range(0, height, step):
        rows = np.arange(start, min(height, start + step))
        lines = _along(colours, height, rows, kind)[..., :3].transpose(1, 0, 2)
        columns = np.ascontiguousarray(lines, dtype=wide)
        sums = _along(columns, width, np.arange(width), wide)
        resampled[rows] = ((sums + wide(total // 2)) // wide(total)).transpose(1, 0, 2)
    return resampled


def _weight(length: int, cells: int) -> int:
    """What the weights of one new value add up to, along one axis."""
    return length if cells <= length else 2 * cells


def _along(
    values: NDArray[Any], cells: int, which: NDArray[np.int64], kind: type[np.integer[Any]]
) -> NDArray[Any]:
    """Weighted sums along the first axis, `[L, ...]` to `[len(which), ...]` of all `cells`."""
    add = _covered if cells <= len(values) else _interpolated
    return add(values, cells, which, kind)


def _covered(
    values: NDArray[Any], cells: int, which: NDArray[np.int64], kind: type[np.integer[Any]]
) -> NDArray[Any]:
    """A value weighs `cells`, and one that two new ones share is divided exactly between them."""
    length = len(values)
    first, before = np.divmod(which * length, cells)
    last, after = np.divmod((which + 1) * length, cells)
    sums = np.empty((len(which), *values.shape[1:]), dtype=kind)
    for line, (start, stop) in enumerate(zip(first, last, strict=True)):
        np.add.reduce(values[start:stop], axis=0, dtype=kind, out=sums[line])
    sums *= kind(cells)
    sums -= _lines(before, kind) * values[first]
    sums += _lines(after, kind) * values[np.minimum(last, length - 1)]
    return sums


def _interpolated(
    values: NDArray[Any], cells: int, which: NDArray[np.int64], kind: type[np.integer[Any]]
) -> NDArray[Any]:
    """Where there are more cells than values: between the middles of the nearest two."""
    length = len(values)
    place = np.clip((2 * which + 1) * length - cells, 0, 2 * cells * (length - 1))
    before, part = np.divmod(place, 2 * cells)
    mixed: NDArray[Any] = _lines(2 * cells - part, kind) * values[before]
    mixed += _lines(part, kind) * values[np.minimum(before + 1, length - 1)]
    return mixed


def _lines(weights: NDArray[np.int64], kind: type[np.integer[Any]]) -> NDArray[Any]:
    """One weight a line."""
    return weights.astype(kind)[:, None, None]
