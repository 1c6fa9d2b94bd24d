"""The one picture that a model takes: how its pixels lie, or why it takes none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from converters.errors import ConversionError

CHANNELS = (1, 3)
TAKEN = "float32, float16 or uint8"
ONE_PICTURE = "export a signature with a single picture as its input"


@dataclass(frozen=True)
class Arrangement:
    """How the pixels of a picture lie in an input, `[H, W, C]`, `[C, H, W]` or `[H, W]`."""

    height: int
    width: int
    channels: int
    channels_first: bool = False


def arrangement(shape: Sequence[int]) -> Arrangement | None:
    """That of one input's shape, without the batch. None for a flat one, whose length does not tell
    height and width, and for one that is no picture."""
    if len(shape) == 2:
        return Arrangement(shape[0], shape[1], 1)
    if len(shape) == 3 and shape[2] in CHANNELS:
        return Arrangement(shape[0], shape[1], shape[2])
    if len(shape) == 3 and shape[0] in CHANNELS:
        return Arrangement(shape[1], shape[2], shape[0], channels_first=True)
    return None


def choose(path: Path, inputs: dict[str, Any], pixels: int | None) -> tuple[str, Any]:
    """The only input: its name and `tf.TensorSpec`.

    Args:
        path: the model, as it is to be named.
        inputs: a `tf.TensorSpec` each.
        pixels: how many numbers a picture has; None takes any picture.

    Raises:
        ConversionError: there is not exactly one input, or it is no picture.
    """
    if len(inputs) != 1:
        named = f" ({', '.join(sorted(inputs))})" if inputs else ""
        raise ConversionError(f"{path} takes {len(inputs)} inputs{named}, not one picture",
                              ONE_PICTURE)  # fmt: skip
    name, spec = next(iter(inputs.items()))
    if pixels is None:
        _check_shape(path, name, spec.shape)
    else:
        _check_pixels(path, name, spec.shape, pixels)
    if spec.shape[0] not in (None, 1):
        like = [None, *spec.shape[1:]]
        raise ConversionError(
            f"input {name!r} of {path} has a fixed batch of {spec.shape[0]}",
            f"export it with a batch of 1 or an open one: tf.TensorSpec({like})",
        )
    if not spec.dtype.is_floating and (pixels is not None or spec.dtype.name != "uint8"):
        wanted = TAKEN if pixels is None else "float32"
        raise ConversionError(
            f"input {name!r} of {path} is {spec.dtype.name}, not {wanted}",
            "export a signature that takes float32 pixels",
        )
    return name, spec


def _check_pixels(path: Path, name: str, shape: Any, pixels: int) -> None:
    known = shape.rank is not None and all(size is not None for size in shape[1:])
    if not known or shape.rank < 2 or int(np.prod(shape[1:])) != pixels:
        raise ConversionError(
            f"input {name!r} of {path} has shape {shape}, not one picture of {pixels} pixels",
            "export a signature whose input is [batch, 28, 28, 1], [batch, 28, 28] or [batch, 784]",
        )


def _check_shape(path: Path, name: str, shape: Any) -> None:
    if shape.rank not in (2, 3, 4):
        raise ConversionError(
            f"input {name!r} of {path} has shape {shape}, not that of one picture",
            "export a signature whose input is [batch, H, W, C], [batch, H, W] or [batch, H*W]",
        )
    sizes = list(shape[1:])
    if None in sizes:
        channels = [size if size in CHANNELS else 3 for size in sizes[2:]]
        raise ConversionError(
            f"input {name!r} of {path} leaves its size open: {shape}",
            f"export it for one size: tf.TensorSpec({[None, 224, 224, *channels]})",
        )
    if len(sizes) == 3 and arrangement(sizes) is None:
        raise ConversionError(
            f"input {name!r} of {path} has shape {shape}: neither its first side nor its last is 1 "
            "channel or 3",
            "export a signature whose input is [batch, H, W, 1] or [batch, H, W, 3]",
        )
