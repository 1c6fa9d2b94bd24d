"""TFLite files as data, those of the converter and those that export finished alike."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tampering
from small_models import Raw, raw_files

from converters.flatbuffer_reader import Damaged
from converters.targets import TARGETS
from converters.tflite import model_file, model_reader, stored_scheme, zip_archive

SCHEMES = {scheme.name: scheme for scheme in TARGETS["tflite"].schemes}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Raw:
    return raw_files(tmp_path_factory.mktemp("small"))


def forms(made: Raw, scheme: str) -> dict[str, bytes]:
    return {
        "converter's own": made.content[scheme],
        "plain": made.finished(scheme, compact=False),
        "compact": made.finished(scheme),
        "bare": made.finished(scheme, metadata=False),
    }


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_form_is_read_and_nothing_in_it_is_stray(made: Raw, scheme: str) -> None:
    for form, content in forms(made, scheme).items():
        found = model_reader.read(content)
        assert found.strays == (), form
        assert found.graphs == 1
        contract = model_file.contract(content)
        ends = [(found.inputs, contract.input), (found.outputs, contract.output)]
        for indices, tensor in ends:
            (index,) = indices
            assert found.tensors[index].shape == tensor.shape
            assert found.tensors[index].type == tensor.dtype
        (signature,) = found.signatures
        assert signature.key == "serving_default"
        assert signature.inputs == ((contract.input.name, found.inputs[0]),)
        assert signature.outputs == ((contract.output.name, found.outputs[0]),)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_model_ends_where_its_archive_begins(made: Raw, scheme: str) -> None:
    for form in ("plain", "compact"):
        content = forms(made, scheme)[form]
        archive = zip_archive.read(content)
        assert archive is not None
        assert 0 <= archive.start - model_reader.read(content).end < 16
    bare = forms(made, scheme)["bare"]
    assert 0 <= len(bare) - model_reader.read(bare).end < 16


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_file_keeps_to_its_own_scheme_and_to_no_other(made: Raw, scheme: str) -> None:
    for form, content in forms(made, scheme).items():
        model = model_reader.read(content)
        assert stored_scheme.violations(model, SCHEMES[scheme]) == [], form
        for other in set(SCHEMES.values()) - {SCHEMES[scheme]}:
            assert stored_scheme.violations(model, other), (form, other.name)


def test_small_layers_may_stay_float_where_the_converter_leaves_them(made: Raw) -> None:
    model = model_reader.read(made.content["dynamic"])
    small, large = stored_scheme.layers(model)
    assert (small.weights, small.count) == ("float32", 36)
    assert (large.weights, large.count) == ("int8", 1440)


def test_operations_that_no_answer_hangs_on_are_strays(made: Raw) -> None:
    def stop_before_the_last(model: Any) -> None:
        graph = model.subgraphs[0]
        graph.outputs = graph.operators[-1].inputs[:1]

    content = tampering.repacked(stop_before_the_last)(bytearray(made.finished("float32")))
    (stray,) = model_reader.read(bytes(content)).strays
    assert stray.startswith("1 of ")
    assert stray.endswith("operations lead to no answer")


def test_no_damage_does_anything_but_be_told_or_change_a_value(made: Raw) -> None:
    generator = np.random.default_rng(11)
    for scheme in ("float16", "int8"):
        honest = made.finished(scheme)
        told = 0
        for _ in range(1500):
            content = bytearray(honest)
            if generator.random() < 0.2:
                del content[generator.integers(len(content)) :]
            for _ in range(generator.integers(1, 5)):
                if content:
                    content[generator.integers(len(content))] = generator.integers(256)
            try:
                found = model_reader.read(bytes(content))
                stored_scheme.violations(found, SCHEMES[scheme])
            except Damaged:
                told += 1
        assert told > 300


def test_a_file_that_is_none_is_damaged() -> None:
    for content in (b"", b"not a model", b"\0\0\0\0TFL3", bytes(1000)):
        with pytest.raises(Damaged):
            model_reader.read(content)
