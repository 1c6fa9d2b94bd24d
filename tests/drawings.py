"""Digits as tests draw them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits.datasets.strokes.drawing import Drawing

Drawn = tuple[NDArray[np.uint8], NDArray[np.int64]]
"""Images `[N, 28, 28]` and their labels."""

draw_chunk = Drawing._chunk
CHUNKS_KEPT = 256
"""Of some 0.4 MB each."""


@contextmanager
def draw_once() -> Iterator[None]:
    """Let this process draw each chunk once: commands of tests ask for the same ones again and
    again, and a command that draws a data set often takes as long for it as for all the rest. Tests
    of the room of data sets draw anew."""

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
        of_data_sets = "tests/datasets/" in os.environ.get("PYTEST_CURRENT_TEST", "")
        if labels is not None or of_data_sets:
            return draw_chunk(drawing, index, seed, purpose, epoch, labels)
        return kept(drawing, index, seed, purpose, epoch)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Drawing, "_chunk", chunk)
        yield
