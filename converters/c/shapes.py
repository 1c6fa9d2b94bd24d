"""Operations that move numbers and compute none."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from converters.c.graph import GraphOperation
from converters.c.step import (
    INPUT,
    OUTPUT,
    Call,
    Field,
    Place,
    Step,
    Structure,
    Table,
    table,
    words,
)

SIDES = 4


def reshape(operation: GraphOperation, _name: str) -> Step:
    """`RESHAPE`, `SQUEEZE` and `EXPAND_DIMS`: the same numbers in the same order."""
    taken = (operation.input(0).index,)
    return Step(words(operation), (), (), (), taken, operation.output.index, alias=True)


def pad(operation: GraphOperation, name: str) -> Step:
    """`PAD` with what stands for zero."""
    taken, given = operation.input(0), operation.output
    before = [int(pair[0]) for pair in operation.constant(1).reshape(-1, 2)]
    steps = _steps(given.shape)
    start = sum(count * step for count, step in zip(before, steps, strict=True))
    moved = _moved(operation, name, taken.shape, _steps(taken.shape), steps, 0, start)
    fill = Call("memset", (OUTPUT, given.zero_point, given.size * np.dtype(given.dtype).itemsize))
    return _step(operation, [0], (moved,), (fill, _call(moved, INPUT)))


def strided_slice(operation: GraphOperation, name: str) -> Step:
    """`STRIDED_SLICE` with constant ends."""
    taken, given, options = operation.input(0), operation.output, operation.options
    if options.ellipsisMask or options.newAxisMask:
        raise operation.refused("with new axes")
    begins, strides = (operation.constant(place).ravel().tolist() for place in (1, 3))
    starts, sizes, steps = [], [], []
    ends = operation.constant(2).ravel().tolist()
    for axis, (size, step) in enumerate(zip(taken.shape, _steps(taken.shape), strict=True)):
        stride = strides[axis] if axis < len(strides) else 1
        if stride < 1:
            raise operation.refused("backwards")
        begin, end = 0, size
        if axis < len(begins) and not options.beginMask >> axis & 1:
            begin = min(max(begins[axis] + size * (begins[axis] < 0), 0), size)
        if axis < len(ends) and not options.endMask >> axis & 1:
            end = min(max(ends[axis] + size * (ends[axis] < 0), 0), size)
        if options.shrinkAxisMask >> axis & 1:
            end = begin + 1
        starts.append(begin * step)
        sizes.append(max(0, -(-(end - begin) // stride)))
        steps.append(step * stride)
    if prod(sizes) != given.size:
        raise operation.refused(f"of {list(taken.shape)} to {list(given.shape)}")
    kept = _moved(operation, name, sizes, steps, _steps(sizes), sum(starts), 0)
    return _step(operation, [0], (kept,), (_call(kept, INPUT),))


def transpose(operation: GraphOperation, name: str) -> Step:
    """`TRANSPOSE`."""
    taken, given = operation.input(0), operation.output
    steps = _steps(taken.shape)
    turned = [steps[int(axis)] for axis in operation.constant(1).ravel()]
    moved = _moved(operation, name, given.shape, turned, _steps(given.shape), 0, 0)
    return _step(operation, [0], (moved,), (_call(moved, INPUT),))


def concatenation(operation: GraphOperation, name: str) -> Step:
    """`CONCATENATION` of inputs that share the output's scale."""
    given = operation.output
    axis = operation.options.axis % len(given.shape)
    steps = _steps(given.shape)
    data: list[Table | Structure] = []
    calls, start = [], 0
    taken: list[int] = []
    for place in range(len(operation.inputs)):
        each = operation.input(place)
        if (each.scale, each.zero_point) != (given.scale, given.zero_point):
            raise operation.refused("of inputs in several scales")
        inner = prod(each.shape[axis:])
        sizes = [prod(each.shape[:axis]), inner]
        outer = steps[axis] * given.shape[axis]
        part = f"{name}_{place}"
        moved = _moved(operation, part, sizes, [inner, 1], [outer, 1], 0, start * steps[axis])
        data.append(moved)
        if each.data is None:
            calls.append(_call(moved, Place("input", len(taken))))
            taken.append(place)
        else:
            constant = table(f"{given.dtype}_t", f"{part}_constant", each.data)
            data.append(constant)
            calls.append(_call(moved, constant))
        start += each.shape[axis]
    return _step(operation, taken, tuple(data), tuple(calls))


def _call(moved: Structure, source: Place | Table) -> Call:
    return Call("rearrange", (moved, source, OUTPUT))


def _step(
    operation: GraphOperation,
    places: Sequence[int],
    data: tuple[Table | Structure, ...],
    calls: tuple[Call, ...],
) -> Step:
    taken = tuple(operation.input(place).index for place in places)
    return Step(words(operation), ("rearrange",), data, calls, taken, operation.output.index)


def _steps(shape: Sequence[int]) -> list[int]:
    """How far apart neighbours along each axis lie in memory."""
    return [prod(shape[axis + 1 :]) for axis in range(len(shape))]


def _moved(
    operation: GraphOperation,
    name: str,
    sizes: Sequence[int],
    source: Sequence[int],
    target: Sequence[int],
    start: int,
    end: int,
) -> Structure:
    """Parameters of a `rearrange`; axes of length 1 are left out."""
    axes = [axis for axis, size in enumerate(sizes) if size != 1]
    if len(axes) > SIDES:
        raise operation.refused(f"of {len(axes)} dimensions")
    fill = SIDES - len(axes)
    fields: dict[str, Field] = {
        "sizes": [1] * fill + [sizes[axis] for axis in axes],
        "from": start,
        "from_steps": [0] * fill + [source[axis] for axis in axes],
        "to": end,
        "to_steps": [0] * fill + [target[axis] for axis in axes],
    }
    return Structure("rearrange", name, fields)
