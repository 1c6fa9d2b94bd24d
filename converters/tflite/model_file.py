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
    opened = interpreter(content)
    opened.allocate_tensors()
    return contract_of(opened)


def interpreter(content: bytes, kernels: Any = None) -> Any:
    """A file in an interpreter of one thread, with a set of kernels (an `OpResolverType`), those
    that LiteRT takes by itself unless told."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    return Interpreter(
        model_content=content,
        num_threads=1,
        experimental_op_resolver_type=kernels or OpResolverType.AUTO,
    )


def contract_of(interpreter: Any) -> Contract:
    """The contract of a file that is open in an interpreter.

    Raises:
        ValueError: it has not exactly one input and one output.
    """
    names = next(iter(interpreter.get_signature_list().values()), None)
    inputs, outputs = interpreter.get_input_details(), interpreter.get_output_details()
    if (len(inputs), len(outputs)) != (1, 1):
        raise ValueError(f"it has {len(inputs)} inputs and {len(outputs)} outputs, not one of each")
    (found_input,), (found_output,) = inputs, outputs
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
