"""TensorFlow.js graph models in Node, through the build this package carries."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.artifact import Artifact
from edgedigits.runtimes import base
from edgedigits.runtimes.shared import Shared
from edgedigits.runtimes.tfjs import graph_model
from edgedigits.runtimes.tfjs.node_process import NodeGraphModel

BACKENDS = ("wasm", "cpu")


class TfjsNode(base.OfValues):
    """One graph model in a Node process that lives as long as this object is open."""

    def __init__(self, artifact: Artifact, folder: Path, backend: str = BACKENDS[0]) -> None:
        """Start Node and load the model."""
        self.artifact = artifact
        self._path = folder / artifact.entry
        graph_model.check_shards(self._path, artifact)
        self._model = NodeGraphModel(self._path, input_name=artifact.input.name, backend=backend)
        self.backend = base.Backend(self._model.backend, device=f"Node {self._model.node_version}")

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` for pictures `uint8 [N, *form.shape]`."""
        form, shape = self.pixels.form, self.artifact.input.shape[1:]
        planes = self.pixels.planes(images).reshape(-1, *shape)
        run = form.height * form.width if self.pixels.channels_first else 1
        answers = self._model.predict_pixels(planes, self.pixels.tables(), run)
        return base.in_class_order(answers, self.artifact)

    def probabilities_of(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` for values `float32 [N, ...]`, whatever pixels they were."""
        answers = self._model.predict(values.reshape(-1, *self.artifact.input.shape[1:]))
        return base.in_class_order(answers, self.artifact)

    def contract_violations(self) -> list[str]:
        """Where the model's signature and facts are not what the manifest says."""
        return graph_model.contract_violations(self._path, self.artifact)

    def close(self) -> None:
        """End the Node process."""
        self._model.close()


def open_artifact(
    _name: str, artifact: Artifact, folder: Path, shared: Shared | None = None
) -> TfjsNode:
    """Open a TensorFlow.js artifact for runtime `tfjs-node`."""
    wanted = shared.settings.backend if shared else None
    return TfjsNode(artifact, folder, wanted or BACKENDS[0])
