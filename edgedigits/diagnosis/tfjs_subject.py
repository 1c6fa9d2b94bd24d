"""A TensorFlow.js artifact beside its float model, both in Node."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Collection
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters.base import Card, Conversion
from converters.saved_model import SourceModel
from converters.tfjs import splicing, tfjs
from edgedigits.bundle.artifact import Artifact, FileRecord
from edgedigits.diagnosis import operation, weights
from edgedigits.diagnosis.operation import Operation
from edgedigits.diagnosis.weights import Weights
from edgedigits.runtimes.tfjs import graph_model, watched_node
from edgedigits.runtimes.tfjs.tfjs_node import TfjsNode
from edgedigits.runtimes.tfjs.watched_node import Tick

MOVING = frozenset({"Reshape", "Squeeze", "ExpandDims", "Transpose", "Pad", "PadV2", "MaxPool"})


class TfjsSubject:
    """One TensorFlow.js artifact and the float32 one that its float model converts to."""

    def __init__(self, source: SourceModel, artifact: Artifact, path: Path) -> None:
        """Convert the float model, and hold its graph against that of the `model.json` at `path`.

        Raises:
            ConversionError: they are not of the same graph.
            DataBad: the file is none, or lacks weights.
        """
        graph_model.check_shards(path, artifact)
        self.artifact = artifact
        self._folder = tempfile.TemporaryDirectory(prefix="edgedigits-diagnose-")
        self._place = Path(self._folder.name)
        card = Card(source.input_name, "", (), (), "", "")
        asked = Conversion(source, ("float32",), self._place / "converted", card)
        (converted,) = tfjs.convert(asked)
        self._floats, self._stored = splicing.read(converted.files[0]), splicing.read(path)
        splicing.check_same(self._floats, self._stored)
        self._files = itertools.count()
        self._nodes = {_name(self._stored, node): node for node in self._stored.operations}

    @property
    def candidates(self) -> list[str]:
        """Operations whose weights can stay in float."""
        return [name for name, node in self._nodes.items() if self._stored.quantized(node)]

    def measure(self, images: NDArray[np.uint8], tick: Tick | None = None) -> list[Operation]:
        """What each operation makes of pictures `uint8 [N, *form.shape]`, in their order."""
        folder = self._fresh()
        watched = splicing.side_by_side(self._floats, self._stored, folder)
        values = self.artifact.pixels.values(images)
        taken = values.reshape(-1, *self.artifact.input.shape[1:])
        path = folder / tfjs.MODEL_FILE
        found = watched_node.watched(path, watched, taken, self.artifact.input.name, tick)
        made = []
        for place, (name, node) in enumerate(self._nodes.items()):
            its, faults = self._weights(node)
            made.append(
                operation.of_figures(
                    name, node["op"], found.of(place), None, len(images),
                    moves=node["op"] in MOVING, weights=its, faults=tuple(faults),
                )
            )  # fmt: skip
        return made

    def answers(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` of the artifact itself."""
        return self.staying_float(images, ())

    def staying_float(
        self, images: NDArray[np.uint8], kept: Collection[str]
    ) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` of the artifact with the weights of some operations in
        float."""
        names = {each for name in kept for each in self._stored.weights_of(self._nodes[name])}
        folder = self._fresh()
        splicing.staying_float(self._floats, self._stored, names, folder)
        read = tuple(
            FileRecord(f"{folder.name}/{name}", 0, 0, "")
            for name in (tfjs.MODEL_FILE, splicing.SHARD)
        )
        made = replace(self.artifact, entry=read[0].path, files=read)
        with closing(TfjsNode(made, self._place)) as opened:
            return opened.probabilities(images)

    def float_answers(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` of the float model."""
        return self.staying_float(images, list(self._nodes))

    def close(self) -> None:
        """Take its files away."""
        self._folder.cleanup()

    def _fresh(self) -> Path:
        return self._place / str(next(self._files))

    def _weights(self, node: dict[str, Any]) -> tuple[Weights | None, list[str]]:
        kept, faults = None, []
        for name in self._stored.weights_of(node):
            stored, exact = self._stored.weights[name], self._floats.weights[name]
            if exact.entry["dtype"] != "float32":
                continue
            depthwise = "Depthwise" in node["op"] and len(exact.entry["shape"]) == 4
            if exact.entry["shape"] != stored.entry["shape"]:
                faults.append(f"its {name} has another shape than the float model's")
                continue
            # A depthwise kernel's last two sides are its channels.
            sides = (
                (-1, np.prod(exact.entry["shape"][2:], dtype=int))
                if depthwise
                else exact.entry["shape"]
            )
            ours, theirs = exact.values.reshape(sides), stored.values.reshape(sides)
            found = weights.compare(ours, theirs, stored.step, -1)
            if found.astray:
                faults.append(weights.astray(name, found))
            if kept is None and "quantization" in stored.entry:
                kept = found
        return kept, faults


def _name(model: splicing.GraphModel, node: dict[str, Any]) -> str:
    """The layer's name, which its weights keep where operations were joined."""
    named = [name.partition("/")[0] for name in model.weights_of(node) if "/" in name]
    return named[0] if named else str(node["name"])
