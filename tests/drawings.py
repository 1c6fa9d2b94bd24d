"""Digits as tests draw them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits.datasets.strokes import outliers
from edgedigits.datasets.strokes.drawing import Drawing
from edgedigits.export import no_digit

Drawn = tuple[NDArray[np.uint8], NDArray[np.int64]]
"""Images `[N, 28, 28]` and their labels."""

draw_chunk = Drawing._chunk
draw_outliers = outliers.draw_named
write_otherwise = no_digit.other_hands
CHUNKS_KEPT = 256
"""Of some 0.4 MB each."""
SETS_KEPT = 32
"""Of some 2 MB each."""


@contextmanager
def draw_once() -> Iterator[None]:
    """Let this process draw each chunk once: commands of tests ask for the same ones again and
    again, and a command that draws a data set often takes as long for it as for all the rest. So
    does an export with pictures of no digit, and with digits of other hands. Tests of the room of
    data sets draw anew."""

    @lru_cache(CHUNKS_KEPT)
    def kept(drawing: Drawing, index: int, seed: int, purpose: int, epoch: int) -> Drawn:
        images, labels = draw_chunk(drawing, index, seed, purpose, epoch, None)
        images.flags.writeable = labels.flags.writeable = False
        return images, labels

    def chunk(
        drawing: Drawing,
        index: int,
        seed: int,
        purpose: int,
        epoch: int,
        labels: NDArray[np.int64] | None,
    ) -> Drawn:
        if labels is not None or of_data_sets():
            return draw_chunk(drawing, index, seed, purpose, epoch, labels)
        return kept(drawing, index, seed, purpose, epoch)

    kept_outliers = lru_cache(SETS_KEPT)(draw_outliers)

    def named(kind: str, count: int, seed: int, purpose: str = "test") -> outliers.Named:
        draw = draw_outliers if of_data_sets() else kept_outliers
        images, names = draw(kind, count, seed, purpose)
        return images.copy(), names.copy()

    @lru_cache(SETS_KEPT)
    def kept_hands(content: bytes, count: int) -> Drawn:
        return write_otherwise(np.frombuffer(content, np.uint8).reshape(-1, 28, 28), count)

    def hands(images: NDArray[np.uint8], count: int) -> Drawn:
        if count != no_digit.HANDS:
            # Not an export's, but a test's own.
            return write_otherwise(images, count)
        written, places = kept_hands(images.tobytes(), count)
        return written.copy(), places.copy()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Drawing, "_chunk", chunk)
        patch.setattr(outliers, "draw_named", named)
        patch.setattr(no_digit, "other_hands", hands)
        yield


def of_data_sets() -> bool:
    return "tests/datasets/" in os.environ.get("PYTEST_CURRENT_TEST", "")
