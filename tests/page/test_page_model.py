"""The model that travels with the page: it reads digits, and knows what is none."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits.bundle.reject import Reject
from edgedigits.datasets import datasets
from edgedigits.datasets.strokes import outliers, strokes
from edgedigits.page import demo, page_models
from edgedigits.runtimes.tfjs.node_process import NodeGraphModel

MODEL = demo.page_source() / page_models.FOLDER
PAGE: dict[str, Any] = json.loads((MODEL / page_models.PAGE_JSON).read_text("utf-8"))
REJECT = Reject(**PAGE["reject"])

Answer = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


@pytest.fixture(scope="module")
def answer() -> Any:
    """The page's default model, in Node."""
    (entry,) = [model for model in PAGE["models"] if model["id"] == PAGE["default"]]
    with NodeGraphModel(MODEL / entry["path"]) as model:
        yield lambda images: model.predict(images[..., None].astype(np.float32))


@pytest.fixture(scope="module")
def digits(mnist_dir: Path) -> Any:
    return datasets.load("mnist", data_dir=mnist_dir).test


def test_every_scheme_is_there_whole() -> None:
    assert {entry["scheme"] for entry in PAGE["models"]} == {
        "float32", "float16", "uint16", "uint8",
    }  # fmt: skip
    for entry in PAGE["models"]:
        folder = (MODEL / entry["path"]).parent
        assert sum(file.stat().st_size for file in folder.iterdir()) == entry["size_bytes"]


def test_the_golden_answers_are_its_own(answer: Answer) -> None:
    golden = json.loads((MODEL / PAGE["golden"]).read_text("utf-8"))
    raw = base64.b64decode(golden["pictures"]["base64"])
    pictures = np.frombuffer(raw, np.uint8).reshape(golden["pictures"]["shape"])
    expected = np.array(golden["probabilities"])
    found = answer(pictures)
    assert (found.argmax(axis=1) == expected.argmax(axis=1)).all()
    assert np.abs(found - expected).max() < 0.05


@pytest.mark.mnist
def test_it_reads_mnist(answer: Answer, digits: Any) -> None:
    found = answer(digits.images)
    assert (found.argmax(axis=1) == digits.labels).mean() > 0.992
    assert 1 - REJECT.accepts(found).mean() <= 0.01


@pytest.mark.parametrize(
    ("kind", "most"), [("blank", 0.0), ("noise", 0.02), ("scribbles", 0.02), ("letters", 0.10)]
)
def test_what_is_no_digit_is_seldom_taken_for_one(answer: Answer, kind: str, most: float) -> None:
    strangers = outliers.draw(kind, 1_000, 0, "test")
    assert REJECT.accepts(answer(strangers)).mean() <= most


def test_drawn_digits_are_digits(answer: Answer) -> None:
    images, labels = strokes.draw(1_000, 5)
    found = answer(images)
    assert (found.argmax(axis=1) == labels).mean() > 0.9
    assert REJECT.accepts(found).mean() > 0.9
