"""What a model in C or WebAssembly is written from: its quantized `.tflite`, read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from converters.base import Conversion, Tensor
from converters.c import graph
from converters.c.graph import Graph, GraphTensor
from converters.errors import ConversionError
from converters.tflite import tflite


@dataclass(frozen=True, eq=False)
class Quantized:
    """A quantized model.

    Attributes:
        content: the `.tflite`.
        graph: what of it computes with whole numbers.
        input: what that takes.
        output: what it gives.
        pictures: inputs for golden vectors, `float32 [N, *shape]`.
    """

    content: bytes
    graph: Graph
    input: Tensor
    output: Tensor
    pictures: NDArray[np.float32]


def made(conversion: Conversion, scheme: str, language: str) -> Quantized:
    """The model of a conversion in a scheme, to be written in a language, which errors name.

    Raises:
        ConversionError: TFLite cannot express it in the scheme, or pictures are missing.
    """
    pictures = conversion.probes if conversion.probes is not None else conversion.calibration
    if pictures is None or len(pictures) == 0:
        raise ConversionError("golden vectors need pictures, and there are none")
    content = tflite.converted_bytes(conversion, scheme)
    found = graph.read(content, language).of_whole_numbers()
    taken = _tensor(found.input, conversion.source.input_name)
    given = _tensor(found.output, conversion.source.output_name)
    return Quantized(content, found, taken, given, pictures)


def _tensor(found: GraphTensor, name: str) -> Tensor:
    if not found.scales:
        return Tensor(name, found.dtype, found.shape)
    return Tensor(name, found.dtype, found.shape, found.scale, found.zero_point)
