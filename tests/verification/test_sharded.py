"""Verification on shards says what it says on one file of the same pictures, or which is bad."""

from __future__ import annotations

import json
import shutil
import sys
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from command_line import Command

from edgedigits.bundle import bundle
from edgedigits.errors import PicturesBad
from edgedigits.verification import unseen, verify
from edgedigits.verification.running.floats import Floats
from edgedigits.verification.running.threads import Threads

LIMIT = "90"


@pytest.fixture(scope="module")
def shards(
    nano_bundle: Path, pictures: Path, command: Command, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Four shards of what `verify` takes of `pictures`. Not to be written to."""
    place = tmp_path_factory.mktemp("sharded")
    asked = ("--bundle", nano_bundle, "--limit", LIMIT, "--pictures-per-shard", "25")
    done = command("datasets", "shard", pictures, *asked, "--out", "shards", cwd=place)
    assert done.code == 0, done.err
    assert "90 pictures in 4 shards" in done.out
    assert [each.name for each in place.iterdir()] == ["shards"]
    return place / "shards"


def told(found: Any) -> Any:
    """A JSON report without times and the name of the data set."""
    if isinstance(found, dict):
        return {
            key: told(value)
            for key, value in found.items()
            if "seconds" not in key and key not in ("dataset", "fingerprint", "name")
        }
    return [told(each) for each in found] if isinstance(found, list) else found


def in_memory(shards: Path) -> str:
    """The same shards in an object store of this process."""
    fsspec = pytest.importorskip("fsspec", reason="needs fsspec: pip install 'edgedigits[shards]'")
    store = fsspec.filesystem("memory")
    for file in shards.iterdir():
        store.pipe_file(f"/bucket/{shards.parent.name}/{file.name}", file.read_bytes())
    return f"memory://bucket/{shards.parent.name}"


def test_the_result_is_that_of_one_file(
    nano_bundle: Path, pictures: Path, shards: Path, command: Command, tmp_path: Path
) -> None:
    results = []
    for asked in ((pictures, "--limit", LIMIT), (shards,), (in_memory(shards),)):
        done = command(
            "verify", nano_bundle, "--dataset", *asked, "--json", "it.json", cwd=tmp_path
        )
        results.append((done.code, told(json.loads((tmp_path / "it.json").read_text()))))
    assert results[0] == results[1] == results[2]
    assert results[0][1]["results"]


def test_an_evaluation_is_that_of_one_file(
    nano_bundle: Path, pictures: Path, shards: Path, command: Command, tmp_path: Path
) -> None:
    results = []
    for asked in ((pictures, "--limit", LIMIT), (shards,)):
        done = command(
            "evaluate", nano_bundle, "--dataset", *asked, "--json", "it.json", cwd=tmp_path
        )
        assert done.code == 0, done.err
        results.append(told(json.loads((tmp_path / "it.json").read_text())))
    assert results[0] == results[1]


@pytest.fixture
def broken(shards: Path, tmp_path: Path) -> Path:
    """The same, of which one shard has a wrong byte."""
    place = tmp_path / "broken"
    shutil.copytree(shards, place)
    file = place / "000003.npz"
    file.write_bytes(file.read_bytes()[:-1] + b"\1")
    return place


def test_a_bad_shard_ends_it(nano_bundle: Path, broken: Path, command: Command) -> None:
    for place in (str(broken), in_memory(broken)):
        done = command("verify", nano_bundle, "--dataset", place, cwd=broken.parent)
        assert done.code == 4
        errors = [line for line in done.error if line.startswith("error: ")]
        assert len(errors) == 1
        assert errors[0].endswith("/000003.npz has another SHA-256 than index.json says")
        assert not done.out


def test_a_bad_shard_is_no_artifacts_fault(nano_bundle: Path, pictures: Path, broken: Path) -> None:
    manifest = bundle.read(nano_bundle).manifest
    whole = unseen.of_bundle(manifest, str(pictures), data_dir=None, limit=int(LIMIT))
    asked: Future[Floats] = Future()
    asked.set_result(verify.float_answers(manifest, nano_bundle, whole))
    found = unseen.of_bundle(manifest, str(broken), data_dir=None, limit=None)
    with pytest.raises(PicturesBad, match="000003"):
        verify.verify(manifest, nano_bundle, found, executor=Threads(floats=asked))


def test_nothing_is_learnt_from_them(shards: Path, command: Command, tmp_path: Path) -> None:
    for words in (("train", "--dataset"), ("export", "ready:nano", "--dataset")):
        done = command(*words, shards, cwd=tmp_path)
        assert done.code == 2
        assert "shards are for verify and evaluate" in done.err
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_written_is_refused(
    pictures: Path, shards: Path, command: Command, tmp_path: Path
) -> None:
    for words, said in (
        (("--out", shards), "is there already"),
        (("--out", "new", "--pictures-per-shard", "100000"), "at most: --pictures-per-shard 85598"),
        (("--out", "new", "--kind", "zip"), "there is no kind 'zip'"),
    ):
        done = command("datasets", "shard", pictures, *words, cwd=tmp_path)
        assert (done.code, said in done.err) == (2, True), done.err
    assert not list(tmp_path.iterdir())


def test_a_url_that_nothing_here_reads_is_told(
    nano_bundle: Path, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("fsspec", reason="needs fsspec: pip install 'edgedigits[shards]'")
    for place, code, said in (
        ("memory://nothing/there", 4, "memory://nothing/there/index.json is missing"),
        ("odd://bucket/prefix", 2, "odd"),
    ):
        done = command("verify", nano_bundle, "--dataset", place, cwd=tmp_path)
        assert (done.code, said in done.err) == (code, True), done.err
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    done = command("verify", nano_bundle, "--dataset", "s3://bucket/prefix", cwd=tmp_path)
    assert done.code == 3
    assert "pip install 'edgedigits[shards]'" in done.err
