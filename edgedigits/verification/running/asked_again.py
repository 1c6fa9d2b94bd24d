"""Whether an interpreter remembers: one that counts, or keeps something of the last picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edgedigits.runtimes.runtimes import Runtime

MOST, SHARE = 64, 0.1
"""How many pictures are asked again at the end: at most, and of those that there are."""
SAME = 1e-4
"""How far two answers to one picture may lie apart."""


class AskedAgain:
    """Some of the pictures that an interpreter is asked, to be asked again in another order."""

    def __init__(self, part: slice, shape: tuple[int, ...], classes: int) -> None:
        """Of pictures `uint8 [*shape]` with numbers in `part`; none has been seen yet."""
        size = part.stop - part.start
        count = min(size, MOST, max(2, int(SHARE * size)))
        self._places = part.start + np.random.default_rng(0).permutation(size)[:count]
        self._images = np.empty((count, *shape), np.uint8)
        self._answers = np.empty((count, classes), np.float32)

    def seen(self, piece: slice, images: NDArray[np.uint8], answers: NDArray[np.float32]) -> None:
        """Keep what is among them."""
        those = np.flatnonzero((self._places >= piece.start) & (self._places < piece.stop))
        places = self._places[those] - piece.start
        self._images[those], self._answers[those] = images[places], answers[places]

    def violations(self, runtime: Runtime) -> list[str]:
        """What is answered otherwise than before, once all were seen."""
        found = runtime.probabilities(self._images)
        same = np.isclose(found, self._answers, rtol=0, atol=SAME, equal_nan=True).all(axis=1)
        if same.all():
            return []
        changed, count = int(np.sum(~same)), len(same)
        return [f"it remembers: asked again, {changed} of {count} pictures are answered otherwise"]
