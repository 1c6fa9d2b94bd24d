"""Compact TFLite files are the same models, in a form that every reader of TFLite files takes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tflite_schema
from small_models import Graph, conversion, convolutional, pictures, read, save, signature, weights

from converters import (
    TARGETS,
    same_answers,
    tflite,
    tflite_archive,
    tflite_compact,
    tflite_file,
    tflite_finish,
)
from converters.base import Conversion, ConversionError
from converters.saved_model import SourceModel

SCHEMES = tuple(scheme.name for scheme in TARGETS["tflite"].schemes)
KERNELS = ("AUTO", "BUILTIN_WITHOUT_DEFAULT_DELEGATES", "BUILTIN_REF")


@dataclass(frozen=True)
class Made:
    """One model in every scheme, as the converter wrote it, and what to ask for."""

    asked: Conversion
    raw: dict[str, bytes]

    def finished(self, scheme: str, **changes: Any) -> bytes:
        content, _ = tflite_finish.finish(self.raw[scheme], replace(self.asked, **changes), scheme)
        return content


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> SourceModel:
    folder = tmp_path_factory.mktemp("compact")
    # Answers that are not sure of themselves: in sure ones, small changes do not show.
    module = weights(seed=17)
    module.dense.assign(module.dense * 0.1)
    return read(save(folder / "saved", signature(convolutional, module=module), module=module))


@pytest.fixture(scope="module")
def made(source: SourceModel) -> Made:
    asked = conversion(source, SCHEMES, Path("unused"))
    return Made(asked, {scheme: tflite._converted_bytes(asked, scheme) for scheme in SCHEMES})


@pytest.fixture(scope="module")
def compact(made: Made) -> dict[str, bytes]:
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
    made: Made, compact: dict[str, bytes], scheme: str, kernels: str
) -> None:
    from ai_edge_litert.interpreter import OpResolverType

    inputs = pictures(100, seed=21)
    raw, found = (
        same_answers.answers(content, inputs, OpResolverType[kernels])
        for content in (made.raw[scheme], compact[scheme])
    )
    assert len(np.unique(found, axis=0)) > 50
    np.testing.assert_array_equal(found, raw, strict=True)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_compact_file_is_smaller_also_than_what_the_converter_wrote(
    made: Made, compact: dict[str, bytes], scheme: str
) -> None:
    assert len(compact[scheme]) < len(made.finished(scheme, compact=False)) - 500
    assert len(made.finished(scheme, metadata=False)) < len(made.raw[scheme]) - 500


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
    made: Made, compact: dict[str, bytes]
) -> None:
    pytest.importorskip("tflite_micro", reason="needs tflite-micro, which has wheels for Linux")
    from tflite_micro.python.tflite_micro import runtime

    found = []
    for content in (made.raw["int8"], compact["int8"]):
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
    made: Made, compact: dict[str, bytes], scheme: str
) -> None:
    def said(content: bytes) -> list[Any]:
        (graph,) = model_of(content).subgraphs
        found = []
        for operator in graph.operators:
            if operator.builtinOptionsType == RESHAPE_OR_NONE and len(operator.inputs) == 2:
                continue  # laid flat: only the raw file does it
            for index in (*operator.inputs[1:], *operator.outputs):
                held = graph.tensors[index].quantization if index >= 0 else None
                if held is not None and held.scale is not None:
                    found.append((list(held.scale), list(held.zeroPoint), held.quantizedDimension))
        return found

    assert said(compact[scheme]) == said(made.raw[scheme])


RESHAPE_OR_NONE = 0


@pytest.mark.parametrize("scheme", SCHEMES)
def test_equal_vectors_strings_and_buffers_lie_in_the_file_once(
    made: Made, compact: dict[str, bytes], scheme: str
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
def test_a_dense_layer_reads_its_input_without_its_being_laid_flat(
    made: Made, compact: dict[str, bytes], scheme: str
) -> None:
    raw = operations(made.raw[scheme])
    assert "RESHAPE" in raw
    assert operations(compact[scheme]) == [name for name in raw if name != "RESHAPE"]


def read_twice(module: Any, picture: Any) -> Any:
    import tensorflow as tf

    flat = tf.reshape(picture, (-1, 784))
    return tf.matmul(flat, module.flat) + tf.reduce_max(flat, axis=1, keepdims=True)


def in_rows(module: Any, picture: Any) -> Any:
    import tensorflow as tf

    rows = tf.matmul(tf.reshape(picture, (28, 28)), tf.reshape(module.flat, (28, -1)))
    return tf.reshape(tf.reduce_sum(rows, axis=0), (10, 28))[:, 0][None]


@pytest.mark.parametrize("graph", [read_twice, in_rows])
def test_a_change_of_shape_that_is_needed_stays(tmp_path: Path, graph: Graph) -> None:
    source = read(save(tmp_path / "saved", signature(graph, (1, 28, 28, 1))))
    (found,) = tflite.convert(conversion(source, ("float32",), tmp_path / "out"))
    assert "RESHAPE" in operations(found.files[0].read_bytes())


def without_bias_scales(model: Any) -> None:
    (graph,) = model.subgraphs
    for operator in graph.operators:
        if len(operator.inputs) == 3 and operator.inputs[2] >= 0:
            graph.tensors[operator.inputs[2]].quantization = None


def with_a_changed_weight(model: Any) -> None:
    largest = max(model.buffers, key=lambda each: 0 if each.data is None else len(each.data))
    largest.data = np.array(largest.data)
    largest.data[::7] ^= 0x10


def with_another_softmax(model: Any) -> None:
    (graph,) = model.subgraphs
    (options,) = [
        each.builtinOptions for each in graph.operators if hasattr(each.builtinOptions, "beta")
    ]
    options.beta = 0.5


def with_another_signature(model: Any) -> None:
    model.signatureDefs[0].signatureKey = "predict"


def with_another_output(model: Any) -> None:
    (graph,) = model.subgraphs
    graph.tensors[graph.outputs[0]].quantization.scale = np.array([0.5], np.float32)


def without_its_last_operation(model: Any) -> None:
    del model.subgraphs[0].operators[-1]


def with_a_cut_buffer(model: Any) -> None:
    largest = max(model.buffers, key=lambda each: 0 if each.data is None else len(each.data))
    largest.data = largest.data[:-16]


BROKEN: list[tuple[Callable[[Any], None], str]] = [
    (without_bias_scales, "answers changed"),
    (with_a_changed_weight, "answers changed"),
    (with_another_softmax, "answers changed"),
    (without_its_last_operation, "LiteRT refuses it"),
    (with_another_signature, "its signatures became"),
    (with_another_output, "its contract became"),
    (with_a_cut_buffer, "LiteRT refuses it"),
]


@pytest.mark.parametrize(("damage", "says"), BROKEN, ids=lambda each: getattr(each, "__name__", ""))
def test_a_rewrite_that_loses_something_is_caught_and_writes_no_file(
    made: Made,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    damage: Callable[[Any], None],
    says: str,
) -> None:
    honest = tflite_compact.compact

    def lossy(model: Any) -> None:
        honest(model)
        damage(model)

    monkeypatch.setattr(tflite_compact, "compact", lossy)
    asked = replace(made.asked, schemes=("int8",), directory=tmp_path)
    with pytest.raises(ConversionError, match=says) as caught:
        list(tflite.convert(asked))
    assert "in scheme int8 is not the same model" in caught.value.message
    assert "\n" not in caught.value.message
    assert "--no-compact" in str(caught.value.hint)
    assert list(tmp_path.iterdir()) == []
    assert list(tflite.convert(replace(asked, compact=False)))


def test_without_pictures_to_compare_on_nothing_is_compacted(made: Made) -> None:
    with pytest.raises(ConversionError, match="there are none"):
        made.finished("float32", probes=None)
    assert made.finished("float32", probes=None, compact=False)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_plain_file_keeps_short_names_for_all_its_tensors(made: Made, scheme: str) -> None:
    content = made.finished(scheme, compact=False)
    tflite_schema.verify(content)
    names = [tensor.name for tensor in model_of(content).subgraphs[0].tensors]
    assert all(name and len(name) < 60 and b";" not in name for name in names)


@pytest.mark.parametrize("compacted", [True, False])
def test_without_metadata_there_is_the_model_alone(made: Made, compacted: bool) -> None:
    content = made.finished("int8", metadata=False, compact=compacted)
    assert tflite_archive.labels(content) is None
    assert tflite_archive.facts(content) is None
    assert b"TFLITE_METADATA" not in content
    assert tflite_file.contract(content) == tflite_file.contract(made.finished("int8"))
    assert len(made.finished("int8", compact=compacted)) - len(content) < 1000


def test_what_was_done_is_told(made: Made, tmp_path: Path) -> None:
    for compacted in (True, False):
        asked = replace(made.asked, schemes=("int8",), directory=tmp_path, compact=compacted)
        (found,) = tflite.convert(asked)
        assert found.finish is not None
        assert (found.finish.compact, found.finish.metadata) == (compacted, True)
        assert found.finish.plain_bytes == len(made.finished("int8", compact=False))
