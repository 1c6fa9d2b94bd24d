"""`edgedigits demo`: a whole page, and nothing of the user's lost on the way."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import Command

from edgedigits.bundle import bundle, own_folder
from edgedigits.bundle.artifact import record
from edgedigits.bundle.reject import Reject
from edgedigits.errors import DataBad, ExitCode, WrongUse
from edgedigits.page import demo, page_golden, page_models
from edgedigits.page.page_models import PageModels


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_page_says_what_its_models_are(full_bundle: Path, tmp_path: Path) -> None:
    demo.write_page(bundle.read(full_bundle), tmp_path / "page")
    page = json.loads((tmp_path / "page" / "model" / "page.json").read_text())
    assert page["schema_version"] == 5
    smallest = min(page["models"], key=lambda model: model["gzip_bytes"])
    assert (page["default"], smallest["scheme"]) == (smallest["id"], "uint8")
    for model in page["models"]:
        file = f"{model['path']}"
        written = (tmp_path / "page" / "model" / file).read_bytes()
        assert written == (full_bundle / file).read_bytes()
    golden = (tmp_path / "page" / "model" / page["golden"]).read_bytes()
    assert golden == (full_bundle / "golden.json").read_bytes()
    few = (tmp_path / "page" / "model" / page["self_test"]).read_bytes()
    assert (len(few), page["self_test"]) == (page["self_test_bytes"], "self-test.json.gz")
    assert not [path for path in contents(tmp_path / "page") if path.startswith(".")]


@pytest.mark.parametrize("reject", [None, Reject(1.5, 0.25, 0.75)])
def test_the_page_learns_when_an_answer_is_no_digit(
    full_bundle: Path, monkeypatch: pytest.MonkeyPatch, reject: Reject | None
) -> None:
    opened = bundle.read(full_bundle)
    monkeypatch.setattr(type(opened.manifest), "reject", reject)
    page = page_models.from_bundle(opened).page
    told = None if reject is None else {"temperature": 1.5, "threshold": 0.25, "sure": 0.75}
    assert page["reject"] == told


def test_a_page_is_replaced_by_a_newer_one(
    command: Command, full_bundle: Path, tmp_path: Path
) -> None:
    for schemes in ("all", "uint8,float16"):
        done = command("demo", full_bundle, "--out", "my page", "--scheme", schemes, cwd=tmp_path)
        assert done.code == ExitCode.DONE, done.err
        assert "edgedigits serve 'my page'" in done.out
    page = json.loads((tmp_path / "my page" / "model" / "page.json").read_text())
    assert [model["scheme"] for model in page["models"]] == ["float16", "uint8"]
    assert not (tmp_path / "my page" / "model" / "tfjs" / "float32").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["my page"]
    listed = subprocess.run(
        ["sha256sum", "--check", "--quiet", "DIGESTS"], cwd=tmp_path / "my page", check=False
    )
    assert listed.returncode == 0


def changed(page: Path) -> None:
    (page / "src" / "strings.js").write_text("export const strings = { title: 'Ziffern' };")


def added(page: Path) -> None:
    (page / "src" / "mine.js").write_text("")


def linked(page: Path) -> None:
    (page / "more").symlink_to(page.parent)


def unlisted(page: Path) -> None:
    (page / "DIGESTS").unlink()


def emptied(page: Path) -> None:
    shutil.rmtree(page)
    page.mkdir()
    (page / "thesis.txt").write_text("ten years of work")


@pytest.mark.parametrize("touch", [changed, added, linked, unlisted, emptied])
def test_what_a_user_put_into_a_page_is_never_lost(
    models: PageModels, tmp_path: Path, touch: Callable[[Path], None]
) -> None:
    page = tmp_path / "page"
    demo.write_page(models, page)
    touch(page)
    before = contents(page)
    with pytest.raises(WrongUse, match="would be lost"):
        demo.write_page(models, page)
    assert contents(page) == before


def test_what_a_file_manager_leaves_is_no_obstacle(models: PageModels, tmp_path: Path) -> None:
    demo.write_page(models, tmp_path / "page")
    (tmp_path / "page" / ".DS_Store").write_bytes(b"\0")
    demo.write_page(models, tmp_path / "page")
    assert not (tmp_path / "page" / ".DS_Store").exists()


def test_a_bundle_without_a_web_model_is_refused(
    command: Command, copied_bundle: Path, tmp_path: Path
) -> None:
    manifest = bundle.read_manifest(copied_bundle)
    only = tuple(each for each in manifest.artifacts if each.target == "tflite")
    bundle.write_manifest(replace(manifest, artifacts=only), copied_bundle)
    done = command("demo", copied_bundle, "--out", "page", cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert "no model to show in a browser" in done.error[0]
    assert not (tmp_path / "page").exists()


def test_golden_vectors_that_are_none_are_refused(
    copied_bundle: Path, command: Command, tmp_path: Path
) -> None:
    vectors = copied_bundle / "golden.json"
    vectors.write_text('{"schema_version": 1}')
    manifest = bundle.read_manifest(copied_bundle)
    golden = tuple(record(copied_bundle / each.path, copied_bundle) for each in manifest.golden)
    bundle.write_manifest(replace(manifest, golden=golden), copied_bundle)
    done = command("demo", copied_bundle, "--out", "page", cwd=tmp_path)
    assert done.code == ExitCode.DATA_BAD
    assert "golden.json is damaged" in done.error[0]
    assert not (tmp_path / "page").exists()


def _with_a_module(folder: Path) -> bytes:
    """Put a WebAssembly artifact into a bundle, as far as a page is concerned; its module."""
    module = b"\0asm" + bytes(2_000)
    place = folder / "wasm" / "int8"
    place.mkdir(parents=True)
    (place / "model.wasm").write_bytes(module)
    (place / "model.js").write_text("// It is not for pages.")
    manifest = bundle.read_manifest(folder)
    other = next(each for each in manifest.artifacts if each.id == "tflite-int8")
    files = tuple(record(place / name, folder) for name in ("model.wasm", "model.js"))
    added = replace(other, target="wasm", scheme="int8", entry=files[0].path, files=files)
    bundle.write_manifest(replace(manifest, artifacts=(*manifest.artifacts, added)), folder)
    return module


def test_a_model_without_a_library_is_what_a_page_opens_with(
    copied_bundle: Path, tmp_path: Path
) -> None:
    module = _with_a_module(copied_bundle)
    models = page_models.from_bundle(bundle.read(copied_bundle))
    assert models.default["id"] == "wasm-int8"
    assert models.default["size_bytes"] == len(module)
    assert models.default["gzip_bytes"] < 100
    demo.write_page(models, tmp_path / "page")
    written = contents(tmp_path / "page")
    assert gzip.decompress(written["model/wasm/int8/model.wasm.gz"]) == module
    assert "model/wasm/int8/model.js" not in written
    assert demo.open_models(tmp_path / "page").page == models.page
    assert b"tensorflow.js" not in written["index.html"]
    assert "vendor/tfjs.js" in written

    alone = demo.page_files(models.only(["int8"]))
    assert not [path for path in alone if path.startswith(("vendor/", "tensorflow", "model/tfjs"))]
    assert set(written) - set(alone) > {"tensorflow.js"}
    library = demo.page_files(models.only(["uint8"]))
    assert b'<link rel="modulepreload" href="tensorflow.js">' in library["index.html"]
    assert "model/wasm/int8/model.wasm.gz" not in library


def test_a_self_test_takes_the_surest_pictures_of_each_class() -> None:
    sure, unsure, other = [0.9, 0.1], [0.6, 0.4], [0.3, 0.7]
    assert page_golden.chosen([unsure, sure, other]) == [1, 2, 0]
    many = [unsure] * 20 + [sure] * 6 + [other] * 2
    assert sorted(page_golden.chosen(many)) == [0, 1, *range(20, 28)]


def test_an_unknown_scheme_is_told(command: Command, full_bundle: Path, tmp_path: Path) -> None:
    done = command("demo", full_bundle, "--out", "page", "--scheme", "uint9", cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert "did you mean uint" in done.error[0]
    assert list(tmp_path.iterdir()) == []


def test_models_come_back_out_of_a_page(models: PageModels, tmp_path: Path) -> None:
    demo.write_page(models, tmp_path / "page")
    found = page_models.from_page(tmp_path / "page" / "model")
    assert (found.page, found.files) == (models.page, models.files)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("schema_version", 2),
        ("default", "tfjs-int4"),
        ("models", [{"id": "x", "scheme": "x", "path": "../../secret", "gzip_bytes": 1}]),
        ("models", []),
        ("golden", "nowhere.json"),
        ("self_test", "golden.json"),
    ],
)
def test_a_damaged_page_is_refused(
    models: PageModels, tmp_path: Path, name: str, value: object
) -> None:
    demo.write_page(models, tmp_path / "page")
    path = tmp_path / "page" / "model" / "page.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), name: value}))
    with pytest.raises(DataBad, match="model"):
        page_models.from_page(path.parent)


def test_a_page_has_no_sources_but_its_words(models: PageModels, tmp_path: Path) -> None:
    demo.write_page(models, tmp_path / "page")
    written = contents(tmp_path / "page")
    assert [path for path in written if path.startswith("src/")] == [demo.WORDS]
    served = demo.served_files(None, models)
    assert set(served) == set(written) - {own_folder.DIGESTS}


def test_a_full_disk_is_told_and_leaves_nothing(
    command: Command, full_bundle: Path, tiny_disk: Path
) -> None:
    for options in (("--out", "page"), ("--single-file", "--out", "one.html")):
        done = command("demo", full_bundle, *options, cwd=tiny_disk)
        assert done.code == ExitCode.MACHINE_LACKS
        assert "disk is full" in done.error[0]
        assert list(tiny_disk.iterdir()) == []
