"""What tensors inside a TFLite file hold while it answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from converters.tflite import model_reader
from edgedigits.bundle import golden
from edgedigits.errors import DataBad
from edgedigits.runtimes.litert.litert_process import LiteRTProcess

STORED = golden.pictures()[0].astype(np.float32).reshape(-1, 1, 28, 28, 1)


@pytest.fixture
def path(nano_bundle: Path) -> Path:
    return nano_bundle / "tflite" / "model-float32.tflite"


@pytest.fixture
def process(path: Path) -> Iterator[LiteRTProcess]:
    opened = LiteRTProcess(path)
    yield opened
    opened.close()


def test_values_inside_are_those_that_the_answer_is_made_of(
    process: LiteRTProcess, path: Path
) -> None:
    *_, logits, softmax = (
        int(each.outputs[0]) for each in model_reader.read(path.read_bytes()).operations
    )
    done: list[int] = []
    places = [(softmax, softmax, logits)]
    found = process.differences(STORED, places, done.append).of(0)
    answers = process.answers(STORED)[:, 0]
    assert sum(done) == len(STORED)
    assert np.all(found["count"] == len(STORED))
    assert np.allclose(found["signal"], answers.sum(axis=0))
    assert np.array_equal(found["highest"], answers.max(axis=0).astype(np.float64))
    assert not found["own2"].any()
    inside = np.exp(found["handed_highest"] - found["handed_lowest"])
    assert np.all(inside > 1)
    assert np.all(found["handed2"] > 0)


def test_a_place_that_is_none_is_refused(process: LiteRTProcess) -> None:
    with pytest.raises(DataBad, match="LiteRT refuses"):
        process.differences(STORED[:1], [(10_000, 0, 0)])
