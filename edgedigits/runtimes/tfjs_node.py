"""TensorFlow.js graph models on WebAssembly in Node, through the build this package carries."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits import contract
from edgedigits.artifact import Artifact
from edgedigits.errors import DataBad
from edgedigits.runtimes import base
from edgedigits.runtimes.node_process import NodeGraphModel


class TfjsNode:
    """One graph model in a Node process that lives as long as this object is open."""

    def __init__(self, artifact: Artifact, folder: Path) -> None:
        """Start Node and load the model."""
        self.artifact = artifact
        self._path = folder / artifact.entry
        _check_shards(self._path, artifact)
        self._model = NodeGraphModel(self._path, input_name=artifact.input.name)

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities `[N, 10]`, digit 0 first, for pictures `uint8 [N, 28, 28]`."""
        values = self.artifact.pixels.values(images)
        answers = self._model.predict(values.reshape(-1, *self.artifact.input.shape[1:]))
        return base.in_digit_order(answers, self.artifact)

    def contract_violations(self) -> list[str]:
        """Where the model's signature and facts are not what the manifest says."""
        model = json.loads(self._path.read_text("utf-8"))
        signature = model["signature"]
        violations = []
        for what, said in (("input", self.artifact.input), ("output", self.artifact.output)):
            ((name, tensor),) = signature[f"{what}s"].items()
            violations += base.shape_violations(what, name, _shape(tensor), said.name, said.shape)
        facts = model.get("userDefinedMetadata", {}).get("edgedigits")
        if facts is not None:
            violations += contract.violations(json.loads(facts), self.artifact)
        return violations

    def close(self) -> None:
        """End the Node process."""
        self._model.close()


def _check_shards(path: Path, artifact: Artifact) -> None:
    """Every weight shard must be a file the manifest vouches for."""
    listed = {Path(file.path).name for file in artifact.files}
    groups = json.loads(path.read_text("utf-8"))["weightsManifest"]
    if strange := sorted({shard for group in groups for shard in group["paths"]} - listed):
        raise DataBad(
            f"{path} reads {strange[0]}, which the manifest does not list",
            "make a new bundle: edgedigits export --target tfjs",
        )


def open_artifact(_name: str, artifact: Artifact, folder: Path) -> TfjsNode:
    """Open a TensorFlow.js artifact for runtime `tfjs-node`."""
    return TfjsNode(artifact, folder)


def _shape(tensor: dict[str, Any]) -> tuple[int, ...]:
    return tuple(int(size["size"]) for size in tensor["tensorShape"]["dim"])
