"""Largest and mean of what a window sees, and the mean of the whole picture."""

from __future__ import annotations

from math import prod

from converters.c import fixed_point, windows
from converters.c.activation import limits
from converters.c.fixed_point import Factor
from converters.c.graph import GraphOperation
from converters.c.step import Step, struct, words


def maximum(operation: GraphOperation, name: str) -> Step:
    """`MAX_POOL_2D`."""
    return _pool(operation, name, "maximum")


def average(operation: GraphOperation, name: str) -> Step:
    """`AVERAGE_POOL_2D`."""
    return _pool(operation, name, "average")


def _pool(operation: GraphOperation, name: str, kernel: str) -> Step:
    options = operation.options
    window = windows.window(operation, (options.filterHeight, options.filterWidth))
    low, high = limits(operation)
    data = struct("pool", name, {"window": window, "low": low, "high": high})
    call = f"{kernel}(&{name}, {{in0}}, {{out}});"
    taken = (operation.input(0).index,)
    return Step(words(operation), (kernel,), data, (call,), taken, operation.output.index)


def mean(operation: GraphOperation, name: str) -> Step:
    """`MEAN` over all places of a picture. The division by their number is in the factor, as in
    TensorFlow Lite's kernel."""
    taken, given = operation.input(0), operation.output
    sides = len(taken.shape)
    axes = sorted({int(axis) % sides for axis in operation.constant(1).ravel()})
    if axes != list(range(axes[0], axes[0] + len(axes))) or prod(taken.shape[: axes[0]]) != 1:
        raise operation.refused(f"over the axes {axes} of {list(taken.shape)}")
    count = prod(taken.shape[axis] for axis in axes)
    by = _shared(fixed_point.factor(taken.scale / given.scale), count)
    if 255 * count << max(0, by.shift) >= 1 << 30:
        raise operation.refused("whose sums may overflow 32 bits")
    fields = {
        "pixels": count,
        "channels": taken.size // count,
        "multiplier": by.multiplier,
        "shift": by.shift,
        "offset": taken.zero_point * count,
        "zero_point": given.zero_point,
    }
    call = f"mean(&{name}, {{in0}}, {{out}});"
    data = struct("mean", name, fields)
    return Step(words(operation), ("mean",), data, (call,), (taken.index,), given.index)


def _shared(by: Factor, count: int) -> Factor:
    """A factor divided by a count of numbers, in as many bits as it has."""
    shift = min(count.bit_length() - 1, 32, 31 + by.shift)
    return Factor((by.multiplier << shift) // count, by.shift - shift)
