"""A TFLite artifact beside its float model, both in LiteRT."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import reduce
from operator import add
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from converters.base import Card, Conversion, Tensor
from converters.saved_model import SourceModel
from converters.tflite import matching, splicing, tflite
from converters.tflite.matching import Graph, Pair
from edgedigits.bundle.artifact import Artifact
from edgedigits.datasets.dataset import blocks
from edgedigits.diagnosis import operation, weights
from edgedigits.diagnosis.operation import Ends, Operation
from edgedigits.diagnosis.weights import Weights
from edgedigits.runtimes.differences import Differences
from edgedigits.runtimes.litert.litert import LiteRT
from edgedigits.runtimes.litert.litert_process import LiteRTProcess, Tick

THREADS = 2
CHECKED = 32
"""Pictures on which operations are held against their own weights."""
REACH = {9: 127, 17: 7}
"""The outermost number of int8 and int4 to either side, as symmetric weights are stored."""
MOST_ASIDE = {9: 1.5, 3: 1.5, 7: 100.0}
"""Steps of int8, uint8 and int16 by which an operation may differ, in the root mean square of a
channel, from what its own weights make in float32: integer kernels round once more, and curves are
looked up in tables."""


class TfliteSubject:
    """One TFLite artifact and the float32 file that its float model converts to."""

    def __init__(self, source: SourceModel, artifact: Artifact, path: Path) -> None:
        """Convert the float model, and find each operation of the file at `path` in it.

        Raises:
            ConversionError: they are not of the same operations.
        """
        self.artifact = artifact
        self._folder = tempfile.TemporaryDirectory(prefix="edgedigits-diagnose-")
        self._place = Path(self._folder.name)
        card = Card(source.input_name, "", (), (), "", "")
        asked = Conversion(source, ("float32",), self._place, card)
        self._floats = Graph(tflite.converted_bytes(asked, "float32"))
        self._stored = Graph(path.read_bytes())
        self._path = path
        self._pairs = matching.match(self._floats, self._stored)
        self._files = itertools.count()

    @property
    def candidates(self) -> list[str]:
        """Operations that can stay in float."""
        return [pair.name for pair in self._pairs if not pair.moves and self._changes(pair)]

    def measure(self, images: NDArray[np.uint8], tick: Tick | None = None) -> list[Operation]:
        """What each operation makes of pictures `uint8 [N, *form.shape]`, in their order."""
        made = splicing.side_by_side(self._floats, self._stored, self._pairs)
        found = self._differences(made.content, made.places, images, tick)
        aside = self._aside(images[:CHECKED])
        return [
            self._operation(pair, found.of(place), aside.get(pair.name), len(images))
            for place, pair in enumerate(self._pairs)
        ]

    def answers(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` of the artifact itself."""
        with closing(LiteRT(self.artifact, LiteRTProcess(self._path))) as opened:
            return opened.probabilities(images)

    def staying_float(
        self, images: NDArray[np.uint8], kept: Collection[str]
    ) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` of the artifact with some operations in float, and with them
        what pools the channels that they give."""
        names = matching.with_pooling(self._pairs, kept)
        made = splicing.staying_float(self._floats, self._stored, self._pairs, names)
        shape = tuple(int(side) for side in self._shape)
        as_float = replace(
            self.artifact,
            input=Tensor(self.artifact.input.name, "float32", shape),
            output=Tensor(self.artifact.output.name, "float32", self.artifact.output.shape),
        )
        with closing(LiteRT(as_float, LiteRTProcess(self._written(made)))) as opened:
            return opened.probabilities(images)

    def float_answers(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` of the float model."""
        return self.staying_float(images, [pair.name for pair in self._pairs])

    def close(self) -> None:
        """Take its files away."""
        self._folder.cleanup()

    @property
    def _shape(self) -> Sequence[int]:
        shape: Sequence[int] = self._floats.graph.tensors[self._floats.graph.inputs[0]].shape
        return shape

    def _values(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return self.artifact.pixels.values(images).reshape(-1, *self._shape)

    def _written(self, content: bytes) -> Path:
        path = self._place / f"{next(self._files)}.tflite"
        path.write_bytes(content)
        return path

    def _differences(
        self, content: bytes, places: Sequence[tuple[int, int, int]],
        images: NDArray[np.uint8], tick: Tick | None,
    ) -> Differences:  # fmt: skip
        path = self._written(content)

        def of(some: NDArray[np.uint8]) -> Differences:
            with closing(LiteRTProcess(path)) as opened:
                few = (self._values(block) for block in blocks(some))
                return reduce(add, (opened.differences(each, places, tick) for each in few))

        half = -(-len(images) // THREADS)
        parts = [images[start : start + half] for start in range(0, len(images), half)]
        with ThreadPoolExecutor(THREADS) as pool:
            return reduce(add, pool.map(of, parts))

    def _aside(self, images: NDArray[np.uint8]) -> dict[str, float]:
        """By how many steps operations differ from what their own weights make, where they do so by
        more than they may."""
        made = splicing.side_by_side(self._floats, self._stored, self._pairs, modelled=True)
        asked = [
            (pair, (modelled, own, own))
            for pair, (_, own, _), modelled in zip(
                self._pairs, made.places, made.modelled, strict=True
            )
            if modelled is not None
        ]
        if not asked:
            return {}
        found = self._differences(made.content, [places for _, places in asked], images, None)
        aside = {}
        for place, (pair, _) in enumerate(asked):
            figures, scale = found.of(place), self._stored.scale(pair.outputs[1])
            assert scale is not None
            steps = float(np.sqrt(figures["own2"] / figures["count"]).max()) / scale[1]
            if not steps <= MOST_ASIDE.get(scale[0], 1.5):
                aside[pair.name] = steps
        return aside

    def _operation(
        self, pair: Pair, figures: dict[str, NDArray[np.float64]], aside: float | None,
        pictures: int,
    ) -> Operation:  # fmt: skip
        found, faults = self._weights(pair)
        if aside is not None:
            faults.append(
                f"what it gives is {aside:.3g} steps off what its own weights make, in the worst "
                "channel"
            )
        return operation.of_figures(
            pair.name, pair.kind, figures, self._ends(pair), pictures,
            moves=pair.moves, weights=found, faults=tuple(faults),
        )  # fmt: skip

    def _ends(self, pair: Pair) -> Ends | None:
        scale = self._stored.scale(pair.outputs[1])
        if scale is None:
            return None
        kind, step, zero = scale
        limits = np.iinfo({9: "int8", 3: "uint8", 7: "int16"}[kind])
        return step * (limits.min - zero), step * (limits.max - zero), step

    def _constants(self, pair: Pair) -> list[tuple[int, int]]:
        """Weights and bias of a pair, places in either file."""
        inputs = zip(map(int, pair.floats.inputs), map(int, pair.quantized.inputs), strict=True)
        return [
            (one, other)
            for one, other in inputs
            if one >= 0
            and self._floats.data(one) is not None
            and self._floats.graph.tensors[one].type == 0
            and self._stored.is_constant(other)
        ]

    def _changes(self, pair: Pair) -> bool:
        quantized = self._stored.scale(pair.outputs[1]) is not None
        found, _ = (None, None) if quantized else self._weights(pair)
        return quantized or (found is not None and bool(np.isfinite(found.signal_db)))

    def _weights(self, pair: Pair) -> tuple[Weights | None, list[str]]:
        kept, faults = None, []
        for place, (one, other) in enumerate(self._constants(pair)):
            exact = matching.constant(self._floats, one)
            stored = matching.constant(self._stored, other)
            what = "weights" if place == 0 else "bias"
            if exact.size != stored.size:
                faults.append(f"its {what} are of another number than the float model's")
                continue
            scales, _ = matching.steps(self._stored, other)
            channel = -1 if pair.kind == "DEPTHWISE_CONV_2D" else 0
            reach = REACH.get(self._stored.kept_as(other))
            found = weights.compare(exact.reshape(stored.shape), stored, scales, channel, reach)
            if found.astray:
                faults.append(weights.astray(what, found))
            kept = kept or found
        return kept, faults
