"""A SavedModel in TensorFlow, one picture at a time, as it is before any conversion."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from converters.errors import ConversionError
from edgedigits import quiet
from edgedigits.bundle.artifact import InputContract
from edgedigits.datasets.dataset import CLASSES, SIDE
from edgedigits.errors import DataBad, WrongUse
from edgedigits.runtimes import base


class SavedModel:
    """The float model of a run, or somebody's own."""

    def __init__(self, path: Path, pixels: InputContract, classes: int = CLASSES) -> None:
        """Load and freeze its serving signature.

        Raises:
            WrongUse: it is no classifier of 28x28 pictures into so many classes.
            DataBad: it is damaged.
        """
        quiet.import_tensorflow()
        from converters import saved_model

        try:
            self._source = saved_model.read(path, pixels=SIDE * SIDE, classes=classes)
        except ConversionError as error:
            raise (DataBad if error.damaged else WrongUse)(error.message, error.hint) from error
        self.pixels = pixels
        self.logits = False

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` for pictures `uint8 [N, *form.shape]`."""
        return self.probabilities_of(self.pixels.values(images))

    def probabilities_of(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` for values `float32 [N, ...]`, whatever pixels they were."""
        from converters import saved_model

        answers = saved_model.predict(self._source, values.reshape(-1, *self._source.input_shape))
        return base.softmax(answers) if self.logits else answers

    def close(self) -> None:
        """Let the model go."""
        del self._source
