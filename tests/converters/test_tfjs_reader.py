"""A model.json of anybody's as data, or the reason why it is none."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest
from small_models import conversion, convolutional, read, save, signature

from converters.flatbuffer_reader import Damaged
from converters.targets import TARGETS
from converters.tfjs import graph_reader, tfjs

SCHEMES = tuple(scheme.name for scheme in TARGETS["tfjs"].schemes)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, ...]]:
    folder = tmp_path_factory.mktemp("tfjs")
    source = read(save(folder / "saved", signature(convolutional)))
    asked = conversion(source, SCHEMES, folder / "out")
    return {each.scheme: each.files for each in tfjs.convert(asked)}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_export_is_read(made: dict[str, tuple[Path, ...]], scheme: str) -> None:
    path, *shards = made[scheme]
    found = graph_reader.read(path.read_bytes())
    (taken,), (given,) = found.inputs, found.outputs
    assert (taken.name, taken.node, taken.shape) == ("picture", "picture", (1, 28, 28, 1))
    assert (given.name, given.node, given.shape) == ("answer", "answer", (1, 10))
    (group,) = found.groups
    assert list(group.paths) == [shard.name for shard in shards]
    assert group.size_bytes == sum(shard.stat().st_size for shard in shards)
    assert {weight.stored for weight in found.weights if len(weight.shape) > 1} == {scheme}
    assert {weight.name for weight in found.weights} == {
        node.name for node in found.nodes if node.operation == "Const"
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not readable as JSON"),
        ("[]", "no graph model"),
        ("null", "no graph model"),
        ("[" * 100_000, "not readable as JSON"),
        ('{"format": "layers-model"}', "no graph model"),
        ('{"format": "graph-model"}', "it has no signature"),
        ('{"format": "graph-model", "signature": {}}', "it has no signature"),
        ('{"format": "graph-model", "generatedBy": 3}', "its generatedBy is no text"),
        ('{"format": "graph-model", "userDefinedMetadata": []}', "userDefinedMetadata is no obj"),
        ('{"format": "graph-model", "x": NaN}', "NaN is no number of JSON"),
        ('{"format": "graph-model", "x": -Infinity}', "-Infinity is no number of JSON"),
        ('{"format": "graph-model", "x": ' + "9" * 5000 + "}", "not readable as JSON"),
    ],
)
def test_another_form_is_told(text: str, says: str) -> None:
    with pytest.raises(Damaged, match=says):
        graph_reader.read(text.encode())


def test_bytes_that_are_no_text_are_told() -> None:
    with pytest.raises(Damaged, match="not readable as JSON"):
        graph_reader.read(b"\xff\xfe{")


def test_no_change_of_form_does_anything_but_be_told_or_read(
    made: dict[str, tuple[Path, ...]],
) -> None:
    honest = json.loads(made["uint8"][0].read_text())
    chance = random.Random(2)
    others: list[Any] = [None, [], {}, "x", -1, 1e308, 10**30, True, [[[]]], {"a": 1}, [0] * 99]
    told = 0
    for _ in range(1500):
        model = copy.deepcopy(honest)
        held: list[Any] = []
        waiting: list[Any] = [model]
        while waiting:
            each = waiting.pop()
            if isinstance(each, dict | list) and each:
                held.append(each)
                waiting += each.values() if isinstance(each, dict) else each
        owner = chance.choice(held)
        place = chance.choice(list(owner) if isinstance(owner, dict) else range(len(owner)))
        if chance.random() < 0.3:
            del owner[place]
        else:
            owner[place] = chance.choice(others)
        try:
            found = graph_reader.read(json.dumps(model).encode())
            assert all(group.size_bytes is None or group.size_bytes >= 0 for group in found.groups)
        except Damaged:
            told += 1
    assert told > 200
