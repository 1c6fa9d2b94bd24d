"""TensorFlow.js files against the manifest: ours in full, other people's for consistency."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tfjs_artifact import artifact

from edgedigits.bundle.artifact import Artifact
from edgedigits.errors import DataBad
from edgedigits.runtimes.tfjs import graph_model

SCHEMES = ("float32", "float16", "uint16", "uint8")


@pytest.fixture
def copied(full_bundle: Path, tmp_path: Path) -> tuple[Path, Artifact]:
    """The uint8 model alone, to be broken: its model.json, and what the manifest says of it."""
    found = artifact(full_bundle, "uint8")
    entry = full_bundle / found.entry
    shutil.copytree(entry.parent, tmp_path / "model")
    return tmp_path / "model" / entry.name, found


def changed(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    model = json.loads(path.read_text())
    change(model)
    path.write_text(json.dumps(model))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_exported_model_is_what_its_manifest_says(full_bundle: Path, scheme: str) -> None:
    found = artifact(full_bundle, scheme)
    path = full_bundle / found.entry
    graph_model.check_shards(path, found)
    assert graph_model.contract_violations(path, found) == []
    for other in set(SCHEMES) - {scheme}:
        (problem,) = graph_model.contract_violations(path, replace(found, scheme=other))
        assert f"weights of its layers are {scheme}; scheme {other} means {other}" in problem


def test_of_other_peoples_models_no_facts_are_demanded(copied: tuple[Path, Artifact]) -> None:
    path, found = copied
    changed(path, lambda model: model.pop("userDefinedMetadata"))
    assert graph_model.contract_violations(path, found) == ["the facts are missing from model.json"]
    theirs = replace(found, finish=None)
    assert graph_model.contract_violations(path, theirs) == []
    changed(path, lambda model: model.update(userDefinedMetadata={"author": "they"}))
    assert graph_model.contract_violations(path, theirs) == []
    # TensorFlow.js would take this for the signature.
    changed(path, lambda model: model.update(userDefinedMetadata={"signature": model["signature"]}))
    (problem,) = graph_model.contract_violations(path, theirs)
    assert "has a part 'signature' that nothing asks for" in problem


@pytest.mark.parametrize("more", [1, -1])
def test_a_shard_of_another_length_is_noticed(copied: tuple[Path, Artifact], more: int) -> None:
    path, found = copied
    shard = path.parent / Path(found.files[1].path).name
    content = shard.read_bytes()
    shard.write_bytes(content + b"x" if more > 0 else content[:-1])
    if more < 0:
        with pytest.raises(DataBad, match="its weights have"):
            graph_model.check_shards(path, found)
        return
    graph_model.check_shards(path, found)
    (problem,) = graph_model.contract_violations(path, found)
    assert f"has {len(content) + 1:,} bytes, its weights have {len(content):,}" in problem


def test_a_shard_that_is_not_there_is_data_that_is_bad(copied: tuple[Path, Artifact]) -> None:
    path, found = copied
    (path.parent / Path(found.files[1].path).name).unlink()
    with pytest.raises(DataBad, match="a shard that is not there"):
        graph_model.check_shards(path, found)


def test_whatever_is_damaged_is_told_in_one_of_two_ways(copied: tuple[Path, Artifact]) -> None:
    path, found = copied
    honest = path.read_bytes()
    generator = np.random.default_rng(3)
    told = 0
    for _ in range(400):
        content = bytearray(honest)
        for place in generator.integers(0, len(content), generator.integers(1, 4)):
            content[place] = generator.integers(32, 127)
        path.write_bytes(content)
        try:
            graph_model.check_shards(path, found)
            told += bool(graph_model.contract_violations(path, found))
        except DataBad:
            told += 1
    assert told > 100
