"""Sums, products, and functions of each number by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from converters.c.activation import ends, limits
from converters.c.fixed_point import Factor, factor, rescaled
from converters.c.graph import GraphOperation, GraphTensor
from converters.c.step import INPUT, OUTPUT, Call, Place, Step, Structure, Table, table, words

BITS_UP = {"int8": 20, "int16": 15}
"""By which the kernel of sums raises its inputs, by their type."""


def add(operation: GraphOperation, name: str) -> Step:
    """`ADD`; where one input is shorter, it repeats."""
    a, b = _long_and_short(operation)
    twice = 2 * max(a.scale, b.scale)
    by_a, by_b = factor(a.scale / twice), factor(b.scale / twice)
    by = factor(twice / ((1 << BITS_UP[a.dtype]) * operation.output.scale))
    if max(by_a.shift, by_b.shift, by.shift) > 0:
        raise operation.refused("whose output's scale is far below its inputs'")
    raised = {
        "multiplier_a": by_a.multiplier,
        "shift_a": by_a.shift,
        "multiplier_b": by_b.multiplier,
        "shift_b": by_b.shift,
    }
    return _of_two(operation, name, "add", by, a, b, raised)


def multiply(operation: GraphOperation, name: str) -> Step:
    """`MUL`; where one input is shorter, it repeats."""
    a, b = _long_and_short(operation)
    by = factor(a.scale * b.scale / operation.output.scale)
    if a.reach * b.reach << max(0, by.shift) > 1 << 30:
        raise operation.refused("whose output's scale is far below its inputs'")
    return _of_two(operation, name, "multiply", by, a, b, {})


def _long_and_short(operation: GraphOperation) -> tuple[GraphTensor, GraphTensor]:
    a, b = operation.input(0), operation.input(1)
    if a.size < b.size:
        a, b = b, a
    # Leading ones say nothing of the order of numbers in memory.
    short = b.shape
    while short and short[0] == 1:
        short = short[1:]
    if short != a.shape[len(a.shape) - len(short) :] or a.size != operation.output.size:
        raise operation.refused(f"of shapes {list(a.shape)} and {list(b.shape)}")
    return a, b


def _of_two(
    operation: GraphOperation,
    name: str,
    kernel: str,
    by: Factor,
    a: GraphTensor,
    b: GraphTensor,
    more: dict[str, int],
) -> Step:
    """A kernel of two inputs, whose result is scaled `by`; it takes `more` numbers besides."""
    low, high = limits(operation)
    fields = {
        "count": a.size,
        "count_b": b.size,
        "zero_a": a.zero_point,
        "zero_b": b.zero_point,
        **more,
        "zero_point": operation.output.zero_point,
        "multiplier": by.multiplier,
        "shift": by.shift,
        "low": low,
        "high": high,
    }
    tables: list[Table] = []
    places: list[Place | Table] = []
    taken: list[int] = []
    for letter, tensor in (("a", a), ("b", b)):
        if tensor.data is None:
            places.append(Place("input", len(taken)))
            taken.append(tensor.index)
        else:
            tables.append(table(f"{tensor.dtype}_t", f"{name}_{letter}", tensor.data))
            places.append(tables[-1])
    parameters = Structure(kernel, name, fields)
    call = Call(kernel, (parameters, *places, OUTPUT))
    given = operation.output.index
    return Step(words(operation), (kernel,), (*tables, parameters), (call,), tuple(taken), given)


def function(operation: GraphOperation, name: str, answers: Callable[[int], int]) -> Step:
    """A function of each number, as a table of what it answers to every one that there is. One that
    changes the sign's bit alone needs no table."""
    taken, given = operation.input(0), operation.output
    found = [answers(_number(bits, taken.dtype)) for bits in range(256)]
    bits_in, bits_out = replace(INPUT, kind="uint8_t"), replace(OUTPUT, kind="uint8_t")
    if all((answer & 0xFF) == bits ^ 0x80 for bits, answer in enumerate(found)):
        call = Call("sign", (bits_in, bits_out, taken.size))
        return Step(words(operation), ("sign",), (), (call,), (taken.index,), given.index)
    if given.dtype == "uint8":
        found = [answer - 256 if answer > 127 else answer for answer in found]
    data = table("int8_t", name, found)
    call = Call("lookup", (data, bits_in, OUTPUT, taken.size))
    return Step(words(operation), ("lookup",), (data,), (call,), (taken.index,), given.index)


def _number(bits: int, dtype: str) -> int:
    return bits - 256 if dtype == "int8" and bits > 127 else bits


def quantize(operation: GraphOperation, name: str) -> Step:
    """`QUANTIZE` from and to whole numbers: another scale, or another sign."""
    kinds = {operation.input(0).dtype, operation.output.dtype}
    if kinds != {"int16"} and not kinds <= {"int8", "uint8"}:
        raise operation.refused(f"from {operation.input(0).dtype} to {operation.output.dtype}")
    return clamped(operation, name, *ends(operation.output.dtype))


def relu(operation: GraphOperation, name: str) -> Step:
    """`RELU`: what is below zero becomes zero."""
    least, most = ends(operation.output.dtype)
    return clamped(operation, name, max(operation.output.zero_point, least), most)


def clamped(operation: GraphOperation, name: str, low: int, high: int) -> Step:
    """The same numbers in the output's scale, between two ends."""
    taken, given = operation.input(0), operation.output
    by = factor(taken.scale / given.scale)
    if taken.dtype == "int16":
        if taken.reach << max(0, by.shift) >= 1 << 30:
            raise operation.refused("whose output's scale is far below its input's")
        fields = {
            "count": taken.size,
            "multiplier": by.multiplier,
            "shift": by.shift,
            "low": low,
            "high": high,
        }
        data = Structure("requantize", name, fields)
        call = Call("requantize", (data, INPUT, OUTPUT))
        return Step(
            words(operation), ("requantize",), (data,), (call,), (taken.index,), given.index
        )

    def answer(value: int) -> int:
        scaled = rescaled(value - taken.zero_point, by) + given.zero_point
        return min(max(scaled, low), high)

    return function(operation, name, answer)
