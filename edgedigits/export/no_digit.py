"""When a source's model is to say "not a digit": fitted on held-out digits, measured on others."""

from __future__ import annotations

from typing import Any

import numpy as np

from edgedigits.bundle import reject
from edgedigits.datasets.dataset import Split
from edgedigits.datasets.strokes import outliers
from edgedigits.export import preparation
from edgedigits.export.source import Source
from edgedigits.foreign_text import one_line

DRAWN = 1_000
"""Drawn pictures of each kind. Those that a fit is measured on have other shapes than those it was
made on, and than those of training."""

SEED = 0
HARDEST = "letters"
"""What the threshold is fitted on: whatever keeps letters out keeps scribbles and noise out."""


LEAST_DIGITS = 200
"""With fewer, a share of them below one in a hundred means nothing."""


def fit(source: Source, test: Split) -> dict[str, Any] | None:
    """The manifest's entry `reject`: temperature, threshold, and what they do to unseen pictures.

    None where there are too few digits to fit them on.

    Args:
        source: its model answers; its held-out digits are fitted on.
        test: digits to measure on.
    """
    held_out = source.held_out
    digits = source.dataset.validation if held_out is None else held_out
    if len(digits) < LEAST_DIGITS:
        return None
    letters = outliers.draw(HARDEST, DRAWN, SEED, "validation")
    strangers = {kind: outliers.draw(kind, DRAWN, SEED, "test") for kind in outliers.KINDS}
    every = [digits.images, letters, test.images, *strangers.values()]
    # All in one go: starting TensorFlow on a graph takes longer than some hundred answers.
    answers = preparation.float_probabilities(source, np.concatenate(every), source.pixels)
    table, outside, tested, *others = np.split(answers, np.cumsum([len(x) for x in every])[:-1])
    fitted = reject.fit(table, outside)

    def share(accepted: float, count: int) -> dict[str, Any]:
        return {"pictures": count, "percent": round(100 * accepted, 2)}

    return {
        "temperature": fitted.temperature,
        "threshold": fitted.threshold,
        "fitted_on": {
            "dataset": one_line(source.dataset.name),
            "pictures": len(digits),
            "held_out": held_out is not None,
        },
        "digits_rejected": share(1 - float(fitted.accepts(tested).mean()), len(tested)),
        "accepted": {
            kind: share(float(fitted.accepts(some).mean()), len(some))
            for kind, some in zip(strangers, others, strict=True)
        },
    }
