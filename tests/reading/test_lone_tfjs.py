"""A TensorFlow.js model that stands alone: it is opened by what it says of itself."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import Command

from edgedigits.bundle import golden
from edgedigits.bundle.golden import Golden
from edgedigits.errors import DataBad, ExitCode, WrongUse
from edgedigits.page import demo, page_models
from edgedigits.reading.predictor import open_predictor

PAGE = demo.page_source() / page_models.FOLDER
SHARD = "group1-shard1of1.bin"


@pytest.fixture
def lone(tmp_path: Path) -> Path:
    """The page's model of scheme uint8, copied out of it."""
    return Path(shutil.copytree(PAGE / "tfjs" / "uint8", tmp_path / "js")) / "model.json"


@pytest.fixture(scope="module")
def held() -> Golden:
    return golden.read_json(PAGE)


def edit(path: Path, **changes: Any) -> None:
    """Change the facts that a model carries of itself; without changes, take them out."""
    content = json.loads(path.read_text())
    metadata = content["userDefinedMetadata"]
    facts = json.loads(metadata["edgedigits"])
    metadata["edgedigits"] = json.dumps({**facts, **changes})
    if not changes:
        del content["userDefinedMetadata"]
    path.write_text(json.dumps(content))


def read(path: Path, shards: list[str]) -> None:
    content = json.loads(path.read_text())
    content["weightsManifest"][0]["paths"] = shards
    path.write_text(json.dumps(content))


def answers(path: Path, held: Golden) -> tuple[np.ndarray[Any, Any], tuple[str, ...]]:
    opened = open_predictor(path)
    try:
        return opened.probabilities(held.images), opened.assumed
    finally:
        opened.close()


@pytest.mark.parametrize("named", ["model.json", ""])
def test_it_answers_and_nothing_is_assumed(lone: Path, held: Golden, named: str) -> None:
    found, assumed = answers(lone.parent / named, held)
    assert np.abs(found - held.probabilities).max() < 0.05
    assert assumed == ()


@pytest.mark.usefixtures("lone")
def test_predict_and_evaluate_take_it(command: Command, tmp_path: Path) -> None:
    done = command("predict", "strokes:test:3", "--model", "js/model.json", cwd=tmp_path)
    assert (done.code, done.err) == (ExitCode.DONE, "")
    assert "%" in done.out
    options = ("--dataset", "strokes", "--limit", "50")
    done = command("evaluate", "js/model.json", *options, cwd=tmp_path)
    assert done.code == ExitCode.DONE, done.err


def test_its_own_labels_and_range_count(lone: Path, held: Golden) -> None:
    usual, _ = answers(lone, held)
    edit(lone, labels=list("9876543210"))
    backwards, _ = answers(lone, held)
    assert np.array_equal(backwards, usual[:, ::-1])
    with pytest.raises(WrongUse, match="says itself which pixels"):
        open_predictor(lone, input_range=(0, 1))


@pytest.mark.parametrize("facts", [{}, {"input": 5}, {"output": {"kind": "x"}}, {"labels": None}])
def test_what_it_does_not_say_is_assumed_and_told(
    lone: Path, held: Golden, facts: dict[str, Any]
) -> None:
    edit(lone, **facts)
    found, assumed = answers(lone, held)
    assert np.abs(found - held.probabilities).max() < 0.05
    assert any("raw pixels 0..255 assumed" in line for line in assumed)
    assert any("assumed to be the digits" in line for line in assumed)


@pytest.mark.parametrize(
    ("shards", "what"),
    [
        ([f"../js/{SHARD}"], "no plain name"),
        (["/etc/passwd"], "no plain name"),
        (["..\\x.bin"], "no plain name"),
        (["a\0"], "no plain name"),
        ([""], "no plain name"),
        (["other.bin"], "no file beside it"),
        ([], "names no weights"),
    ],
)
def test_it_reads_nothing_but_files_beside_it(lone: Path, shards: list[str], what: str) -> None:
    read(lone, shards)
    with pytest.raises(DataBad, match=what) as caught:
        open_predictor(lone)
    assert len(str(caught.value).splitlines()) == 2
