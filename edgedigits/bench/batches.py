"""Pictures handed to a runtime many at a time, as `verify` and `predict` do."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgedigits.bench.rounds import Turn
from edgedigits.runtimes.runtimes import Runtime

MOST_PICTURES = 64
FEW = 8


@dataclass(frozen=True)
class Batches:
    """A runtime that answers batches of `images`, `uint8 [N, *shape]`, of up to `MOST_PICTURES`.

    Times are those of one picture, as its share of a batch's time.
    """

    runtime: Runtime
    images: NDArray[np.uint8]

    def turn(self, seconds: float, warm_seconds: float) -> Turn:
        """Answer batches that fit into `seconds`, a small one untimed before them."""
        until = time.perf_counter() + warm_seconds
        each = self._seconds_each(FEW)
        while time.perf_counter() < until:
            each = self._seconds_each(FEW)
        count = int(np.clip(seconds / each, FEW, MOST_PICTURES))
        until = time.perf_counter() + seconds
        times = [self._seconds_each(count)]
        while time.perf_counter() < until:
            times.append(self._seconds_each(count))
        return Turn.of(1e6 * np.asarray(times))

    def _seconds_each(self, count: int) -> float:
        started = time.perf_counter()
        self.runtime.probabilities(self.images[:count])
        return (time.perf_counter() - started) / count
