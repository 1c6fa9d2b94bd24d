"""`edgedigits serve`: the page on this machine, and nothing else of it, to nobody else."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from site_client import ask, parsed, running, send

from edgedigits.page import demo
from edgedigits.page.serve import Server
from edgedigits.page.site import Site

SECRET = b"nobody outside may read this"
PAGE = """<!doctype html><html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'self'; img-src blob:">
</head><body></body></html>"""


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


@pytest.fixture(scope="module")
def site(home: Path) -> Site:
    return Site(dict(demo.files_below(home / "page")))


@pytest.fixture(scope="module")
def server(site: Site) -> Iterator[Server]:
    with running(site) as running_server:
        yield running_server


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
