"""Models in C in int16x8 answer with the bytes of TensorFlow Lite for Microcontrollers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import c_models
import compiled_c
import numpy as np
import pytest
from compiled_c import needs_compiler
from numpy.typing import NDArray
from small_models import CARD, conversion, convolutional, read, save, signature
from test_c_answers import inverted_residuals

from converters.base import Tensor
from converters.c import c, golden, graph, kernels, source
from converters.c.graph import Graph, GraphTensor
from converters.errors import ConversionError
from converters.wasm import wasm
from edgedigits.runtimes import quantization

ENDS = -32768, 32767


def converted(layers: Callable[[Any, Any], Any], shape: tuple[int, ...]) -> tuple[bytes, Graph]:
    """A file of an operation or two, `layers` of TensorFlow and an input; its graph."""
    import tensorflow as tf

    generator = np.random.default_rng(4)
    pictures = (3 * generator.normal(size=(20, 1, *shape))).astype(np.float32)
    asked = tf.function(lambda taken: layers(tf, taken)).get_concrete_function(
        tf.TensorSpec((1, *shape), tf.float32)
    )
    converter = tf.lite.TFLiteConverter.from_concrete_functions([asked], tf.Module())
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([picture] for picture in pictures)
    converter.target_spec.supported_ops = [
        tf.lite.OpsSet.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8
    ]
    content = converter.convert()
    return content, graph.read(content).of_whole_numbers()


def tensor(found: GraphTensor) -> Tensor:
    return Tensor("", found.dtype, found.shape, found.scale, found.zero_point)


def numbers(count: int, shape: tuple[int, ...]) -> NDArray[np.int16]:
    """Of all sizes, the ends among them; the second half as most are, near zero."""
    generator = np.random.default_rng(5)
    found = generator.integers(ENDS[0], ENDS[1] + 1, (count, *shape))
    found[generator.random(found.shape) < 0.05] = ENDS[0]
    found[generator.random(found.shape) < 0.05] = ENDS[1]
    small = np.clip(generator.normal(scale=4000, size=found.shape), *ENDS)
    found[count // 2 :] = small[count // 2 :]
    return found.astype(np.int16)


def weights(*shape: int) -> NDArray[np.float32]:
    return np.random.default_rng(6).normal(size=shape).astype(np.float32)


def answers_in_c(found: Graph, folder: Path, taken: NDArray[Any], damage: str = "") -> NDArray[Any]:
    """What is written in C answers; `damage` is what a multiplier is written behind that is one too
    large."""
    written = source.write(found, tensor(found.input), tensor(found.output), CARD)
    text = written.model_c
    if damage:
        text = re.sub(rf"({damage}\s*)(\d+)", lambda one: f"{one[1]}{int(one[2]) + 1}", text)
        assert text != written.model_c
    (folder / "model.c").write_text(text, "utf-8")
    (folder / "model.h").write_text(written.model_h, "utf-8")
    return c_models.compiled_answers(folder, taken)


def equal(content: bytes, found: Graph, folder: Path, taken: NDArray[np.int16]) -> None:
    """What the written model answers is what tflite-micro does, and what the golden vectors say."""
    answers = answers_in_c(found, folder, taken)
    assert len(np.unique(answers)) > 100
    values = quantization.dequantize(taken, tensor(found.input))
    expected = c_models.micro_answers(content, values)
    np.testing.assert_array_equal(quantization.dequantize(answers, tensor(found.output)), expected)
    vectors = golden.make(content, found, tensor(found.input), values)
    np.testing.assert_array_equal(vectors.answers, answers[: len(vectors.answers)])


OPERATIONS: dict[str, tuple[Callable[[Any, Any], Any], tuple[int, ...]]] = {
    "ADD": (lambda tf, x: tf.nn.relu(x + tf.nn.max_pool2d(x, 3, 1, "SAME")), (5, 4, 3)),
    "MUL": (lambda tf, x: tf.nn.relu6(x * tf.nn.max_pool2d(x, 3, 1, "SAME")), (5, 4, 3)),
    "MEAN": (lambda tf, x: tf.reduce_mean(x, [1, 2]), (5, 4, 30)),
    "AVERAGE_POOL_2D": (lambda tf, x: tf.nn.avg_pool2d(x, 3, 2, "SAME"), (5, 4, 9)),
    "RELU": (lambda tf, x: tf.nn.relu(tf.transpose(x, [0, 3, 1, 2])), (5, 4, 3)),
    "QUANTIZE": (lambda tf, x: tf.concat([x, x * 2.0, x * 0.1], -1), (5, 4, 3)),
    "FULLY_CONNECTED": (lambda tf, x: tf.matmul(x, weights(600, 9)) + weights(9), (600,)),
    "CONV_2D": (lambda tf, x: tf.nn.conv2d(x, weights(3, 2, 9, 5), 2, "SAME"), (5, 4, 9)),
    "DEPTHWISE_CONV_2D": (
        lambda tf, x: tf.nn.depthwise_conv2d(x, weights(3, 2, 6, 1), (1, 2, 2, 1), "SAME"),
        (5, 4, 6),
    ),
}


@needs_compiler
@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation(name: str, tmp_path: Path) -> None:
    layers, shape = OPERATIONS[name]
    content, found = converted(layers, shape)
    assert name in {each.name for each in found.operations}
    equal(content, found, tmp_path, numbers(120, shape))


@needs_compiler
def test_a_multiplier_off_by_one_gives_other_answers(tmp_path: Path) -> None:
    layers, shape = OPERATIONS["FULLY_CONNECTED"]
    _, found = converted(layers, shape)
    taken = numbers(120, shape)
    right = answers_in_c(found, tmp_path, taken)
    wrong = answers_in_c(found, tmp_path, taken, r"layer_1_multipliers\[9\] = \{")
    off = np.abs(wrong.astype(np.int32) - right).max(axis=0)
    assert off.tolist() == [1 if unit == 0 else 0 for unit in range(9)]


@needs_compiler
def test_logistic_of_every_number(tmp_path: Path) -> None:
    content, found = converted(lambda tf, x: tf.sigmoid(x), (256,))
    equal(content, found, tmp_path, np.arange(-(1 << 15), 1 << 15).reshape(256, 256).astype("i2"))


@needs_compiler
@pytest.mark.parametrize("steep", [0.3, 1.0, 9.0])
def test_softmax_of_logits_near_and_far_apart(steep: float, tmp_path: Path) -> None:
    content, found = converted(lambda tf, x: tf.nn.softmax(steep * x), (7,))
    equal(content, found, tmp_path, numbers(4000, (7,)))


def everything() -> Any:
    """All kernels in one."""
    import keras

    layers = keras.layers
    picture = keras.Input((17, 18, 3), name="picture")
    maps = layers.Rescaling(1 / 127.5, -1)(picture)
    maps = layers.Conv2D(10, 3, 2, "same", activation="relu6")(maps)
    more = layers.DepthwiseConv2D(3, 1, "same", activation="relu6")(layers.Conv2D(11, 1)(maps))
    maps = layers.Add()([maps, layers.Conv2D(10, 1)(more)])
    squeezed = layers.GlobalAveragePooling2D(keepdims=True)(maps)
    gate = layers.Conv2D(10, 1, activation="sigmoid")(squeezed)
    maps = layers.ZeroPadding2D(((0, 1), (0, 1)))(layers.Multiply()([maps, gate]))
    pools = [layers.AveragePooling2D(3, 2, "same")(maps), layers.MaxPooling2D(3, 2, "same")(maps)]
    maps = layers.Permute((3, 1, 2))(layers.Concatenate()(pools)[:, 1:, ::2, :])
    answer = layers.Dense(5)(layers.Flatten()(layers.ReLU()(maps)))
    return keras.Model(picture, layers.Dense(5, activation="softmax")(answer))


@needs_compiler
def test_every_kernel_in_a_model_that_is_clean_under_sanitizers(tmp_path: Path) -> None:
    model = c_models.perturbed(everything)
    shape = model.input_shape[1:]
    pictures = c_models.noise(80, shape)
    values = pictures.astype(np.float32)
    content = c_models.converted(model, tmp_path, values, logits=False, scheme="int16x8")
    found = graph.read(content).of_whole_numbers()
    place = tmp_path / "int16x8"
    answers = c_models.compiled_answers(place, quantization.quantize(values, tensor(found.input)))
    expected = c_models.micro_answers(content, values)
    np.testing.assert_array_equal(quantization.dequantize(answers, tensor(found.output)), expected)
    assert len(np.unique(answers, axis=0)) > 40
    names = ("main.c", "model.c", "model.h", "golden.h")
    texts = {name: (place / name).read_text("utf-8") for name in names}
    program = compiled_c.compiled(tmp_path, texts, *compiled_c.SANITIZED)
    assert compiled_c.lines_of(program, b"") == ["8 golden pictures are answered byte for byte"]
    for name in kernels.NEEDS_INT16:
        assert kernels.source([name], "int16").split("\n\n")[0] in texts["model.c"], name


def test_what_tflite_micro_lacks_in_int16_is_named(tmp_path: Path) -> None:
    model = c_models.perturbed(inverted_residuals)
    values = c_models.noise(8, model.input_shape[1:]).astype(np.float32)
    lacks = "C cannot express REDUCE_MAX in int16, for which TensorFlow Lite for Micro"
    with pytest.raises(ConversionError, match=lacks):
        c_models.converted(model, tmp_path, values, logits=False, scheme="int16x8")


def test_webassembly_is_of_int8_alone_and_says_so_itself(tmp_path: Path) -> None:
    asked = conversion(
        read(save(tmp_path / "plain", signature(convolutional))), ["int16x8"], tmp_path
    )
    with pytest.raises(
        ConversionError, match="WebAssembly is written for models of uint8, and this"
    ):
        list(wasm.convert(asked))

    def odd(module: Any, picture: Any) -> Any:
        import tensorflow as tf

        return convolutional(module, tf.abs(picture - 3.0))

    asked = conversion(read(save(tmp_path / "odd", signature(odd))), ["int8"], tmp_path)
    with pytest.raises(ConversionError, match=r"^WebAssembly cannot express (ABS|SUB) yet"):
        list(wasm.convert(asked))
    with pytest.raises(ConversionError, match=r"^C cannot express (ABS|SUB) yet"):
        list(c.convert(asked))
