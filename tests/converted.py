"""A Keras model as TensorFlow.js's converter writes it, with what it answers."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Converted:
    model_json: Path
    pictures: NDArray[np.float32]
    expected: NDArray[np.float32]


def convert(model: Any, folder: Path, shape: list[int | None]) -> Path:
    # With captured output, a package that tensorflowjs imports would ask for IPython to greet us.
    os.environ.setdefault("TFDF_DISABLE_WELCOME_MESSAGE", "1")
    import tensorflow as tf
    from tensorflowjs.converters import tf_saved_model_conversion_v2 as conversion

    model.export(
        folder / "saved",
        format="tf_saved_model",
        input_signature=[tf.TensorSpec(shape, tf.float32)],
        verbose=False,
    )
    conversion.convert_tf_saved_model(str(folder / "saved"), str(folder / "js"))
    return folder / "js" / "model.json"
