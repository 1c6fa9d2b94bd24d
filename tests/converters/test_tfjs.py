"""TensorFlow.js models: same bytes every time, small where they should be, answers as before."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_models import LABELS, conversion, convolutional, linear, pictures, read, save, signature

from converters import saved_model
from converters.base import Converted
from converters.errors import ConversionError
from converters.saved_model import SourceModel
from converters.targets import TARGETS
from converters.tfjs import tfjs
from edgedigits.runtimes.tfjs.node_process import NodeGraphModel

SCHEMES = tuple(scheme.name for scheme in TARGETS["tfjs"].schemes)


@dataclass(frozen=True)
class Made:
    source: SourceModel
    converted: dict[str, Converted]

    def document(self, scheme: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.converted[scheme].files[0].read_text())
        return found

    def weights(self, scheme: str) -> dict[str, dict[str, Any]]:
        groups = self.document(scheme)["weightsManifest"]
        return {entry["name"]: entry for group in groups for entry in group["weights"]}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("tfjs")
    source = read(save(folder / "saved", signature(convolutional)))
    asked = conversion(source, SCHEMES, folder / "out")
    return Made(source, {each.scheme: each for each in tfjs.convert(asked)})


def test_converting_again_gives_the_same_bytes(made: Made, tmp_path: Path) -> None:
    again = read(save(tmp_path / "saved", signature(convolutional)))
    for found in tfjs.convert(conversion(again, SCHEMES, tmp_path / "out")):
        before = made.converted[found.scheme].files
        assert [path.name for path in found.files] == [path.name for path in before]
        assert [path.read_bytes() for path in found.files] == [path.read_bytes() for path in before]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_scheme_alone_gives_the_same_as_all_together(
    made: Made, scheme: str, tmp_path: Path
) -> None:
    (found,) = tfjs.convert(conversion(made.source, (scheme,), tmp_path))
    for path, before in zip(found.files, made.converted[scheme].files, strict=True):
        assert path.read_bytes() == before.read_bytes()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_files_are_all_that_was_written_model_first(made: Made, scheme: str) -> None:
    files = made.converted[scheme].files
    assert files[0].name == "model.json"
    assert set(files) == set(files[0].parent.iterdir())


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_signature_has_the_models_names(made: Made, scheme: str) -> None:
    found = made.document(scheme)["signature"]
    assert list(found["inputs"]) == ["picture"]
    assert list(found["outputs"]) == ["answer"]
    contract = made.converted[scheme]
    assert (contract.input.name, contract.input.shape) == ("picture", (1, 28, 28, 1))
    assert (contract.output.name, contract.output.shape) == ("answer", (1, 10))
    assert contract.input.dtype == "float32"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_contract_lies_in_the_file(made: Made, scheme: str) -> None:
    facts = json.loads(made.document(scheme)["userDefinedMetadata"]["edgedigits"])
    assert facts["labels"] == list(LABELS)
    assert facts["input"]["value_range"] == [0, 255]


@pytest.mark.parametrize("scheme", ["float16", "uint16", "uint8"])
def test_kernels_are_stored_smaller_and_biases_are_not(made: Made, scheme: str) -> None:
    for entry in made.weights(scheme).values():
        stored = entry.get("quantization", {}).get("dtype")
        is_kernel = entry["dtype"] == "float32" and len(entry["shape"]) > 1
        assert stored == (scheme if is_kernel else None)
    assert any("quantization" in entry for entry in made.weights(scheme).values())


def test_float32_stores_nothing_smaller(made: Made) -> None:
    assert not any("quantization" in entry for entry in made.weights("float32").values())


def test_sizes_go_down_with_the_bits(made: Made) -> None:
    shards = {
        scheme: sum(path.stat().st_size for path in made.converted[scheme].files[1:])
        for scheme in SCHEMES
    }
    assert shards["float32"] > shards["float16"] > shards["uint8"]
    assert shards["uint16"] == shards["float16"]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_javascript_answers_near_the_float_model(made: Made, scheme: str) -> None:
    inputs = pictures(20, seed=9)
    expected = saved_model.predict(made.source, inputs)
    with NodeGraphModel(made.converted[scheme].files[0]) as model:
        assert (model.input_name, model.output_name) == ("picture", "answer")
        found = model.predict(inputs)
    limit = {"float32": 1e-5, "uint16": 1e-3, "float16": 5e-3, "uint8": 0.06}[scheme]
    assert np.abs(found - expected).max() < limit


def test_names_like_those_of_operations_run_too(tmp_path: Path) -> None:
    saved = signature(linear, (None, 784), input_name="reshape", output_name="matmul")
    source = read(save(tmp_path / "saved", saved))
    (found,) = tfjs.convert(conversion(source, ("float32",), tmp_path / "out"))
    inputs = pictures(4).reshape(4, 784)
    with NodeGraphModel(found.files[0]) as model:
        np.testing.assert_allclose(
            model.predict(inputs), saved_model.predict(source, inputs), atol=1e-4
        )


def test_an_operation_without_kernel_is_named(tmp_path: Path) -> None:
    import tensorflow as tf

    def graph(module: Any, picture: Any) -> Any:
        answer = tf.nn.softmax(linear(module, picture))
        return tf.math.betainc(answer + 1.0, answer + 1.0, answer)

    source = read(save(tmp_path / "saved", signature(graph)))
    with pytest.raises(ConversionError, match="Betainc") as caught:
        list(tfjs.convert(conversion(source, ("float32",), tmp_path / "out")))
    assert "\n" not in caught.value.message
    assert "--target" in str(caught.value.hint)
