"""Curves in int16: tables of theirs with straight lines between, as TensorFlow Lite's reference
kernels have them, bit for bit."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from converters.c.fixed_point import Factor, factor, rescaled, round_half_away
from converters.c.graph import GraphOperation
from converters.c.step import INPUT, OUTPUT, Call, Field, Step, Structure, table, words

ONE = 1 << 15
"""What stands for 1 in an answer."""
PLACES = 512
"""Of the tables of `SOFTMAX`, and one more."""
FARTHEST = 10.0
"""The difference of logits from which on a probability is as good as 0."""
MOST_CLASSES = 65_535
"""Of `SOFTMAX`: the sum of so many ones has 31 bits."""


@dataclass(frozen=True, eq=False)
class Softmax:
    """Tables of exp from -10 to 0 and of 1 / (1 + x) from 0 to 1, `int16 [513]`; what brings
    differences of logits to 10/65535."""

    exp: NDArray[np.int16]
    inverse: NDArray[np.int16]
    by: Factor


def softmax(operation: GraphOperation, name: str) -> Step:
    """`SOFTMAX` of one row."""
    taken = operation.input(0)
    if taken.shape[-1] != taken.size or taken.size > MOST_CLASSES:
        raise operation.refused(f"of {list(taken.shape)}")
    found = softmax_of(operation)
    tables = (
        table("int16_t", f"{name}_exp", found.exp),
        table("int16_t", f"{name}_inverse", found.inverse),
    )
    fields: dict[str, Field] = {
        "exp": tables[0],
        "inverse": tables[1],
        "classes": taken.size,
        "multiplier": found.by.multiplier,
        "shift": found.by.shift,
    }
    data = Structure("softmax", name, fields)
    call = Call("softmax", (data, INPUT, OUTPUT))
    given = operation.output.index
    return Step(words(operation), ("softmax",), (*tables, data), (call,), (taken.index,), given)


def softmax_of(operation: GraphOperation) -> Softmax:
    """Tables and factor of a `SOFTMAX`."""
    _refuse_other_than_one(operation)
    by = factor(operation.input(0).scale * float(operation.options.beta) / (FARTHEST / 65_535))
    if 2 * ONE << max(0, by.shift) >= 1 << 30:
        raise operation.refused("of logits that are far apart")
    return Softmax(_exp(), _inverse(), by)


def probabilities(logits: NDArray[np.int16], of: Softmax) -> NDArray[np.int16]:
    """What the kernel answers to one row of logits `int16 [classes]`, `int16 [classes]`."""
    differences = [value - int(logits.max()) for value in logits.tolist()]
    raised = [_between(of.exp, rescaled(each, of.by) + ONE - 1) for each in differences]
    bits = sum(raised).bit_length()
    scale = _between(of.inverse, ((sum(raised) << (31 - bits)) + (1 << 13) >> 14) - 3 * ONE)
    answers = [(each * scale + (1 << (bits - 2))) >> (bits - 1) for each in raised]
    return np.clip(np.array(answers), 0, ONE - 1).astype(np.int16)


def _between(places: NDArray[np.int16], value: int) -> int:
    """A table's curve at a number in int16, 128 of which lie between two of its places."""
    place, rest = divmod(min(max(value, -ONE), ONE - 1) + ONE, 128)
    here, next_one = int(places[place]), int(places[place + 1])
    return here + ((next_one - here) * rest + 64 >> 7)


@cache
def _exp() -> NDArray[np.int16]:
    return _places(np.exp, -FARTHEST, 0.0)


@cache
def _inverse() -> NDArray[np.int16]:
    return _places(lambda value: np.float32(1) / (np.float32(1) + value), 0.0, 1.0)


def _places(
    curve: Callable[[NDArray[np.float32]], NDArray[np.float32]], low: float, high: float
) -> NDArray[np.int16]:
    """A curve's table: in float32, and lower by half of what a straight line to the next place is
    too high in the middle."""
    least, step = np.float32(low), np.float32((high - low) / PLACES)
    at = np.arange(PLACES + 1, dtype=np.float32)
    scale = np.float32(1 << 16) / np.float32(2)
    exact = curve(least + at * step) * scale
    middle = _rounded(curve(least + at * step + step / np.float32(2)) * scale)[:-1]
    places = _rounded(exact)
    line = _rounded((exact[1:] + places[:-1]) / np.float32(2))
    places[:-1] -= _rounded((line - middle) / np.float32(2))
    return np.clip(places, -ONE, ONE - 1).astype(np.int16)


def _rounded(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """To the nearest, halves away from zero."""
    found: NDArray[np.float32] = np.trunc(values + np.copysign(np.float32(0.5), values))
    return found


def logistic(operation: GraphOperation, name: str) -> Step:
    """`LOGISTIC`: `1 / (1 + exp(-x))`."""
    _refuse_other_than_one(operation)
    taken = operation.input(0)
    by, shift = taken.scale * 4096 * 3, 0
    if taken.scale != 1 / 4096:  # which the multiplier 3 stands for, and no rounding
        while by <= (ONE - 1) / 2 and shift <= 30:
            by, shift = by * 2, shift + 1
    if by >= ONE:
        raise operation.refused("of numbers that are far apart")
    curve = table("uint16_t", f"{name}_curve", _logistic_places())
    fields: dict[str, Field] = {
        "curve": curve,
        "count": taken.size,
        "multiplier": int(by),
        "shift": shift,
    }
    data = Structure("logistic", name, fields)
    call = Call("logistic", (data, INPUT, OUTPUT))
    given = operation.output.index
    return Step(words(operation), ("logistic",), (curve, data), (call,), (taken.index,), given)


def _logistic_places() -> list[int]:
    """`1 / (1 + exp(-k / 24))` in 1/65536, higher by half of what a straight line to the next place
    is too low in the middle; the last one is all but 1."""

    def curve(place: float) -> float:
        return 65_536 / (1 + math.exp(-place / 24))

    places = []
    for k in range(255):
        low = curve(k + 0.5) - (curve(k) + curve(k + 1)) / 2
        places.append(round_half_away(curve(k) + low / 2))
    return [*places, 65_535]


def _refuse_other_than_one(operation: GraphOperation) -> None:
    given = operation.output
    if given.scale != 1 / ONE:
        raise operation.refused(f"of scale {given.scale:g}")
