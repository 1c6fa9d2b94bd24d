"""The float reference: the bundle's frozen graph in TensorFlow, one picture at a time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgedigits import quiet
from edgedigits.artifact import InputContract
from edgedigits.bundle import Reference
from edgedigits.errors import DataBad
from edgedigits.runtimes import base


class FloatModel:
    """The float model that artifacts are compared with."""

    def __init__(
        self, reference: Reference, folder: Path, pixels: InputContract, *, logits: bool
    ) -> None:
        """Load the frozen graph of the bundle in `folder`.

        Raises:
            DataBad: the graph cannot be read.
        """
        quiet.import_tensorflow()
        from converters import frozen_graph

        self._pixels = pixels
        self._shape = reference.input_shape
        self._logits = logits
        path = folder / reference.file.path
        try:
            graph = frozen_graph.parse(path.read_bytes())
            self._function = frozen_graph.load(graph, reference.input_name, reference.output_name)
        except (ValueError, KeyError) as error:
            raise DataBad(f"{path} cannot be loaded: {str(error).splitlines()[0]}") from error

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities `[N, 10]`, digit 0 first, for pictures `uint8 [N, 28, 28]`."""
        from converters import frozen_graph

        values = self._pixels.values(images).reshape(-1, *self._shape)
        answers = frozen_graph.run(self._function, values)
        return base.softmax(answers) if self._logits else answers
