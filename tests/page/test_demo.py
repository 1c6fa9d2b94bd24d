"""`edgedigits demo`: a whole page or a single file, and nothing of the user's lost on the way."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import Command

from edgedigits.bundle import bundle, publishing
from edgedigits.bundle.reject import Reject
from edgedigits.errors import DataBad, ExitCode, WrongUse
from edgedigits.page import demo, page_models, single_file
from edgedigits.page.html import PageHtml
from edgedigits.page.page_models import PageModels

MOST_BYTES = 1_600_000
IMPORT = re.compile(r'(?:\bfrom|\bimport)\s*\(?"([^"]+\.js)"')


@pytest.fixture(scope="module")
def models(full_bundle: Path) -> PageModels:
    return page_models.from_bundle(bundle.read(full_bundle))


@pytest.fixture(scope="module")
def single(models: PageModels, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A single file's text, with the smallest model."""
    place = tmp_path_factory.mktemp("single") / "digits.html"
    single_file.write(models.only(["uint8"]), place)
    return place.read_bytes().decode()


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_page_says_what_its_models_are(full_bundle: Path, tmp_path: Path) -> None:
    demo.write_page(bundle.read(full_bundle), tmp_path / "page")
    page = json.loads((tmp_path / "page" / "model" / "page.json").read_text())
    assert page["schema_version"] == 2
    smallest = min(page["models"], key=lambda model: model["gzip_bytes"])
    assert (page["default"], smallest["scheme"]) == (smallest["id"], "uint8")
    for model in page["models"]:
        file = f"{model['path']}"
        written = (tmp_path / "page" / "model" / file).read_bytes()
        assert written == (full_bundle / file).read_bytes()
    golden = (tmp_path / "page" / "model" / page["golden"]).read_bytes()
    assert golden == (full_bundle / "golden.json").read_bytes()
    assert not [path for path in contents(tmp_path / "page") if path.startswith(".")]


@pytest.mark.parametrize("reject", [None, Reject(1.5, 0.75)])
def test_the_page_learns_when_an_answer_is_no_digit(
    full_bundle: Path, monkeypatch: pytest.MonkeyPatch, reject: Reject | None
) -> None:
    opened = bundle.read(full_bundle)
    monkeypatch.setattr(type(opened.manifest), "reject", reject)
    page = page_models.from_bundle(opened).page
    told = None if reject is None else {"temperature": 1.5, "threshold": 0.75}
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
    assert "no TensorFlow.js model" in done.error[0]
    assert not (tmp_path / "page").exists()


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
        ("schema_version", 1),
        ("default", "tfjs-int4"),
        ("models", [{"id": "x", "scheme": "x", "path": "../../secret", "gzip_bytes": 1}]),
        ("models", []),
        ("golden", "nowhere.json"),
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


def test_a_single_file_asks_for_nothing(single: str) -> None:
    page = PageHtml(single)
    assert {element.tag for element in page.elements} <= {"script", "link", "video"}
    for element in page.elements:
        assert "src" not in element.attributes
        assert element.attributes.get("href", "data:image/").startswith("data:image/")
    rules = dict(part.strip().split(" ", 1) for part in page.policy.split(";"))
    assert (rules["default-src"], rules["connect-src"]) == ("'none'", "'none'")
    assert "'self'" not in page.policy
    assert "unsafe-inline" not in page.policy
    assert len(single.encode()) <= MOST_BYTES


def test_a_single_files_policy_allows_just_what_is_in_it(single: str) -> None:
    policy = PageHtml(single).policy
    inline = re.findall(r'<(?:script type="(?:module|importmap)"|style)>(.*?)</', single, re.DOTALL)
    digests = {base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in inline}
    assert set(re.findall(r"'sha256-([^']+)'", policy)) == digests
    assert len(digests) == 3


def test_modules_in_a_single_file_name_only_each_other(single: str) -> None:
    from urllib.parse import unquote

    found = re.search(r'<script type="importmap">(.*?)</script>', single)
    assert found
    modules = json.loads(found[1])["imports"]
    assert {"page/main.js", "page/src/strings.js", "page/vendor/tfjs-wasm.js"} < set(modules)
    assert "page/sw.js" not in modules
    for name, address in modules.items():
        kind, _, code = address.partition(",")
        assert kind == "data:text/javascript;charset=utf-8"
        source = (demo.page_source() / name.removeprefix("page/")).read_text("utf-8")
        imports = IMPORT.findall(unquote(code))
        assert set(imports) <= set(modules)
        assert len(imports) == len(IMPORT.findall(source))
        home = name.rpartition("/")[0]
        assert unquote(code).replace(f'"{home}/', '"./') == source.strip()


