"""The layer that makes the error is named first, and what is wrong with a file is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import hard_models
import numpy as np
import pytest
import tampering
from drawings import Drawn

from converters.errors import ConversionError
from converters.saved_model import SourceModel
from edgedigits.datasets.strokes import strokes
from edgedigits.diagnosis import cause, diagnosis
from edgedigits.diagnosis.diagnosis import Diagnosis
from edgedigits.models import ready

PLACE = "conv2d_1"


@pytest.fixture(scope="module")
def pictures() -> Drawn:
    return strokes.draw(160, seed=5)


@pytest.fixture(scope="module")
def hard() -> SourceModel:
    """`nano` with a channel of one layer a hundred times as large, which the next one undoes."""
    return hard_models.model(PLACE)


def diagnosed(
    source: SourceModel, target: str, folder: Path, pictures: Drawn,
    damage: Callable[[bytearray], bytes | bytearray] = bytes, faint: float = 1.0, most: int = 20,
) -> Diagnosis:  # fmt: skip
    """The diagnosis of one artifact, which `damage` changes once it is converted; its ranges are
    those of pictures so faint, each with a pixel of either end."""
    images, labels = pictures
    shown = (images[:60] * faint).astype(np.uint8)
    shown[:, 0, :2] = (0, 255)
    artifact, path = hard_models.convert(source, target, folder, shown)
    tampering.patch(path, damage)
    subject = diagnosis.open_subject(source, artifact, path)
    return diagnosis.of_subject(subject, images[60:], labels[60:], most=most)


@pytest.mark.parametrize("target", ["tflite", "tfjs"])
def test_a_layer_hard_to_quantize_is_named_first(
    target: str, hard: SourceModel, pictures: Drawn, tmp_path: Path
) -> None:
    found = diagnosed(hard, target, tmp_path, pictures)
    first = found.ranked[0]
    assert first.name == PLACE
    assert cause.verdict(found).startswith(f"{PLACE} makes ")
    assert "half of its 15 channels" in cause.verdict(found)
    assert first.cost is not None
    assert first.cost.answers.variation < found.baseline.variation / 1.5
    # Nothing is estimated: what is put together of both models answers as the artifact does.
    assert found.baseline.variation == pytest.approx(found.answers.variation, rel=0.1)
    assert not any(each.faults for each in found.operations)


@pytest.mark.parametrize("change", ["weights", "bias"])
def test_weights_that_are_not_the_float_models_are_a_fault(
    change: str, pictures: Drawn, tmp_path: Path
) -> None:
    def damage(model: Any) -> None:
        (graph,) = model.subgraphs
        layer = graph.operators[3]  # after the conversion of its input, and two layers
        place = int(layer.inputs[1 if change == "weights" else 2])
        buffer = model.buffers[graph.tensors[place].buffer]
        kind = np.int8 if change == "weights" else np.int32
        values = np.array(buffer.data, np.uint8).view(kind).copy()
        values[: len(values) // 4] = -values[: len(values) // 4]
        buffer.data = values.view(np.uint8)

    source = plain()
    found = diagnosed(source, "tflite", tmp_path, pictures, tampering.repacked(damage), most=0)
    (wrong,) = (each for each in found.operations if each.faults)
    assert wrong.name == "conv2d_2"
    assert f"of its {change} are not the float model's" in wrong.faults[0]
    assert cause.verdict(found).startswith("conv2d_2 is at fault, not its scheme")


def test_what_a_layer_gives_is_held_against_its_own_weights(
    pictures: Drawn, tmp_path: Path
) -> None:
    """Here of a file whose weights are right, and a bias said to be of other units than it is."""

    def damage(model: Any) -> None:
        (graph,) = model.subgraphs
        bias = graph.tensors[int(graph.operators[2].inputs[2])]
        bias.quantization.scale = np.asarray(bias.quantization.scale) * np.float32(4)

    found = diagnosed(plain(), "tflite", tmp_path, pictures, tampering.repacked(damage), most=0)
    (wrong,) = (each for each in found.operations if each.faults)
    assert wrong.name == "conv2d_1"
    assert any("its own weights" in fault for fault in wrong.faults)


def test_values_that_calibration_did_not_see_are_told(pictures: Drawn, tmp_path: Path) -> None:
    found = diagnosed(plain(), "tflite", tmp_path, pictures, faint=0.35, most=0)
    worst = max(found.operations[:4], key=lambda each: each.clipped_percent)
    assert worst.covered is not None
    assert worst.covered < 0.8
    assert "channels saturate on" in cause.of(worst)
    assert "calibration saw 0." in cause.of(worst)


def test_a_file_of_other_operations_is_refused(pictures: Drawn, tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match="not of the operations"):
        diagnosed(plain(), "tflite", tmp_path, pictures, without_softmax)


def plain() -> SourceModel:
    """The ready-made `nano` itself."""
    from converters import saved_model

    found = ready.read("nano")
    return saved_model.from_graph(
        found.path, found.graph, names=(found.card["input_name"], found.card["output_name"]),
        input_shape=tuple(found.card["input_shape"]), classes=10,
    )  # fmt: skip


@tampering.repacked
def without_softmax(model: Any) -> None:
    """Take the last but one operation of a file out."""
    (graph,) = model.subgraphs
    softmax = graph.operators.pop(-2)
    graph.operators[-1].inputs = softmax.inputs
