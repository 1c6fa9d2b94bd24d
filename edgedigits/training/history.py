"""What a training remembers of each of its legs: figures by name, `history.json` in a run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from edgedigits import json_file

History = list[dict[str, float]]
"""One entry a leg, in order: `epoch` so far (which may be a fraction), `step` so far, `seconds` it
took, and the model's figures such as `loss` and `val_accuracy`, which may be NaN."""

_ENTRY = {"epoch": float, "step": int, "seconds": float}


def to_json(history: Sequence[dict[str, float]]) -> list[dict[str, float | None]]:
    """The entries with null in place of what JSON has no number for."""
    return [
        {name: value if math.isfinite(value) else None for name, value in entry.items()}
        for entry in history
    ]


def from_json(content: Any) -> History:
    """What `to_json` was given.

    Raises:
        ValueError: the content is no history.
    """
    json_file.check(content, [_ENTRY], "the history")
    history = []
    for entry in content:
        figures = {name: math.nan if value is None else value for name, value in entry.items()}
        json_file.check(list(figures.values()), [float])
        history.append(figures)
    if any(later["step"] <= entry["step"] for entry, later in pairwise(history)):
        raise ValueError("its steps do not follow one another")
    return history
