"""Letters drawn by the program itself, to learn from; and all that is drawn, by name.

Capital and small letters are two data sets. As pictures are scaled until the ink fills its box,
C and c, O and o, S and s, … are the same pictures: nobody could tell all 52 apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from string import ascii_lowercase, ascii_uppercase

from edgedigits.datasets.strokes import strokes
from edgedigits.datasets.strokes.digit_doubles import CAPITAL_DOUBLES, SMALL_DOUBLES
from edgedigits.datasets.strokes.drawing import Drawing
from edgedigits.datasets.strokes.hand import CALM
from edgedigits.datasets.strokes.letters import CAPITALS
from edgedigits.datasets.strokes.paths import Alphabet, Skeleton, compile_alphabet
from edgedigits.datasets.strokes.small_letters import SMALL

ANOTHER_LETTER = {
    "U": ("6,0 14,60 34,99 56,60 64,0",),
    "V": ("4,2 30,92 36,100 42,92 66,0", "2,10 10,0 20,20 36,100! 62,10 74,0"),
    "j": ("42,34 30,90 10,100 / 50,6 46,14",),
    "r": ("10,8 6,98! 10,44 44,6",),
    "v": ("4,4 24,88 32,98 40,88 60,4", "2,10 12,6 30,98! 48,20 66,6"),
}
"""Ways that are no digit's double but, written in haste, often another letter's."""


@cache
def capitals() -> Alphabet:
    """The capital letters' skeletons, compiled once; every way of a letter is as frequent."""
    return _compiled(CAPITALS | CAPITAL_DOUBLES)


@cache
def small() -> Alphabet:
    """The small letters' skeletons, likewise."""
    return _compiled(SMALL | SMALL_DOUBLES)


def _compiled(table: Mapping[str, tuple[str, ...]]) -> Alphabet:
    return compile_alphabet(
        [
            Skeleton(label, 1.0, path)
            for label, name in enumerate(sorted(table))
            for path in table[name]
            if path not in ANOTHER_LETTER.get(name, ())
        ]
    )


LETTERS = Drawing("letters", "26 letters", tuple(ascii_uppercase), capitals, CALM)
SMALL_LETTERS = Drawing("small-letters", "26 letters", tuple(ascii_lowercase), small, CALM)

DRAWINGS = {each.name: each for each in (strokes.DRAWING, LETTERS, SMALL_LETTERS)}
"""Every data set that is drawn, by its name."""
