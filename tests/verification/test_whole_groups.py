"""Of many pictures a task on Ray does as much as several of few, and the same is told.

Ray itself is not needed for it: what stands in for a connection does each task at once, here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pytest

from edgedigits.bundle import bundle
from edgedigits.verification import json_report, unseen, verify
from edgedigits.verification.running.on_ray import driver
from edgedigits.verification.running.on_ray.connection import Connection
from edgedigits.verification.running.on_ray.driver import OnRay

COUNT = 10_001


@dataclass(frozen=True, eq=False)
class Reference:
    value: Any

    def hex(self) -> str:
        return str(id(self))


@dataclass
class AtOnce:
    """Does what a `Connection` does, and counts the tasks of each kind."""

    place: str
    cores: int = 1
    begun: dict[str, int] = field(default_factory=dict)

    def put(self, what: object) -> Reference:
        return Reference(what)

    def task(self, function: Callable[..., Any], returns: int = 1) -> Callable[..., Any]:
        def begin(*given: Any) -> Any:
            name = function.__name__
            self.begun[name] = self.begun.get(name, 0) + 1
            held = [each.value if isinstance(each, Reference) else each for each in given]
            found = function(*held)
            return [Reference(each) for each in found] if returns > 1 else Reference(found)

        return begin

    def done(self, waiting: list[Reference], _: float) -> list[Reference]:
        return waiting

    def get(self, reference: Reference, _: str) -> Any:
        return reference.value


def told(folder: Path, place: str) -> tuple[Any, dict[str, int]]:
    opened = bundle.read(folder)
    some = tuple(each for each in opened.manifest.artifacts if each.id == "tflite-int8")
    manifest = replace(opened.manifest, artifacts=some)
    shown = unseen.of_bundle(manifest, "strokes", data_dir=None, limit=COUNT)
    connection = AtOnce(place)
    executor = OnRay(cast("Connection", connection))
    found = verify.verify(manifest, folder, shown, executor=executor)
    document: Any = json_report.document(found)
    for result in document["results"]:
        del result["seconds"]
    return document["results"], connection.begun


def test_whole_groups_tell_the_same_with_fewer_tasks(
    nano_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    few, begun = told(nano_bundle, "few")
    assert begun == {"draw": 3, "ask_floats": 1, "ask_artifact": 3, "compare": 3}
    monkeypatch.setattr(driver, "ENOUGH_A_CORE", 0)
    many, begun = told(nano_bundle, "many")
    assert begun == {"draw": 1, "ask_floats": 1, "ask_artifact": 1, "compare": 1}
    assert many == few
