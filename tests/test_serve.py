"""`edgedigits serve`: the page on this machine, and nothing else of it, to nobody else."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from command_line import Command, heed_ctrl_c

from edgedigits import demo, page_models, serve
from edgedigits.errors import ExitCode, WrongUse
from edgedigits.page_models import PageModels
from edgedigits.serve import Server
from edgedigits.site import Site

DEADLINE = 60
SECRET = b"nobody outside may read this"
PAGE = """<!doctype html><html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'self'; img-src blob:">
</head><body></body></html>"""


@dataclass(frozen=True)
class Answer:
    """What came back over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a site in it, and a secret beside it."""
    home = tmp_path_factory.mktemp("site")
    folder = home / "page"
    (folder / "src").mkdir(parents=True)
    (folder / "sub").mkdir()
    (home / "secret.txt").write_bytes(SECRET)
    (folder / ".hidden").write_bytes(SECRET)
    (folder / "index.html").write_text(PAGE)
    (folder / "sub" / "index.html").write_text(PAGE)
    (folder / "src" / "main.js").write_text("export const words = 'one two';\n" * 40)
    (folder / "data.json").write_text(json.dumps(list(range(500))))
    (folder / "some.webmanifest").write_text("{}")
    (folder / "icon.svg").write_text("<svg/>")
    (folder / "weights.bin").write_bytes(os.urandom(1000))
    (folder / "binary.wasm").write_bytes(b"\0asm" + bytes(1000))
    (folder / "binary.wasm.gz").write_bytes(gzip.compress(b"\0asm" + bytes(100_000)))
    (folder / "a b.txt").write_text("blank")
    (folder / "link.txt").symlink_to(home / "secret.txt")
    (folder / "linked").symlink_to(home)
    return home


@contextlib.contextmanager
def running(site: Site, **options: object) -> Iterator[Server]:
    with Server(site, **options) as server:  # type: ignore[arg-type]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def site(home: Path) -> Site:
    return Site(dict(demo.files_below(home / "page")))


@pytest.fixture(scope="module")
def server(site: Site) -> Iterator[Server]:
    with running(site) as running_server:
        yield running_server


def parsed(raw: bytes) -> Answer:
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return Answer(int(first.split()[1]), headers, body)


def send(server: Server, raw: bytes) -> bytes:
    """Whatever comes back for these bytes, until the server closes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=DEADLINE) as connection:
        connection.sendall(raw)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def ask(server: Server, target: str, method: str = "GET", **headers: str) -> Answer:
    """One request, with its target exactly as given."""
    lines = {"Host": "localhost", "Connection": "close"}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return parsed(send(server, f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode()))


@pytest.mark.parametrize(
    ("target", "content_type"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/index.html?backend=cpu", "text/html; charset=utf-8"),
        ("/src/main.js", "text/javascript; charset=utf-8"),
        ("/src%2Fmain.js", "text/javascript; charset=utf-8"),
        ("/data.json", "application/json"),
        ("/some.webmanifest", "application/manifest+json"),
        ("/icon.svg", "image/svg+xml"),
        ("/weights.bin", "application/octet-stream"),
        ("/binary.wasm", "application/wasm"),
        ("/binary.wasm.gz", "application/gzip"),
        ("/a%20b.txt", "application/octet-stream"),
        ("http://localhost:1/data.json", "application/json"),
    ],
)
def test_files_come_as_what_they_are(server: Server, target: str, content_type: str) -> None:
    answer = ask(server, target)
    assert answer.status == 200
    assert answer.headers["content-type"] == content_type
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(answer.body) == int(answer.headers["content-length"]) > 0


WAYS_OUT = [
    "/../secret.txt",
    "/src/../../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e%2fsecret.txt",
    "/..%5csecret.txt",
    "/..\\secret.txt",
    "/....//secret.txt",
    "/%252e%252e/secret.txt",
    "/%c0%ae%c0%ae/secret.txt",
    "/index.html%00.txt",
    "/\x01",
    "//etc/passwd",
    "///etc/passwd",
    "/%2fetc/passwd",
    "/link.txt",
    "/linked/secret.txt",
    "/linked/",
    "/.hidden",
    "/src/",
    "/src",
    "/index.html/",
    "/%",
    "/%zz",
    "/%ff",
    "/index.html#part",
    "file:///etc/passwd",
    "etc/passwd",
    "*",
    "localhost:80",
]


