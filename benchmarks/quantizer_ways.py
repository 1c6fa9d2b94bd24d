"""The ways to each TFLite scheme: TFLiteConverter's, and those of litert-quantizer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from converters.base import Conversion
from converters.tflite import tflite

BUILT_IN = "TFLiteConverter"


@dataclass(frozen=True)
class Way:
    """One way to a scheme: a converter, and its recipe in words. `make` is float32 file to file."""

    scheme: str
    converter: str
    recipe: str
    make: Callable[[Conversion, bytes], bytes]


def built_in(scheme: str) -> Way:
    return Way(
        scheme, BUILT_IN, "post-training",
        lambda conversion, _: tflite.converted_bytes(conversion, scheme),
    )  # fmt: skip


def quantizer(scheme: str, recipe: str, configure: Callable[[Any], None]) -> Way:
    def make(conversion: Conversion, float_content: bytes) -> bytes:
        from litert_quantizer import Quantizer

        made = Quantizer(bytearray(float_content))
        configure(made)
        statistics = None
        if made.need_calibration:
            assert conversion.calibration is not None
            name = conversion.source.input_name
            rows = [{name: row[np.newaxis]} for row in conversion.calibration]
            statistics = made.calibrate({"serving_default": rows}, num_threads=1)
        done = made.quantize(statistics, enable_progress_bar=False, enable_progress_report=False)
        return bytes(done.quantized_model)

    return Way(scheme, "litert-quantizer", recipe, make)


def ways() -> list[Way]:
    """Every way there is, TFLiteConverter's first."""
    from litert_quantizer import qtyping
    from litert_quantizer.algorithm_manager import AlgorithmName as Algorithm

    every = qtyping.TFLOperationName.ALL_SUPPORTED
    layers = (qtyping.TFLOperationName.CONV_2D, qtyping.TFLOperationName.FULLY_CONNECTED)

    def static_int4(made: Any) -> None:
        made.add_static_config(".*", every, 8, 8)
        for layer in layers:
            made.add_static_config(".*", layer, 8, 4, algorithm_key=Algorithm.OCTAV)

    def static_int8(made: Any) -> None:
        made.add_static_config(".*", every, 8, 8)
        pixels = qtyping.OpQuantizationConfig(
            activation_tensor_config=qtyping.TensorQuantizationConfig(
                8, symmetric=False, dtype=qtyping.TensorDataType.UINT
            ),
            weight_tensor_config=qtyping.TensorQuantizationConfig(8),
            compute_precision=qtyping.ComputePrecision.INTEGER,
        )
        for end in (qtyping.TFLOperationName.INPUT, qtyping.TFLOperationName.OUTPUT):
            made.update_quantization_recipe(".*", end, pixels)

    def static_int16x8(made: Any) -> None:
        made.add_static_config(".*", every, 16, 8)
        for end in (qtyping.TFLOperationName.INPUT, qtyping.TFLOperationName.OUTPUT):
            made.update_quantization_recipe(".*", end, algorithm_key=Algorithm.NO_QUANTIZE)

    def dynamic(bits: int, algorithm: Any = Algorithm.MIN_MAX_UNIFORM_QUANT) -> Any:
        return lambda made: made.add_dynamic_config(".*", every, bits, algorithm_key=algorithm)

    def weight_only(bits: int, algorithm: Any) -> Any:
        return lambda made: made.add_weight_only_config(".*", every, bits, algorithm_key=algorithm)

    return [
        built_in("float16"),
        quantizer("float16", "weights cast", weight_only(16, Algorithm.FLOAT_CASTING)),
        built_in("dynamic"),
        quantizer("dynamic", "min-max", dynamic(8)),
        quantizer("dynamic", "OCTAV", dynamic(8, Algorithm.OCTAV)),
        built_in("int8"),
        quantizer("int8", "min-max", static_int8),
        built_in("int16x8"),
        quantizer("int16x8", "min-max", static_int16x8),
        quantizer("int4", "dynamic, min-max", dynamic(4)),
        quantizer("int4", "dynamic, OCTAV", dynamic(4, Algorithm.OCTAV)),
        quantizer("int4", "dynamic, MSE", dynamic(4, Algorithm.MSE)),
        quantizer("int4", "weights only, OCTAV", weight_only(4, Algorithm.OCTAV)),
        quantizer("int4", "static, OCTAV, int8 in and out", static_int4),
    ]
