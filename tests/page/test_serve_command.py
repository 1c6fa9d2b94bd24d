"""`edgedigits serve` as a command: where it listens, what it serves, how it ends."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import Command, heed_ctrl_c
from site_client import DEADLINE, ask, running

from edgedigits.errors import ExitCode, WrongUse
from edgedigits.page import demo, page_json, serve
from edgedigits.page.page_models import PageModels
from edgedigits.page.site import Site

SITE = Site({"index.html": demo.page_source() / "index.html"})


def test_it_listens_on_this_machine_alone() -> None:
    with serve.listen(SITE) as server:
        assert server.server_address[0] == "127.0.0.1"
        assert server.is_local


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_taken_port_is_stepped_over(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "PORT", taken)
    monkeypatch.setattr(serve, "PORTS_TRIED", 1)
    with serve.listen(SITE) as server:
        assert server.port != taken


def test_a_port_that_was_asked_for_and_is_taken_is_an_error(
    edgedigits: Command, full_bundle: Path, tmp_path: Path, taken: int
) -> None:
    shutil.copytree(full_bundle, tmp_path / "my bundle")
    done = edgedigits("serve", "my bundle", "--port", str(taken), cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert done.error == [
        f"error: port {taken} is taken by another program",
        "leave out --port to get one that is free: edgedigits serve 'my bundle'",
    ]


@pytest.mark.parametrize("host", ["", "nowhere.invalid", "192.0.2.1"])
def test_a_host_that_is_none_is_an_error(host: str) -> None:
    with pytest.raises(WrongUse, match="address"):
        serve.listen(SITE, host)


def started(bundle: Path, cwd: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "edgedigits", "serve", bundle, *options],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=(cwd / "log").open("w"),
        text=True,
        preexec_fn=heed_ctrl_c,
    )


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_a_bundle_until_it_is_ended(
    full_bundle: Path, tmp_path: Path, end: signal.Signals
) -> None:
    with started(full_bundle, tmp_path, "--verbose") as process:
        assert process.stdout is not None
        found = re.match(r"(http://127\.0\.0\.1:\d+/) ", process.stdout.readline())
        assert found
        with urllib.request.urlopen(f"{found[1]}model/page.json", timeout=DEADLINE) as answer:
            page = json.load(answer)
        with urllib.request.urlopen(found[1], timeout=DEADLINE) as answer:
            index = answer.read()
        process.send_signal(end)
        assert process.wait(DEADLINE) == ExitCode.DONE
    assert b"<title>" in index
    assert page["schema_version"] == page_json.VERSION
    assert {model["scheme"] for model in page["models"]} == {
        "float32", "float16", "uint16", "uint8", "dynamic", "int8", "int16x8",
    }  # fmt: skip
    log = [
        line for line in (tmp_path / "log").read_text().splitlines() if "import time" not in line
    ]
    assert log[:2] == [
        f"GET /model/page.json HTTP/1.1 200 {len(json.dumps(page, separators=(',', ':'))) + 1}",
        f"GET / HTTP/1.1 200 {len(index)}",
    ]
    imported = (tmp_path / "log").read_text()
    assert "edgedigits.page.serve" in imported
    assert not re.search(
        r"\| +(tensorflow|keras|ai_edge_litert|matplotlib)$", imported, re.MULTILINE
    )
    assert [path.name for path in tmp_path.iterdir()] == ["log"]


def test_a_folder_that_was_written_is_served_with_the_users_own_words(
    models: PageModels, tmp_path: Path
) -> None:
    demo.write_page(models, tmp_path / "page")
    (tmp_path / "page" / "src" / "strings.js").write_text("export const strings = {};\n")
    opened = demo.open_models(tmp_path / "page")
    with running(Site(demo.served_files(tmp_path / "page", opened))) as server:
        assert ask(server, "/src/strings.js").body == b"export const strings = {};\n"
        assert ask(server, "/model/page.json").body == models.all_files()["page.json"]


@pytest.fixture(scope="module")
def models(full_bundle: Path) -> PageModels:
    return demo.open_models(full_bundle)


def test_without_any_bundle_it_says_how_to_make_one(
    edgedigits: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "index.html").write_text("<!doctype html>")
    monkeypatch.setattr(demo, "page_source", lambda: tmp_path / "source")
    with pytest.raises(WrongUse, match="there is no bundle"):
        demo.open_models(None)
    nowhere = edgedigits("serve", "nowhere", cwd=tmp_path)
    assert nowhere.code == ExitCode.DATA_BAD
    assert "does not exist" in nowhere.error[0]
