"""SavedModel -> files that phones and browsers run.

The registry below is the one place that says which targets and schemes there are. A new target is
one module with a `convert` function and one row here.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass

from converters.base import Conversion, Converted

__all__ = [
    "TARGETS",
    "Conversion",
    "Converted",
    "Scheme",
    "Target",
    "convert",
    "load",
]


@dataclass(frozen=True)
class Scheme:
    """How an artifact stores its numbers.

    `weights` is the type in which most weights of layers are stored, `arithmetic` that of what
    goes into such a layer and comes out of it; None where it may be any. `calibrated` schemes need
    pictures to be converted. Those `by_name_only` are no part of "all": they keep their budget on
    some models and not on others. Those `tunable` are what a training can prepare its weights for.
    """

    name: str
    summary: str
    weights: str
    arithmetic: str | None
    calibrated: bool = False
    by_name_only: bool = False
    tunable: bool = False


INT8 = Scheme(
    "int8", "weights and arithmetic in int8, uint8 in and out", "int8", "int8", calibrated=True
)
INT16X8 = Scheme(
    "int16x8", "weights in int8, activations in int16", "int8", "int16", calibrated=True
)


@dataclass(frozen=True)
class Target:
    """A deployment family. `module` holds its `convert`. Those `by_name_only` are no part of "all":
    they lack operations of many models, or what proves them is not on every machine."""

    name: str
    summary: str
    module: str
    default_scheme: str
    schemes: tuple[Scheme, ...]
    by_name_only: bool = False

    def scheme(self, name: str) -> Scheme:
        """The scheme of that name; KeyError when this target has none."""
        for scheme in self.schemes:
            if scheme.name == name:
                return scheme
        raise KeyError(name)


TARGETS: dict[str, Target] = {
    target.name: target
    for target in (
        Target(
            "tflite",
            "LiteRT (TensorFlow Lite) files for phones and small computers",
            "converters.tflite.tflite",
            "int8",
            (
                Scheme("float32", "weights and arithmetic in float32", "float32", "float32"),
                Scheme(
                    "float16",
                    "weights stored in float16, arithmetic in float32",
                    "float16",
                    "float32",
                ),
                Scheme(
                    "dynamic",
                    "weights in int8, activations quantized on the fly",
                    "int8",
                    "float32",
                ),
                INT8,
                INT16X8,
                Scheme(
                    "int4",
                    "weights in int4, activations quantized on the fly",
                    "int4",
                    None,
                    by_name_only=True,
                    tunable=True,
                ),
            ),
        ),
        Target(
            "tfjs",
            "TensorFlow.js graph models for browsers and Node",
            "converters.tfjs.tfjs",
            "uint8",
            (
                Scheme("float32", "weights in float32", "float32", "float32"),
                Scheme("float16", "weights stored in float16", "float16", "float32"),
                Scheme(
                    "uint16",
                    "weights stored in 16 bits with a scale and offset a tensor",
                    "uint16",
                    "float32",
                ),
                Scheme(
                    "uint8",
                    "weights stored in 8 bits with a scale and offset a tensor",
                    "uint8",
                    "float32",
                ),
            ),
        ),
        Target(
            "c",
            "plain C99 without a library, for microcontrollers and anything else",
            "converters.c.c",
            "int8",
            (INT8, INT16X8),
            by_name_only=True,
        ),
        Target(
            "wasm",
            "a WebAssembly module without a library, for pages, Node and anything else",
            "converters.wasm.wasm",
            "int8",
            (INT8,),
            by_name_only=True,
        ),
    )
}


def load(target: str) -> None:
    """Import what converting to `target` needs, which takes seconds the first time."""
    importlib.import_module(TARGETS[target].module).load()


def convert(target: str, conversion: Conversion) -> Iterator[Converted]:
    """Convert to `target`, yielding one artifact a scheme.

    Raises:
        ConversionError: the model cannot be expressed in this target, or in a scheme of which
            `conversion.on_lost` is not told.
    """
    yield from importlib.import_module(TARGETS[target].module).convert(conversion)
