"""What an executor is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.artifact import Artifact
from edgedigits.bundle.bundle import Manifest
from edgedigits.runtimes.runtimes import Settings
from edgedigits.verification.running.execution import Run
from edgedigits.verification.running.floats import Floats


@dataclass(frozen=True, eq=False)
class Work:
    """Runs that are to be asked all pictures, and the float model of the bundle in `folder`.

    Attributes:
        images: `uint8 [N, *form.shape]`, with `labels [N]`.
        golden: pictures that the float model alone is asked after all others.
        tick: is told how many pictures were done, from any thread.
    """

    manifest: Manifest
    folder: Path
    runs: list[Run]
    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    golden: NDArray[np.uint8]
    settings: Settings | None
    tick: Callable[[int], None]


class Executor(Protocol):
    """Where the work is done: in threads of this process, or on many machines."""

    def run(self, work: Work) -> Floats:
        """Do it: each run has its tally then, and what is wrong with it. Returns the float model's
        answers.

        Raises:
            MachineLacks: a runtime is not installed, or too slow, or workers were lost.
            DataBad: the float model cannot be run.
        """
        ...


def stored_step(artifact: Artifact) -> float:
    """The least difference between two of its probabilities where these are stored as integers,
    else 0: a softmax of logits is ours and adds up to 1 whatever they were stored in."""
    return 0.0 if artifact.logits else artifact.output.scale or 0.0
