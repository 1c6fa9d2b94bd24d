"""Pictures that are answered otherwise, as the model sees them, with every answer to them."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.reports.html.tables import name
from edgedigits.verification.comparison import Flip
from edgedigits.verification.verify import Result, Verification

MOST_OF_ONE = 24
"""Pictures that are shown of one result, the worst ones."""
MOST_BYTES = 1_200_000
"""Of all pictures together, as text."""
SMALL = 64
"""Pictures of at most so many pixels a side are shown to the bit, larger ones as JPEG."""
QUALITY = 85


@dataclass(frozen=True)
class Answer:
    """Who answers what, how sure, and whether that is right."""

    who: str
    answer: str
    sure: str
    right: bool


@dataclass(frozen=True)
class Tile:
    """One picture, and all answers to it, the float model's first. `fate` is what became of a right
    answer: `lost`, `won`, or `wrong` before and after."""

    number: str
    source: str
    pixelated: bool
    label: str
    fate: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Flips:
    """The pictures, of how many, and of which results not all of them are here. `at_least` so many
    are `changed` where results count more than they can name."""

    tiles: tuple[Tile, ...]
    changed: int
    at_least: bool
    left_out: tuple[str, ...]


def of(checked: Verification) -> Flips:
    """The worst pictures of every result, each picture once.

    The worst are those that the float model alone answers right, and of these the ones it is surest
    of. Where pictures are large, results take turns until there is no room for more.
    """
    ranked = [
        sorted(one.parity.flips, key=lambda flip: flip.rank)[:MOST_OF_ONE]
        for one in checked.results
    ]
    sources: dict[int, str] = {}
    room = MOST_BYTES
    for turn in range(MOST_OF_ONE):
        for flips in ranked:
            if turn < len(flips) and flips[turn].index not in sources:
                source = _source(checked.pictures.split.images[flips[turn].index])
                room -= len(source)
                if room < 0:
                    break
                sources[flips[turn].index] = source
        if room < 0:
            break
    by: dict[int, list[tuple[Result, Flip]]] = {}
    for one in checked.results:
        for flip in one.parity.flips:
            by.setdefault(flip.index, []).append((one, flip))
    shown = sorted(
        (by[index] for index in sources), key=lambda found: min(flip.rank for _, flip in found)
    )
    return Flips(
        tuple(_tile(checked, found, sources[found[0][1].index]) for found in shown),
        len(by),
        any(len(one.parity.flips) < one.parity.changed for one in checked.results),
        tuple(_left_out(checked, sources)),
    )


def _left_out(checked: Verification, sources: dict[int, str]) -> list[str]:
    told = []
    for one in checked.results:
        missing = one.parity.changed - sum(flip.index in sources for flip in one.parity.flips)
        if missing:
            told.append(f"{name(checked, one)}: {missing:,} of {one.parity.changed:,} more")
    return told


def _tile(checked: Verification, found: list[tuple[Result, Flip]], source: str) -> Tile:
    one, flip = found[0]
    words = one.words
    answers = [
        Answer(
            "float model",
            words.short(flip.float_digit),
            _percent(flip.float_probability),
            flip.float_digit == flip.label,
        ),
        *(
            Answer(
                name(checked, result),
                words.short(each.artifact_digit),
                _percent(each.artifact_probability),
                each.artifact_digit == each.label,
            )
            for result, each in found
        ),
    ]
    right = [each.right for each in answers]
    fate = "lost" if right[0] else "won" if any(right) else "wrong"
    shape = checked.pictures.split.images.shape[1:3]
    return Tile(
        f"{flip.index:,}", source, max(shape) <= SMALL, words.short(flip.label), fate,
        tuple(answers),
    )  # fmt: skip


def _percent(probability: float | None) -> str:
    return "" if probability is None else f"{100 * probability:.1f} %"


def _source(pixels: NDArray[np.uint8]) -> str:
    """A picture `uint8 [H, W]` or `[H, W, 3]` as an address that holds all of it."""
    from PIL import Image

    held = io.BytesIO()
    small = max(pixels.shape[:2]) <= SMALL
    kind, options = ("png", {"optimize": True}) if small else ("jpeg", {"quality": QUALITY})
    wanted: dict[str, Any] = options
    Image.fromarray(np.asarray(pixels)).save(held, kind, **wanted)
    return f"data:image/{kind};base64,{base64.b64encode(held.getvalue()).decode('ascii')}"
