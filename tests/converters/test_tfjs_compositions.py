"""What TensorFlow.js lacks is written as what it has, said aloud, and answers as before."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import drawn_bars
import numpy as np
import pytest
from numpy.typing import NDArray
from small_models import CARD, Graph, convolutional, linear, pictures, read, save, signature

from converters import saved_model, targets
from converters.base import Conversion, Converted
from converters.saved_model import SourceModel
from converters.tfjs import compositions, fusions
from edgedigits.errors import EdgeDigitsError
from edgedigits.runtimes.tfjs.node import find_node
from edgedigits.runtimes.tfjs.node_process import RUNNER, NodeGraphModel


def converted(source: SourceModel, target: str, folder: Path, values: Any = None) -> Converted:
    asked = Conversion(source, ("float32",), folder, CARD, None, values, compact=False)
    (found,) = targets.convert(target, asked)
    return found


def in_javascript(found: Converted, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    with NodeGraphModel(found.files[0]) as model:
        return model.predict(inputs)


def operations(found: Converted) -> set[str]:
    nodes = json.loads(found.files[0].read_text("utf-8"))["modelTopology"]["node"]
    return {node["op"] for node in nodes}


def test_attention_and_the_exact_gelu_run(tmp_path: Path) -> None:
    model = drawn_bars.train(drawn_bars.attentive(), channels=1)
    model.save(tmp_path / "model.keras")
    source = saved_model.read(tmp_path / "model.keras")
    before = source.graph_bytes()
    found = converted(source, "tfjs", tmp_path / "tfjs")
    assert found.rewritten == ("Einsum", "Erfc")
    assert not {"Einsum", "Erfc"} & operations(found)
    images, labels = drawn_bars.draw(60, channels=1, seed=3)
    answers = in_javascript(found, images)
    np.testing.assert_allclose(answers, saved_model.predict(source, images), atol=1e-5)
    assert (answers.argmax(axis=1) == labels).mean() > 0.9
    # Other targets have a GELU, and are given the graph as it was.
    assert source.graph_bytes() == before
    tflite = converted(source, "tflite", tmp_path / "tflite", images)
    assert tflite.rewritten == ()
    assert "GELU" in tflite_operations(tflite.files[0].read_bytes())


def tflite_operations(content: bytes) -> set[str]:
    from ai_edge_litert import schema_py_generated as schema

    names = {number: name for name, number in vars(schema.BuiltinOperator).items()}
    model = schema.ModelT.InitFromPackedBuf(content, 0)
    return {names[code.builtinCode] for code in model.operatorCodes}


def test_softsign_is_written_out(tmp_path: Path) -> None:
    import tensorflow as tf

    folder = save(tmp_path / "saved", signature(lambda w, x: tf.nn.softsign(linear(w, x))))
    found = converted(source := read(folder), "tfjs", tmp_path / "tfjs")
    assert found.rewritten == ("Softsign",)
    inputs = pictures(5)
    expected = saved_model.predict(source, inputs)
    np.testing.assert_allclose(in_javascript(found, inputs), expected, atol=1e-5)


def test_channels_first_become_channels_last(tmp_path: Path) -> None:
    import tensorflow as tf

    def graph(module: Any, picture: Any) -> Any:
        kernel = module.kernel
        maps = tf.nn.conv2d(
            picture, kernel, (1, 1, 2, 1), [[0, 0], [0, 0], [1, 0], [2, 1]], data_format="NCHW"
        )
        maps = tf.nn.max_pool2d(tf.nn.relu(maps), (1, 1, 1, 2), (1, 1, 2, 4), "VALID", "NCHW")
        return tf.matmul(tf.reshape(maps, (-1, 196))[:, :144], module.dense)

    folder = save(tmp_path / "saved", signature(graph, (None, 1, 28, 28)))
    source = saved_model.read(folder)
    assert source.arrangement is not None
    assert source.arrangement.channels_first
    found = converted(source, "tfjs", tmp_path / "tfjs")
    assert found.rewritten == ("Conv2D of channels first", "MaxPool of channels first")
    inputs = pictures(5).transpose(0, 3, 1, 2)
    expected = saved_model.predict(source, inputs)
    np.testing.assert_allclose(in_javascript(found, inputs), expected, atol=1e-3)


def added_products(module: Any, picture: Any) -> Any:
    import tensorflow as tf

    flat = tf.reshape(picture, (-1, 784))
    squared = tf.matmul(tf.square(flat / 255.0), module.flat)
    return tf.nn.relu(squared + tf.matmul(flat, module.flat))


def hard_swish(module: Any, picture: Any) -> Any:
    import tensorflow as tf

    maps = tf.nn.bias_add(tf.nn.conv2d(picture, module.kernel, 2, "VALID"), module.bias[:4])
    maps = maps * tf.nn.relu6(maps + 3.0) * (1.0 / 6.0)
    return tf.matmul(tf.reshape(tf.nn.max_pool2d(maps, 2, 2, "VALID"), (-1, 144)), module.dense)


def added_map(module: Any, picture: Any) -> Any:
    import tensorflow as tf

    maps = tf.nn.conv2d(picture, module.kernel, 2, "VALID")
    maps = tf.nn.relu(maps + tf.reshape(module.bias[:4], (1, 1, 1, 4)))
    return tf.matmul(tf.reshape(tf.nn.max_pool2d(maps, 2, 2, "VALID"), (-1, 144)), module.dense)


@pytest.mark.parametrize("graph", [added_products, hard_swish, added_map])
def test_what_tensorflow_fuses_too_much_is_apart(
    tmp_path: Path, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = read(save(tmp_path / "saved", signature(graph)))
    inputs = pictures(5)
    expected = saved_model.predict(source, inputs)
    found = in_javascript(converted(source, "tfjs", tmp_path / "tfjs"), inputs)
    np.testing.assert_allclose(found, expected, atol=1e-3)
    monkeypatch.setattr(fusions, "separate", lambda held: held)
    with pytest.raises(EdgeDigitsError, match="ended with status 1"):
        in_javascript(converted(source, "tfjs", tmp_path / "fused"), inputs)


def test_a_graph_that_lacks_nothing_stays_as_it_is(tmp_path: Path) -> None:
    source = read(save(tmp_path / "saved", signature(convolutional)))
    graph, words = compositions.rewrite(source.graph)
    assert graph is source.graph
    assert words == ()


@pytest.mark.parametrize("kernel", sorted(compositions.NOT_IN_WASM - {"RFFT", "IRFFT"}))
def test_webassembly_has_no_such_kernel(kernels: set[str], kernel: str) -> None:
    # RFFT and IRFFT are made of FFT and IFFT.
    assert kernel not in kernels
    assert {"Erf", "Conv2D", "BatchMatMul"} <= kernels


@pytest.fixture(scope="module")
def kernels() -> set[str]:
    """Those that the runtime has registered for WebAssembly."""
    bundle = RUNNER.parent / "vendor" / "tfjs-node.cjs"
    program = (
        f"require({json.dumps(str(bundle))});"
        "console.log([...globalThis._tfGlobals.get('kernelRegistry').keys()].join(' '))"
    )
    told = subprocess.run([find_node(), "-e", program], capture_output=True, text=True, check=True)
    names = told.stdout.split()
    return {name.removeprefix("wasm_") for name in names if name.startswith("wasm_")}
