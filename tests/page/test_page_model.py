"""The model that travels with the page: it reads digits, and knows what is none."""

from __future__ import annotations

import base64
import gzip
import json
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from converters.wasm import binary, instructions, kernels
from converters.wasm.binary import Section
from edgedigits.bundle.reject import Reject
from edgedigits.datasets import datasets
from edgedigits.datasets.strokes import outliers, strokes
from edgedigits.page import demo, page_models
from edgedigits.runtimes.tfjs.node import find_node
from edgedigits.runtimes.tfjs.node_process import NodeGraphModel

MODEL = demo.page_source() / page_models.FOLDER
PAGE: dict[str, Any] = json.loads((MODEL / page_models.PAGE_JSON).read_text("utf-8"))
REJECT = Reject(**PAGE["reject"])

Answer = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


IN_NODE = """
const { instance } = await WebAssembly.instantiate(input.subarray(4, 4 + size));
const { memory, answer, ...told } = instance.exports;
const pixels = new Uint8Array(memory.buffer, told.pixels.value, told.pixel_count.value);
const found = new Uint8Array(memory.buffer, told.answers.value, told.class_count.value);
const answers = [];
for (let at = 4 + size; at < input.length; at += pixels.length) {
  pixels.set(input.subarray(at, at + pixels.length));
  answer();
  answers.push(Buffer.from(found));
}
process.stdout.write(Buffer.concat(answers));
"""
SCALE = 1 / 256


def by_module(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What the page's default model answers, in Node."""
    (entry,) = [model for model in PAGE["models"] if model["id"] == PAGE["default"]]
    module = gzip.decompress((MODEL / entry["path"]).read_bytes())
    script = (
        "const input = (await import('node:fs')).readFileSync(0);"
        f" const size = input.readUInt32LE(0);{IN_NODE}"
    )
    done = subprocess.run(
        [find_node(), "--input-type=module", "-e", script],
        input=struct.pack("<I", len(module)) + module + images.tobytes(),
        capture_output=True,
        check=True,
        timeout=120,
    )
    answers = np.frombuffer(done.stdout, np.uint8).reshape(len(images), -1)
    return answers.astype(np.float32) * np.float32(SCALE)


def by_graph(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What the smallest of those for TensorFlow.js answers, in Node."""
    with NodeGraphModel(MODEL / "tfjs" / "uint8" / "model.json") as model:
        return model.predict(images[..., None].astype(np.float32))


@pytest.fixture(scope="module")
def answer() -> Answer:
    return by_module


@pytest.fixture(scope="module")
def digits(mnist_dir: Path) -> Any:
    return datasets.load("mnist", data_dir=mnist_dir).test


def test_every_scheme_is_there_whole() -> None:
    assert [entry["id"] for entry in PAGE["models"]] == [
        "wasm-int8", "tfjs-float32", "tfjs-float16", "tfjs-uint16", "tfjs-uint8",
    ]  # fmt: skip
    assert PAGE["default"] == "wasm-int8"
    for entry in PAGE["models"]:
        folder = (MODEL / entry["path"]).parent
        name = "size_bytes" if entry["target"] == "tfjs" else "gzip_bytes"
        assert sum(file.stat().st_size for file in folder.iterdir()) == entry[name]


def test_the_self_test_has_a_picture_of_each_digit_and_the_float_models_answers() -> None:
    golden = json.loads((MODEL / PAGE["golden"]).read_text("utf-8"))
    few = json.loads(gzip.decompress((MODEL / PAGE["self_test"]).read_bytes()))
    assert sorted(few["labels"]) == list(range(10))
    assert few["pictures"]["shape"] == [10, 28, 28]
    assert all(row in golden["probabilities"] for row in few["probabilities"])
    pictures = np.frombuffer(base64.b64decode(few["pictures"]["base64"]), np.uint8)
    assert (by_module(pictures.reshape(10, 28, 28)).argmax(axis=1) == few["labels"]).all()


@pytest.mark.parametrize("answer", [by_module, by_graph])
def test_the_golden_answers_are_its_own(answer: Answer) -> None:
    golden = json.loads((MODEL / PAGE["golden"]).read_text("utf-8"))
    raw = base64.b64decode(golden["pictures"]["base64"])
    pictures = np.frombuffer(raw, np.uint8).reshape(golden["pictures"]["shape"])
    expected = np.array(golden["probabilities"])
    found = answer(pictures)
    second, first = np.sort(expected)[:, -2:].T
    decided = first - second > 0.1
    assert decided.sum() >= 30
    assert (found.argmax(axis=1) == expected.argmax(axis=1))[decided].all()
    assert np.abs(found - expected).max() < 0.05


@pytest.mark.mnist
def test_it_reads_mnist(answer: Answer, digits: Any) -> None:
    found = answer(digits.images)
    assert (found.argmax(axis=1) == digits.labels).mean() > 0.992
    assert 1 - REJECT.accepts(found).mean() <= 0.001
    assert REJECT.doubts(found).mean() <= 0.02


@pytest.mark.parametrize(
    ("kind", "most"), [("blank", 0.0), ("noise", 0.03), ("scribbles", 0.03), ("letters", 0.05)]
)
def test_what_is_no_digit_is_seldom_taken_for_a_sure_one(
    answer: Answer, kind: str, most: float
) -> None:
    found = answer(outliers.draw(kind, 1_000, 0, "test"))
    assert (REJECT.accepts(found) & ~REJECT.doubts(found)).mean() <= most


def test_drawn_digits_are_digits(answer: Answer) -> None:
    images, labels = strokes.draw(1_000, 5)
    found = answer(images)
    assert (found.argmax(axis=1) == labels).mean() > 0.9
    assert REJECT.accepts(found).mean() > 0.998
    assert REJECT.doubts(found).mean() < 0.08


def _functions(module: bytes) -> tuple[bytes, ...]:
    found = {number: part for number, part, _ in binary.sections(module)}
    return binary.bodies(found[Section.CODE])


def test_its_module_has_the_kernels_of_today() -> None:
    (entry,) = (model for model in PAGE["models"] if model["target"] == "wasm")
    *ours, _ = _functions(gzip.decompress((MODEL / entry["path"]).read_bytes()))
    vendored = _functions(kernels.vendored().content)
    pairs = list(zip(ours, vendored, strict=True))
    used = [each for each, _ in pairs if each != instructions.LEFT_OUT]
    assert used == [kept for each, kept in pairs if each != instructions.LEFT_OUT], (
        "it is of other kernels: make page-files"
    )
    assert used
