"""C artifacts, compiled and asked one picture at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.artifact import Artifact
from edgedigits.runtimes import base, quantization, written
from edgedigits.runtimes.c.c_process import CProcess, Machine
from edgedigits.runtimes.written import Written


class CModel(Written):
    """One artifact's sources, compiled. One thread at a time may use it.

    Attributes:
        artifact: what runs.
        backend: where it is, and what compiled it.
    """

    def __init__(self, artifact: Artifact, folder: Path, machine: Machine) -> None:
        """Compile the sources below `folder` for a machine and start them there.

        Raises:
            MachineLacks: compiling takes too long, or something else ended the program.
            DataBad: they cannot be compiled, or the program does not start.
        """
        self.artifact = artifact
        self._model_c = folder / artifact.entry
        self._process = CProcess(self._model_c, machine)
        self.backend = machine.backend

    def _of(self, stored: NDArray[Any]) -> NDArray[np.float32]:
        answers = self._process.answers(stored)
        found = quantization.dequantize(answers, self.artifact.output)
        return base.in_class_order(found, self.artifact)

    def contract_violations(self) -> list[str]:
        """Where the sources are not what the manifest, or their own header and golden vectors, say
        of them."""
        stated = written.violations(self._process.stated, "model.h", self.artifact)
        violations = [*stated, *self._digest_violations()]
        return violations + quantization.channel_violations(self.pixels, self.artifact.input)

    def _digest_violations(self) -> Iterator[str]:
        found = hashlib.sha256(self._model_c.read_bytes()).hexdigest()
        if self._process.stated.digest != found:
            yield (
                f"model.h is of another model.c: it says {self._process.stated.digest[:12]}…, "
                f"the file has SHA-256 {found[:12]}…"
            )
        main_c = self._model_c.parent / "main.c"
        if (said := self._process.self_test(main_c, self._model_c)) is not None:
            yield f"its self-test fails: {said[:200]}"

    def close(self) -> None:
        """End the program."""
        self._process.close()
