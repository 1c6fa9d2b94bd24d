"""Values to stored integers and back, and the check that all 256 grey levels survive it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from converters.base import Tensor
from edgedigits.artifact import InputContract


def quantize(values: NDArray[np.float32], tensor: Tensor) -> NDArray[np.generic]:
    """`clip(round(value / scale) + zero_point)`: rounded first, half away from zero, then clipped.

    This is TFLite's own rule (`TfLiteRound`). Truncating loses up to a whole step, and casting
    before clipping wraps around.
    """
    if tensor.scale is None or tensor.zero_point is None:
        return values.astype(tensor.dtype)
    steps = values.astype(np.float64) / tensor.scale
    rounded = np.trunc(steps + np.copysign(0.5, steps)) + tensor.zero_point
    limits = np.iinfo(tensor.dtype)
    stored: NDArray[np.generic] = np.clip(rounded, limits.min, limits.max).astype(tensor.dtype)
    return stored


def dequantize(stored: NDArray[np.generic], tensor: Tensor) -> NDArray[np.float32]:
    """`(stored - zero_point) * scale`."""
    if tensor.scale is None or tensor.zero_point is None:
        return stored.astype(np.float32)
    shifted = stored.astype(np.float64) - tensor.zero_point
    return (shifted * tensor.scale).astype(np.float32)


def grey_levels() -> NDArray[np.uint8]:
    """All 256 pixel values."""
    return np.arange(256, dtype=np.uint8)


def wrong_grey_levels(
    stored: NDArray[np.generic], tensor: Tensor, pixels: InputContract
) -> list[str]:
    """Check what a runtime made of `grey_levels()`: each must lie within half a step of its value.

    Catches truncation and wrapping in the caller's arithmetic, and a scale or zero point that does
    not cover the pixels the contract promises.
    """
    if tensor.scale is None or tensor.zero_point is None:
        return []
    values = pixels.values(grey_levels())
    error = np.abs(dequantize(stored, tensor).astype(np.float64) - values)
    # Half a step, and a little for the rounding of the scale itself to float32.
    wrong = int(np.sum(error > tensor.scale * 0.501))
    if wrong == 0:
        return []
    limits = np.iinfo(tensor.dtype)
    low, high = dequantize(np.array([limits.min, limits.max]), tensor)
    return [
        f"{wrong} of 256 grey levels are stored wrongly: the quantized input covers "
        f"{low:.4g}..{high:.4g}, the pixels run {pixels.low:g}..{pixels.high:g}"
    ]
