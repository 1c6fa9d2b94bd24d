"""What tensors inside a TFLite file hold while it answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from converters.tflite import model_reader
from edgedigits.bundle import bundle, golden
from edgedigits.errors import DataBad
from edgedigits.runtimes.litert.litert_process import LiteRTProcess


def opened(folder: Path, scheme: str) -> tuple[LiteRTProcess, list[int]]:
    """A file of the bundle, and the places of what its operations give."""
    path = folder / bundle.read_manifest(folder).artifacts[0].entry
    path = path.with_name(f"model-{scheme}.tflite")
    content = path.read_bytes()
    model = model_reader.read(content)
    return LiteRTProcess(path), [int(each.outputs[0]) for each in model.operations]


def test_values_inside_are_those_that_the_answer_is_made_of(nano_bundle: Path) -> None:
    process, places = opened(nano_bundle, "float32")
    try:
        stored = golden.pictures()[0].astype(np.float32).reshape(-1, *process.contract.input.shape)
        found = process.ranges(stored, places)
        answers = process.answers(stored)[:, 0]
    finally:
        process.close()
    assert found.shape == (len(stored), len(places), 2)
    assert np.array_equal(found[:, -1, 0], answers.min(axis=1))
    assert np.array_equal(found[:, -1, 1], answers.max(axis=1))


def test_quantized_values_are_told_as_what_they_stand_for(nano_bundle: Path) -> None:
    stored = golden.pictures()[0].reshape(-1, 1, 28, 28, 1)
    spans = []
    for scheme in ("float32", "int8"):
        process, places = opened(nano_bundle, scheme)
        try:
            # The last but two of an int8 file: softmax and the conversion to bytes come after it.
            last = places[-2] if scheme == "float32" else places[-3]
            spans.append(process.ranges(stored.astype(process.contract.input.dtype), [last]))
        finally:
            process.close()
    exact, rounded = spans
    assert np.abs(exact - rounded).max() < 0.1 * np.abs(exact).max()


def test_a_place_that_is_none_is_refused(nano_bundle: Path) -> None:
    process, _ = opened(nano_bundle, "int8")
    try:
        with pytest.raises(DataBad, match="LiteRT refuses"):
            process.ranges(np.zeros((1, 1, 28, 28, 1), np.uint8), [10_000])
    finally:
        process.close()
