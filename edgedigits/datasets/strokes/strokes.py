"""Digits drawn by the program itself: no download, any number, the same for the same seed.

What can be done with them stands in `drawing`.
"""

from __future__ import annotations

from functools import cache

from edgedigits.datasets.dataset import DIGITS as NAMES
from edgedigits.datasets.strokes import drawing
from edgedigits.datasets.strokes.drawing import Drawing, Pictures
from edgedigits.datasets.strokes.paths import Alphabet, compile_alphabet
from edgedigits.datasets.strokes.skeletons import DIGITS

__all__ = ["CHUNK", "DRAWING", "Pictures", "chunk", "digits", "draw", "load", "stream"]

CHUNK = drawing.CHUNK


@cache
def digits() -> Alphabet:
    """The digits' skeletons, compiled once."""
    return compile_alphabet(DIGITS)


DRAWING = Drawing("strokes", "ten digits", NAMES, digits)
draw, chunk, stream, load = DRAWING.draw, DRAWING.chunk, DRAWING.stream, DRAWING.load
