"""How a TFLite file really stores its numbers, held against what its scheme says."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from converters.targets import Scheme
from converters.tflite.model_reader import FoundTensor, TfliteFile

CONV_2D, DEPTHWISE_CONV_2D, DEQUANTIZE, FULLY_CONNECTED = 3, 4, 6, 9
TRANSPOSE_CONV, BATCH_MATMUL, CONV_3D = 67, 126, 132
LAYERS = frozenset(
    {CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED, TRANSPOSE_CONV, BATCH_MATMUL, CONV_3D}
)
"""The operations whose weights a scheme is about."""
KEPT_IN_FLOAT = 1024
"""TFLiteConverter quantizes no smaller weights where activations stay float."""

KINDS = {
    ("float32", "float32", "float32"): "float32",
    ("float32", "float16", "float32"): "float16",
    ("float32", "int8", "float32"): "dynamic",
    ("float32", "int4", "float32"): "int4",
    ("int8", "int8", "int8"): "int8",
    ("int16", "int8", "int16"): "int16x8",
}
"""What a layer takes, its weights and what it gives, by the scheme in which all layers are so."""


@dataclass(frozen=True)
class Layer:
    """The types of what a layer takes and gives, that of its weights, and how many there are."""

    taken: str
    weights: str
    given: str
    count: int


def layers(model: TfliteFile) -> list[Layer]:
    """The layers in order. Weights behind a DEQUANTIZE have the type in which they are stored."""
    found = []
    for each in model.operations:
        if each.code not in LAYERS or not each.outputs:
            continue
        held = [(index, _constant(model, index)) for index in each.inputs]
        kernels = [tensor for _, tensor in held if tensor is not None and len(tensor.shape) > 1]
        taken = [index for index, tensor in held if tensor is None]
        if kernels and taken:
            largest = max(kernels, key=lambda tensor: tensor.elements)
            types = (model.tensors[index].type for index in (taken[0], each.outputs[0]))
            found.append(Layer(next(types), largest.type, next(types), largest.elements))
    return found


def _constant(model: TfliteFile, index: int) -> FoundTensor | None:
    tensor = model.tensors[index]
    maker = model.maker.get(index)
    if tensor.data is None and maker is not None and maker.code == DEQUANTIZE and maker.inputs:
        tensor = model.tensors[maker.inputs[0]]
    return None if tensor.data is None else tensor


def kinds(model: TfliteFile) -> tuple[str, ...]:
    """The scheme that each layer is stored as, in their order; "other" for one that is as none."""
    return tuple(
        KINDS.get((each.taken, each.weights, each.given), "other") for each in layers(model)
    )


def violations(model: TfliteFile, scheme: Scheme) -> list[str]:
    """Where most weights of the layers are not stored, or not reckoned with, as the scheme says.

    Converters may leave a layer out that has no kernel of that kind, so the larger part decides; in
    a float32 file every layer must be float32.
    """
    counted: Counter[tuple[str, ...]] = Counter()
    for each in layers(model):
        small = scheme.weights == "int8" and scheme.arithmetic == "float32"
        if small and each.weights == "float32" and each.count < KEPT_IN_FLOAT:
            continue
        counted[each.weights, *sorted({each.taken, each.given})] += each.count
    said = {types: count for types, count in counted.items() if _fits(types, scheme)}
    total, fitting = sum(counted.values()), sum(said.values())
    if fitting == total or (scheme.weights != "float32" and 2 * fitting > total):
        return []
    (weights, *around), count = next(
        (types, count) for types, count in counted.most_common() if types not in said
    )
    arithmetic = "" if scheme.arithmetic is None else f", {scheme.arithmetic} in and out"
    return [
        f"{count:,} of {total:,} weights of its layers are {weights}, {' and '.join(around)} in "
        f"and out; scheme {scheme.name} means {scheme.weights}{arithmetic}"
    ]


def _fits(types: tuple[str, ...], scheme: Scheme) -> bool:
    weights, *around = types
    return (
        weights == scheme.weights
        and scheme.arithmetic in (None, *around)
        and (scheme.arithmetic is None or len(around) == 1)
    )
