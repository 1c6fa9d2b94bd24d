"""Whether two TFLite files are the same model: their answers compared bit for bit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters.tflite import model_file

GpuAnswers = Callable[[bytes, NDArray[Any]], NDArray[Any] | None]
"""What a TFLite file answers on a GPU to inputs as it stores them, `[N, *its input's shape]`; None
where the GPU does not take the file."""
SLOWER, SLOWEST = 4, 8
"""Of the inputs, every so many go through the kernels that take long, and through a GPU, which may
be one that the CPU stands in for."""


@dataclass(frozen=True)
class Comparison:
    """What was found: `difference` is what a caller could notice, in words; None where there is
    nothing. `kernels` are the names of those that both files were asked on."""

    difference: str | None
    kernels: tuple[str, ...] = ()


def compare(
    before: bytes, after: bytes, inputs: NDArray[np.float32], gpu: GpuAnswers | None = None
) -> Comparison:
    """Compare what both files answer to `inputs`, `float32 [N, *shape of one input]` as the float
    model takes them, and their contracts and signatures.

    They are asked on every set of kernels that LiteRT has: those it takes by itself (XNNPACK where
    that can), its own fast ones, and the plain reference ones where these take the file; and on
    the GPU, if `gpu` takes `before`.

    Raises:
        ValueError: the interpreter refuses `before`.
    """
    ours = model_file.contract(before)
    try:
        if (theirs := model_file.contract(after)) != ours:
            return Comparison(f"its contract became {theirs}")
        if _signatures(after) != _signatures(before):
            return Comparison(f"its signatures became {_signatures(after)}")
        found = _on_cpu(before, after, inputs)
    except (ValueError, RuntimeError) as error:
        reason = (str(error).splitlines() or ["no reason given"])[0][:160]
        return Comparison(f"LiteRT refuses it: {reason}")
    if found.difference is not None or gpu is None:
        return found
    also = _on_gpu(before, after, inputs[::SLOWEST], gpu)
    return Comparison(also.difference, found.kernels + also.kernels)


def _on_cpu(before: bytes, after: bytes, inputs: NDArray[np.float32]) -> Comparison:
    from ai_edge_litert.interpreter import OpResolverType

    kernels = {
        "xnnpack": (OpResolverType.AUTO, inputs),
        "fast": (OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES, inputs[::SLOWER]),
        "reference": (OpResolverType.BUILTIN_REF, inputs[::SLOWER]),
    }
    if _ends_reference_kernels(before):
        del kernels["reference"]
    for name, (resolver, asked) in kernels.items():
        was, found = (answers(each, asked, resolver) for each in (before, after))
        if changed := differing(was, found):
            return Comparison(_changed(changed, len(asked), name))
    return Comparison(None, tuple(kernels))


def _ends_reference_kernels(content: bytes) -> bool:
    """Whether the plain kernels would end the process: those of a softmax in 8 bits do where steps
    of its logits times 2**26 are not above 1, as in a model that answers every picture alike."""
    opened = model_file.interpreter(content)
    tensors = {each["index"]: each for each in opened.get_tensor_details()}
    taken = [
        tensors[each["inputs"][0]]
        for each in opened._get_ops_details()
        if each["op_name"] == "SOFTMAX"
    ]
    return any(
        np.dtype(each["dtype"]).itemsize == 1 and each["quantization"][0] * 2**26 <= 1
        for each in taken
    )


def _on_gpu(
    before: bytes, after: bytes, inputs: NDArray[np.float32], gpu: GpuAnswers
) -> Comparison:
    """Nothing where the GPU does not take `before`: it may lack an operation, whatever was done."""
    (taken,) = model_file.interpreter(before).get_input_details()
    stored = _stored(inputs.reshape(len(inputs), *taken["shape"]), taken)
    was = gpu(before, stored)
    if was is None:
        return Comparison(None)
    found = gpu(after, stored)
    if found is None:
        return Comparison("LiteRT's GPU refuses it")
    changed = differing(was, found)
    return Comparison(_changed(changed, len(inputs), "gpu") if changed else None, ("gpu",))


def _changed(count: int, asked: int, kernels: str) -> str:
    return f"{count} of {asked} answers changed (kernels: {kernels})"


def answers(content: bytes, inputs: NDArray[np.float32], kernels: Any) -> NDArray[Any]:
    """What a file answers to values `float32 [N, ...]`, as it stores its answers, one at a time."""
    interpreter = model_file.interpreter(content, kernels)
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
    return model_file.interpreter(content).get_signature_list()
