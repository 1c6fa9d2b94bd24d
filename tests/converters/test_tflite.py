"""TFLite files keep their contract, their bytes and their answers in every scheme."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from small_models import (
    CARD,
    LABELS,
    conversion,
    convolutional,
    linear,
    pictures,
    read,
    save,
    signature,
)

from converters import saved_model
from converters.base import Converted
from converters.errors import ConversionError
from converters.saved_model import SourceModel
from converters.targets import TARGETS
from converters.tflite import finish, tflite, zip_archive

SCHEMES = tuple(scheme.name for scheme in TARGETS["tflite"].schemes)


@dataclass(frozen=True)
class Made:
    source: SourceModel
    converted: dict[str, Converted]

    def content(self, scheme: str) -> bytes:
        return self.converted[scheme].files[0].read_bytes()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("tflite")
    source = read(save(folder / "saved", signature(convolutional)))
    asked = conversion(source, SCHEMES, folder / "out")
    return Made(source, {each.scheme: each for each in tflite.convert(asked)})


def answers(content: bytes, inputs: NDArray[Any]) -> NDArray[Any]:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=content, num_threads=1)
    interpreter.allocate_tensors()
    (given,), (taken,) = interpreter.get_input_details(), interpreter.get_output_details()
    found = []
    for picture in inputs:
        interpreter.set_tensor(given["index"], picture[None].astype(given["dtype"]))
        interpreter.invoke()
        found.append(interpreter.get_tensor(taken["index"])[0])
    return np.array(found)


def model_of(content: bytes) -> Any:
    from ai_edge_litert import schema_py_generated as schema

    return schema.Model.GetRootAs(content, 0)


def test_int8_takes_the_pixels_as_they_are(made: Made) -> None:
    found = made.converted["int8"]
    assert found.input.dtype == "uint8"
    assert found.input.scale == pytest.approx(1.0, abs=1e-7)
    assert found.input.zero_point == 0
    assert (found.output.dtype, found.output.scale, found.output.zero_point) == (
        "uint8", 1 / 256, 0,
    )  # fmt: skip


@pytest.mark.parametrize("scheme", [scheme for scheme in SCHEMES if scheme != "int8"])
def test_the_other_schemes_take_float32(made: Made, scheme: str) -> None:
    found = made.converted[scheme]
    assert (found.input.dtype, found.input.scale, found.input.zero_point) == ("float32", None, None)
    assert (found.output.dtype, found.output.scale) == ("float32", None)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_names_and_shapes_are_those_of_the_signature(made: Made, scheme: str) -> None:
    found = made.converted[scheme]
    assert (found.input.name, found.input.shape) == ("picture", (1, 28, 28, 1))
    assert (found.output.name, found.output.shape) == ("answer", (1, 10))
    model = model_of(made.content(scheme))
    graph = model.Subgraphs(0)
    assert graph.Tensors(graph.Inputs(0)).Name() == b"picture"
    assert graph.Tensors(graph.Outputs(0)).Name() == b"answer"
    names = [graph.Tensors(index).Name() for index in range(graph.TensorsLength())]
    assert set(names) == {b"picture", b"answer", None}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_answers_stay_near_the_float_model(made: Made, scheme: str) -> None:
    inputs = pictures(40, seed=9)
    expected = saved_model.predict(made.source, inputs)
    found = answers(made.content(scheme), inputs).astype(np.float64)
    found = found / 256 if scheme == "int8" else found
    limit = {"float32": 1e-5, "float16": 5e-3, "int4": 0.3}.get(scheme, 0.06)
    assert np.abs(found - expected).max() < limit


@pytest.mark.parametrize("scheme", SCHEMES)
def test_finishing_a_file_changes_no_bit_of_its_answers(made: Made, scheme: str) -> None:
    raw = tflite.converted_bytes(conversion(made.source, (scheme,), Path("unused")), scheme)
    inputs = pictures(60, seed=11)
    np.testing.assert_array_equal(
        answers(raw, inputs), answers(made.content(scheme), inputs), strict=True
    )


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_buffer_lies_on_16_bytes(made: Made, scheme: str) -> None:
    model = model_of(made.content(scheme))
    starts = []
    for index in range(model.BuffersLength()):
        buffer = model.Buffers(index)
        field = buffer._tab.Offset(4)
        if field and buffer.DataLength():
            starts.append(buffer._tab.Vector(field))
    assert len(starts) > 3
    assert all(start % 16 == 0 for start in starts)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_buffer_is_carried_that_nothing_uses(made: Made, scheme: str) -> None:
    model = model_of(made.content(scheme))
    graph = model.Subgraphs(0)
    used = {graph.Tensors(index).Buffer() for index in range(graph.TensorsLength())}
    used |= {model.Metadata(index).Buffer() for index in range(model.MetadataLength())}
    idle = set(range(model.BuffersLength())) - used
    assert all(model.Buffers(index).DataLength() == 0 for index in idle)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_converting_again_gives_the_same_bytes(made: Made, scheme: str, tmp_path: Path) -> None:
    again = read(save(tmp_path / "saved", signature(convolutional)))
    (found,) = tflite.convert(conversion(again, (scheme,), tmp_path / "out"))
    assert found.files[0].read_bytes() == made.content(scheme)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_file_is_an_archive_with_labels_and_contract(made: Made, scheme: str) -> None:
    content = made.content(scheme)
    assert content[4:8] == b"TFL3"
    assert zip_archive.labels(content) == LABELS
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == ["contract.json", "labels.txt"]


@pytest.mark.skipif(shutil.which("unzip") is None, reason="needs unzip")
def test_unzip_reads_the_labels(made: Made) -> None:
    path = made.converted["int8"].files[0]
    done = subprocess.run(
        ["unzip", "-p", path, "labels.txt"], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == list(LABELS)
    assert done.stderr == ""


def test_a_file_of_others_has_no_labels_to_read() -> None:
    assert zip_archive.labels(b"TFL3 and no archive behind it") is None


def test_schemes_differ_in_size_as_they_should(made: Made) -> None:
    size = {scheme: len(made.content(scheme)) for scheme in SCHEMES}
    assert size["float16"] < size["float32"]
    assert size["int8"] < size["float32"]


def test_another_input_range_is_covered_by_the_whole_of_uint8(tmp_path: Path) -> None:
    source = read(save(tmp_path / "saved", signature(convolutional)))
    asked = conversion(source, ("int8",), tmp_path / "out")
    assert asked.calibration is not None
    small = replace(asked, calibration=asked.calibration / np.float32(255))
    (found,) = tflite.convert(small)
    assert found.input.scale == pytest.approx(1 / 255, rel=1e-5)
    assert found.input.zero_point == 0


@pytest.mark.parametrize("calibration", [None, np.empty((0, 28, 28, 1), np.float32)])
@pytest.mark.parametrize("scheme", ["int8", "int16x8"])
def test_calibrated_schemes_need_pictures(
    made: Made, tmp_path: Path, scheme: str, calibration: NDArray[np.float32] | None
) -> None:
    asked = replace(conversion(made.source, (scheme,), tmp_path), calibration=calibration)
    with pytest.raises(ConversionError, match="needs calibration pictures"):
        list(tflite.convert(asked))


def test_an_operation_without_kernel_is_named(tmp_path: Path) -> None:
    import tensorflow as tf

    def graph(module: Any, picture: Any) -> Any:
        answer = tf.nn.softmax(linear(module, picture))
        return tf.math.betainc(answer + 1.0, answer + 1.0, answer)

    source = read(save(tmp_path / "saved", signature(graph)))
    with pytest.raises(ConversionError, match=r"cannot express .*tf\.Betainc") as caught:
        list(tflite.convert(conversion(source, ("float32",), tmp_path / "out")))
    assert "\n" not in caught.value.message
    assert "--scheme" in str(caught.value.hint)


def test_the_card_is_only_words(made: Made) -> None:
    other = replace(CARD, description="other words", facts={"changed": True})
    asked = replace(conversion(made.source, ("float32",), Path("unused")), card=other)
    raw = tflite.converted_bytes(asked, "float32")
    changed, _ = finish.finish(raw, asked, "float32")
    inputs = pictures(10)
    np.testing.assert_array_equal(
        answers(changed, inputs), answers(made.content("float32"), inputs)
    )
    assert changed != made.content("float32")
