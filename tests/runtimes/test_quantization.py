"""Round, then clip: anything else is a wrong picture, and the grey levels show it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from converters.base import Tensor
from edgedigits.bundle.artifact import InputContract
from edgedigits.runtimes import quantization

RAW = InputContract(0.0, 255.0)
UNIT = InputContract(0.0, 1.0)
# The scale that the TFLite converter gives a model of 0..1.
UNIT_SCALE = 0.003921568859368563


def tensor(dtype: str = "uint8", scale: float | None = 1.0, zero_point: int | None = 0) -> Tensor:
    return Tensor("pixels", dtype, (1, 28, 28, 1), scale, zero_point)


def stored(values: list[float], given_tensor: Tensor) -> list[int]:
    quantized = quantization.quantize(np.array(values, np.float32), given_tensor)
    assert quantized.dtype == given_tensor.dtype
    found: list[int] = quantized.tolist()
    return found


def test_pixels_stay_what_they_are_at_scale_one() -> None:
    levels = quantization.grey_levels()
    np.testing.assert_array_equal(quantization.quantize(RAW.values(levels), tensor()), levels)


def test_halves_are_rounded_away_from_zero() -> None:
    signed = tensor("int8")
    assert stored([0.5, 1.5, 2.5, -0.5, -1.5], signed) == [1, 2, 3, -1, -2]
    assert stored([0.49, -0.49, 2.51], signed) == [0, 0, 3]


def test_what_lies_outside_is_clipped_and_not_wrapped() -> None:
    assert stored([-1, 300, 1e9, -1e9], tensor()) == [0, 255, 255, 0]
    assert stored([-129, 128, 200], tensor("int8")) == [-128, 127, 127]


def test_the_zero_point_is_added_after_rounding() -> None:
    assert stored([-1.0, 0.0, 1.0], tensor("uint8", 2 / 255, 128)) == [0, 128, 255]


def test_a_float_tensor_takes_values_as_they_are() -> None:
    values = np.array([0.25, -3.5], np.float32)
    plain = tensor("float32", None, None)
    np.testing.assert_array_equal(quantization.quantize(values, plain), values)
    np.testing.assert_array_equal(quantization.dequantize(values, plain), values)


@given(
    st.integers(0, 255),
    st.floats(1e-4, 10),
    st.sampled_from([("uint8", 0), ("uint8", 128), ("int8", -128), ("int8", 0), ("int16", 0)]),
)
def test_every_stored_value_comes_back_as_itself(
    level: int, scale: float, kind: tuple[str, int]
) -> None:
    dtype, zero_point = kind
    limits = np.iinfo(dtype)
    quantized = tensor(dtype, scale, zero_point)
    value = np.array([limits.min + level % (limits.max - limits.min + 1)], dtype)
    again = quantization.quantize(quantization.dequantize(value, quantized), quantized)
    np.testing.assert_array_equal(again, value)


@given(st.floats(0, 1, width=32), st.sampled_from([1 / 255, UNIT_SCALE]))
def test_a_value_in_range_is_at_most_half_a_step_off(value: float, scale: float) -> None:
    quantized = tensor("uint8", scale)
    there = quantization.quantize(np.array([value], np.float32), quantized)
    back = quantization.dequantize(there, quantized)
    assert abs(float(back[0]) - value) <= scale * 0.501


Quantizer = Callable[[NDArray[np.float32], Tensor], NDArray[np.generic]]


def truncating(values: NDArray[np.float32], to: Tensor) -> NDArray[np.generic]:
    assert to.scale is not None
    steps = values.astype(np.float64) / to.scale
    return np.asarray(steps.astype(np.uint8))


def truncating_the_textbook_way(values: NDArray[np.float32], to: Tensor) -> NDArray[np.generic]:
    # Pixels divided by 255 in float32, then by the scale in float32.
    assert to.scale is not None
    divided = np.round(values * 255).astype(np.float32) / np.float32(255)
    return np.asarray((divided / np.float32(to.scale)).astype(np.uint8))


def truncating_to_int8(values: NDArray[np.float32], to: Tensor) -> NDArray[np.generic]:
    # All in float32, the cast to int8 cutting off what is behind the point.
    assert to.scale is not None
    assert to.zero_point is not None
    steps = values / np.float32(to.scale) + np.float32(to.zero_point)
    return np.asarray(np.trunc(steps).astype(np.int8))


def wrapping(values: NDArray[np.float32], to: Tensor) -> NDArray[np.generic]:
    assert to.scale is not None
    steps = np.round(values.astype(np.float64) / to.scale).astype(np.int64)
    return np.asarray(steps.astype(np.int8))


def forgetting_the_scale(values: NDArray[np.float32], _to: Tensor) -> NDArray[np.generic]:
    return values.astype(np.uint8)


def forgetting_the_zero_point(values: NDArray[np.float32], to: Tensor) -> NDArray[np.generic]:
    assert to.scale is not None
    steps = np.round(values.astype(np.float64) / to.scale)
    return np.asarray(np.clip(steps, -128, 127).astype(np.int8))


@pytest.mark.parametrize(
    ("quantizer", "to", "wrong"),
    [
        (truncating, tensor("uint8", UNIT_SCALE), 247),
        (truncating_the_textbook_way, tensor("uint8", UNIT_SCALE), 120),
        (truncating_to_int8, tensor("int8", UNIT_SCALE, -128), 63),
        (wrapping, tensor("uint8", UNIT_SCALE), 128),
        (forgetting_the_scale, tensor("uint8", UNIT_SCALE), 255),
        (forgetting_the_zero_point, tensor("int8", UNIT_SCALE, -128), 255),
    ],
)
def test_a_wrong_quantizer_is_caught(quantizer: Quantizer, to: Tensor, wrong: int) -> None:
    levels = UNIT.values(quantization.grey_levels())
    (problem,) = quantization.wrong_grey_levels(quantizer(levels, to), to, UNIT)
    assert problem.startswith(f"{wrong} of 256 grey levels are stored wrongly")


@pytest.mark.parametrize(
    ("pixels", "to"),
    [
        (RAW, tensor()),
        (UNIT, tensor("uint8", UNIT_SCALE)),
        (UNIT, tensor("int8", UNIT_SCALE, -128)),
        (InputContract(-1.0, 1.0), tensor("uint8", 2 / 255, 128)),
        (InputContract(1.0, 0.0), tensor("uint8", UNIT_SCALE)),
        (RAW, tensor("float32", None, None)),
        # Calibrated on pictures that reach 254.9, or on greys a little beyond the pixels' range.
        (RAW, tensor("uint8", 254.9 / 255)),
        (RAW, tensor("uint8", 256 / 255)),
        (RAW, tensor("int8", 255 / 254, -127)),
        (UNIT, tensor("uint8", 1.02 / 255)),
        # Zero must be a stored number, so that the range of -1 to 1 is shifted by half a step.
        (InputContract(-1.0, 1.0), tensor("int8", 2 / 255, -1)),
        (InputContract(-1.0, 1.0), tensor("int8", 2 / 255, 0)),
        (InputContract(-1.0, 1.0), tensor("uint8", 1.998 / 255, 128)),
        (InputContract(-0.4242, 2.8215), tensor("int8", 0.0129829, -93)),
        (RAW, tensor("int16", 255 / 32767, 0)),
    ],
)
def test_the_right_quantizer_is_not(pixels: InputContract, to: Tensor) -> None:
    levels = quantization.quantize(pixels.values(quantization.grey_levels()), to)
    assert quantization.wrong_grey_levels(levels, to, pixels) == []


@pytest.mark.parametrize(
    ("pixels", "to"),
    [
        (RAW, tensor("uint8", 0.5)),
        (RAW, tensor("uint8", UNIT_SCALE)),
        (RAW, tensor("int8", 1.0)),
        (InputContract(-1.0, 1.0), tensor("uint8", UNIT_SCALE)),
    ],
)
def test_a_scale_that_does_not_cover_the_pixels_is_caught(
    pixels: InputContract, to: Tensor
) -> None:
    levels = quantization.quantize(pixels.values(quantization.grey_levels()), to)
    assert quantization.wrong_grey_levels(levels, to, pixels)


@pytest.mark.parametrize(
    ("pixels", "to", "apart"),
    [
        (RAW, tensor("uint8", 8.0), 33),
        (RAW, tensor("uint8", 64.0), 5),
        (RAW, tensor("uint8", 2.0), 129),
        (RAW, tensor("int8", 255 / 127), 128),
        (UNIT, tensor("uint8", UNIT_SCALE * 1.05), 244),
        (InputContract(-1.0, 1.0), tensor("int8", 16 / 255, 0), 33),
        (RAW, tensor("int16", 8.0), 33),
    ],
)
def test_a_scale_that_makes_levels_one_is_caught(
    pixels: InputContract, to: Tensor, apart: int
) -> None:
    # Each level is within half a step, as the step is so wide.
    levels = quantization.quantize(pixels.values(quantization.grey_levels()), to)
    (problem,) = quantization.wrong_grey_levels(levels, to, pixels)
    assert problem.startswith(f"only {apart} of 256 grey levels stay apart")
