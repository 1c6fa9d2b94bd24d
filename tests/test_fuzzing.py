"""Whatever a file holds, reading it ends in a documented error or in something to work with.

For any number of inputs: python tests/fuzzing.py --count 100000
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from fuzz_mutators import bytewise
from fuzz_readers import READERS, Reader
from fuzzing import fuzz

SLOW = "reference graph"
COUNT, COUNT_SLOW = 150, 10


@pytest.mark.parametrize("reader", READERS, ids=[reader.name for reader in READERS])
def test_damaged_files_end_in_documented_errors(reader: Reader) -> None:
    report = fuzz(reader, COUNT_SLOW if reader.name == SLOW else COUNT)
    assert not report.others, report.others[0]
    assert report.accepted + report.refused.total() == report.inputs


def test_an_error_that_is_not_ours_is_noticed() -> None:
    def careless(path: Path) -> None:
        _ = {"a": 1}[path.read_text("latin1")]

    def make(folder: Path) -> Path:
        (folder / "file").write_text("a")
        return folder / "file"

    report = fuzz(Reader("careless", make, careless, (bytewise,)), 20)
    assert any("KeyError" in other for other in report.others)


def test_an_input_that_takes_without_end_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fuzzing.SECONDS_EACH", 0.05)

    def endless(path: Path) -> None:
        while path.read_bytes() != b"good":
            try:
                pass
            except Exception as error:
                raise AssertionError from error

    def make(folder: Path) -> Path:
        (folder / "file").write_bytes(b"good")
        return folder / "file"

    report = fuzz(dataclasses.replace(Reader("endless", make, endless, (bytewise,))), 1)
    assert any("Hang" in other for other in report.others)


def test_the_same_seed_gives_the_same_inputs() -> None:
    seen: list[bytes] = []
    (reader,) = [each for each in READERS if each.name == "run.json"]
    watched = dataclasses.replace(reader, read=lambda path: seen.append(path.read_bytes()))
    fuzz(watched, 20)
    fuzz(watched, 20)
    assert seen[:21] == seen[21:]
    assert len(set(seen)) > 15
