"""Exponential function and division in whole numbers.

They are those of gemmlowp (Jacob and Warden, fixedpoint/fixedpoint.h), which TensorFlow Lite's
kernels use; `kernels/softmax.c` has the same in C. A number in Qm.n has n bits behind the point, of
32.
"""

from __future__ import annotations

from converters.c.fixed_point import divided, product

ONE = (1 << 31) - 1
"""The largest Q0.31, which stands for 1."""
EIGHTH, THIRD = 1895147668, 715827883
"""exp(-1/8) and 1/3."""
POWERS = (1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242)
"""exp(-2**k) for k from -2."""


def exp(value: int, integer_bits: int) -> int:
    """exp of a number that is not above 0, with so many bits before its point, as Q0.31."""
    if value == 0:
        return ONE
    quarter = 1 << (31 - integer_bits - 2)
    within = (value & (quarter - 1)) - quarter
    x = (within << integer_bits) + (1 << 28)
    x2 = product(x, x)
    x3, x4 = product(x2, x), product(x2, x2)
    more = divided(product(divided(x4, 2) + x3, THIRD) + x2, 1)
    result = EIGHTH + product(EIGHTH, x + more)
    rest = within - value
    for bit in range(integer_bits + 2):
        if rest & (quarter << bit):
            result = product(result, POWERS[bit])
    return result


def inverse(value: int) -> int:
    """1 / (1 + x) of a Q0.31 in [0, 1], as Q0.31: Newton's division."""
    half = (value + ONE + 1) // 2
    x = 1515870810 + product(half, -1010580540)
    for _ in range(3):
        x += 4 * product(x, (1 << 29) - product(half, x))
    return min(2 * x, ONE)
