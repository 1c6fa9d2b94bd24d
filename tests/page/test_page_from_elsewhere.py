"""A page that somebody else made: nothing outside of it is read, served or written."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import Command
from site_client import ask, running

from edgedigits.errors import DataBad, ExitCode
from edgedigits.page import demo, page_models, site
from edgedigits.page.site import Site

SECRET = b"nobody outside may read this"
SHARD = "tfjs/uint8/group1-shard1of1.bin"
MODULE = "wasm/int8/model.wasm.gz"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page of somebody else's, and a secret beside it."""
    (tmp_path / "from").mkdir()
    shutil.copytree(demo.page_source(), tmp_path / "from" / "page")
    (tmp_path / "from" / "secret").write_bytes(SECRET)
    return tmp_path / "from" / "page"


def change(page: Path, where: tuple[str | int, ...], value: Any) -> None:
    path = page / "model" / "page.json"
    content = held = json.loads(path.read_text())
    for step in where[:-1]:
        held = held[step]
    held[where[-1]] = value
    path.write_text(json.dumps(content))


def link(page: Path, name: str, to: Path) -> None:
    """A link in the place of a page's file or folder."""
    place = page / "model" / name
    shutil.rmtree(place) if place.is_dir() else place.unlink()
    place.symlink_to(to)


def _away(page: Path, name: str) -> None:
    """The same content, but over a link."""
    elsewhere = (page / name).rename(page.parent / "elsewhere")
    (page / name).symlink_to(elsewhere)


def _shard(name: str) -> Callable[[Path], None]:
    def of(page: Path) -> None:
        path = page / "model" / "tfjs" / "uint8" / "model.json"
        content = json.loads(path.read_text())
        content["weightsManifest"][0]["paths"] = [name]
        path.write_text(json.dumps(content))

    return of


def _fifo(page: Path) -> None:
    (page / "model" / SHARD).unlink()
    os.mkfifo(page / "model" / SHARD)


def _grown(name: str) -> Callable[[Path], None]:
    return lambda page: os.truncate(page / "model" / name, 3_000_000_000)


def _golden(value: str) -> Callable[[Path], None]:
    return lambda page: change(page, ("golden",), value.replace("{home}", str(page.parent)))


def _path(value: str) -> Callable[[Path], None]:
    return lambda page: change(page, ("models", 0, "path"), value)


WAYS_OUT: dict[str, Callable[[Path], None]] = {
    "golden two folders up": _golden("../../secret"),
    "golden out and back": _golden("../model/golden.json"),
    "golden absolute": _golden("{home}/secret"),
    "golden with a NUL": _golden("golden\0.json"),
    "golden with backslashes": _golden("..\\..\\secret"),
    "golden on a drive": _golden("C:golden.json"),
    "model out and back": _path("tfjs/../../model/tfjs/float32/model.json"),
    "model absolute": _path("/etc/model.json"),
    "model with backslashes": _path("tfjs\\float32\\model.json"),
    "shard above": _shard("../../../../secret"),
    "shard absolute": _shard("/etc/passwd"),
    "shard with a NUL": _shard("a\0"),
    "shard with backslashes": _shard("..\\x.bin"),
    "shard on a drive": _shard("C:x.bin"),
    "shard that would break out of HTML": _shard('x"><script>.bin'),
    "golden is a link": lambda page: link(page, "golden.json", page.parent / "secret"),
    "shard is a link": lambda page: link(page, SHARD, page.parent / "secret"),
    "scheme's folder is a link": lambda page: _away(page, "model/tfjs/uint8"),
    "all models are a link": lambda page: _away(page, "model"),
    "page.json is a link": lambda page: _away(page, "model/page.json"),
    "shard is a pipe": _fifo,
    "page.json of 3 GB": _grown("page.json"),
    "model.json of 3 GB": _grown("tfjs/uint8/model.json"),
    "shard of 3 GB": _grown(SHARD),
    "golden.json of 3 GB": _grown("golden.json"),
    "self-test of 3 GB": _grown("self-test.json.gz"),
    "self-test two folders up": lambda page: change(page, ("self_test",), "../../secret"),
    "module is a link": lambda page: link(page, MODULE, page.parent / "secret"),
    "module's folder is a link": lambda page: _away(page, "model/wasm"),
    "module of 3 GB": _grown(MODULE),
    "module above": lambda page: change(page, ("models", 0, "path"), "../../secret"),
}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_no_way_leads_out_of_a_page(way: str, page: Path, command: Command, tmp_path: Path) -> None:
    WAYS_OUT[way](page)
    before = sorted(tmp_path.rglob("*"))
    for words in (("demo", "--out", "new/site"), ("demo", "--single-file"), ("serve",)):
        done = command(words[0], page, *words[1:], cwd=tmp_path)
        assert done.code == ExitCode.DATA_BAD
        assert len(done.error) == 2
        assert done.error[0].startswith("error: ")
    assert sorted(tmp_path.rglob("*")) == before


