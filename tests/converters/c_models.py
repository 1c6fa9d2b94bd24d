"""Models in C and in WebAssembly for tests: written from a `.tflite`, and asked beside
tflite-micro."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from small_models import CARD

from converters import saved_model
from converters.base import Conversion
from converters.c import c, graph
from converters.tflite import model_file, tflite
from converters.wasm import model as wasm_model
from edgedigits.runtimes.c import c_host
from edgedigits.runtimes.c.c_process import CProcess
from edgedigits.runtimes.tfjs.node import find_node
from edgedigits.training import serving

Pictures = NDArray[np.uint8]
FILES = ["model.c", "model.h", "golden.h", "main.c", "Makefile", "README.md"]


def converted(
    model: Any, folder: Path, values: NDArray[np.float32], *, logits: bool, scheme: str = "int8"
) -> bytes:
    """A Keras model as the converter's `.tflite`; its sources are in a folder named by the
    scheme."""
    import keras

    if model.input_shape[1:] == (28, 28, 1):
        serving.write(model, folder / "saved", logits=logits)
    else:
        served = keras.Sequential([model, keras.layers.Softmax()]) if logits else model
        served.export(folder / "saved", format="tf_saved_model", verbose=False)
    count = int(model.output_shape[-1])
    source = saved_model.read(folder / "saved", None, pixels=values[0].size, classes=count)
    return written(Conversion(source, (scheme,), folder, CARD, values, values[:8]))


def written(asked: Conversion) -> bytes:
    """The `.tflite` that a conversion to C goes through; the sources are in its folder."""
    (found,) = c.convert(asked)
    assert [file.name for file in found.files] == FILES
    return tflite.converted_bytes(asked, *asked.schemes)


def compiled_answers(folder: Path, pictures: NDArray[Any]) -> NDArray[Any]:
    """What the sources in `folder` answer, `[N, classes]`, to pictures as they take them."""
    with contextlib.closing(CProcess(folder / "model.c", c_host.find())) as process:
        return process.answers(pictures)


WASM = """
const fs = require('node:fs');
const [module, pictures, answers] = process.argv.slice(1);
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(fs.readFileSync(module)));
const bytes = (start, count) => new Uint8Array(exports.memory.buffer, start.value, count.value);
const given = bytes(exports.pixels, exports.pixel_count);
const all = fs.readFileSync(pictures);
const rows = [];
for (let at = 0; at < all.length; at += given.length) {
  given.set(all.subarray(at, at + given.length));
  exports.answer();
  rows.push(bytes(exports.answers, exports.class_count).slice());
}
fs.writeFileSync(answers, Buffer.concat(rows));
"""


def wasm_answers(content: bytes, folder: Path, pictures: Pictures) -> Pictures:
    """What the module written from a `.tflite` answers in Node, `uint8 [N, classes]`."""
    contract, found = model_file.contract(content), graph.read(content)
    written = wasm_model.write(found, contract.input, contract.output)
    names = [folder / name for name in ("model.wasm", "pictures.bin", "answers.bin")]
    names[0].write_bytes(written.content)
    names[1].write_bytes(pictures.tobytes())
    subprocess.run([find_node(), "-e", WASM, *names], check=True)
    return np.fromfile(names[2], np.uint8).reshape(len(pictures), -1)


def micro_answers(content: bytes, pictures: NDArray[Any]) -> NDArray[Any]:
    """What tflite-micro's interpreter answers, `[N, classes]`, to pictures as the file takes
    them."""
    pytest.importorskip("tflite_micro", reason="needs tflite-micro, which has wheels for Linux")
    from tflite_micro.python.tflite_micro import runtime

    interpreter = runtime.Interpreter.from_bytes(content, arena_size=8_000_000)
    found = []
    for picture in pictures:
        interpreter.set_input(picture[np.newaxis], 0)
        interpreter.invoke()
        found.append(interpreter.get_output(0).ravel().copy())
    return np.array(found)


def noise(count: int, shape: tuple[int, ...], seed: int = 0) -> Pictures:
    """Pictures of noise, every second one of flat squares, `uint8 [count, *shape]`."""
    generator = np.random.default_rng(seed)
    found = generator.integers(0, 256, (count, *shape)).astype(np.uint8)
    high, wide, *rest = shape
    squares = generator.integers(0, 256, (count, -(-high // 7), -(-wide // 7), *rest))
    large = squares.repeat(7, axis=1).repeat(7, axis=2)[:, :high, :wide]
    found[::2] = large[::2].astype(np.uint8)
    return found


def perturbed(build: Callable[[], Any], seed: int = 1) -> Any:
    """An untrained model with weights of noise, also where they would be zero."""
    import keras

    keras.utils.set_random_seed(seed)
    model = build()
    generator = np.random.default_rng(seed)
    for variable in model.weights:
        value = np.asarray(variable) + 0.05 * generator.normal(size=variable.shape)
        variable.assign(np.abs(value) + 0.1 if "variance" in variable.path else value)
    return model
