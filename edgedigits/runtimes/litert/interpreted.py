"""A TFLite artifact in an interpreter: pictures become what its input stores."""

from __future__ import annotations

from functools import partial
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.artifact import Artifact
from edgedigits.runtimes import base
from edgedigits.runtimes.file_process import FileProcess
from edgedigits.runtimes.litert import quantization

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
        return self._answers(self._stored(images))

    def probabilities_of(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` for values `float32 [N, ...]`, whatever pixels they were."""
        return self._answers(self.encode(values))

    def _answers(self, stored: NDArray[Any]) -> NDArray[np.float32]:
        answers = self._process.answers(stored)
        found = quantization.dequantize(answers[:, 0], self.artifact.output)
        return base.in_class_order(found, self.artifact)

    def encode(self, values: NDArray[np.float32]) -> NDArray[Any]:
        """Values `[N, ...]` as the file's input stores them, `[N, *input shape]`."""
        return self._as_taken(quantization.quantize(values, self.artifact.input))

    def _stored(self, images: NDArray[np.uint8]) -> NDArray[Any]:
        """Pictures as the file's input stores them: `encode` of their values."""
        if self.artifact.input.scale is None:
            return self.encode(self.pixels.values(images))
        return self._as_taken(
            self.pixels.stored(images, partial(quantization.quantize, tensor=self.artifact.input))
        )

    def _as_taken(self, stored: NDArray[Any]) -> NDArray[Any]:
        taken = self._process.contract.input
        return stored.astype(taken.dtype, copy=False).reshape(-1, *taken.shape)

    def close(self) -> None:
        """End its process."""
        self._process.close()
