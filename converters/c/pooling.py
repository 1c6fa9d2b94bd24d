"""Largest and mean of what a window sees, and the mean of the whole picture."""

from __future__ import annotations

from math import prod

from converters.c import fixed_point, windows
from converters.c.activation import limits
from converters.c.fixed_point import Factor
from converters.c.graph import GraphOperation
from converters.c.step import INPUT, OUTPUT, Call, Field, Step, Structure, words


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
    pool = Structure("pool", name, {"window": window, "low": low, "high": high})
    return _step(operation, kernel, pool)


def _step(operation: GraphOperation, kernel: str, parameters: Structure) -> Step:
    call = Call(kernel, (parameters, INPUT, OUTPUT))
    taken, given = (operation.input(0).index,), operation.output.index
    return Step(words(operation), (kernel,), (parameters,), (call,), taken, given)


def reduced_maximum(operation: GraphOperation, name: str) -> Step:
    """`REDUCE_MAX` over all places of a picture: a window that sees all of them, in a column."""
    taken, given, count = operation.input(0), operation.output, _places(operation)
    if (taken.scale, taken.zero_point) != (given.scale, given.zero_point):
        raise operation.refused("to another scale")
    window: dict[str, Field] = {
        "height": count,
        "width": 1,
        "channels": taken.size // count,
        "rows": count,
        "columns": 1,
        "row_stride": 1,
        "column_stride": 1,
        "output_height": 1,
        "output_width": 1,
    }
    pool = Structure("pool", name, {"window": window, "low": -128, "high": 127})
    return _step(operation, "maximum", pool)


def mean(operation: GraphOperation, name: str) -> Step:
    """`MEAN` over all places of a picture. The division by their number is in the factor, as in
    TensorFlow Lite's kernel."""
    taken, given, count = operation.input(0), operation.output, _places(operation)
    by = _shared(fixed_point.factor(taken.scale / given.scale), count)
    if taken.reach * count << max(0, by.shift) >= 1 << 30:
        raise operation.refused("whose sums may overflow 32 bits")
    fields = {
        "pixels": count,
        "channels": taken.size // count,
        "multiplier": by.multiplier,
        "shift": by.shift,
        "offset": taken.zero_point * count,
        "zero_point": given.zero_point,
    }
    return _step(operation, "mean", Structure("mean", name, fields))


def _places(operation: GraphOperation) -> int:
    """How many numbers of a channel are made one, where these are all that a picture has."""
    shape = operation.input(0).shape
    axes = sorted({int(axis) % len(shape) for axis in operation.constant(1).ravel()})
    if axes != list(range(axes[0], axes[0] + len(axes))) or prod(shape[: axes[0]]) != 1:
        raise operation.refused(f"over the axes {axes} of {list(shape)}")
    return prod(shape[axis] for axis in axes)


def _shared(by: Factor, count: int) -> Factor:
    """A factor divided by a count of numbers, in as many bits as it has."""
    shift = min(count.bit_length() - 1, 32, 31 + by.shift)
    return Factor((by.multiplier << shift) // count, by.shift - shift)
