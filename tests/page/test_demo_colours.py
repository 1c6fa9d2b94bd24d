"""`edgedigits demo` of models that take other pictures than digits."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import colours
import pytest
from command_line import Command

from edgedigits.bundle import bundle
from edgedigits.errors import DataBad, ExitCode
from edgedigits.page import demo, page_json, page_models, single_file
from edgedigits.page.html import PageHtml
from edgedigits.page.page_models import PageModels

HTML = [f"</script><script>alert({n})</script>" for n in range(len(colours.CLASSES))]


@pytest.fixture(scope="module")
def models(colour_bundle: Path) -> PageModels:
    return page_models.from_bundle(bundle.read(colour_bundle))


def test_a_page_says_all_of_the_contract(
    command: Command, colour_bundle: Path, tmp_path: Path
) -> None:
    done = command("demo", colour_bundle, "--out", "page", cwd=tmp_path)
    assert done.code == ExitCode.DONE, done.err
    page = json.loads((tmp_path / "page" / "model" / "page.json").read_text())
    said = dict(page["input"])
    (artifact, *_) = (
        each for each in bundle.read(colour_bundle).manifest.artifacts if each.target == "tfjs"
    )
    assert (said.pop("name"), said.pop("shape")) == (artifact.input.name, [1, 20, 28, 3])
    assert said == artifact.pixels.as_json()
    assert page["labels"] == list(colours.CLASSES)
    assert page["golden_bytes"] == (colour_bundle / "golden.json").stat().st_size
    assert page["reject"] is None


def test_models_come_back_out_of_a_page(models: PageModels, tmp_path: Path) -> None:
    demo.write_page(models, tmp_path / "page")
    found = demo.open_models(tmp_path / "page")
    assert (found.page, found.files) == (models.page, models.files)


def test_the_page_is_marked_for_pictures_and_that_for_digits_is_not(models: PageModels) -> None:
    digits = page_models.from_page(demo.page_source() / page_models.FOLDER)
    carried = (demo.page_source() / demo.INDEX).read_bytes().splitlines()
    added = [
        line for line in demo.page_files(digits)[demo.INDEX].splitlines() if line not in carried
    ]
    assert added == [
        b'  <link rel="preload" as="fetch" href="model/%s" crossorigin>' % name.encode()
        for name in (digits.default["path"], digits.page["self_test"])
    ]
    signs = PageModels(
        "signs", {**digits.page, "labels": [chr(65 + n) for n in range(26)]}, digits.files
    )
    for each, kind, word in ((models, b"pictures", b"picture"), (signs, b"signs", b"sign")):
        index = demo.page_files(each)[demo.INDEX]
        assert index == demo.served_files(None, each)[demo.INDEX]
        assert b'<html data-kind="%s" lang="en">' % kind in index
        assert word in index[index.index(b'name="description"') :].split(b">")[0]
        assert b"digit" not in index[index.index(b'name="description"') :].split(b">")[0]
        assert page_json.kind(each.page).encode() == kind


def test_names_of_classes_do_not_break_out_of_a_single_file(models: PageModels) -> None:
    few = models.only(["uint8"])
    plain = single_file.assemble(demo.page_files(few))
    odd = PageModels("odd", {**few.page, "labels": HTML}, few.files)
    text = single_file.assemble(demo.page_files(odd))
    assert "alert(5)" in text
    assert text.count("<script") == plain.count("<script")
    assert PageHtml(text).policy.split(";")[0] == PageHtml(plain).policy.split(";")[0]


def test_22_000_classes_fit(models: PageModels, tmp_path: Path) -> None:
    names = [f"класс {n}".ljust(60, "x") for n in range(22_000)]
    many = PageModels("many", {**models.page, "labels": names}, models.files)
    demo.write_page(many, tmp_path / "page")
    assert demo.open_models(tmp_path / "page").page["labels"] == names


def _labels(count: int) -> Callable[[dict[str, Any]], object]:
    return lambda page: page.update(labels=[f"class {n}" for n in range(count)])


def _input(**said: Any) -> Callable[[dict[str, Any]], object]:
    return lambda page: page["input"].update(said)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_input(size=[28, 28]), "no picture of"),
        (_input(size=[0, 560]), "size"),
        (_input(shape=[2, 20, 28, 3]), "several pictures"),
        (_input(range=[1, 1]), "same value"),
        (_input(range=[0, 1e9]), "range"),
        (_input(mean=[0.5]), "mean"),
        (_input(std=[0.25, 0, 0.3]), "std"),
        (_input(order=None), "order"),
        (_input(fit="digit"), "fits pictures as digits"),
        (_input(layout=None), "layout"),
        (_labels(1), "names of classes"),
        (lambda page: page["labels"].append("red disc"), "there twice"),
        (lambda page: page.update(golden_bytes=page["golden_bytes"] + 1), "golden vectors"),
        (lambda page: page.update(schema_version=2), "schema version 2"),
    ],
)
def test_what_cannot_be_is_refused(
    models: PageModels, tmp_path: Path, change: Callable[[dict[str, Any]], object], told: str
) -> None:
    demo.write_page(models, tmp_path / "page")
    path = tmp_path / "page" / "model" / "page.json"
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    with pytest.raises(DataBad, match=told) as caught:
        demo.open_models(tmp_path / "page")
    assert caught.value.hint == "write the page again: edgedigits demo BUNDLE --out FOLDER"
