"""Probabilities of logits, as parameters of the kernel and as numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from converters.c import gemmlowp
from converters.c.fixed_point import Factor, divided, factor, product, rescaled
from converters.c.graph import GraphOperation
from converters.c.step import INPUT, OUTPUT, Call, Step, Structure, words

INTEGER_BITS = 5
"""Before the point, of what the exponential function takes."""
SUM_BITS = 12
"""Before the point, of the sum."""


@dataclass(frozen=True)
class Scaling:
    """How differences of logits are brought to Q5.26, and from which on a probability is 0."""

    by: Factor
    least: int


def softmax(operation: GraphOperation, name: str) -> Step:
    """`SOFTMAX` of one row."""
    taken, given = operation.input(0), operation.output
    if taken.shape[-1] != taken.size:
        raise operation.refused(f"of {list(taken.shape)}")
    if given.zero_point != -128 or given.scale != 1 / 256:
        raise operation.refused(f"of scale {given.scale:g} and zero point {given.zero_point}")
    found = scaling(operation)
    fields = {
        "classes": taken.size,
        "multiplier": found.by.multiplier,
        "shift": found.by.shift,
        "least": found.least,
    }
    data = Structure("softmax", name, fields)
    call = Call("softmax", (data, INPUT, OUTPUT))
    return Step(words(operation), ("softmax",), (data,), (call,), (taken.index,), given.index)


def scaling(operation: GraphOperation) -> Scaling:
    """The scaling of a `SOFTMAX`."""
    fine = float(operation.options.beta) * operation.input(0).scale * (1 << (31 - INTEGER_BITS))
    if fine <= 1:  # where TensorFlow Lite's own kernels end the process
        raise operation.refused("of logits that are all alike")
    by = factor(min(fine, (1 << 31) - 1.0))
    widest = ((1 << INTEGER_BITS) - 1) * (1 << (31 - INTEGER_BITS)) / (1 << by.shift)
    return Scaling(by, -math.floor(widest))


def probabilities(logits: NDArray[np.int8], scaling: Scaling) -> NDArray[np.int8]:
    """What the kernel answers to one row of logits `int8 [classes]`, `int8 [classes]`."""
    differences = [value - int(logits.max()) for value in logits.tolist()]
    raised = [
        gemmlowp.exp(rescaled(each, scaling.by), INTEGER_BITS) if each >= scaling.least else None
        for each in differences
    ]
    total = sum(divided(each, SUM_BITS) for each in raised if each is not None)
    above = 32 - total.bit_length()
    scale = gemmlowp.inverse((total << above) - (1 << 31))
    exponent = SUM_BITS - above + 31 - 8
    answers = [0 if each is None else divided(product(scale, each), exponent) for each in raised]
    return np.clip(np.array(answers) - 128, -128, 127).astype(np.int8)
