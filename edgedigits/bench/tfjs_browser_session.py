"""A TensorFlow.js model in a page of a real browser, which times it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgedigits.bench.rounds import LEAST_CALLS, Turn
from edgedigits.bundle.artifact import Artifact
from edgedigits.runtimes.runtimes import Shared
from edgedigits.runtimes.tfjs import tfjs_browser


class TfjsBrowserSession:
    """One graph model in a page of its own.

    Attributes:
        backend: what computes.
        versions: of what runs it, by name.
        load_ms: opening the model from its files; fetching them is the network's time.
    """

    def __init__(
        self, artifact: Artifact, folder: Path, shared: Shared, picture: NDArray[np.uint8]
    ) -> None:
        """Open a page and load the model; `picture` `uint8` is what it will be asked.

        Raises:
            MachineLacks: there is no Playwright or no browser here.
            PageError: TensorFlow.js refuses the model.
        """
        self._page = tfjs_browser.open_artifact("tfjs-browser", artifact, folder, shared)
        self._picture = picture
        self.backend = self._page.backend
        self.versions = {"TensorFlow.js": self._page.version}
        self.load_ms = self._page.load_ms

    def first_ms(self) -> float:
        """Milliseconds of the first answer after loading."""
        return float(self._page.answer_times(self._picture, 0.0, 0.0, 1)[0])

    def peak_bytes(self) -> None:
        """Not known: a browser shares its processes' memory among pages and its own parts."""

    def turn(self, seconds: float, warm_seconds: float) -> Turn:
        """Answer one picture again and again, from its pixels to ten probabilities."""
        times_ms = self._page.answer_times(self._picture, seconds, warm_seconds, LEAST_CALLS)
        return Turn.of(1000 * times_ms, tfjs_browser.CLOCK_STEP_US)

    def close(self) -> None:
        """Close the page."""
        self._page.close()
