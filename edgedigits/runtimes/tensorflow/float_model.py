"""The float reference: the bundle's frozen graph in TensorFlow, to the last bit one picture at a
time, and for many at a time where that is seen to be the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters.frozen_graph import CONTROL_FLOW
from edgedigits import quiet
from edgedigits.bundle.artifact import LABELS, InputContract
from edgedigits.bundle.bundle import Reference
from edgedigits.bundle.file_check import EXPORT_HINT
from edgedigits.errors import damaged
from edgedigits.runtimes import base
from edgedigits.runtimes.tensorflow import batched_graph

HARMLESS = frozenset({"Placeholder", "StatefulPartitionedCall"})
"""Operations that TensorFlow counts among those with a state though they have none of their own."""


class FloatModel:
    """The float model that artifacts are compared with.

    Attributes:
        path: of its frozen graph.
    """

    def __init__(
        self,
        reference: Reference,
        folder: Path,
        pixels: InputContract,
        *,
        classes: int = len(LABELS),
        logits: bool,
    ) -> None:
        """Load the frozen graph of the bundle in `folder`, which tells so many classes apart.

        Raises:
            DataBad: the graph cannot be read.
        """
        quiet.import_tensorflow()
        from converters import frozen_graph

        self._pixels = pixels
        self._shape = reference.input_shape
        self._classes, self._logits = classes, logits
        self.path = folder / reference.file.path
        names = (reference.input_name, reference.output_name)
        with damaged(self.path, EXPORT_HINT):
            graph = frozen_graph.parse(self.path.read_bytes())
            _check_operations(graph)
            self._answer = _Answers(graph, *names)

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` for pictures `uint8 [N, *form.shape]`.

        Raises:
            DataBad: the graph does not run, or answers something else.
        """
        with damaged(self.path, EXPORT_HINT):
            answers = np.concatenate(
                [self._answer(v.reshape(-1, *self._shape)) for v in self._pixels.blocks(images)]
            )
            if answers.shape != (len(images), self._classes) or answers.dtype != np.float32:
                raise ValueError(f"it answers {answers.dtype} {list(answers.shape)}")
        return base.softmax(answers) if self._logits else answers

    def close(self) -> None:
        """Let the model go."""
        del self._answer


class _Answers:
    """A graph of batch 1, asked rows `float32 [N, ...]`.

    Whole blocks of many rows are asked together once the first of them was answered so and one row
    at a time with the same bits: kernels do not look at the numbers to choose how they sum.
    """

    def __init__(self, graph: Any, input_name: str, output_name: str) -> None:
        from converters import frozen_graph

        self._graph = graph, input_name, output_name
        self._each = frozen_graph.rows(frozen_graph.load(*self._graph))
        self._size = batched_graph.at_a_time(graph, input_name)
        self._block: frozen_graph.Answer | None = None

    def __call__(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        found, size, done = [], self._size, 0
        while 1 < self._size <= len(rows) - done:
            some = rows[done : done + size]
            found.append(self._first(some) if self._block is None else self._block(some))
            done += size
        if done < len(rows) or not found:
            found.append(self._each(rows[done:]))
        return np.concatenate(found)

    def _first(self, some: NDArray[np.float32]) -> NDArray[np.float32]:
        answers = self._each(some)
        # Answers that are all alike would tell nothing of which row is whose.
        if len(np.unique(answers, axis=0)) > len(some) // 2:
            block = batched_graph.batched(*self._graph, self._size)
            self._block = block if block(some).tobytes() == answers.tobytes() else None
            self._size = self._size if self._block else 1
        return answers


def _check_operations(graph: Any) -> None:
    """Refuse what no frozen classifier holds: loops, which may have no end, operations that do
    something, such as writing files, and constants of two types, which end the process natively;
    ValueError."""
    from tensorflow.python.framework import op_def_registry

    nodes = [*graph.node, *(node for one in graph.library.function for node in one.node_def)]
    for kind in sorted({node.op for node in nodes}):
        definition = op_def_registry.get(kind)
        acts = definition is not None and definition.is_stateful
        if kind in CONTROL_FLOW or (acts and kind not in HARMLESS):
            raise ValueError(f"it holds the operation {kind}, which no classifier needs")
    for node in (node for node in nodes if node.op == "Const"):
        if node.attr["dtype"].type != node.attr["value"].tensor.dtype:
            raise ValueError(f"the constant {node.name} is of two types")