def test_files_that_are_not_the_models_stay_behind(page: Path, tmp_path: Path) -> None:
    for name in ("model/extra.txt", "model/tfjs/uint8/extra.bin", "model/tfjs/uint8/.hidden"):
        (page / name).write_bytes(SECRET)
    (page / "linked.txt").symlink_to(page.parent / "secret")
    models = demo.open_models(page)
    demo.write_page(models, tmp_path / "site")
    written = [path for path in (tmp_path / "site").rglob("*") if path.is_file()]
    assert SECRET not in {path.read_bytes() for path in written}
    with running(Site(demo.served_files(page, models))) as server:
        for name in ("model/extra.txt", "model/tfjs/uint8/extra.bin", "linked.txt"):
            assert ask(server, f"/{name}").status == 404
        assert ask(server, f"/model/{SHARD}").status == 200


def test_a_file_too_large_to_hold_is_not_given(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "MOST_BYTES", 1000)
    (page / "small.txt").write_bytes(b"x" * 1000)
    (page / "large.txt").write_bytes(b"x" * 1001)
    with running(Site(dict(demo.files_below(page)))) as server:
        assert ask(server, "/small.txt").status == 200
        assert ask(server, "/large.txt").status == 404


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("models", 0, "scheme"), "int9"),
        (("models", 0, "id"), "tfjs-uint8"),
        (("models", 0, "size_bytes"), 5),
        (("models", 1, "size_bytes"), 5),
        (("models", 0, "target"), "tfjs"),
        (("models", 1, "target"), "wasm"),
        (("models", 0, "target"), "tflite"),
        (("models", 0, "gzip_bytes"), 10**9),
        (("models", 0, "gzip_bytes"), -1),
        (("models",), []),
        (("models",), {}),
        (("default",), "tfjs-int4"),
        (("input", "shape"), [1, 28, 28, 3]),
        (("input", "shape"), []),
        (("input", "range"), [0.0]),
        (("input", "range"), [5, 5]),
        (("input", "range"), [0, float("nan")]),
        (("input", "range"), [0, 1e300]),
        (("input", "size"), [28]),
        (("input", "size"), [28, 14]),
        (("input", "size"), [784_000_000, 1]),
        (("input", "channels"), 3),
        (("input", "channels"), 2),
        (("input", "fit"), "shrink"),
        (("input", "fit"), None),
        (("input", "mean"), [0.5, 0.5, 0.5]),
        (("input", "mean"), ["0.5"]),
        (("input", "std"), [0]),
        (("input", "std"), [-1.0]),
        (("input", "order"), "RGB"),
        (("input", "layout"), "rows"),
        (("input",), []),
        (("output", "kind"), "classes"),
        (("labels",), ["0"] * 10),
        (("labels",), ["0"]),
        (("labels",), ["a", ""]),
        (("labels",), ["a", "b\n"]),
        (("labels",), ["a", "b" * 1_000]),
        (("labels",), [f"{n}" for n in range(22_001)]),
        (("reject", "temperature"), 0),
        (("reject", "threshold"), 1.5),
        (("reject", "sure"), 0.01),
        (("reject", "sure"), None),
        (("reject",), []),
        (("golden",), None),
        (("golden_bytes",), 5),
        (("golden",), "page.json"),
        (("self_test",), None),
        (("self_test",), "golden.json"),
        (("self_test_bytes",), 5),
        (("golden",), "x" * 50_000),
    ],
)
def test_what_no_page_of_ours_says_is_refused(
    page: Path, where: tuple[str | int, ...], value: Any
) -> None:
    change(page, where, value)
    with pytest.raises(DataBad, match="holds no models of a page") as caught:
        page_models.from_page(page / "model")
    assert len(str(caught.value).splitlines()) == 2
    assert len(caught.value.message) < 400
