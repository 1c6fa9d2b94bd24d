"""What an operation's own activation lets through."""

from __future__ import annotations

import numpy as np

from converters.c.fixed_point import round_half_away
from converters.c.graph import GraphOperation, GraphTensor

NONE, RELU, RELU_N1_TO_1, RELU6 = range(4)


def ends(dtype: str) -> tuple[int, int]:
    """The least and the largest number of a type."""
    limits = np.iinfo(dtype)
    return int(limits.min), int(limits.max)


def limits(operation: GraphOperation) -> tuple[int, int]:
    """The least and the largest number that an operation writes."""
    kind = operation.options.fusedActivationFunction
    given = operation.output
    least, most = ends(given.dtype)
    if kind == NONE:
        return least, most
    if kind == RELU:
        return max(least, stored(0.0, given)), most
    if kind in (RELU_N1_TO_1, RELU6):
        low, high = (0.0, 6.0) if kind == RELU6 else (-1.0, 1.0)
        return max(least, stored(low, given)), min(most, stored(high, given))
    raise operation.refused(f"with activation {kind}")


def stored(value: float, tensor: GraphTensor) -> int:
    """The whole number that stands for a real one, not clipped; divided in float32, as TensorFlow
    Lite does."""
    steps = np.float32(value) / np.float32(tensor.scale)
    return tensor.zero_point + round_half_away(float(steps))
