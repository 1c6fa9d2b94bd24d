"""A TFLite file as data: its contract, as the interpreter sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from converters.base import Tensor

FILE_IDENTIFIER = b"TFL3"
RUNTIME_VERSION = b"min_runtime_version"


@dataclass(frozen=True)
class Contract:
    """The one input and the one output of a TFLite classifier."""

    input: Tensor
    output: Tensor


def contract(content: bytes) -> Contract:
    """Read the contract by opening the file in the interpreter.

    Raises:
        ValueError: the interpreter refuses the file.
    """
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=content, num_threads=1)
    interpreter.allocate_tensors()
    names = next(iter(interpreter.get_signature_list().values()), None)
    (found_input,) = interpreter.get_input_details()
    (found_output,) = interpreter.get_output_details()
    return Contract(
        _tensor(found_input, names["inputs"][0] if names and names["inputs"] else None),
        _tensor(found_output, names["outputs"][0] if names and names["outputs"] else None),
    )


def _tensor(details: dict[str, Any], name: str | None) -> Tensor:
    scale, zero_point = details["quantization"]
    quantized = np.issubdtype(details["dtype"], np.integer)
    return Tensor(
        name=name or details["name"],
        dtype=np.dtype(details["dtype"]).name,
        shape=tuple(int(size) for size in details["shape"]),
        scale=float(scale) if quantized else None,
        zero_point=int(zero_point) if quantized else None,
    )
