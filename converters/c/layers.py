"""Convolutions and dense layers: their weights, arranged for the kernels' inner loops."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters.c import fixed_point, windows
from converters.c.activation import limits
from converters.c.fixed_point import Factor
from converters.c.graph import GraphOperation
from converters.c.step import (
    INPUT,
    OUTPUT,
    SCRATCH,
    Call,
    Field,
    Step,
    Structure,
    Table,
    table,
    words,
)

MOST = 1 << 30
"""No sum may reach it, whatever the picture: the kernels' additions then cannot overflow."""
MOST_COLUMNS = 256
"""Of a depthwise filter in int16: the kernel sums a row of it in 32 bits."""


def convolution(operation: GraphOperation, name: str) -> Step:
    """`CONV_2D`; its weights are `[outputs][rows][columns][inputs]`, as the kernel takes them."""
    weights = operation.constant(1)
    window = windows.window(operation, weights.shape[1:3])
    if weights.shape[3] != operation.input(0).shape[3]:
        raise operation.refused("in groups")
    flat = weights.reshape(len(weights), -1)
    tables, fields = _dense(operation, name, flat, flat)
    parameters = Structure("convolution", name, {"window": window, "dense": fields})
    copied = flat.shape[1] if flat.shape[1] != weights.shape[3] else 0
    return _step(operation, tables, parameters, copied)


def depthwise(operation: GraphOperation, name: str) -> Step:
    """`DEPTHWISE_CONV_2D`; its weights become groups of four channels, `[row][column][4]`, and
    single channels behind them."""
    weights = operation.constant(1)
    _, rows, columns, channels = weights.shape
    if operation.input(0).shape[3] != channels:
        raise operation.refused("with several filters a channel")
    if operation.output.dtype == "int16" and columns > MOST_COLUMNS:
        raise operation.refused(f"of {columns} columns")
    window = windows.window(operation, (rows, columns))
    flat = weights.reshape(-1, channels)
    whole = channels // 4 * 4
    groups = flat[:, :whole].reshape(-1, whole // 4, 4).swapaxes(0, 1)
    arranged = np.concatenate([groups.ravel(), flat[:, whole:].T.ravel()])
    tables, fields = _dense(operation, name, flat.T, arranged)
    parameters = Structure("depthwise", name, {"window": window, "dense": fields})
    return _step(operation, tables, parameters, flat.size)


def dense(operation: GraphOperation, name: str) -> Step:
    """`FULLY_CONNECTED` of one row; its weights are `[units][depth]`."""
    weights = operation.constant(1)
    if operation.input(0).size != weights.shape[1]:
        raise operation.refused("of several rows")
    tables, fields = _dense(operation, name, weights, weights)
    return _step(operation, tables, Structure("dense", name, fields), None)


def _step(
    operation: GraphOperation, tables: tuple[Table, ...], parameters: Structure, scratch: int | None
) -> Step:
    """A call of the kernel that has the structure's name; `scratch` None where it takes none."""
    kernel, taken = parameters.kind, (operation.input(0).index,)
    places = (INPUT, OUTPUT) if scratch is None else (INPUT, SCRATCH, OUTPUT)
    return Step(
        words(operation),
        (kernel,),
        (*tables, parameters),
        (Call(kernel, (parameters, *places)),),
        taken,
        operation.output.index,
        scratch or 0,
    )


def _dense(
    operation: GraphOperation, name: str, flat: NDArray[Any], arranged: NDArray[Any]
) -> tuple[tuple[Table, ...], dict[str, Field]]:
    """Tables and parameters of a layer with weights `flat [units, depth]`, written `arranged`."""
    taken, given, weights = operation.input(0), operation.output, operation.input(1)
    units, depth = flat.shape
    if flat.dtype != np.int8 or any(weights.zero_points):
        raise operation.refused(f"with weights in {weights.dtype} that are not symmetric")
    bias = np.zeros(units, np.int64)
    if len(operation.inputs) > 2 and operation.inputs[2] is not None:
        bias = operation.constant(2).astype(np.int64)
    sums = flat.astype(np.int64).sum(axis=1)
    largest = np.abs(bias) + taken.reach * np.abs(flat.astype(np.int64)).sum(axis=1)
    by_unit = factors(operation, units)
    narrow = taken.dtype == "int16"
    # In int16 the kernel's sums have 64 bits, and what they are scaled to has 32.
    for most, by in zip(largest.tolist(), by_unit, strict=True):
        raised = most << max(0, by.shift)
        if (raised * by.multiplier >> 15 + max(0, -by.shift) if narrow else raised) >= MOST:
            raise operation.refused("whose sums may overflow 32 bits")
    wide, fine = ("int64_t", "int16_t") if narrow else ("int32_t", "int32_t")
    tables = {
        "weights": table("int8_t", f"{name}_weights", arranged),
        "bias": table(wide, f"{name}_bias", bias - taken.zero_point * sums),
        "multipliers": table(fine, f"{name}_multipliers", [by.multiplier for by in by_unit]),
        "shifts": table("int8_t", f"{name}_shifts", [by.shift for by in by_unit]),
    }
    low, high = limits(operation)
    return tuple(tables.values()), {
        **tables,
        "units": units,
        "depth": depth,
        "zero_point": given.zero_point,
        "low": low,
        "high": high,
    }


def factors(operation: GraphOperation, units: int) -> list[Factor]:
    """What a layer scales the sum of each of its units by: in int16 with multipliers of 16 bits."""
    scale = operation.output.scale
    found = [fixed_point.factor(product / scale) for product in _products(operation, units)]
    return list(map(fixed_point.narrow, found)) if operation.output.dtype == "int16" else found


def _products(operation: GraphOperation, units: int) -> list[float]:
    """Scales of input and weights multiplied, for each unit. A dense layer of one scale multiplies
    in float32, all others in float64, as TensorFlow Lite's kernels do."""
    taken, scales = operation.input(0).scale, operation.input(1).scales
    if len(scales) == 1 and operation.name == "FULLY_CONNECTED":
        return [float(np.float32(taken) * np.float32(scales[0]))] * units
    found: list[float] = (taken * np.resize(np.asarray(scales, np.float64), units)).tolist()
    return found
