"""Weights in four bits: what LiteRT finds in the file is what the model meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from small_models import conversion, convolutional, linear, pictures, read, save, signature

from converters.errors import ConversionError
from converters.saved_model import SourceModel
from converters.tflite import int4, tflite

Kernel = NDArray[np.float32]


def layers(seed: int = 2, *, tuned: bool) -> Any:
    """Weights of `convolutional`; `tuned` ones lie on the grid of int4, each channel on its own."""
    import tensorflow as tf

    generator = np.random.default_rng(seed)
    kernel = generator.normal(size=(3, 3, 1, 4)) * 0.02
    dense = generator.normal(size=(144, 10)) * 0.1
    values = [on_the_grid(each) if tuned else each for each in (kernel, dense)]
    held = tf.Module()
    held.kernel, held.dense = (tf.Variable(each.astype(np.float32)) for each in values)
    held.bias = tf.Variable(np.zeros(10, np.float32))
    return held


def on_the_grid(values: NDArray[np.float64]) -> NDArray[np.float64]:
    step = np.abs(values).reshape(-1, values.shape[-1]).max(axis=0) / 7
    rounded: NDArray[np.float64] = np.round(values / step) * step
    return rounded


def source(folder: Path, held: Any) -> SourceModel:
    saved = save(folder, signature(convolutional, module=held), module=held)
    return read(saved)


def stored(content: bytes) -> list[Kernel]:
    """What LiteRT makes of the file's int4 weights, `[outputs, ...]`."""
    from ai_edge_litert import schema_py_generated as schema

    model = schema.ModelT.InitFromPackedBuf(content, 0)
    found = []
    for tensor in model.subgraphs[0].tensors:
        if tensor.type != schema.TensorType.INT4:
            continue
        packed = np.asarray(model.buffers[tensor.buffer].data, np.uint8)
        assert packed.size == -(-int(np.prod(tensor.shape)) // 2)
        halves = np.stack([packed & 15, packed >> 4], axis=1).ravel().astype(np.int8)
        steps = np.where(halves > 7, halves - 16, halves)[: int(np.prod(tensor.shape))]
        assert tensor.quantization.quantizedDimension == 0
        assert not np.any(tensor.quantization.zeroPoint)
        scale = np.asarray(tensor.quantization.scale, np.float32)
        assert len(scale) == tensor.shape[0]
        found.append((steps.reshape(len(scale), -1) * scale[:, None]).reshape(tensor.shape))
    return found


def ordered(kernels: list[Kernel]) -> list[Kernel]:
    return sorted(kernels, key=lambda kernel: kernel.size)


def made(found: SourceModel, scheme: str) -> bytes:
    return tflite.converted_bytes(conversion(found, (scheme,), Path("unused")), scheme)


def test_every_layer_has_four_bits_a_weight_and_a_scale_a_channel(tmp_path: Path) -> None:
    held = layers(tuned=False)
    content = made(source(tmp_path / "saved", held), "int4")
    kernel, dense = ordered(stored(content))
    assert (kernel.shape, dense.shape) == ((4, 3, 3, 1), (10, 144))
    meant = held.dense.numpy().T
    # Clipping the rarest weights is what keeps the error of the others small.
    spanning = on_the_grid(meant.T).T
    assert 0 < np.square(dense - meant).mean() < 0.9 * np.square(spanning - meant).mean()


def test_weights_on_the_grid_are_stored_without_loss(tmp_path: Path) -> None:
    held = layers(tuned=True)
    found = source(tmp_path / "saved", held)
    kernel, dense = ordered(stored(made(found, "int4")))
    np.testing.assert_allclose(kernel[..., 0].transpose(1, 2, 0), held.kernel.numpy()[:, :, 0])
    np.testing.assert_allclose(dense.T, held.dense.numpy(), rtol=1e-6, atol=1e-7)


def test_one_weight_off_the_grid_is_noticed() -> None:
    on = on_the_grid(np.random.default_rng(5).normal(size=(30, 6))).T.astype(np.float32)
    assert int4.on_grid(on)
    assert int4.on_grid(on * np.geomspace(1e-4, 1e4, 6, dtype=np.float32)[:, None])
    assert int4.on_grid(np.zeros((2, 5), np.float32))
    off = on.copy()
    off[3, 7] += np.abs(on[3]).max() / 14
    assert not int4.on_grid(off)


def test_the_file_does_not_name_a_runtime_older_than_int4(tmp_path: Path) -> None:
    found = source(tmp_path / "saved", layers(tuned=False))
    assert b"min_runtime_version" in made(found, "float32")
    assert b"min_runtime_version" not in made(found, "int4")


def test_fast_and_reference_kernels_answer_alike(tmp_path: Path) -> None:
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    content = made(source(tmp_path / "saved", layers(tuned=False)), "int4")
    tables = []
    for kernels in (OpResolverType.AUTO, OpResolverType.BUILTIN_REF):
        interpreter = Interpreter(
            model_content=content, num_threads=1, experimental_op_resolver_type=kernels
        )
        interpreter.allocate_tensors()
        (given,), (taken,) = interpreter.get_input_details(), interpreter.get_output_details()
        rows = []
        for picture in pictures(30, seed=6):
            interpreter.set_tensor(given["index"], picture[None])
            interpreter.invoke()
            rows.append(interpreter.get_tensor(taken["index"])[0])
        tables.append(np.array(rows))
    np.testing.assert_allclose(tables[0], tables[1], atol=0.06)


def test_a_model_without_such_layers_is_refused(tmp_path: Path) -> None:
    import tensorflow as tf

    def graph(_: Any, picture: Any) -> Any:
        return tf.nn.softmax(tf.reduce_mean(picture, axis=(1, 3))[:, :10])

    found = read(save(tmp_path / "saved", signature(graph)))
    with pytest.raises(ConversionError, match="convolutions and dense layers") as caught:
        made(found, "int4")
    assert "--scheme" in str(caught.value.hint)


def test_softmax_regression_is_a_dense_layer(tmp_path: Path) -> None:
    import tensorflow as tf

    def graph(module: Any, picture: Any) -> Any:
        return tf.nn.softmax(linear(module, picture))

    found = read(save(tmp_path / "saved", signature(graph)))
    (flat,) = stored(made(found, "int4"))
    assert flat.shape == (10, 784)
