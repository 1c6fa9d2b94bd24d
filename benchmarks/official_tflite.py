"""TFLite files the way TensorFlow's guides make them: the baseline of `export.py`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

SCHEMES = ("float32", "float16", "dynamic", "int8", "int16x8")


def main(saved_model: str, pictures: str, folder: str) -> None:
    convert(saved_model, np.load(pictures), Path(folder), SCHEMES)


def convert(saved_model: str, calibration: Any, folder: Path, schemes: Sequence[str]) -> None:
    def representative() -> Iterator[list[Any]]:
        for picture in calibration:
            yield [picture[np.newaxis]]

    for scheme in schemes:
        converter = tf.lite.TFLiteConverter.from_saved_model(saved_model)
        if scheme != "float32":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if scheme == "float16":
            converter.target_spec.supported_types = [tf.float16]
        if scheme in ("int8", "int16x8"):
            converter.representative_dataset = representative
        if scheme == "int8":
            converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
            converter.inference_input_type = tf.uint8
            converter.inference_output_type = tf.uint8
        if scheme == "int16x8":
            converter.target_spec.supported_ops = [
                tf.lite.OpsSet.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8
            ]
        (folder / f"{scheme}.tflite").write_bytes(converter.convert())


if __name__ == "__main__":
    main(*sys.argv[1:])
