"""When a model is unsure, and when to say "not a digit": fitted on held-out digits, as they are and
as other hands would write them, and measured on others.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle import reject
from edgedigits.datasets.dataset import Split
from edgedigits.datasets.strokes import outliers, strokes
from edgedigits.export import preparation
from edgedigits.export.source import Source
from edgedigits.foreign_text import one_line
from edgedigits.picture import fit as fitting
from edgedigits.training.augmentation import Amounts, changed

DRAWN = 1_000
"""Drawn pictures of each kind. Those that a fit is measured on have other shapes than those it was
made on, and than those of training."""

SEED = 0
DRAWN_SEED = 1
"""Digits that are drawn for training have the number 0, unless told."""

HARDEST = "letters"
"""What "sure" is fitted on: whatever keeps letters out keeps scribbles and noise out."""

HANDS = 3_000
OTHER_HANDS = Amounts(rotation_degrees=20, shear=1, bend=1.5, thickness=1)
"""Slanted up to 45 degrees, turned, bent, all lines thinner or thicker: farther off than what any
training shows, as a hand is that was never seen."""

LEAST_INK, LEAST_SIDE = 77, 12
"""The levels that count as a digit's ink, as in docs/picture.md; its longer side, if it kept it."""

LEVELS = 256
"""Steps in which int8 files give probabilities."""

LEAST_DIGITS = 200
"""With fewer, a share of them below one in a hundred means nothing."""


def fit(source: Source, test: Split) -> dict[str, Any] | None:
    """The manifest's entry `reject`: temperature, both limits, and what they do to unseen pictures.

    None where there are too few digits to fit them on.

    Args:
        source: its model answers; its held-out digits are fitted on.
        test: digits to measure on.
    """
    held_out = source.held_out
    digits = source.dataset.validation if held_out is None else held_out
    if len(digits) < LEAST_DIGITS:
        return None
    drawn, _ = strokes.draw(DRAWN, DRAWN_SEED)
    hands, _ = other_hands(np.concatenate([digits.images[:DRAWN], drawn]), HANDS)
    letters = outliers.draw(HARDEST, DRAWN, SEED, "validation")
    strangers = {kind: outliers.draw(kind, DRAWN, SEED, "test") for kind in outliers.KINDS}
    every = [digits.images, hands, letters, test.images, *strangers.values()]
    # All in one go: starting TensorFlow on a graph takes longer than some hundred answers.
    answers = preparation.float_probabilities(source, np.concatenate(every), source.pixels)
    # Of 8-bit answers the small ones are 0: what holds for those is only stricter for others.
    answers = np.round(answers * LEVELS) / np.float32(LEVELS)
    ends = np.cumsum([len(images) for images in every])[:-1]
    table, far, outside, tested, *others = np.split(answers, ends)
    fitted = reject.fit(table, far, outside)

    def share(which: NDArray[np.bool_]) -> dict[str, Any]:
        return {"pictures": len(which), "percent": round(100 * float(which.mean()), 2)}

    return {
        "temperature": fitted.temperature,
        "threshold": fitted.threshold,
        "sure": fitted.sure,
        "fitted_on": {
            "dataset": one_line(source.dataset.name),
            "pictures": len(digits),
            "held_out": held_out is not None,
        },
        "digits_rejected": share(~fitted.accepts(tested)),
        "digits_unsure": share(fitted.doubts(tested)),
        "accepted": {
            kind: share(fitted.accepts(some) & ~fitted.doubts(some))
            for kind, some in zip(strangers, others, strict=True)
        },
    }


def other_hands(
    images: NDArray[np.uint8], count: int
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """`count` of the digits `uint8 [N, 28, 28]`, some again, as far other hands would write them.

    Every second one becomes twice as wide or high, to a square at most, as scans are that were
    fitted both ways. What loses its ink is left out.

    Returns:
        The pictures `uint8 [M, 28, 28]`, and for each the place `int64` of what it was made of.
    """
    rng = np.random.default_rng(SEED)
    places = np.resize(rng.permutation(len(images)), count)
    written = enumerate(changed(images[places], OTHER_HANDS, rng))
    fitted = [_fitted(image, is_stretched=n % 2 == 1) for n, image in written]
    kept = [n for n, image in enumerate(fitted) if image is not None]
    return np.stack([image for image in fitted if image is not None]), places[kept]


def _fitted(image: NDArray[np.uint8], *, is_stretched: bool) -> NDArray[np.uint8] | None:
    from PIL import Image

    rows, columns = (np.flatnonzero((image >= LEAST_INK).any(axis=axis)) for axis in (1, 0))
    if max(len(rows), len(columns)) < LEAST_SIDE:
        return None
    ink = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    if is_stretched:
        height, width = (min(2 * side, max(ink.shape)) for side in ink.shape)
        ink = np.asarray(Image.fromarray(ink).resize((width, height), Image.Resampling.BILINEAR))
    return fitting.fit(ink)
