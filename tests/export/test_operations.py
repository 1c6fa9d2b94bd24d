"""docs/operations.md lists what is in every artifact, and no artifact computes a shape."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from converters import saved_model, targets
from converters.base import Card, Conversion
from converters.targets import TARGETS
from edgedigits.datasets.strokes import strokes
from edgedigits.models import models
from edgedigits.training import serving

# The lists of a model are made by one worker.
pytestmark = pytest.mark.xdist_group("operations")

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
CARD = Card("model", "for tests", tuple("0123456789"), ((0.0, 255.0),), "a picture", "ten numbers")
SHAPE_ARITHMETIC = {"SHAPE", "PACK", "STRIDED_SLICE", "Shape", "Pack", "StridedSlice"}
SILENT = {"Placeholder", "Const", "Identity"}


@dataclass(frozen=True)
class Lists:
    """The operations of a model's artifacts, in order: TFLite's by scheme, and TensorFlow.js's."""

    tflite: dict[str, list[str]]
    tfjs: list[str]


def perturbed(model: Any) -> Any:
    """Untrained zeros would leave scales of zero, with which quantized kernels abort."""
    generator = np.random.default_rng(1)
    # Only variances must be positive; were all weights, logits would grow until rounding shows.
    for variable in model.weights:
        value = np.asarray(variable) + 0.02 * generator.normal(size=variable.shape)
        variable.assign(np.abs(value) if "variance" in variable.path else value)
    return model


@pytest.fixture(scope="module", params=list(models.MODELS))
def lists(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Lists:
    """One untrained model of `edgedigits models`, in every scheme."""
    import keras

    keras.utils.set_random_seed(1)
    architecture = models.MODELS[request.param]
    folder = tmp_path_factory.mktemp(architecture.name)
    serving.write(perturbed(architecture.build()), folder / "saved", logits=architecture.logits)
    source = saved_model.read(folder / "saved", None, pixels=784, classes=10)
    values: NDArray[np.float32] = strokes.draw(100, seed=5)[0][..., None].astype(np.float32)

    def files(target: str, schemes: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        asked = Conversion(source, tuple(schemes), folder / target, CARD, values, values[:4])
        for converted in targets.convert(target, asked):
            yield converted.scheme, converted.files[0].read_bytes()

    schemes = [scheme.name for scheme in TARGETS["tflite"].schemes]
    tflite = {scheme: tflite_operations(held) for scheme, held in files("tflite", schemes)}
    # The graph is made once for all schemes of TensorFlow.js.
    ((_, content),) = files("tfjs", ["uint8"])
    nodes = json.loads(content)["modelTopology"]["node"]
    return Lists(tflite, [node["op"] for node in nodes if node["op"] not in SILENT])


def tflite_operations(content: bytes) -> list[str]:
    from ai_edge_litert import schema_py_generated as schema

    names = {number: name for name, number in vars(schema.BuiltinOperator).items()}
    model = schema.Model.GetRootAs(content, 0)
    assert model.SubgraphsLength() == 1
    graph = model.Subgraphs(0)
    codes = [
        model.OperatorCodes(graph.Operators(index).OpcodeIndex())
        for index in range(graph.OperatorsLength())
    ]
    return [names[code.BuiltinCode()] for code in codes]


def written(operations: Sequence[str]) -> str:
    """As the page writes them."""
    parts = [(name, len(list(held))) for name, held in itertools.groupby(operations)]
    return ", ".join(name if count == 1 else f"{name} ×{count}" for name, count in parts)


def test_the_page_lists_them(lists: Lists, request: pytest.FixtureRequest) -> None:
    name = request.node.callspec.params["lists"]
    row = f"| `{name}` | {written(lists.tflite['float32'])} | {written(lists.tfjs)} |"
    assert row in PAGE.read_text("utf-8").splitlines(), "docs/operations.md has another row"


def test_other_schemes_have_the_same_and_what_the_page_says_around_them(lists: Lists) -> None:
    plain = lists.tflite["float32"]
    for scheme, found in lists.tflite.items():
        if scheme == "float16":
            rest = list(itertools.dropwhile(lambda name: name == "DEQUANTIZE", found))
            assert rest == plain
            assert len(found) > len(plain)
        elif scheme == "int8":
            assert found == ["QUANTIZE", *plain, "QUANTIZE"]
        elif scheme == "int16x8":
            assert found == ["QUANTIZE", *plain, "DEQUANTIZE"]
        else:
            assert found == plain, scheme


def test_no_shape_is_computed(lists: Lists, request: pytest.FixtureRequest) -> None:
    cut = {"STRIDED_SLICE", "StridedSlice"} if "mlp" in request.node.name else set()
    for found in lists.tflite.values():
        assert SHAPE_ARITHMETIC & set(found) <= cut
        assert found.count("RESHAPE") <= 1
    assert SHAPE_ARITHMETIC & set(lists.tfjs) <= cut
    assert lists.tfjs.count("Reshape") <= 1


def test_every_operation_is_explained(lists: Lists) -> None:
    explained = set(re.findall(r"^\| `(\w+)` \| ", PAGE.read_text("utf-8"), re.M))
    for found in (*lists.tflite.values(), lists.tfjs):
        assert set(found) <= explained
