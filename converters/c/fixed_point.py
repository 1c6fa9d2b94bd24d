"""Real factors as whole numbers, as TensorFlow Lite's kernels keep them.

Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
Inference" (2018), section 2.2, with the two roundings of the reference kernels; `kernels/rescale.c`
is the same in C.
"""

from __future__ import annotations

import math
from typing import NamedTuple

BITS = 31
LEAST_SHIFT, MOST_SHIFT = -31, 30


class Factor(NamedTuple):
    """`multiplier * 2**(shift - 31)`, the multiplier in [2**30, 2**31), or 0."""

    multiplier: int
    shift: int


def factor(real: float) -> Factor:
    """The nearest factor to a real number that is not below 0."""
    if real == 0:
        return Factor(0, 0)
    part, shift = math.frexp(real)
    multiplier = round_half_away(part * (1 << BITS))
    if multiplier == 1 << BITS:
        multiplier, shift = multiplier // 2, shift + 1
    return Factor(0, 0) if shift < LEAST_SHIFT else Factor(multiplier, shift)


def narrow(by: Factor) -> Factor:
    """A factor whose multiplier has 16 bits: `multiplier * 2**(shift - 15)`."""
    return Factor(min((by.multiplier + (1 << 15)) >> 16, 0x7FFF), by.shift)


def round_half_away(value: float) -> int:
    """To the nearest whole number, halves away from zero."""
    return math.floor(value + 0.5) if value >= 0 else math.ceil(value - 0.5)


def product(a: int, b: int, bits: int = BITS) -> int:
    """`a * b / 2**bits`, to the nearest, halves up."""
    return (a * b + (1 << (bits - 1))) >> bits


def divided(value: int, exponent: int) -> int:
    """`value / 2**exponent`, to the nearest, halves away from zero."""
    mask = (1 << exponent) - 1
    return (value >> exponent) + ((value & mask) > (mask >> 1) + (value < 0))


def rescaled(value: int, by: Factor) -> int:
    """A whole number times a factor."""
    raised = value << max(by.shift, 0)
    return divided(product(raised, by.multiplier), max(-by.shift, 0))
