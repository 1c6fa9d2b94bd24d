"""What a classifier's activations do while it answers: their ranges, and their means by channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters.saved_model import SourceModel

MOVES = frozenset(
    {"ExpandDims", "Identity", "Pack", "Pad", "PadV2", "Reshape", "Squeeze", "Transpose"}
)
"""Operations that only move numbers: their ranges are those of what they read."""
SUMS = frozenset({"Conv2D", "DepthwiseConv2dNative", "MatMul"})
SCALED = frozenset({"Add", "AddV2", "BiasAdd", "Mul"})
"""What follows a sum with a constant: its scale and its bias."""
CLAMPS = frozenset({"Relu", "Relu6"})


@dataclass(frozen=True, eq=False)
class Seen:
    """Activations over some pictures, one entry an activation.

    Attributes:
        low: smallest values, `float64 [T]`.
        high: largest values, `float64 [T]`.
        outside: shares of all values that lay outside the limits asked about, `float64 [T]`.
        means: mean over pictures and places, by channel: of each activation `float64 [C]`.
        variances: of the pictures' own means about these, likewise.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    outside: NDArray[np.float64]
    means: tuple[NDArray[np.float64], ...]
    variances: tuple[NDArray[np.float64], ...]


Look = Callable[[NDArray[np.float32], NDArray[np.float64], NDArray[np.float64]], Seen]


def _kept(graph: Any, input_name: str) -> list[str]:
    """Operations of a canonical GraphDef whose results a quantized file keeps a range for: not what
    only moves numbers, and of a sum, its scale, its bias and its clamp the last alone."""
    readers: dict[str, list[Any]] = {node.name: [] for node in graph.node}
    live, sums = {input_name}, set[str]()
    kept = []
    for node in graph.node:
        sources = [each.partition(":")[0] for each in node.input]
        for source in sources:
            readers[source].append(node)
        alive = live.intersection(sources)
        if not alive:
            continue
        live.add(node.name)
        if node.op in SUMS or (node.op in SCALED and len(alive) == 1 and alive <= sums):
            sums.add(node.name)
        if node.op not in MOVES:
            kept.append(node.name)

    def fused(name: str) -> bool:
        """Whether a sum goes on into its bias or clamp, and nowhere else."""
        if name not in sums or len(readers[name]) != 1:
            return False
        (after,) = readers[name]
        return after.op in CLAMPS or after.name in sums

    return [name for name in kept if not fused(name)]


def looking(source: SourceModel) -> tuple[tuple[str, ...], Look]:
    """The activations of the float model that a quantized file keeps a range for, and what sees
    them: it runs pictures `float32 [N, *input_shape]` through the model, and with limits `[T]` it
    is asked which values lie outside of them."""
    import tensorflow as tf
    from tensorflow.core.protobuf.config_pb2 import CallableOptions

    one = tf.compat.v1
    graph = tf.Graph()
    with graph.as_default():
        one.import_graph_def(source.graph, name="")
        every = _kept(source.graph, source.input_name)
        tensors = [graph.get_tensor_by_name(f"{name}:0") for name in every]
        tensors = [each for each in tensors if each.dtype == tf.float32]
        ends = [one.placeholder(tf.float32, (len(tensors),)) for _ in range(2)]
        found = [tf.reshape(each, (-1, _channels(each))) for each in tensors]
        figures = [
            tf.stack([tf.reduce_min(each) for each in found]),
            tf.stack([tf.reduce_max(each) for each in found]),
            tf.stack([_outside(each, *(end[at] for end in ends)) for at, each in enumerate(found)]),
            tf.concat([tf.reduce_mean(each, 0) for each in found], 0),
        ]
    cuts = np.cumsum([int(each.shape[-1]) for each in found])[:-1]

    def look(
        inputs: NDArray[np.float32], low: NDArray[np.float64], high: NDArray[np.float64]
    ) -> Seen:
        # A session on the graph as it is: tracing a loop around it would take longer than some
        # hundred pictures. In one thread, since several answer with other last bits each time.
        alone = one.ConfigProto(inter_op_parallelism_threads=-1, intra_op_parallelism_threads=1)
        asked = CallableOptions(
            feed=[f"{source.input_name}:0", *(end.name for end in ends)],
            fetch=[each.name for each in figures],
        )
        with one.Session(graph=graph, config=alone) as session:
            # `make_callable` would look anew at what is asked for, picture by picture, which takes
            # three times as long as the answer.
            answer = session._make_callable_from_options(asked)
            lows, highs, outside, total, squares = (np.zeros(()) for _ in range(5))
            limits = low.astype(np.float32), high.astype(np.float32)
            for at, row in enumerate(inputs):
                smallest, largest, out, channels = answer(row[np.newaxis], *limits)
                lows = np.minimum(lows, smallest) if at else smallest
                highs = np.maximum(highs, largest) if at else largest
                outside = outside + out.astype(np.float64)
                wide = channels.astype(np.float64)
                total, squares = total + wide, squares + wide**2
        mean = total / len(inputs)
        return Seen(
            np.asarray(lows, np.float64),
            np.asarray(highs, np.float64),
            outside / len(inputs),
            tuple(np.split(mean, cuts)),
            tuple(np.split(np.maximum(squares / len(inputs) - mean**2, 0), cuts)),
        )

    return tuple(each.op.name for each in tensors), look


def _channels(tensor: Any) -> int:
    """The last of its sizes; of a lone number, or where that is not known, 1."""
    return int(tensor.shape[-1] or 1) if tensor.shape.rank else 1


def _outside(values: Any, low: Any, high: Any) -> Any:
    import tensorflow as tf

    # Asked this way round, what is not finite is outside.
    return 1 - tf.reduce_mean(tf.cast((values >= low) & (values <= high), tf.float32))
