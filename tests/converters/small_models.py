"""SavedModels that are written in a moment: classifiers with random weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters import saved_model
from converters.base import Card, Conversion
from converters.saved_model import SourceModel
from converters.targets import TARGETS
from converters.tflite import finish, tflite

LABELS = tuple("0123456789")
CARD = Card(
    name="small classifier",
    description="made for tests",
    labels=LABELS,
    input_limits=((0.0, 255.0),),
    input_description="one picture",
    output_description="ten probabilities",
    facts={"input": {"value_range": [0, 255]}, "labels": list(LABELS)},
)
OPEN_PICTURE = (None, 28, 28, 1)
Graph = Callable[[Any, Any], Any]
"""Weights (a `tf.Module`) and the input tensor to the output tensor, or a dictionary of them."""


@cache
def weights(seed: int = 0) -> Any:
    import tensorflow as tf

    generator = np.random.default_rng(seed)

    class Weights(tf.Module):  # type: ignore[misc, unused-ignore]
        def __init__(self) -> None:
            super().__init__()
            self.kernel = _variable(generator.normal(size=(3, 3, 1, 4)) * 0.02)
            self.dense = _variable(generator.normal(size=(144, 10)) * 0.3)
            self.flat = _variable(generator.normal(size=(784, 10)) * 0.002)
            self.bias = _variable(generator.normal(size=10) * 0.1)

    return Weights()


def _variable(value: NDArray[np.float64]) -> Any:
    import tensorflow as tf

    return tf.Variable(value.astype(np.float32))


def convolutional(module: Any, picture: Any) -> Any:
    import tensorflow as tf

    maps = tf.nn.relu(tf.nn.conv2d(picture, module.kernel, 2, "VALID"))
    pooled = tf.reshape(tf.nn.max_pool2d(maps, 2, 2, "VALID"), (-1, 144))
    return tf.nn.softmax(tf.matmul(pooled, module.dense) + module.bias)


def linear(module: Any, picture: Any) -> Any:
    """Logits of softmax regression; takes any arrangement of 784 pixels."""
    import tensorflow as tf

    return tf.matmul(tf.reshape(picture, (-1, 784)), module.flat) + module.bias


def signature(
    graph: Graph,
    shape: Sequence[int | None] | None = OPEN_PICTURE,
    *,
    dtype: str = "float32",
    input_name: str = "picture",
    output_name: str = "answer",
    module: Any = None,
) -> Any:
    """A ConcreteFunction to save as a signature."""
    import tensorflow as tf

    held = weights() if module is None else module
    spec = tf.TensorSpec(shape, tf.as_dtype(dtype), name=input_name)

    @tf.function(input_signature=[spec])  # type: ignore[untyped-decorator, unused-ignore]
    def serve(value: Any) -> Any:
        answer = graph(held, value)
        return answer if isinstance(answer, dict) else {output_name: answer}

    return serve.get_concrete_function()


def save(folder: Path, signatures: dict[str, Any] | Any, *, module: Any = None) -> Path:
    """Write a SavedModel; a lone signature becomes `serving_default`."""
    import tensorflow as tf

    named = signatures if isinstance(signatures, dict) else {"serving_default": signatures}
    tf.saved_model.save(weights() if module is None else module, str(folder), named)
    return folder


def read(folder: Path, wanted: str | None = None) -> SourceModel:
    return saved_model.read(folder, wanted, pixels=784, classes=10)


def pictures(count: int, seed: int = 4) -> NDArray[np.float32]:
    """Pixels 0..255 of noise, both ends included, `float32 [count, 28, 28, 1]`."""
    noise = np.random.default_rng(seed).integers(0, 256, (count, 28, 28, 1))
    noise[0, 0, :2, 0] = 0, 255
    return noise.astype(np.float32)


def conversion(source: SourceModel, schemes: Sequence[str], directory: Path) -> Conversion:
    values = pictures(120).reshape(-1, *source.input_shape)
    return Conversion(source, tuple(schemes), directory, CARD, values, values[:20])


@dataclass(frozen=True)
class Raw:
    """One model in every TFLite scheme, as the converter writes it, and what to ask for."""

    asked: Conversion
    content: dict[str, bytes]

    def finished(self, scheme: str, **changes: Any) -> bytes:
        """The file that export would write of it."""
        asked = replace(self.asked, **changes)
        content, _ = finish.finish(self.content[scheme], asked, scheme)
        return content


def raw_files(folder: Path) -> Raw:
    """A small convolutional model that is not sure of itself: in sure answers, small changes do
    not show."""
    module = weights(seed=17)
    module.dense.assign(weights(seed=18).dense * 0.1)
    saved = save(folder / "saved", signature(convolutional, module=module), module=module)
    schemes = [scheme.name for scheme in TARGETS["tflite"].schemes]
    asked = conversion(read(saved), schemes, folder / "unused")
    return Raw(asked, {scheme: tflite.converted_bytes(asked, scheme) for scheme in schemes})
