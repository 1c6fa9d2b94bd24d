"""`edgedigits demo --litert`: the bundle's .tflite files in a page, with what runs them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from command_line import Command

from edgedigits.bundle import bundle
from edgedigits.errors import DataBad, ExitCode
from edgedigits.page import demo, page_models
from edgedigits.runtimes.litertjs import litertjs_browser

ID = "tflite-int8"
PLACE = "model/tflite/int8/model.tflite"


@pytest.fixture
def page(wasm_bundle: Path, tmp_path: Path) -> Path:
    """The page of a bundle with `wasm-int8` and `tflite-int8`."""
    demo.write_page(demo.open_models(wasm_bundle, litert=True), tmp_path / "page")
    return tmp_path / "page"


def entry(page: Path) -> dict[str, Any]:
    models = json.loads((page / "model" / "page.json").read_text())["models"]
    return next(each for each in models if each["id"] == ID)


def test_a_page_has_the_files_as_they_are_and_what_runs_them(
    command: Command, wasm_bundle: Path, tmp_path: Path
) -> None:
    done = command("demo", wasm_bundle, "--litert", "--out", "page", cwd=tmp_path)
    assert done.code == ExitCode.DONE, done.err
    page = tmp_path / "page"
    assert (page / PLACE).read_bytes() == (wasm_bundle / "tflite/model-int8.tflite").read_bytes()
    assert entry(page)["stored"]["input"] == {"scale": 1.0, "zero_point": 0}
    for path, file in litertjs_browser.library().items():
        assert (page / path).read_bytes() == file.read_bytes()
    index = (page / "index.html").read_bytes()
    assert b"litert" not in index
    assert index == demo.page_files(demo.open_models(wasm_bundle))["index.html"]


def test_without_being_asked_for_there_is_nothing_of_it(wasm_bundle: Path, page: Path) -> None:
    for source in (wasm_bundle, page):
        files = demo.page_files(demo.open_models(source))
        assert not [path for path in files if "litert" in path or "tflite" in path]
        assert b"tflite" not in files["model/page.json"]


def test_it_comes_back_out_of_a_page(wasm_bundle: Path, page: Path) -> None:
    found = demo.open_models(page, litert=True)
    models = demo.open_models(wasm_bundle, litert=True)
    assert (found.page, found.files) == (models.page, models.files)
    assert set(demo.served_files(page, found)) >= {PLACE, *litertjs_browser.library()}


def test_a_bundle_with_nothing_else_opens_with_it(
    command: Command, wasm_bundle: Path, tmp_path: Path
) -> None:
    shutil.copytree(wasm_bundle, tmp_path / "bundle")
    manifest = bundle.read_manifest(tmp_path / "bundle")
    only = tuple(each for each in manifest.artifacts if each.target == "tflite")
    bundle.write_manifest(replace(manifest, artifacts=only), tmp_path / "bundle")
    models = demo.open_models(tmp_path / "bundle", litert=True)
    assert models.default["id"] == ID
    files = demo.page_files(models)
    assert b'<link rel="modulepreload" href="litert.js">' in files["index.html"]
    assert not [path for path in files if path.startswith(("vendor/", "tensorflow"))]
    demo.write_page(models, tmp_path / "my page")
    for folder, shown in (("bundle", "bundle"), ("my page", "'my page'")):
        refused = command("demo", folder, "--out", "other", cwd=tmp_path)
        assert refused.code == ExitCode.WRONG_USE
        assert refused.error == [
            f"error: {folder} has no model to show in a browser",
            f"show its .tflite files on LiteRT.js: edgedigits demo {shown} --litert",
        ]


def test_a_single_file_is_without_it_and_says_so(
    command: Command, page: Path, tmp_path: Path
) -> None:
    refused = command("demo", page, "--single-file", "--litert", cwd=tmp_path)
    assert refused.code == ExitCode.WRONG_USE
    assert refused.error == [
        "error: one file cannot hold LiteRT.js",
        "leave out --litert, or --single-file",
    ]
    done = command("demo", page, "--single-file", cwd=tmp_path)
    assert done.code == ExitCode.DONE, done.err
    assert "tflite/" not in (tmp_path / "edgedigits.html").read_text().partition("<body>")[2]


@pytest.mark.parametrize(
    "damage",
    [
        lambda model: model["stored"].pop("output"),
        lambda model: model["stored"]["input"].update(scale=0),
        lambda model: model["stored"]["input"].update(zero_point=0.5),
        lambda model: model.update(layout="sideways"),
    ],
    ids=["gone", "no scale", "between numbers", "no layout"],
)
def test_what_is_no_way_to_store_numbers_is_refused(
    page: Path, damage: Callable[[dict[str, Any]], object]
) -> None:
    path = page / "model" / page_models.PAGE_JSON
    content = json.loads(path.read_text())
    damage(next(each for each in content["models"] if each["id"] == ID))
    path.write_text(json.dumps(content))
    with pytest.raises(DataBad, match="holds no models of a page"):
        demo.open_models(page, litert=True)
