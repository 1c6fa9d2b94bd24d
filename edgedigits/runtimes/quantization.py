"""Values to stored integers and back, and the check that all 256 grey levels survive it."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters.base import Tensor
from edgedigits.bundle.artifact import InputContract

HALF_A_STEP = 0.501
"""And a little for the rounding of the scale itself to float32."""
ONE_STEP = 1.001
"""At the ends of what an input covers: zero is to be a stored number, for which converters shift
the range by up to half a step, and the outermost level is then cut off by as much again."""
LEAST_APART = 248
"""Of 256. A zero point between two numbers, or one number left unused, merges two levels; a
calibration that saw a little more than the pixels' range some more: 3 % of it merges eight."""


def stored(images: NDArray[np.uint8], pixels: InputContract, tensor: Tensor) -> NDArray[np.generic]:
    """Pictures `uint8 [N, *form.shape]` as an input stores them: `quantize` of their values."""
    if tensor.scale is None:
        return quantize(pixels.values(images), tensor)
    return pixels.stored(images, partial(quantize, tensor=tensor))


def quantize(values: NDArray[np.float32], tensor: Tensor) -> NDArray[np.generic]:
    """`clip(round(value / scale) + zero_point)`: rounded first, half away from zero, then clipped.

    This is TFLite's own rule (`TfLiteRound`). Truncating loses up to a whole step, and casting
    before clipping wraps around. For 16 bits its kernel's division counts, which is in float32.
    """
    if tensor.scale is None or tensor.zero_point is None:
        return values.astype(tensor.dtype, copy=False)
    steps = values.astype(np.float64) / tensor.scale
    if tensor.dtype == "int16":
        steps = (values.astype(np.float32) / np.float32(tensor.scale)).astype(np.float64)
    rounded = np.trunc(steps + np.copysign(0.5, steps)) + tensor.zero_point
    limits = np.iinfo(tensor.dtype)
    stored: NDArray[np.generic] = np.clip(rounded, limits.min, limits.max).astype(tensor.dtype)
    return stored


def as_taken(stored: NDArray[Any], taken: Tensor) -> NDArray[Any]:
    """Pictures as an input stores them, in its own type and shape `[N, *shape]`."""
    return stored.astype(taken.dtype, copy=False).reshape(-1, *taken.shape)


def dequantize(stored: NDArray[np.generic], tensor: Tensor) -> NDArray[np.float32]:
    """`(stored - zero_point) * scale`."""
    if tensor.scale is None or tensor.zero_point is None:
        return stored.astype(np.float32)
    shifted = stored.astype(np.float64) - tensor.zero_point
    return (shifted * tensor.scale).astype(np.float32)


def grey_levels() -> NDArray[np.uint8]:
    """All 256 pixel values."""
    return np.arange(256, dtype=np.uint8)


def channel_violations(pixels: InputContract, tensor: Tensor) -> list[str]:
    """Check what `quantize` makes of `grey_levels()` in each channel, until one fails."""
    for channel in pixels.channels:
        stored = quantize(channel.values(grey_levels()), tensor)
        if wrong := wrong_grey_levels(stored, tensor, channel, pixels.ends):
            return wrong
    return []


def wrong_grey_levels(
    stored: NDArray[np.generic],
    tensor: Tensor,
    pixels: InputContract,
    ends: tuple[float, float] | None = None,
    *,
    clipped: bool = False,
) -> list[str]:
    """Check what a runtime made of `grey_levels()`: each must lie within half a step of its value,
    and they must stay apart.

    Catches truncation and wrapping in the caller's arithmetic, a scale or zero point that does not
    cover the pixels the contract promises, and one so wide that pictures lose their greys: each
    level is then within half a step still, but of a step that holds many of them. `ends` are the
    smallest and largest value of all channels, where `pixels` are those of one and share the
    stored numbers with others of another range. `clipped` leaves it to the answers whether levels
    outside of what the input covers matter: other converters cover what their calibration saw.
    """
    if tensor.scale is None or tensor.zero_point is None:
        return []
    limits = np.iinfo(tensor.dtype)
    values = pixels.values(grey_levels()).astype(np.float64)
    low, high = dequantize(np.array([limits.min, limits.max]), tensor).astype(np.float64)
    error = np.abs(dequantize(stored, tensor).astype(np.float64) - values)
    cut_off = (values < low) | (values > high)
    outside = np.inf if clipped else ONE_STEP
    allowed = np.where(cut_off, outside, HALF_A_STEP) * tensor.scale
    if wrong := int(np.sum(~(error <= allowed))):
        return [
            f"{wrong} of 256 grey levels are stored wrongly: the quantized input covers "
            f"{low:.4g}..{high:.4g}, the pixels run {pixels.low:g}..{pixels.high:g}"
        ]
    apart = len(np.unique(stored))
    least, most = ends or pixels.ends
    share = abs(pixels.high - pixels.low) / (most - least)
    if apart < LEAST_APART * share and limits.max - limits.min >= len(values) - 1:
        step = abs(pixels.high - pixels.low) / 255
        return [
            f"only {apart} of 256 grey levels stay apart: the quantized input has scale "
            f"{tensor.scale:.4g}, the pixels' own step is {step:.4g}"
        ]
    return []