def test_a_page_has_no_sources_but_its_words(models: PageModels, tmp_path: Path) -> None:
    demo.write_page(models, tmp_path / "page")
    written = contents(tmp_path / "page")
    assert [path for path in written if path.startswith("src/")] == [demo.WORDS]
    served = demo.served_files(None, models)
    assert set(served) == set(written) - {demo.DIGESTS}


def test_files_in_a_single_file_are_the_pages_own(models: PageModels, single: str) -> None:
    files = demo.page_files(models.only(["uint8"]))
    block = re.compile(r'<script type="text/plain" data-path="(.*?)"(?: data-encoding="(\w+)")?>')
    held = {}
    for found in block.finditer(single):
        text = single[found.end() : single.index("</script>", found.end())]
        packed = base64.b64decode(text) if found[2] else text.replace("\\u003c", "<").encode()
        held[found[1]] = gzip.decompress(packed) if found[2] == "gzip" else packed
    assert held == {path: files[path] for path in held}
    assert {path for path in files if path.startswith("model/")} <= set(held)
    assert "vendor/tfjs-backend-wasm-simd.wasm.gz" in held
    assert "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION" in single


def test_a_file_that_pretends_to_end_its_block_does_not(models: PageModels) -> None:
    evil = "</script><script>alert()</script><!--"
    files = demo.page_files(models.only(["uint8"]))
    text = single_file.assemble({**files, "model/evil.json": json.dumps(evil).encode()})
    assert "alert()" in text
    assert text.count("<script") == single_file.assemble(files).count("<script") + 1
    assert "<!--" not in text


def test_a_single_file_goes_where_it_is_told(
    command: Command, full_bundle: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "index.html").write_text("mine")
    for out, place in (
        ("a b/digits.HTML", "a b/digits.HTML"),
        ("mine", "mine/edgedigits.html"),
        ("mine", "mine/edgedigits.html"),
    ):
        done = command("demo", full_bundle, "--single-file", "--out", out, cwd=tmp_path)
        assert done.code == ExitCode.DONE, done.err
        assert re.match(rf"{place}: [\d.]+ kB, with uint8 of", done.out)
        assert single_file.is_as_written((tmp_path / place).read_bytes())
    assert (tmp_path / "mine" / "index.html").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a b", "mine"]
    assert len(list((tmp_path / "mine").iterdir())) == 2


def test_a_single_file_never_replaces_what_somebody_wrote(
    models: PageModels, single: str, tmp_path: Path
) -> None:
    few = models.only(["uint8"])
    place = tmp_path / "digits.html"
    for text, told in (
        ("my own page", "was not written by edgedigits"),
        (single.replace("<h1>", "<h1>My "), "was changed since"),
    ):
        place.write_text(text)
        with pytest.raises(WrongUse, match=told):
            single_file.write(few, place)
        assert place.read_text() == text
    place.unlink()
    place.mkdir()
    with pytest.raises(WrongUse, match="is a folder"):
        single_file.write(few, place)


def test_a_single_file_is_there_whole_or_not_at_all(
    models: PageModels, single: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "digits.html"
    place.write_text(single)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        single_file.write(models, place)
    assert place.read_text() == single
    assert list(tmp_path.iterdir()) == [place]


def test_a_full_disk_is_told_and_leaves_nothing(
    command: Command, full_bundle: Path, tiny_disk: Path
) -> None:
    for options in (("--out", "page"), ("--single-file", "--out", "one.html")):
        done = command("demo", full_bundle, *options, cwd=tiny_disk)
        assert done.code == ExitCode.MACHINE_LACKS
        assert "disk is full" in done.error[0]
        assert list(tiny_disk.iterdir()) == []


def test_two_writers_do_not_meet(models: PageModels, tmp_path: Path) -> None:
    place = tmp_path / "digits.html"
    with publishing.lock(place), pytest.raises(WrongUse, match="another process"):
        single_file.write(models.only(["uint8"]), place)
