"""A TFLite file in LiteRT, in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.artifact import Artifact
from edgedigits.runtimes.differences import Differences
from edgedigits.runtimes.file_process import FileProcess
from edgedigits.runtimes.processes import forks

Tick = Callable[[int], None]
DEADLINE_S = 30.0
"""What opening a file and each request may take. A model that needs so long for one picture is
none that any device runs."""


class LiteRTProcess(FileProcess):
    """One file in LiteRT's interpreter. One thread at a time may use it."""

    interpreter = "LiteRT"

    def __init__(
        self, path: Path, *, reference: bool = False, deadline_s: float | None = None
    ) -> None:
        """Open the file at `path`, with the plain reference kernels where `reference` is set.

        Raises:
            DataBad: the interpreter refuses it, crashes, hangs, or takes too much memory.
            MachineLacks: there is no LiteRT here.
        """
        seconds = DEADLINE_S if deadline_s is None else deadline_s
        super().__init__(path, forks.LITERT, seconds, reference=reference)

    def violations(self, artifact: Artifact, stored: NDArray[Any] | None = None) -> list[str]:
        """Where what is in the file is not what the manifest says of it, one line each.

        Its signature is asked the pictures `stored`, `[N, *input shape]` in its input's type.
        """
        some = self._none() if stored is None else stored
        found, _ = self._ask(
            "violations",
            some.tobytes(),
            dtype=some.dtype.name,
            shape=list(some.shape),
            artifact=artifact.as_json(),
        )
        lines: list[str] = found["lines"]
        return lines

    def differences(
        self,
        stored: NDArray[Any],
        triples: Sequence[tuple[int, int, int]],
        tick: Tick | None = None,
    ) -> Differences:
        """What lies between tensors inside the file, three by three, on pictures (at least one)
        that are stored as its input takes them; see `Watched.differences`. `tick` hears of pictures
        done.

        Raises:
            DataBad: it crashes, hangs or refuses.
        """
        self._ask("watch", tensors=[int(index) for triple in triples for index in triple])
        parts = []
        for some in self._paced(stored):
            found, payload = self._ask(
                "differences", some.data, dtype=some.dtype.name, shape=list(some.shape)
            )
            parts.append(Differences.frombytes(payload, found["channels"]))
            if tick is not None:
                tick(len(some))
        return reduce(add, parts)

    def _none(self) -> NDArray[Any]:
        taken = self.contract.input
        return np.empty((0, *taken.shape), taken.dtype)
