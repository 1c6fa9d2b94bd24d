"""SavedModel -> TFLite, one post-training scheme at a time, in memory and in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters.base import Conversion, Converted, Finish
from converters.errors import ConversionError
from converters.tflite import finish, int4, model_file


def load() -> None:
    """Import TensorFlow."""
    import tensorflow  # noqa: F401


def convert(conversion: Conversion) -> Iterator[Converted]:
    """Write `model-SCHEME.tflite` for every scheme asked for.

    Raises:
        ConversionError: calibration pictures are missing, TFLite cannot express the model in a
            scheme, or its compact form would answer differently; where `on_lost` is not told.
    """
    conversion.directory.mkdir(parents=True, exist_ok=True)
    # One scheme is finished, and its compact form proven, while the next one is converted.
    with ThreadPoolExecutor(1) as beside:
        unfinished: list[tuple[str, Future[tuple[bytes, Finish]]]] = []
        for scheme in conversion.schemes:
            try:
                content = converted_bytes(conversion, scheme)
            except ConversionError as error:
                conversion.lose(scheme, error)
                continue
            finishing = beside.submit(finish.finish, content, conversion, scheme)
            unfinished.append((scheme, finishing))
            if len(unfinished) > 1:
                yield from _written(conversion, *unfinished.pop(0))
        for scheme, finishing in unfinished:
            yield from _written(conversion, scheme, finishing)


def _written(
    conversion: Conversion, scheme: str, finishing: Future[tuple[bytes, Finish]]
) -> Iterator[Converted]:
    try:
        content, finish = finishing.result()
    except ConversionError as error:
        conversion.lose(scheme, error)
        return
    path = conversion.directory / f"model-{scheme}.tflite"
    path.write_bytes(content)
    contract = model_file.contract(content)
    yield Converted(scheme, (path,), contract.input, contract.output, finish)


def converted_bytes(conversion: Conversion, scheme: str) -> bytes:
    """A file as the converter writes it: without names and metadata of ours, and not compact.

    One that `conversion.quantized` has is not converted again.

    Raises:
        ConversionError: TFLite cannot express the model in this scheme, or pictures are missing.
    """
    kept = {} if conversion.quantized is None else conversion.quantized
    if scheme in kept:
        return kept[scheme]
    if scheme == int4.SCHEME:
        return int4.quantize(_converted(conversion, "float32"))
    content = _converted(conversion, scheme)
    if scheme in _CALIBRATED:
        kept[scheme] = content
    return content


def calibrated_bytes(conversion: Conversion) -> bytes:
    """The network in float32, as `quantized_bytes` takes it: with the outermost values that its
    activations have on the calibration pictures.

    Raises:
        ConversionError: as `converted_bytes`.
    """
    return _converted(conversion, "int8", ranges_alone=True)


def quantized_bytes(calibrated: bytes) -> bytes:
    """A file in int8 of one with ranges of its activations. From those that `calibrated_bytes`
    notes comes what `converted_bytes` makes, but for notes on its conversion."""
    import tensorflow as tf
    from tensorflow.lite.python import convert as tools

    made: bytes = tools.mlir_quantize(
        calibrated, input_data_type=tf.uint8, output_data_type=tf.uint8
    )
    return made


def _converted(conversion: Conversion, scheme: str, *, ranges_alone: bool = False) -> bytes:
    import tensorflow as tf

    source = conversion.source
    # The function is already frozen, so the converter has nothing left to load or to trace. The
    # second argument only keeps an owner of variables alive, and there are none.
    converter = tf.lite.TFLiteConverter.from_concrete_functions([source.function], tf.Module())
    _CONFIGURE[scheme](converter, conversion.calibration)
    converter._experimental_calibrate_only = ranges_alone
    try:
        content: bytes = converter.convert()
    except Exception as error:  # the converter raises its own types and plain RuntimeErrors alike
        reason = next(
            (line.split("error:", 1)[1] for line in str(error).splitlines() if "error:" in line),
            (str(error).strip().splitlines() or [type(error).__name__])[0],
        )
        raise ConversionError(
            f"TFLite cannot express {source.path}: {reason.strip()[:200]}",
            "use only operations with a TFLite kernel, or leave this scheme out with --scheme",
        ) from error
    return content


def _float32(converter: Any, _calibration: NDArray[np.float32] | None) -> None:
    converter.optimizations = []


def _float16(converter: Any, _calibration: NDArray[np.float32] | None) -> None:
    import tensorflow as tf

    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.target_spec.supported_types = [tf.float16]


def _dynamic(converter: Any, _calibration: NDArray[np.float32] | None) -> None:
    import tensorflow as tf

    converter.optimizations = [tf.lite.Optimize.DEFAULT]


def _int8(converter: Any, calibration: NDArray[np.float32] | None) -> None:
    import tensorflow as tf

    _calibrate(converter, calibration)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.uint8
    converter.inference_output_type = tf.uint8


def _int16x8(converter: Any, calibration: NDArray[np.float32] | None) -> None:
    import tensorflow as tf

    _calibrate(converter, calibration)
    converter.target_spec.supported_ops = [
        tf.lite.OpsSet.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8
    ]


def _calibrate(converter: Any, calibration: NDArray[np.float32] | None) -> None:
    import tensorflow as tf

    if calibration is None or len(calibration) == 0:
        raise ConversionError("this scheme needs calibration pictures, and there are none")
    pictures = calibration
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([picture[np.newaxis]] for picture in pictures)


_CONFIGURE: dict[str, Callable[[Any, NDArray[np.float32] | None], None]] = {
    "float32": _float32,
    "float16": _float16,
    "dynamic": _dynamic,
    "int8": _int8,
    "int16x8": _int16x8,
}
_CALIBRATED = ("int8", "int16x8")
