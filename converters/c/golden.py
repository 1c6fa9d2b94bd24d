"""A few pictures with the bytes that the model must answer: what the self-test holds it against.

The answers come from LiteRT's reference kernels, which share no line with what is written here.
They compute `SOFTMAX` in another way than TensorFlow Lite for Microcontrollers, whose bytes are
meant: that last step is done anew, in whole numbers, on the logits that they give. For those in
int16 see `int16.reference`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters.base import Tensor
from converters.c import soft_maximum
from converters.c.activation import ends
from converters.c.graph import Graph
from converters.c.int16 import reference
from converters.c.step import table
from converters.c.text import array

MOST, MOST_BYTES = 8, 65_536
"""Pictures: so many, or as many as have so many bytes; one at least."""

HEADER = """\
/* Pictures, and what model.c answers to them, byte for byte. For the self-test in main.c alone. */

#ifndef GOLDEN_H
#define GOLDEN_H

#include <stdint.h>

#define GOLDEN_DIGEST "{digest}" /* SHA-256 of the model.c that is meant */
#define GOLDEN_COUNT {count}
#define GOLDEN_PIXELS {pixels}
#define GOLDEN_CLASSES {classes}

/* [GOLDEN_COUNT][GOLDEN_PIXELS] */
{pictures}
/* [GOLDEN_COUNT][GOLDEN_CLASSES] */
{answers}
#endif
"""


@dataclass(frozen=True, eq=False)
class Golden:
    """Pictures `[N, *input shape]` and their answers `[N, classes]`, both uint8 or int16."""

    pictures: NDArray[Any]
    answers: NDArray[Any]


def make(content: bytes, graph: Graph, taken: Tensor, values: NDArray[np.float32]) -> Golden:
    """Golden vectors of a file, for the first of the inputs `values`, `float32 [N, *shape]`."""
    count = max(1, min(MOST, len(values), MOST_BYTES // graph.input.size))
    scale, zero_point = taken.scale or 1.0, taken.zero_point or 0
    stored = np.clip(np.floor(values[:count] / scale + 0.5) + zero_point, *ends(taken.dtype))
    pictures = stored.astype(taken.dtype).reshape(count, *taken.shape[1:])
    answers = reference.answers if graph.number == "int16" else _answers
    return Golden(pictures, answers(content, graph, pictures))


def _answers(content: bytes, graph: Graph, pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    last = [each for each in graph.operations if each.name == "SOFTMAX"]
    ends = graph.operations[-2:] if len(graph.operations) > 1 else ()
    if not last or [each.name for each in ends] != ["SOFTMAX", "QUANTIZE"]:
        found: NDArray[np.uint8] = _asked(content, pictures, graph.output.index)
        return found
    logits = _asked(content, pictures, last[-1].input(0).index)
    scaling = soft_maximum.scaling(last[-1])
    rows = [soft_maximum.probabilities(row, scaling) for row in logits]
    return np.array(rows).view(np.uint8) ^ np.uint8(0x80)


def _asked(content: bytes, pictures: NDArray[np.uint8], index: int) -> NDArray[Any]:
    """What LiteRT's reference kernels write into a tensor, `[N, size]`."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    opened = Interpreter(
        model_content=content,
        num_threads=1,
        experimental_op_resolver_type=OpResolverType.BUILTIN_REF,
        experimental_preserve_all_tensors=True,
    )
    opened.allocate_tensors()
    place = opened.get_input_details()[0]["index"]
    rows = []
    for picture in pictures:
        opened.set_tensor(place, picture[np.newaxis])
        opened.invoke()
        rows.append(opened.get_tensor(index).ravel())
    return np.array(rows)


def header(golden: Golden, digest: str) -> str:
    """`golden.h` for a `model.c` of that SHA-256."""
    count, kind = len(golden.pictures), f"{golden.pictures.dtype}_t"
    return HEADER.format(
        digest=digest,
        count=count,
        pixels=golden.pictures[0].size,
        classes=golden.answers[0].size,
        pictures=array(table(kind, "golden_pixels", golden.pictures)),
        answers=array(table(kind, "golden_answers", golden.answers)),
    )
