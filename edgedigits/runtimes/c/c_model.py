"""C artifacts, compiled and asked one picture at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from math import prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from converters.base import Tensor
from edgedigits.bundle.artifact import Artifact
from edgedigits.runtimes import base, quantization
from edgedigits.runtimes.c.c_process import CProcess, Machine


class CModel(base.OfValues):
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

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` for pictures `uint8 [N, *form.shape]`."""
        return self._of(quantization.stored(images, self.pixels, self.artifact.input))

    def probabilities_of(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` for values `float32 [N, ...]`, whatever pixels they were."""
        return self._of(quantization.quantize(values, self.artifact.input))

    def _of(self, stored: NDArray[np.generic]) -> NDArray[np.float32]:
        pictures = stored.astype(np.uint8, copy=False).reshape(len(stored), -1)
        answers = self._process.answers(pictures)
        found = quantization.dequantize(answers, self.artifact.output)
        return base.in_class_order(found, self.artifact)

    def contract_violations(self) -> list[str]:
        """Where the sources are not what the manifest, or their own header and golden vectors, say
        of them."""
        violations = [*self._stated_violations(), *self._digest_violations()]
        return violations + quantization.channel_violations(self.pixels, self.artifact.input)

    def _stated_violations(self) -> Iterator[str]:
        stated, artifact = self._process.stated, self.artifact
        for what, found, said in (
            ("pixels", stated.pixels, prod(artifact.input.shape)),
            ("classes", stated.classes, len(artifact.labels)),
            ("the input's scale and zero point", stated.input, _scaling(artifact.input)),
            ("the output's scale and zero point", stated.output, _scaling(artifact.output)),
        ):
            if found != said:
                yield f"model.h says {found} of {what}, the manifest says {said}"
        for what, tensor in (("takes", artifact.input), ("gives", artifact.output)):
            if tensor.dtype != "uint8":
                yield f"the manifest says that it {what} {tensor.dtype}, model.h says uint8"

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


def _scaling(tensor: Tensor) -> tuple[float | None, int | None]:
    """A scale as float32 has it, and its zero point."""
    scale = None if tensor.scale is None else float(f"{np.float32(tensor.scale):.9g}")
    return scale, tensor.zero_point
