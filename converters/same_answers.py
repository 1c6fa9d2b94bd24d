"""Whether two TFLite files are the same model: their answers compared bit for bit."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters import tflite_file

SLOWER = 4
"""Of the inputs, every so many go through the kernels that take long."""


def difference(before: bytes, after: bytes, inputs: NDArray[np.float32]) -> str | None:
    """What a caller could notice, in words; None where there is nothing.

    Both files answer `inputs`, `float32 [N, *shape of one input]` as the float model takes them,
    with every set of kernels that LiteRT has: those it takes by itself (XNNPACK where that can),
    its own fast ones, and the plain reference ones. Contracts and signatures are compared too.

    Raises:
        ValueError: the interpreter refuses `before`.
    """
    from ai_edge_litert.interpreter import OpResolverType

    ours = tflite_file.contract(before)
    try:
        if (theirs := tflite_file.contract(after)) != ours:
            return f"its contract became {theirs}"
        if _signatures(after) != _signatures(before):
            return f"its signatures became {_signatures(after)}"
        for kernels, asked in (
            (OpResolverType.AUTO, inputs),
            (OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES, inputs[::SLOWER]),
            (OpResolverType.BUILTIN_REF, inputs[::SLOWER]),
        ):
            was, found = (answers(each, asked, kernels) for each in (before, after))
            changed = differing(was, found)
            if changed:
                return f"{changed} of {len(asked)} answers changed (kernels {kernels.name})"
    except (ValueError, RuntimeError) as error:
        return f"LiteRT refuses it: {(str(error).splitlines() or ['no reason given'])[0][:160]}"
    return None


def answers(content: bytes, inputs: NDArray[np.float32], kernels: Any) -> NDArray[Any]:
    """What a file answers to values `float32 [N, ...]`, as it stores its answers, one at a time."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(
        model_content=content, num_threads=1, experimental_op_resolver_type=kernels
    )
    interpreter.allocate_tensors()
    (taken,), (given,) = interpreter.get_input_details(), interpreter.get_output_details()
    stored = _stored(inputs.reshape(len(inputs), *taken["shape"]), taken)
    found = np.empty((len(inputs), *given["shape"]), given["dtype"])
    for index, picture in enumerate(stored):
        interpreter.set_tensor(taken["index"], picture)
        interpreter.invoke()
        found[index] = interpreter.get_tensor(given["index"])
    return found


def differing(ours: NDArray[Any], theirs: NDArray[Any]) -> int:
    """How many of N answers differ in any bit."""
    pairs = zip(ours, theirs, strict=True)
    return sum(one.tobytes() != other.tobytes() for one, other in pairs)


def _stored(values: NDArray[np.float32], tensor: dict[str, Any]) -> NDArray[Any]:
    scale, zero_point = tensor["quantization"]
    if not np.issubdtype(tensor["dtype"], np.integer):
        return values.astype(tensor["dtype"])
    limits = np.iinfo(tensor["dtype"])
    steps = np.round(values / np.float32(scale)) + zero_point
    stored: NDArray[Any] = np.clip(steps, limits.min, limits.max).astype(tensor["dtype"])
    return stored


def _signatures(content: bytes) -> Any:
    from ai_edge_litert.interpreter import Interpreter

    return Interpreter(model_content=content, num_threads=1).get_signature_list()
