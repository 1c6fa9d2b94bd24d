"""The float model of an export answers while files are converted, and stops when they cannot be."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits.datasets.dataset import BLOCK_BYTES
from edgedigits.errors import DataBad
from edgedigits.export import assembly, reference
from edgedigits.export.source import Source, open_source

LONG_S = 60.0


@pytest.fixture(scope="module")
def source(pictures: Path) -> Source:
    return open_source(Path("ready:nano"), dataset=str(pictures))


class Waiting:
    """A float model that answers a block of pictures when it is let go."""

    def __init__(self, answer: float) -> None:
        self.path, self.asked, self.closed = Path("graph.pb"), 0, False
        self.reached, self.go = threading.Event(), threading.Event()
        self._answer = answer

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.asked += 1
        self.reached.set()
        assert self.go.wait(LONG_S)
        return np.full((len(images), 10), self._answer, np.float32)

    def close(self) -> None:
        self.closed = True


def written(source: Source, staged: Path, images: NDArray[np.uint8], done: list[int]) -> Any:
    golden = assembly.shown(source).images
    return reference.written(source, staged, images, golden, done.append)


def test_its_answers_are_those_of_the_source(source: Source, tmp_path: Path) -> None:
    images, done = source.dataset.test.images[:50], list[int]()
    with written(source, tmp_path, images, done) as (graph, floats):
        answers, _ = floats.result(LONG_S)
    golden = assembly.shown(source).images
    expected = [reference_of(source, each) for each in (images, golden)]
    np.testing.assert_allclose(answers, np.concatenate(expected), atol=1e-6)
    assert len(np.unique(answers.argmax(axis=1))) > 5
    assert done == [50]
    assert (tmp_path / graph.file.path).stat().st_size == graph.file.size_bytes


def reference_of(source: Source, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    from edgedigits.export import preparation

    return preparation.exact_probabilities(source, images)


def test_whoever_leaves_ends_it_after_the_block_that_it_is_at(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Waiting(0.1)
    monkeypatch.setattr(reference, "FloatModel", lambda *_args, **_named: model)
    images = np.broadcast_to(np.uint8(0), (3 * BLOCK_BYTES // 784, 28, 28))
    with written(source, tmp_path, images, []) as (_, floats):
        assert model.reached.wait(LONG_S)
    model.go.set()
    assert floats.exception(LONG_S) is not None
    assert (model.asked, model.closed) == (1, True)


def test_what_is_no_number_is_refused(
    source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Waiting(np.nan)
    model.go.set()
    monkeypatch.setattr(reference, "FloatModel", lambda *_args, **_named: model)
    images = source.dataset.test.images[:5]
    with (
        written(source, tmp_path, images, []) as (_, floats),
        pytest.raises(DataBad, match=r"graph\.pb answers with what is no number"),
    ):
        floats.result(LONG_S)
    assert model.closed