@pytest.mark.parametrize("target", [*WAYS_OUT, "{home}/secret.txt", "/{home}/secret.txt"])
def test_no_path_leads_out_of_the_folder(server: Server, home: Path, target: str) -> None:
    answer = ask(server, target.replace("{home}", str(home)))
    assert answer.status in (400, 404)
    assert SECRET not in answer.body
    assert b"root:" not in answer.body


def test_a_file_that_becomes_a_link_is_no_longer_given(tmp_path: Path, home: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("one.txt", "in/two.txt"):
        (tmp_path / name).write_text("plain")
    with running(Site(dict(demo.files_below(tmp_path)))) as server:
        assert ask(server, "/one.txt").body == ask(server, "/in/two.txt").body == b"plain"
        (tmp_path / "one.txt").unlink()
        (tmp_path / "one.txt").symlink_to(home / "secret.txt")
        (tmp_path / "in").rename(tmp_path / "out")
        (tmp_path / "in").symlink_to(tmp_path / "out")
        assert ask(server, "/one.txt").status == ask(server, "/in/two.txt").status == 404


def test_a_changed_file_comes_changed(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("old")
    with running(Site(dict(demo.files_below(tmp_path)))) as server:
        old = ask(server, "/one.txt")
        (tmp_path / "one.txt").write_text("newer")
        new = ask(server, "/one.txt", If_None_Match=old.headers["etag"])
    assert (old.body, new.status, new.body) == (b"old", 200, b"newer")


def test_a_folder_with_a_page_gets_its_slash(server: Server) -> None:
    answer = ask(server, "/sub?x=1")
    assert (answer.status, answer.headers["location"]) == (301, "/sub/?x=1")
    assert ask(server, "/sub/").status == 200


@pytest.mark.parametrize(
    ("accepted", "gets"),
    [
        ("gzip, deflate, br", "gzip"),
        ("*", "gzip"),
        ("br, GZIP;q=0.5", "gzip"),
        ("gzip;q=0", None),
        ("gzip;q=0.000, *", None),
        ("*;q=0", None),
        ("identity", None),
        ("", None),
    ],
)
def test_what_compresses_well_is_compressed_for_those_who_take_it(
    server: Server, home: Path, accepted: str, gets: str | None
) -> None:
    answer = ask(server, "/src/main.js", Accept_Encoding=accepted)
    assert answer.headers.get("content-encoding") == gets
    assert answer.headers["vary"] == "Accept-Encoding"
    content = gzip.decompress(answer.body) if gets else answer.body
    assert content == (home / "page" / "src" / "main.js").read_bytes()


@pytest.mark.parametrize("name", ["binary.wasm.gz", "weights.bin", "icon.svg"])
def test_what_would_not_get_smaller_comes_as_it_is(server: Server, home: Path, name: str) -> None:
    answer = ask(server, f"/{name}", Accept_Encoding="gzip")
    assert "content-encoding" not in answer.headers
    assert answer.body == (home / "page" / name).read_bytes()


def test_what_a_browser_has_already_is_not_sent_again(server: Server) -> None:
    plain = ask(server, "/data.json")
    packed = ask(server, "/data.json", Accept_Encoding="gzip")
    assert plain.headers["etag"] != packed.headers["etag"]
    assert plain.headers["cache-control"] == "no-cache"
    for known in (packed.headers["etag"], f'"x", W/{packed.headers["etag"]}', "*"):
        again = ask(server, "/data.json", Accept_Encoding="gzip", If_None_Match=known)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == packed.headers["etag"]
    for other in (plain.headers["etag"], '"x"'):
        assert ask(server, "/data.json", Accept_Encoding="gzip", If_None_Match=other).status == 200


def test_head_tells_what_get_would_send(server: Server) -> None:
    for target, encoding in (("/", "gzip"), ("/data.json", ""), ("/nope", "")):
        told = ask(server, target, "HEAD", Accept_Encoding=encoding)
        sent = ask(server, target, Accept_Encoding=encoding)
        assert told.body == b""
        for answer in (told, sent):
            del answer.headers["date"]
        assert (told.status, told.headers) == (sent.status, sent.headers)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_nothing_can_be_sent_there(server: Server, method: str) -> None:
    answer = ask(server, "/", method, Content_Length="0")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/9.1\r\nHost: localhost\r\n\r\n",
        b"GET / nonsense\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 \r\n\r\n",
        b"BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 200 + b"\r\n",
    ],
    ids=range(9),
)
def test_nonsense_is_refused_and_the_server_goes_on(server: Server, raw: bytes) -> None:
    answer = parsed(send(server, raw))
    assert 400 <= answer.status < 600
    assert "connection" in answer.headers
    assert ask(server, "/").status == 200


