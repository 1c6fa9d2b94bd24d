"""Curves of one number, computed as TensorFlow Lite's kernels compute them, bit for bit."""

from __future__ import annotations

import math

import numpy as np

from converters.c import gemmlowp
from converters.c.activation import ends, stored
from converters.c.elementwise import clamped, function
from converters.c.fixed_point import (
    Factor,
    divided,
    factor,
    narrow,
    product,
    rescaled,
    round_half_away,
)
from converters.c.graph import GraphOperation
from converters.c.step import Step

INTEGER_BITS = 4
"""Before the point, of what a logistic function takes."""


def logistic(operation: GraphOperation, name: str) -> Step:
    """`LOGISTIC`: `1 / (1 + exp(-x))`, in 1/256 from -128."""
    taken, given = operation.input(0), operation.output
    if given.zero_point != -128 or given.scale != 1 / 256:
        raise operation.refused(f"of scale {given.scale:g} and zero point {given.zero_point}")
    part, shift = math.frexp(taken.scale * (1 << (31 - INTEGER_BITS)))
    by = Factor(round_half_away(part * (1 << 31)), shift)
    radius = math.floor(((1 << INTEGER_BITS) - 1) * (1 << (31 - INTEGER_BITS)) / (1 << shift))

    def answer(value: int) -> int:
        apart = value - taken.zero_point
        if abs(apart) >= radius:
            return 127 if apart > 0 else -128
        return min(max(divided(_logistic(rescaled(apart, by)), 23) - 128, -128), 127)

    return function(operation, name, answer)


def _logistic(value: int) -> int:
    """Of a Q4.27, as Q0.31."""
    if value == 0:
        return 1 << 30
    of_positive = gemmlowp.inverse(gemmlowp.exp(-abs(value), INTEGER_BITS))
    return of_positive if value > 0 else gemmlowp.ONE - of_positive


def hard_swish(operation: GraphOperation, name: str) -> Step:
    """`HARD_SWISH`: `x * min(max(x + 3, 0), 6) / 6`, in 16 bits."""
    taken, given = operation.input(0), operation.output
    fine = np.float32(1 / 128) * np.float32(taken.scale)
    by = narrow(factor(float(fine / np.float32(given.scale))))
    gate_by = narrow(factor(float(fine / (np.float32(3) / np.float32(32768)))))
    if by.shift > 0:
        raise operation.refused("whose output's scale is far below its input's")

    def answer(value: int) -> int:
        raised = (value - taken.zero_point) * 128
        scaled = _high(raised, by.multiplier)
        gate = raised
        if gate_by.shift > 0:
            gate = _word(gate << (gate_by.shift - 1))
        gate = _high(gate, gate_by.multiplier)
        if gate_by.shift > 0:
            gate = _word(2 * gate)
        elif gate_by.shift < 0:
            gate = divided(gate, -gate_by.shift)
        opened = (gate + (1 << 15)) >> 1
        # Towards zero, unlike all other divisions.
        shut = math.trunc(opened * scaled / (1 << 15))
        return min(max(divided(shut, -by.shift) + given.zero_point, -128), 127)

    return function(operation, name, answer)


def _high(a: int, b: int) -> int:
    """`a * b / 2**15` of 16 bits, to the nearest, halves up."""
    return product(a, b, 15)


def _word(value: int) -> int:
    """Cut off at 16 bits."""
    return min(max(value, -(1 << 15)), (1 << 15) - 1)


def relu6(operation: GraphOperation, name: str) -> Step:
    """`RELU6`, which keeps scale and zero point: clipped to 0..6."""
    taken = operation.input(0)
    if (taken.scale, taken.zero_point) != (operation.output.scale, operation.output.zero_point):
        raise operation.refused("that changes its scale")
    high = min(stored(6.0, taken), ends(taken.dtype)[1])
    return clamped(operation, name, taken.zero_point, high)
