"""`edgedigits demo --single-file`: everything inside, and nothing of the user's lost on the way."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest
from command_line import Command

from edgedigits.bundle import publishing
from edgedigits.errors import ExitCode, WrongUse
from edgedigits.page import demo, single_file
from edgedigits.page.html import PageHtml
from edgedigits.page.page_models import PageModels

MOST_BYTES = 1_600_000
IMPORT = re.compile(r'(?:\bfrom|\bimport)\s*\(?"([^"]+\.js)"')


@pytest.fixture(scope="module")
def single(models: PageModels, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A single file's text, with the smallest model."""
    place = tmp_path_factory.mktemp("single") / "digits.html"
    single_file.write(models.only(["uint8"]), place)
    return place.read_bytes().decode()


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
        # Without models for LiteRT.js nobody asks for what runs them.
        assert set(imports) - {"./litert.js"} <= set(modules)
        assert len(imports) == len(IMPORT.findall(source))
        home = name.rpartition("/")[0]
        assert unquote(code).replace(f'"{home}/', '"./') == source.strip()


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


def test_two_writers_do_not_meet(models: PageModels, tmp_path: Path) -> None:
    place = tmp_path / "digits.html"
    with publishing.lock(place), pytest.raises(WrongUse, match="another process"):
        single_file.write(models.only(["uint8"]), place)
