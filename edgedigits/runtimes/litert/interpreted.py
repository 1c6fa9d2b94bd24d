"""A TFLite artifact in an interpreter: pictures become what its input stores."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.artifact import Artifact
from edgedigits.runtimes import base, quantization
from edgedigits.runtimes.file_process import FileProcess

Process = TypeVar("Process", bound=FileProcess)


class Interpreted(base.OfValues, Generic[Process]):
    """One TFLite artifact in its interpreter. Not for use from several threads at once."""

    backend = None

    def __init__(self, artifact: Artifact, process: Process) -> None:
        """The artifact whose file is open in `process`, which ends with this object."""
        self.artifact = artifact
        self._process = process

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` for pictures `uint8 [N, *form.shape]`."""
        told = self.artifact.input
        return self._of(self._process.answers_to(images, self.pixels, told))

    def probabilities_of(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` for values `float32 [N, ...]`, whatever pixels they were."""
        return self._of(self._process.answers(self.encode(values)))

    def _of(self, answers: NDArray[Any]) -> NDArray[np.float32]:
        found = quantization.dequantize(answers[:, 0], self.artifact.output)
        return base.in_class_order(found, self.artifact)

    def encode(self, values: NDArray[np.float32]) -> NDArray[Any]:
        """Values `[N, ...]` as the file's input stores them, `[N, *input shape]`."""
        stored = quantization.quantize(values, self.artifact.input)
        return quantization.as_taken(stored, self._process.contract.input)

    def _stored(self, images: NDArray[np.uint8]) -> NDArray[Any]:
        """Pictures as the file's input stores them: `encode` of their values."""
        stored = quantization.stored(images, self.pixels, self.artifact.input)
        return quantization.as_taken(stored, self._process.contract.input)

    def close(self) -> None:
        """End its process."""
        self._process.close()
