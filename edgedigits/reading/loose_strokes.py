"""Parts of a picture that may be the strokes of one digit: a 4 left open, a 5 with its bar apart,
or a wide 0 that was cut where two digits would touch.

The page's reading.js has the same limits; how its model decides is a rule for strokes as they are
drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from edgedigits.picture.picture import Segment

MOST = 6
"""One digit is hardly drawn in more loose strokes."""

WIDEST = 1.8
"""Nor wider than so many times its height."""

FARTHEST = 0.2
"""Strokes of one digit are hardly farther apart, in heights of the higher one."""


def may_be_one(parts: Sequence[Segment]) -> bool:
    """Whether two or more parts of a picture may be one digit, as far as their boxes tell."""
    if not 2 <= len(parts) <= MOST:
        return False
    width = max(one.left + one.width for one in parts) - min(one.left for one in parts)
    height = max(one.top + one.height for one in parts) - min(one.top for one in parts)
    return width <= WIDEST * height and any(_are_close(*two) for two in combinations(parts, 2))


def _are_close(one: Segment, other: Segment) -> bool:
    across = max(one.left - other.left - other.width, other.left - one.left - one.width)
    down = max(one.top - other.top - other.height, other.top - one.top - one.height)
    return max(across, down) < FARTHEST * max(one.height, other.height)
