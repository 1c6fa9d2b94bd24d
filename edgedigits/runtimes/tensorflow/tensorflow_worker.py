"""Runs float models, each in a fork of this program (see `fork_server`) that may crash alone."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

# As a program it has no package around it; what it needs of ours is found beside it.
sys.path.append(str(Path(__file__).parents[3]))

from edgedigits import quiet
from edgedigits.bundle.artifact import InputContract
from edgedigits.bundle.bundle import Reference
from edgedigits.runtimes.processes import fork_server
from edgedigits.runtimes.processes.messages import Message
from edgedigits.runtimes.tensorflow.float_model import FloatModel


class Opened:
    """What a fork does: one float model in TensorFlow."""

    def open(
        self,
        _: bytes,
        reference: dict[str, Any],
        folder: str,
        pixels: dict[str, Any],
        **answers: Any,
    ) -> Message:
        """Load the graph of the bundle in `folder`."""
        told, taken = Reference.from_json(reference), InputContract.from_json(pixels)
        self._model = FloatModel(told, Path(folder), taken, **answers)
        return {}, b""

    def answer(self, images: bytes, shape: list[int]) -> Message:
        """Probabilities `float32 [N, classes]` for pictures `uint8` of `shape`."""
        pictures = np.frombuffer(images, np.uint8).reshape(shape)
        answers = self._model.probabilities(pictures)
        return {"shape": list(answers.shape)}, np.ascontiguousarray(answers, "<f4").tobytes()


if __name__ == "__main__":
    quiet.import_tensorflow()
    fork_server.main(Opened)
