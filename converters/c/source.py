"""`model.c` and `model.h`: kernels, tables and one function, from the steps and where they lie."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from converters.base import Card, Tensor
from converters.c import kernels, memory, operations, text
from converters.c.graph import ELSEWHERE, Graph
from converters.c.memory import Plan
from converters.c.step import Place, Step, Table
from converters.c.text import Memory
from converters.errors import ConversionError

SCHEMES = {"uint8": "int8", "int16": "int16x8"}
"""By the type of what models take and give."""
HEAD = """\
/* {name}, written by edgedigits from the {scheme} TensorFlow Lite model; see README.md.

   Plain C99: no library, no heap, no floating point. Whoever changes it changes the model: model.h
   tells this file's SHA-256. */

#include "model.h"

#include <string.h>

"""
HEADER = """\
/* {name}: pixels in, numbers for the classes out.

   pixels: {number} [{shape}], row by row; a stored number q stands for
   (q - MODEL_INPUT_ZERO_POINT) * MODEL_INPUT_SCALE.
   answer: {number} [MODEL_CLASSES], each q for (q - MODEL_OUTPUT_ZERO_POINT) * MODEL_OUTPUT_SCALE.

   It keeps its numbers in {ram:,} bytes of static memory: one call at a time. */

#ifndef MODEL_H
#define MODEL_H

#include <stdint.h>

#define MODEL_DIGEST "{digest}" /* SHA-256 of model.c */
#define MODEL_PIXELS {pixels}
#define MODEL_CLASSES {classes}
#define MODEL_ARENA {ram}
#define MODEL_INPUT_SCALE {input_scale}
#define MODEL_INPUT_ZERO_POINT {input_zero}
#define MODEL_OUTPUT_SCALE {output_scale}
#define MODEL_OUTPUT_ZERO_POINT {output_zero}
{type}
#ifdef __cplusplus
extern "C" {{
#endif

void model_answer(const {number}_t pixels[MODEL_PIXELS], {number}_t answer[MODEL_CLASSES]);

#ifdef __cplusplus
}}
#endif

#endif
"""
NUMBER = """\
#define MODEL_NUMBER {number}_t /* of pixels and answers */
"""


@dataclass(frozen=True)
class Source:
    """The text of a model in C.

    Attributes:
        model_c: the model.
        model_h: its header.
        digest: SHA-256 of `model_c`, which the header tells.
        kernels: names of those in it.
        table_bytes: its constant arrays, which lie in flash.
        arena_bytes: its static memory.
    """

    model_c: str
    model_h: str
    digest: str
    kernels: tuple[str, ...]
    table_bytes: int
    arena_bytes: int


def write(graph: Graph, taken: Tensor, given: Tensor, card: Card) -> Source:
    """The source of a graph that takes and gives such tensors.

    Raises:
        ConversionError: an operation cannot be written in C, or it takes or gives other numbers
            than uint8 or int16.
    """
    if taken.dtype != given.dtype or taken.dtype not in SCHEMES:
        raise ConversionError(
            f"C is written for models of {' or '.join(SCHEMES)}, and this one takes {taken.dtype} "
            f"and gives {given.dtype}",
            ELSEWHERE,
        )
    steps = operations.steps(graph)
    plan = memory.planned(graph, steps)
    name, number = one_line(card.name), graph.number
    arena_bytes = plan.size * np.dtype(number).itemsize
    model_c = HEAD.format(name=name, scheme=SCHEMES[taken.dtype]) + _body(steps, plan, number)
    digest = hashlib.sha256(model_c.encode()).hexdigest()
    shape = taken.shape[1:]
    model_h = HEADER.format(
        name=name,
        shape="][".join(map(str, shape)),
        digest=digest,
        pixels=graph.input.size,
        classes=graph.output.size,
        ram=arena_bytes,
        number=taken.dtype,
        type="" if taken.dtype == "uint8" else NUMBER.format(number=taken.dtype),
        input_scale=_real(taken.scale),
        input_zero=taken.zero_point,
        output_scale=_real(given.scale),
        output_zero=given.zero_point,
    )
    tables = [each for step in steps for each in step.data if isinstance(each, Table)]
    used = {kernel for step in steps for kernel in step.kernels}
    return Source(
        model_c,
        model_h,
        digest,
        tuple(sorted(used)),
        sum(each.size_bytes for each in tables),
        arena_bytes,
    )


def _body(steps: Sequence[Step], plan: Plan, number: str) -> str:
    used = kernels.source((name for step in steps for name in step.kernels), number)
    data = "\n".join(_constants(step) for step in steps if step.data)
    outer, numbers = ("uint8_t", "") if number == "int8" else ("int16_t", " / sizeof(int16_t)")
    arena = f"static {number}_t arena[MODEL_ARENA{numbers}];\n\n" if plan.size else ""
    calls = "".join(_calls(place, step, plan, number, outer) for place, step in enumerate(steps))
    head = f"void model_answer(const {outer} pixels[MODEL_PIXELS], {outer} answer[MODEL_CLASSES])"
    return f"{used}\n{data}\n{arena}{head}\n{{\n{calls}}}\n"


def _constants(step: Step) -> str:
    return f"/* {step.words} */\n\n{''.join(map(text.declared, step.data))}"


def _calls(at: int, step: Step, plan: Plan, number: str, outer: str) -> str:
    """Of numbers of a type, where pixels and answers are of the C type `outer`."""

    def memory_of(place: Place) -> Memory:
        region, start = plan.region(at, step, place)
        if region == "arena":
            expression = f"arena + {start}" if start else "arena"
            return Memory(expression, f"{number}_t", constant=place.role == "input")
        return Memory(region, outer, constant=region == "pixels")

    return "".join(f"    {text.call(each, memory_of, f'{number}_t')}\n" for each in step.calls)


def _real(value: float | None) -> str:
    """A constant of type float."""
    number = f"{value:.9g}"
    return f"{number}f" if "." in number or "e" in number else f"{number}.0f"


def one_line(words: str) -> str:
    """What somebody calls a model, as part of a comment."""
    return " ".join(words.replace("*/", "").replace("/*", "").split())
