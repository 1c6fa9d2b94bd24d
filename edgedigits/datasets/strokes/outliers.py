"""Pictures that are no digit, drawn by the program: letters, signs, scribbles, noise, blanks.

A classifier learns from them to be unsure (outlier exposure, Hendrycks et al. 2019, "Deep Anomaly
Detection with Outlier Exposure"), and its reject threshold is judged on them. What judges is not
what teaches: pictures for `test` come from random streams of their own, from ways of writing each
letter that `train` and `validation` never use, and partly from families of scribbles and noise
that those never see.

    for index in range(chunks):
        images = outliers.chunk(index, seed, epoch=epoch)        # to train, against flat targets
    images, names = outliers.draw_named("letters", 4_000, seed, "test")   # to judge, by letter

Chunks are drawn each from its own random stream, as those of `strokes`: the same bytes for the same
arguments, whoever draws them.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets.dataset import SIDE
from edgedigits.datasets.strokes import noise, scribbles, strokes
from edgedigits.datasets.strokes.hand import CALM, write
from edgedigits.datasets.strokes.letters import CAPITALS
from edgedigits.datasets.strokes.paths import Alphabet, Skeleton, compile_alphabet
from edgedigits.datasets.strokes.signs import SIGNS
from edgedigits.datasets.strokes.small_letters import SMALL
from edgedigits.errors import WrongUse, check_known

CHUNK = strokes.CHUNK
"""Pictures in a chunk: as many as in a chunk of digits."""

KINDS = ("letters", "signs", "scribbles", "noise", "blank")
PURPOSES = ("train", "validation", "test")

LETTERS = CAPITALS | SMALL
"""The letters drawn, capital and small, each with its ways of writing."""

MIX = {"letters": 0.54, "signs": 0.09, "scribbles": 0.2, "noise": 0.15, "blank": 0.02}
"""Shares of the kinds in what a model is trained against."""

_TEST_ONLY = {"scribbles": ("grid", "burst"), "noise": ("clouds", "plaid", "dots")}
_MIXED = len(KINDS)  # the stream of `chunk`, after those of the kinds

Named = tuple[NDArray[np.uint8], NDArray[np.str_]]


def draw(kind: str, count: int, seed: int, purpose: str = "test") -> NDArray[np.uint8]:
    """`count` pictures of one kind, the first of any longer drawing with the same arguments.

    Args:
        kind: one of `KINDS`.
        count: how many pictures.
        seed: not negative.
        purpose: one of `PURPOSES`.

    Returns:
        `uint8 [count, 28, 28]`, ink bright on dark, prepared as digits are.

    Raises:
        WrongUse: an unknown kind or purpose, a negative count or seed.
    """
    return draw_named(kind, count, seed, purpose)[0]


def draw_named(kind: str, count: int, seed: int, purpose: str = "test") -> Named:
    """As `draw`, and what each picture is, `str [count]`: `k`, `heart`, `zigzag`, `checks`."""
    check_known("kind of outlier", kind, KINDS)
    _check(count, seed, purpose)
    images = np.empty((count, SIDE, SIDE), np.uint8)
    names = np.empty(count, "U16")
    for index, start in enumerate(range(0, count, CHUNK)):
        # Whole chunks, so that a picture does not depend on how many are asked for.
        rng = _generator(seed, purpose, KINDS.index(kind), 0, index)
        some, called = _some(kind, CHUNK, purpose, rng)
        place = slice(start, min(start + CHUNK, count))
        images[place], names[place] = some[: count - start], called[: count - start]
    return images, names


def chunk(index: int, seed: int, *, epoch: int = 0, purpose: str = "train") -> NDArray[np.uint8]:
    """`CHUNK` pictures of all kinds in the shares of `MIX`, shuffled: `uint8 [CHUNK, 28, 28]`.

    They depend on nothing but the arguments; each epoch has its own.

    Raises:
        WrongUse: an unknown purpose, a negative index or seed.
    """
    _check(index, seed, purpose)
    rng = _generator(seed, purpose, _MIXED, epoch, index)
    counts = [round(CHUNK * MIX[kind]) for kind in KINDS]
    parts = [_some(kind, n, purpose, rng)[0] for kind, n in zip(KINDS, counts, strict=True)]
    mixed: NDArray[np.uint8] = rng.permutation(np.concatenate(parts))
    return mixed


def ways(kind: str, name: str, purpose: str) -> tuple[str, ...]:
    """The pen's paths by which a letter or sign is written for a purpose.

    Of every three ways in the table the middle one is for `test`, the others for all else.
    """
    table = LETTERS if kind == "letters" else SIGNS
    testing = purpose == "test"
    return tuple(way for i, way in enumerate(table[name]) if (i % 3 == 1) == testing)


def _some(kind: str, count: int, purpose: str, rng: np.random.Generator) -> Named:
    """`count` pictures of a kind and their names."""
    if kind == "blank":
        return noise.blanks(count, rng), np.full(count, "blank")
    if kind in ("letters", "signs"):
        names, alphabet = _alphabet(kind, purpose)
        labels = _balanced(len(names), count, rng)
        written = alphabet.choose(labels, rng.random(count))
        return write(alphabet, written, rng, CALM), np.array(names)[labels]
    module = scribbles if kind == "scribbles" else noise
    families = [f for f in module.FAMILIES if purpose == "test" or f not in _TEST_ONLY[kind]]
    called = np.array(families)[_balanced(len(families), count, rng)]
    return module.pictures(called.tolist(), rng), called


def _balanced(classes: int, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """`count` labels, each run of `classes` holding every one once, in random order."""
    runs = np.tile(np.arange(classes), (-(-count // classes), 1))
    return rng.permuted(runs, axis=1).reshape(-1)[:count].astype(np.int64)


@cache
def _alphabet(kind: str, purpose: str) -> tuple[tuple[str, ...], Alphabet]:
    """The names of letters or signs, and their ways of writing for a purpose, all as frequent."""
    names = tuple(LETTERS if kind == "letters" else SIGNS)
    rows = [
        Skeleton(label, 1.0, path)
        for label, name in enumerate(names)
        for path in ways(kind, name, purpose)
    ]
    return names, compile_alphabet(rows)


def _generator(seed: int, purpose: str, stream: int, epoch: int, index: int) -> np.random.Generator:
    """The random stream of one chunk, apart from those of the digits' chunks."""
    key = (PURPOSES.index(purpose), epoch, index, stream)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def _check(number: int, seed: int, purpose: str) -> None:
    """Refuse negative numbers and unknown purposes."""
    check_known("purpose", purpose, PURPOSES)
    if number < 0:
        raise WrongUse(f"cannot draw {number} pictures")
    if seed < 0:
        raise WrongUse(f"a seed is 0 or more, not {seed}")
