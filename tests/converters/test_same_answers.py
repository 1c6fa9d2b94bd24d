"""A rewrite of a TFLite file that loses anything is caught before the file is written."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tampering
from small_models import CARD, Raw, pictures, raw_files

from converters import saved_model
from converters.base import Conversion
from converters.c import c
from converters.errors import ConversionError
from converters.tflite import compaction, same_answers, tflite
from edgedigits.runtimes.litert.gpu_process import GpuBeside
from edgedigits.training import serving


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Raw:
    return raw_files(tmp_path_factory.mktemp("answers"))


def test_a_file_is_the_same_model_as_itself_and_as_its_compact_form(made: Raw) -> None:
    plain = made.finished("int8", compact=False)
    assert same_answers.compare(plain, plain, pictures(8)).difference is None
    assert same_answers.compare(plain, made.finished("int8"), pictures(8)).difference is None


def test_answers_are_compared_by_their_bits() -> None:
    ours = np.array([[0.0, 1.0], [np.nan, 1.0], [2.0, 3.0]], np.float32)
    theirs = np.array([[-0.0, 1.0], [np.nan, 1.0], [2.0, 3.0]], np.float32)
    assert same_answers.differing(ours, ours) == 0
    assert same_answers.differing(ours, theirs) == 1


@pytest.mark.usefixtures("gpu")
def test_it_is_told_on_which_kernels_files_were_compared(made: Raw) -> None:
    cpu = ("xnnpack", "fast", "reference")
    with contextlib.closing(GpuBeside()) as beside:
        for scheme in ("float32", "float16", "int8"):
            plain = made.finished(scheme, compact=False)
            found = same_answers.compare(plain, made.finished(scheme), pictures(8), beside)
            assert found == same_answers.Comparison(None, (*cpu, "gpu"))
        wide = made.finished("int16x8", compact=False)
        assert same_answers.compare(wide, wide, pictures(8), beside).kernels == cpu
    assert same_answers.compare(wide, wide, pictures(8)).kernels == cpu


@pytest.mark.usefixtures("gpu")
@pytest.mark.parametrize("scheme", ["float32", "float16", "int8"])
def test_what_only_a_gpu_notices_is_caught_where_there_is_one(
    made: Raw, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = compaction.compact

    def without_flattening(model: Any) -> None:
        tampering.take_flattening_out(model)
        honest(model)

    monkeypatch.setattr(compaction, "compact", without_flattening)
    assert made.finished(scheme, gpu=None), "no kernels of the CPU notice"
    with (
        contextlib.closing(GpuBeside()) as beside,
        pytest.raises(ConversionError, match="answers changed \\(kernels: gpu\\)"),
    ):
        made.finished(scheme, gpu=beside)


def test_a_model_that_answers_every_picture_alike_is_compared_without_reference_kernels(
    tmp_path: Path,
) -> None:
    import keras

    zeros = keras.layers.Dense(10, "softmax", kernel_initializer="zeros")
    flat = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), zeros])
    serving.write(flat, tmp_path / "saved", logits=False)
    source = saved_model.read(tmp_path / "saved", pixels=784, classes=10)
    asked = Conversion(source, ("int8",), tmp_path, CARD, pictures(8), pictures(8))
    plain = tflite.converted_bytes(asked, "int8")
    # The reference kernels, if they were asked, would end this process.
    assert same_answers.compare(plain, plain, pictures(8)).kernels == ("xnnpack", "fast")
    with pytest.raises(ConversionError, match="C cannot express SOFTMAX of logits that are all"):
        list(c.convert(asked))


def all_but(refused: bytes) -> same_answers.GpuAnswers:
    return lambda content, _: None if content == refused else np.zeros((2, 10), np.uint8)


def test_a_compact_file_that_the_gpu_refuses_is_caught(made: Raw) -> None:
    plain = made.finished("int8", compact=False)
    for refused, says in ((made.finished("int8"), "LiteRT's GPU refuses it"), (plain, None)):
        found = same_answers.compare(
            plain,
            made.finished("int8"),
            pictures(8),
            all_but(refused),
        )
        assert found.difference == says
        assert "gpu" not in found.kernels


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
    made: Raw,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    damage: Callable[[Any], None],
    says: str,
) -> None:
    honest = compaction.compact

    def lossy(model: Any) -> None:
        honest(model)
        damage(model)

    monkeypatch.setattr(compaction, "compact", lossy)
    asked = replace(made.asked, schemes=("int8",), directory=tmp_path)
    with pytest.raises(ConversionError, match=says) as caught:
        list(tflite.convert(asked))
    assert "in scheme int8 is not the same model" in caught.value.message
    assert "\n" not in caught.value.message
    assert "--no-compact" in str(caught.value.hint)
    assert list(tmp_path.iterdir()) == []
    assert list(tflite.convert(replace(asked, compact=False)))