def test_a_body_is_not_taken_for_another_request(server: Server) -> None:
    hidden = b"GET /data.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
    head = f"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(hidden)}\r\n\r\n"
    assert send(server, head.encode() + hidden).count(b"HTTP/1.1 ") == 1


def test_one_connection_carries_many_requests(server: Server) -> None:
    one = b"GET /data.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
    last = one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    assert send(server, one * 3 + last).count(b"HTTP/1.1 200 OK") == 4


@pytest.mark.parametrize("started", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: local"])
def test_a_connection_that_says_nothing_more_is_ended(site: Site, started: bytes) -> None:
    with running(site, seconds=0.2) as server:
        assert send(server, started) == b""


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST.:8000", 200),
        ("127.0.0.1:9", 200),
        ("[::1]:8000", 200),
        ("evil.example", 421),
        ("evil.example:8000", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost@evil.example", 421),
        ("localhost:8000:1", 421),
        ("", 421),
    ],
)
def test_no_name_but_this_machines_own_is_answered(server: Server, host: str, status: int) -> None:
    assert ask(server, "/data.json", Host=host).status == status
    assert ask(server, f"http://{host}/data.json").status in (status, 400)


def test_other_names_are_fine_once_others_may_come(site: Site) -> None:
    with running(site, host="0.0.0.0") as server:
        assert not server.is_local
        assert ask(server, "/", Host="my-machine.lan:8000").status == 200
        assert server.url == f"http://127.0.0.1:{server.port}/"


def test_a_page_comes_with_its_policy_and_guards(server: Server) -> None:
    headers = ask(server, "/").headers
    assert headers["content-security-policy"] == (
        "default-src 'self'; img-src blob:; frame-ancestors 'none'"
    )
    assert "camera=(self)" in headers["permissions-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-embedder-policy"] == "require-corp"
    assert headers["server"] == "edgedigits"


def test_it_listens_on_this_machine_alone(site: Site) -> None:
    with serve.listen(site) as server:
        assert server.server_address[0] == "127.0.0.1"
        assert server.is_local


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_taken_port_is_stepped_over(
    site: Site, taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "PORT", taken)
    monkeypatch.setattr(serve, "PORTS_TRIED", 1)
    with serve.listen(site) as server:
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
def test_a_host_that_is_none_is_an_error(site: Site, host: str) -> None:
    with pytest.raises(WrongUse, match="address"):
        serve.listen(site, host)


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
            assert b"<title>" in answer.read()
        process.send_signal(end)
        assert process.wait(DEADLINE) == ExitCode.DONE
    assert page["schema_version"] == page_models.PAGE_VERSION
    assert {model["scheme"] for model in page["models"]} == {
        "float32", "float16", "uint16", "uint8",
    }  # fmt: skip
    log = [
        line for line in (tmp_path / "log").read_text().splitlines() if "import time" not in line
    ]
    assert log[:2] == [
        f"GET /model/page.json HTTP/1.1 200 {len(json.dumps(page, indent=2)) + 1}",
        f"GET / HTTP/1.1 200 {(demo.page_source() / 'index.html').stat().st_size}",
    ]
    imported = (tmp_path / "log").read_text()
    assert "edgedigits.serve" in imported
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
    (tmp_path / "source" / "index.html").write_text(PAGE)
    monkeypatch.setattr(demo, "page_source", lambda: tmp_path / "source")
    with pytest.raises(WrongUse, match="there is no bundle"):
        demo.open_models(None)
    nowhere = edgedigits("serve", "nowhere", cwd=tmp_path)
    assert nowhere.code == ExitCode.DATA_BAD
    assert "does not exist" in nowhere.error[0]
