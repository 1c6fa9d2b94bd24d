"""Pictures that calibrate, looked at as pictures: what is missing in them, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets.dataset import Split

FLAT_LEVELS = 8
"""A picture whose grey levels lie nearer together is blank."""
MOST_BLANK, NOTED_BLANK = 0.5, 0.05
FEWEST_DISTINCT, NOTED_DISTINCT = 0.5, 0.95
FEWEST_CLASSES = 0.5
"""Of the classes that so many pictures could be of."""
MOST_MISSED, NOTED_MISSED = 0.5, 0.05
"""Shares of held-out pictures that are brighter or darker, thicker or thinner, than every one that
calibrates."""
INK = 128
NAMED = 5


@dataclass(frozen=True)
class Finding:
    """Something about a calibration: it fails the audit, or is a note."""

    failed: bool
    words: str


@dataclass(frozen=True, eq=False)
class Looks:
    """How pictures look, one number a picture.

    Attributes:
        brightness: mean grey level, `float64 [N]`.
        thickness: of strokes in pixels, `float64 [N]`; of digits' pictures alone.
        flat: whether it is blank.
        distinct: how many differ from one another.
    """

    brightness: NDArray[np.float64]
    thickness: NDArray[np.float64] | None
    flat: NDArray[np.bool_]
    distinct: int


def looks(images: NDArray[np.uint8], *, strokes: bool) -> Looks:
    """How pictures `uint8 [N, H, W]` or `[N, H, W, 3]` look."""
    rows = images.reshape(len(images), -1)
    return Looks(
        rows.mean(axis=1),
        thickness(images) if strokes else None,
        rows.max(axis=1).astype(int) - rows.min(axis=1) < FLAT_LEVELS,
        len({row.tobytes() for row in rows}),
    )


def thickness(images: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Mean thickness of the strokes in pictures `uint8 [N, H, W]`, in pixels; 0 without ink.

    A stroke of length L and width w has L w pixels and a border of 2 L, so it is twice the pixels
    of ink over the sides that they share with paper.
    """
    ink = np.pad(images >= INK, ((0, 0), (1, 1), (1, 1)))
    sides = sum(np.sum(np.diff(ink, axis=axis), axis=(1, 2)) for axis in (1, 2))
    found: NDArray[np.float64] = 2.0 * ink.sum(axis=(1, 2)) / np.maximum(sides, 1)
    return found


def findings(chosen: Split, held_out: Split, *, strokes: bool) -> Iterator[Finding]:
    """What is wrong with pictures that calibrate, or missing in them beside held-out ones.

    Args:
        chosen: those that calibrate.
        held_out: others that the model is to answer; none where there are too few to compare with.
        strokes: whether they are of ink, so that its thickness means something.
    """
    seen = looks(chosen.images, strokes=strokes)
    blank = float(seen.flat.mean())
    if blank > NOTED_BLANK:
        yield Finding(blank > MOST_BLANK, f"{100 * blank:.0f} % of them are blank")
    distinct = seen.distinct / len(chosen)
    if distinct < NOTED_DISTINCT:
        words = f"only {seen.distinct:,} of the {len(chosen):,} differ from one another"
        yield Finding(distinct < FEWEST_DISTINCT, words)
    yield from _classes(chosen)
    if not len(held_out):
        return
    others = looks(held_out.images, strokes=strokes)
    words = "darker or brighter than every one of them"
    yield from _missed(seen.brightness, others.brightness, words, 255 - seen.brightness)
    if seen.thickness is not None and others.thickness is not None:
        words = "of thinner or thicker strokes than every one of them"
        yield from _missed(seen.thickness, others.thickness, words)


def _classes(chosen: Split) -> Iterator[Finding]:
    missing = chosen.missing
    there, possible = len(chosen.classes) - len(missing), min(len(chosen), len(chosen.classes))
    if there == possible:
        return
    few = there < FEWEST_CLASSES * possible or there == 1
    more = f" and {len(missing) - NAMED:,} more" if len(missing) > NAMED else ""
    words = f"there is none of {', '.join(missing[:NAMED])}{more}"
    if few:
        words = f"they are of {there:,} of {len(chosen.classes):,} classes: {words}"
    # With fewer pictures than classes some are always missing.
    if few or len(chosen) > len(chosen.classes):
        yield Finding(few, words)


def missed(seen: NDArray[np.float64], others: NDArray[np.float64]) -> float:
    """Share of `others` that lie outside the range of those `seen`."""
    return float(((others < seen.min()) | (others > seen.max())).mean())


def _missed(
    seen: NDArray[np.float64],
    others: NDArray[np.float64],
    words: str,
    turned: NDArray[np.float64] | None = None,
) -> Iterator[Finding]:
    share = missed(seen, others)
    if share <= NOTED_MISSED:
        return
    failed = share > MOST_MISSED
    said = f"{100 * share:.0f} % of the held-out pictures are {words}"
    if failed and turned is not None and missed(turned, others) <= NOTED_MISSED:
        said += " (inverted, they would not be)"
    yield Finding(failed, said)
