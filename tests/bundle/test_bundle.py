"""A bundle is read only if every part of it is what its manifest says."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import Command
from jsonschema import Draft202012Validator

from edgedigits.bundle import bundle, golden, manifest_check
from edgedigits.errors import DataBad, ExitCode
from edgedigits.verification import promises, verify

Change = Callable[[dict[str, Any], Path], object]


def manifest(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return content


def rewrite(folder: Path, content: object) -> None:
    (folder / "manifest.json").write_text(json.dumps(content))


def required(schema: dict[str, Any], content: Any, path: tuple[Any, ...]) -> Iterator[Any]:
    """Paths of every field the schema asks for, of the first entry of each list."""
    if "$ref" in schema:
        schema = manifest_check.schema()["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    if "oneOf" in schema or "anyOf" in schema:
        choices = schema.get("oneOf") or schema["anyOf"]
        kind = "null" if content is None else "object"
        schema = next(each for each in choices if each.get("type", "object") == kind)
    if isinstance(content, dict):
        for name in schema.get("required", []):
            yield (*path, name)
            yield from required(schema["properties"][name], content[name], (*path, name))
    elif isinstance(content, list) and content and isinstance(schema.get("items"), dict):
        yield from required(schema["items"], content[0], (*path, 0))


def test_the_manifest_of_an_export_fits_its_schema(full_bundle: Path) -> None:
    Draft202012Validator.check_schema(manifest_check.schema())
    Draft202012Validator(manifest_check.schema()).validate(manifest(full_bundle))


def test_a_manifest_without_any_one_of_its_fields_is_refused(copied_bundle: Path) -> None:
    whole = manifest(copied_bundle)
    paths = list(required(manifest_check.schema(), whole, ()))
    assert len(paths) > 50
    for path in paths:
        content = copy.deepcopy(whole)
        holder: Any = content
        for step in path[:-1]:
            holder = holder[step]
        del holder[path[-1]]
        rewrite(copied_bundle, content)
        with pytest.raises(DataBad) as caught:
            bundle.read_manifest(copied_bundle)
        name = "schema version" if path[-1] == "schema_version" else str(path[-1])
        assert name in caught.value.message, path
    rewrite(copied_bundle, whole)
    bundle.read(copied_bundle)


def test_reading_gives_back_what_was_written(full_bundle: Path) -> None:
    assert bundle.read_manifest(full_bundle).as_json() == manifest(full_bundle)


def test_the_manifest_vouches_for_every_file(full_bundle: Path) -> None:
    vouched = {file.path for file in bundle.read(full_bundle).manifest.files()}
    present = {
        path.relative_to(full_bundle).as_posix()
        for path in full_bundle.rglob("*")
        if path.is_file()
    }
    assert present == vouched | {"manifest.json"}


def test_sizes_and_digests_are_those_of_the_files(full_bundle: Path) -> None:
    for file in bundle.read(full_bundle).manifest.files():
        content = (full_bundle / file.path).read_bytes()
        assert file.size_bytes == len(content)
        assert file.sha256 == hashlib.sha256(content).hexdigest()
        assert 0 < file.gzip_bytes < len(content) + 100


def first_file(content: dict[str, Any]) -> dict[str, Any]:
    file: dict[str, Any] = content["artifacts"][0]["files"][0]
    return file


def change_a_byte(content: dict[str, Any], folder: Path) -> None:
    path = folder / first_file(content)["path"]
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.write_bytes(whole)


def cut_off(content: dict[str, Any], folder: Path) -> None:
    path = folder / content["golden"][0]["path"]
    path.write_bytes(path.read_bytes()[:-1])


def point_outside(content: dict[str, Any], folder: Path) -> None:
    outside = folder.parent / "outside.bin"
    outside.write_bytes(b"anything")
    content["golden"][0].update(
        path="../outside.bin", sha256=hashlib.sha256(b"anything").hexdigest()
    )


def link_outside(content: dict[str, Any], folder: Path) -> None:
    path = folder / first_file(content)["path"]
    path.rename(folder.parent / "moved.tflite")
    path.symlink_to(folder.parent / "moved.tflite")


def point_to_root(content: dict[str, Any], _folder: Path) -> None:
    content["golden"][0]["path"] = "/etc/passwd"


def open_another_file(content: dict[str, Any], folder: Path) -> None:
    # The file that would be run is not one whose digest was checked.
    (folder / "tflite" / "other.tflite").write_bytes(b"anything")
    content["artifacts"][0]["entry"] = "tflite/other.tflite"


BROKEN: list[tuple[str, Change, str]] = [
    ("a byte changed", change_a_byte, "was changed"),
    ("the end cut off", cut_off, "was changed"),
    ("a file gone", lambda c, f: (f / first_file(c)["path"]).unlink(), "is missing"),
    ("the reference gone", lambda _, f: (f / "reference" / "graph.pb").unlink(), "is missing"),
    ("newer version", lambda c, _: c.update(schema_version=4), "schema version 4"),
    ("no version", lambda c, _: c.pop("schema_version"), "schema version None"),
    ("version as words", lambda c, _: c.update(schema_version="1"), "schema version 1"),
    ("no artifacts", lambda c, _: c.update(artifacts=[]), "artifacts"),
    ("an unknown field", lambda c, _: c.update(more=1), "more"),
    ("outside the folder", point_outside, "outside the bundle"),
    ("linked outside", link_outside, "outside the bundle"),
    ("an absolute path", point_to_root, "outside the bundle"),
    ("an unchecked entry", open_another_file, "other.tflite"),
    ("a label twice", lambda c, _: c["artifacts"][0].update(labels=["1"] * 10), "labels"),
    ("nine labels", lambda c, _: c["artifacts"][0]["labels"].pop(), "not one number for each"),
    ("an unknown target", lambda c, _: c["artifacts"][0].update(target="abacus"), "target"),
    ("an unknown scheme", lambda c, _: c["artifacts"][0].update(scheme="int3"), "scheme"),
    ("an id of another", lambda c, _: c["artifacts"][0].update(id="tfjs-uint8"), "id"),
    ("the same id twice", lambda c, _: c["artifacts"].append(c["artifacts"][0]), "artifacts"),
]


@pytest.mark.parametrize(("change", "says"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN])
def test_a_bundle_that_is_not_as_it_says_is_refused_and_nothing_is_run(
    copied_bundle: Path,
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
    change: Change,
    says: str,
) -> None:
    content = manifest(copied_bundle)
    change(content, copied_bundle)
    rewrite(copied_bundle, content)

    def run_nothing(*_: object, **__: object) -> None:
        pytest.fail("an artifact was run")

    monkeypatch.setattr(verify, "verify", run_nothing)
    done = command("verify", copied_bundle, cwd=copied_bundle)
    assert done.code == ExitCode.DATA_BAD
    assert len(done.error) == 2
    assert says in done.error[0]
    assert "edgedigits export" in done.error[1]


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'"schema_version"'])
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "manifest.json").write_bytes(text)
    with pytest.raises(DataBad, match=r"manifest\.json"):
        bundle.read(tmp_path)


def test_no_bundle_and_no_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(DataBad, match=r"has no manifest\.json"):
        bundle.read(tmp_path)
    with pytest.raises(DataBad, match="does not exist"):
        bundle.read(tmp_path / "nowhere")


def test_an_artifact_is_found_by_its_id(full_bundle: Path) -> None:
    opened = bundle.read(full_bundle)
    assert opened.artifact("tfjs-uint8").entry == "tfjs/uint8/model.json"
    with pytest.raises(KeyError):
        opened.artifact("tflite-int3")


def test_golden_vectors_are_the_same_as_npz_and_as_json(full_bundle: Path) -> None:
    held = golden.read(full_bundle)
    written = json.loads((full_bundle / "golden.json").read_text())
    pixels = base64.b64decode(written["pictures"]["base64"])
    images = np.frombuffer(pixels, np.uint8).reshape(written["pictures"]["shape"])
    np.testing.assert_array_equal(images, held.images)
    np.testing.assert_array_equal(written["labels"], held.labels)
    probabilities = np.array(written["probabilities"], np.float32)
    np.testing.assert_array_equal(probabilities, held.probabilities)


def test_golden_vectors_are_the_float_models_answers(full_bundle: Path) -> None:
    from edgedigits.runtimes.tensorflow.float_model import FloatModel

    opened = bundle.read(full_bundle).manifest
    held = golden.read(full_bundle)
    assert held.images.shape == (32, 28, 28)
    model = FloatModel(opened.reference, full_bundle, opened.artifacts[0].pixels, logits=False)
    # The last bit is TensorFlow's own: it can differ where a machine has far more work than cores.
    found = model.probabilities(held.images)
    np.testing.assert_allclose(found, held.probabilities, rtol=0, atol=1e-6)


NEIGHBOURS = (
    "MODEL_CARD.md", "LICENSE", "notes.md", "model.sig", ".DS_Store", "tflite/Thumbs.db",
    ".gitattributes", ".git/config", "reports/verification.json", "reports/mine.xml",
    "rejected/tflite-int4/model.tflite", "rejected/tflite-int4/reasons.json",
)  # fmt: skip


def test_what_people_and_programs_keep_beside_a_bundle_is_let_be(copied_bundle: Path) -> None:
    for name in NEIGHBOURS:
        (copied_bundle / name).parent.mkdir(parents=True, exist_ok=True)
        (copied_bundle / name).write_text("mine")
    promises.check(bundle.read(copied_bundle))


@pytest.mark.parametrize(
    "name",
    ["model.tflite", "golden2.npz", "tflite/README.md", "other/file", "rejected/x/model.tflite",
     "reference/graph2.pb", "labels.txt", "tfjs/uint8/group1-shard2of2.bin"],
)  # fmt: skip
def test_anything_else_that_is_not_named_is_refused(name: str, copied_bundle: Path) -> None:
    (copied_bundle / name).parent.mkdir(parents=True, exist_ok=True)
    (copied_bundle / name).write_text("mine")
    opened = bundle.read(copied_bundle)
    with pytest.raises(DataBad, match=re.escape(repr(name))):
        promises.check(opened)


def test_another_programs_compression_passes(copied_bundle: Path) -> None:
    content = manifest(copied_bundle)
    for artifact in content["artifacts"]:
        for file in artifact["files"]:
            file["gzip_bytes"] = round(file["gzip_bytes"] * 1.04)
        artifact["gzip_bytes"] = sum(file["gzip_bytes"] for file in artifact["files"])
    rewrite(copied_bundle, content)
    promises.check(bundle.read(copied_bundle))


def test_a_bundle_behind_a_link_is_read(copied_bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "current").symlink_to(copied_bundle)
    promises.check(bundle.read(tmp_path / "current"))


def test_a_large_file_is_refused_before_it_is_read(
    copied_bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = manifest(copied_bundle)
    os.truncate(copied_bundle / first_file(content)["path"], 3_000_000_000)

    def digest_nothing(*_: object) -> None:
        pytest.fail("a file was read")

    monkeypatch.setattr(hashlib, "file_digest", digest_nothing)
    with pytest.raises(DataBad, match="3,000,000,000 bytes"):
        bundle.read(copied_bundle)


def test_a_manifest_of_100_000_artifacts_is_refused_before_its_schema_is_tried(
    copied_bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = manifest(copied_bundle)
    content["artifacts"] = [{}] * 100_000
    rewrite(copied_bundle, content)
    monkeypatch.setattr(manifest_check, "_misfit", lambda _: pytest.fail("the schema was tried"))
    with pytest.raises(DataBad, match="100,000 entries"):
        bundle.read_manifest(copied_bundle)
    content["artifacts"] = content["artifacts"][:0]
    content["created"] = "x" * 16_000_000
    rewrite(copied_bundle, content)
    with pytest.raises(DataBad, match="larger than 16,000,000 bytes"):
        bundle.read_manifest(copied_bundle)
