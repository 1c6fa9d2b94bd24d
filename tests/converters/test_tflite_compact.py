"""Compact TFLite files are the same models, in a form that every reader of TFLite files takes."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tflite_schema
from small_models import Raw, pictures, raw_files

from converters.errors import ConversionError
from converters.targets import TARGETS
from converters.tflite import model_file, same_answers, tflite, zip_archive
from edgedigits.runtimes.litert.gpu_process import GpuProcess

SCHEMES = tuple(scheme.name for scheme in TARGETS["tflite"].schemes)
KERNELS = ("AUTO", "BUILTIN_WITHOUT_DEFAULT_DELEGATES", "BUILTIN_REF")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Raw:
    return raw_files(tmp_path_factory.mktemp("compact"))


@pytest.fixture(scope="module")
def compact(made: Raw) -> dict[str, bytes]:
    return {scheme: made.finished(scheme) for scheme in SCHEMES}


def model_of(content: bytes) -> Any:
    from ai_edge_litert import schema_py_generated as schema

    return schema.ModelT.InitFromPackedBuf(content, 0)


def operations(content: bytes) -> list[str]:
    from ai_edge_litert import schema_py_generated as schema

    names = {number: name for name, number in vars(schema.BuiltinOperator).items()}
    model = model_of(content)
    (graph,) = model.subgraphs
    return [names[model.operatorCodes[each.opcodeIndex].builtinCode] for each in graph.operators]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("kernels", KERNELS)
def test_every_answer_is_the_converters_bit_for_bit(
    made: Raw, compact: dict[str, bytes], scheme: str, kernels: str
) -> None:
    from ai_edge_litert.interpreter import OpResolverType

    inputs = pictures(100, seed=21)
    raw, found = (
        same_answers.answers(content, inputs, OpResolverType[kernels])
        for content in (made.content[scheme], compact[scheme])
    )
    assert len(np.unique(found, axis=0)) > 50
    np.testing.assert_array_equal(found, raw, strict=True)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_compact_file_is_smaller_also_than_what_the_converter_wrote(
    made: Raw, compact: dict[str, bytes], scheme: str
) -> None:
    assert len(compact[scheme]) < len(made.finished(scheme, compact=False)) - 450
    assert len(made.finished(scheme, metadata=False)) < len(made.content[scheme]) - 450


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_strict_verifier_finds_every_offset_inside_and_every_number_aligned(
    compact: dict[str, bytes], scheme: str
) -> None:
    assert tflite_schema.verify(compact[scheme]) > 30


def test_the_verifier_sees_an_offset_that_leads_outside(compact: dict[str, bytes]) -> None:
    from ai_edge_litert import schema_py_generated as schema

    content = bytearray(compact["int8"])
    tensor = schema.Model.GetRootAs(content, 0).Subgraphs(0).Tensors(0)._tab
    place = tensor.Pos + tensor.Offset(4)
    content[place : place + 4] = (1 << 20).to_bytes(4, "little")
    with pytest.raises(AssertionError, match="outside"):
        tflite_schema.verify(bytes(content))


@pytest.mark.skipif(shutil.which("flatc") is None, reason="needs flatc, the FlatBuffers compiler")
@pytest.mark.parametrize("scheme", SCHEMES)
def test_flatc_reads_it_and_writes_the_same_model(
    compact: dict[str, bytes], scheme: str, tmp_path: Path
) -> None:
    (tmp_path / "tflite.fbs").write_text(tflite_schema.fbs())
    (tmp_path / "model.bin").write_bytes(compact[scheme])
    for words in (
        ("--json", "--strict-json", "--raw-binary", "tflite.fbs", "--", "model.bin"),
        ("--binary", "-o", "again", "tflite.fbs", "model.json"),
    ):
        subprocess.run(["flatc", *words], cwd=tmp_path, check=True, capture_output=True)
    again = (tmp_path / "again" / "model.bin").read_bytes()
    tflite_schema.verify(again)
    # Scales are left out of the comparison: flatc writes them into JSON with six places.
    assert outline(again) == outline(compact[scheme])


def outline(content: bytes) -> list[object]:
    model = model_of(content)
    (graph,) = model.subgraphs
    return [
        operations(content),
        [(list(each.inputs), list(each.outputs)) for each in graph.operators],
        [(each.name, list(each.shape), each.type, each.buffer) for each in graph.tensors],
        [
            None if each.quantization is None else list(each.quantization.zeroPoint)
            for each in graph.tensors
        ],
        [None if each.data is None else each.data.tobytes() for each in model.buffers],
        [(each.signatureKey, each.inputs[0].name) for each in model.signatureDefs],
    ]


def test_microcontrollers_read_it_and_answer_bit_for_bit_the_same(
    made: Raw, compact: dict[str, bytes]
) -> None:
    pytest.importorskip("tflite_micro", reason="needs tflite-micro, which has wheels for Linux")
    from tflite_micro.python.tflite_micro import runtime

    found = []
    for content in (made.content["int8"], compact["int8"]):
        interpreter = runtime.Interpreter.from_bytes(content)
        for picture in pictures(20, seed=5).astype(np.uint8):
            interpreter.set_input(picture[None], 0)
            interpreter.invoke()
            found.append(interpreter.get_output(0).copy())
    assert len({answer.tobytes() for answer in found}) > 10
    np.testing.assert_array_equal(found[:20], found[20:], strict=True)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_signature_still_runs_by_its_names(compact: dict[str, bytes], scheme: str) -> None:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=compact[scheme], num_threads=1)
    run = interpreter.get_signature_runner("serving_default")
    taken = run.get_input_details()["picture"]
    (answer,) = run(picture=np.zeros(taken["shape"], taken["dtype"])).values()
    assert answer.shape == (1, 10)
    assert list(run.get_output_details()) == ["answer"]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_scales_and_zero_points_are_all_there(
    made: Raw, compact: dict[str, bytes], scheme: str
) -> None:
    def said(content: bytes) -> list[Any]:
        (graph,) = model_of(content).subgraphs
        found = []
        for operator in graph.operators:
            for index in (*operator.inputs[1:], *operator.outputs):
                held = graph.tensors[index].quantization if index >= 0 else None
                if held is not None and held.scale is not None:
                    found.append((list(held.scale), list(held.zeroPoint), held.quantizedDimension))
        return found

    assert said(compact[scheme]) == said(made.content[scheme])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_equal_vectors_strings_and_buffers_lie_in_the_file_once(
    made: Raw, compact: dict[str, bytes], scheme: str
) -> None:
    from ai_edge_litert import schema_py_generated as schema

    model = schema.Model.GetRootAs(compact[scheme], 0)
    graph = model.Subgraphs(0)
    tensors = [graph.Tensors(index) for index in range(graph.TensorsLength())]
    shapes = {
        (tuple(each.ShapeAsNumpy()), each._tab.Vector(each._tab.Offset(4))) for each in tensors
    }
    assert len({shape for shape, _ in shapes}) == len(shapes)
    buffers = [model.Buffers(index).DataAsNumpy() for index in range(model.BuffersLength())]
    assert isinstance(buffers[0], int), "buffer 0 is empty by convention"
    contents = [buffer.tobytes() for buffer in buffers[1:]]
    assert len(set(contents)) == len(contents)
    strings = [b"picture", b"answer", b"serving_default"]
    model_only = made.finished(scheme, metadata=False)
    assert all(model_only.count(text + b"\0") == 1 for text in strings)
    assert b"MLIR" not in compact[scheme]
    assert b"min_runtime_version" not in compact[scheme]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_operation_stays(made: Raw, compact: dict[str, bytes], scheme: str) -> None:
    raw = operations(made.content[scheme])
    assert "RESHAPE" in raw, "a GPU needs it before a dense layer"
    assert operations(compact[scheme]) == raw


@pytest.mark.parametrize("scheme", ["float32", "float16", "dynamic", "int8"])
def test_a_gpu_answers_bit_for_bit_the_same_and_as_the_cpu(
    made: Raw, compact: dict[str, bytes], scheme: str, gpu: GpuProcess
) -> None:
    inputs = pictures(50, seed=21)
    stored = inputs.astype(np.uint8) if scheme == "int8" else inputs
    found = []
    for content in (made.content[scheme], compact[scheme]):
        gpu.open(content)
        found.append(gpu.answers(stored))
    np.testing.assert_array_equal(found[1], found[0], strict=True)
    on_cpu = same_answers.answers(compact[scheme], inputs, None)[:, 0].astype(np.float64)
    assert len(np.unique(on_cpu, axis=0)) > 30
    limit = {"int8": 0, "dynamic": 0.05}.get(scheme, 1e-5)
    assert np.abs(found[1] - on_cpu).max() <= limit


def test_without_pictures_to_compare_on_nothing_is_compacted(made: Raw) -> None:
    with pytest.raises(ConversionError, match="there are none"):
        made.finished("float32", probes=None)
    assert made.finished("float32", probes=None, compact=False)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_plain_file_keeps_short_names_for_all_its_tensors(made: Raw, scheme: str) -> None:
    content = made.finished(scheme, compact=False)
    tflite_schema.verify(content)
    names = [tensor.name for tensor in model_of(content).subgraphs[0].tensors]
    assert all(name and len(name) < 60 and b";" not in name for name in names)


@pytest.mark.parametrize("compacted", [True, False])
def test_without_metadata_there_is_the_model_alone(made: Raw, compacted: bool) -> None:
    content = made.finished("int8", metadata=False, compact=compacted)
    assert zip_archive.labels(content) is None
    assert zip_archive.facts(content) is None
    assert b"TFLITE_METADATA" not in content
    assert model_file.contract(content) == model_file.contract(made.finished("int8"))
    assert len(made.finished("int8", compact=compacted)) - len(content) < 1000


def test_what_was_done_is_told(made: Raw, tmp_path: Path) -> None:
    for compacted in (True, False):
        asked = replace(made.asked, schemes=("int8",), directory=tmp_path, compact=compacted)
        (found,) = tflite.convert(asked)
        assert found.finish is not None
        assert (found.finish.compact, found.finish.metadata) == (compacted, True)
        assert found.finish.plain_bytes == len(made.finished("int8", compact=False))
        assert found.finish.kernels == (("xnnpack", "fast", "reference") if compacted else ())
