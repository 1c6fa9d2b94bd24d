"""Digits drawn by the program itself: no download, any number, the same for the same seed.

What can be done with them stands in `drawing`.
"""

from __future__ import annotations

from functools import cache

from edgedigits.datasets.dataset import DIGITS as NAMES
from edgedigits.datasets.strokes import drawing, forms
from edgedigits.datasets.strokes.drawing import Drawing, Pictures
from edgedigits.datasets.strokes.hand import DIGITS as HAND
from edgedigits.datasets.strokes.paths import Alphabet, compile_alphabet
from edgedigits.datasets.strokes.skeletons import DIGITS

__all__ = ["CHUNK", "DRAWING", "USUAL", "Pictures", "chunk", "digits", "draw", "load", "stream"]

CHUNK = drawing.CHUNK


@cache
def digits() -> Alphabet:
    """The digits' skeletons and other schools' forms, compiled once."""
    return compile_alphabet(tuple(forms.ways(DIGITS)))


@cache
def usual() -> Alphabet:
    """The digits' skeletons alone."""
    return compile_alphabet(DIGITS)


DRAWING = Drawing(
    *("strokes", "ten digits", NAMES, digits, HAND),
    version=2,
    usual=(
        "31618389ab99a69fdf2869194c9f216c1d822f5c169fb4cb3446cc5f5419b409",
        "6c72c4cc0d2574cae7ef22afdb32a643f48cbd274accd9ddccab9b6991544884",
    ),
)
USUAL = Drawing("usual strokes", "ten digits", NAMES, usual)
"""Digits in their usual forms, by a usual hand: version 1 of `strokes`, and the golden pictures of
bundles."""
draw, chunk, stream, load = DRAWING.draw, DRAWING.chunk, DRAWING.stream, DRAWING.load
