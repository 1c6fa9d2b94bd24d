"""MNIST is fetched from the mirrors whole or not at all, whoever interrupts or does the same."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from mirror import (
    ARRAYS,
    DIGESTS,
    Answer,
    Mirror,
    OpenMirror,
    absent,
    corrupt,
    cut,
    cut_unannounced,
    endless,
    welcome_page,
    whole,
)

from edgedigits.datasets import mnist, mnist_download
from edgedigits.errors import DataBad, ExitCode, MachineLacks


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def open_mirror() -> Iterator[OpenMirror]:
    mirrors: list[Mirror] = []

    def start(answer: Answer) -> Mirror:
        mirrors.append(Mirror(answer))
        return mirrors[-1]

    yield start
    for mirror in mirrors:
        mirror.close()


@pytest.fixture
def down() -> str:
    """The address of a server that is gone."""
    mirror = Mirror(whole)
    mirror.close()
    return mirror.address


def fetch(folder: Path, *mirrors: str) -> mnist.Place:
    return mnist_download.fetch(folder, mirrors=mirrors, digests=DIGESTS)


def assert_complete(place: mnist.Place) -> None:
    for name, path in place.files.items():
        assert (mnist.read_part(path, name, DIGESTS) == ARRAYS[name]).all()
    assert {path.name for path in place.folder.iterdir()} == {p.name for p in place.files.values()}


def test_goes_through_the_mirrors_until_one_is_good(
    tmp_path: Path, open_mirror: OpenMirror, down: str
) -> None:
    bad = [open_mirror(answer) for answer in (corrupt, cut, cut_unannounced, absent, welcome_page)]
    good, spare = open_mirror(whole), open_mirror(whole)
    addresses = [down, *(mirror.address for mirror in bad), good.address, spare.address]
    assert_complete(fetch(tmp_path / "cache", *addresses))
    assert all(mirror.asked for mirror in bad)
    assert sorted(good.asked) == sorted(f"/{name}.gz" for name in ARRAYS)
    assert spare.asked == []


@pytest.mark.parametrize("answer", [corrupt, cut, cut_unannounced, absent, welcome_page, endless])
def test_nothing_is_left_when_no_mirror_is_good(
    tmp_path: Path, open_mirror: OpenMirror, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mnist_download, "_MOST_BYTES", 4 << 20)
    mirror = open_mirror(answer)
    with pytest.raises(DataBad, match="cannot be downloaded") as caught:
        fetch(tmp_path, mirror.address, f"{mirror.address}mnist.npz")
    assert list(tmp_path.iterdir()) == []
    assert mirror.address.split("/")[2] in caught.value.message


def test_npz_mirror_serves_as_well(tmp_path: Path, open_mirror: OpenMirror, down: str) -> None:
    good = open_mirror(whole)
    place = fetch(tmp_path, down, f"{good.address}mnist.npz")
    assert_complete(place)
    assert good.asked == ["/mnist.npz"]


def test_closed_network_is_said_with_two_ways_out(tmp_path: Path, down: str) -> None:
    with pytest.raises(DataBad, match="no connection") as caught:
        fetch(tmp_path, down, f"{down}mnist.npz")
    assert caught.value.exit_code == ExitCode.DATA_BAD
    assert caught.value.hint is not None
    assert "--data-dir" in caught.value.hint
    assert "--dataset strokes" in caught.value.hint
    assert "\n" not in caught.value.message


def test_what_was_fetched_before_an_interruption_is_kept(
    tmp_path: Path, open_mirror: OpenMirror
) -> None:
    def only_labels(handler: BaseHTTPRequestHandler, content: bytes) -> None:
        (whole if "labels" in handler.path else cut)(handler, content)

    first, second = open_mirror(only_labels), open_mirror(whole)
    with pytest.raises(DataBad):
        fetch(tmp_path, first.address)
    assert {path.name for path in tmp_path.iterdir()} == {
        f"{name}.gz" for name in ARRAYS if "labels" in name
    }
    assert_complete(fetch(tmp_path, second.address))
    assert all("images" in path for path in second.asked)


def test_interrupting_leaves_nothing_half_done(
    tmp_path: Path, open_mirror: OpenMirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = mnist_download._Bounded.write

    def interrupted(self: mnist_download._Bounded, block: bytes) -> None:
        written(self, block)
        raise KeyboardInterrupt

    monkeypatch.setattr(mnist_download._Bounded, "write", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fetch(tmp_path, open_mirror(whole).address)
    assert list(tmp_path.iterdir()) == []


def test_a_killed_download_is_gone_over_and_swept_away_later(
    tmp_path: Path, open_mirror: OpenMirror
) -> None:
    import os
    import time

    stalled, started = threading.Event(), threading.Event()

    def stall(handler: BaseHTTPRequestHandler, content: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[:1000])
        handler.wfile.flush()
        started.set()
        stalled.wait(120)

    slow = open_mirror(stall)
    code = (
        "import sys; from pathlib import Path; from edgedigits.datasets import mnist_download as d;"
        "d.fetch(Path(sys.argv[1]), mirrors=(sys.argv[2],))"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path), slow.address])
    assert started.wait(120)
    process.kill()
    process.wait()
    stalled.set()
    (left,) = tmp_path.iterdir()
    assert mnist.find(tmp_path) is None
    os.utime(left, (0, time.time() - 2 * 24 * 3600))
    assert_complete(fetch(tmp_path, open_mirror(whole).address))


def test_two_downloads_at_once_both_succeed(tmp_path: Path, open_mirror: OpenMirror) -> None:
    good = open_mirror(whole)
    with ThreadPoolExecutor(4) as pool:
        for place in list(pool.map(lambda _: fetch(tmp_path, good.address), range(4))):
            assert_complete(place)


def test_another_download_may_end_while_old_ones_are_swept(
    tmp_path: Path, open_mirror: OpenMirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".part-other-download.gz").write_bytes(b"half")
    listing = Path.glob

    def ends_after_being_listed(folder: Path, pattern: str) -> Iterator[Path]:
        for path in listing(folder, pattern):
            path.unlink()
            yield path

    with monkeypatch.context() as patch:
        patch.setattr(Path, "glob", ends_after_being_listed)
        assert_complete(fetch(tmp_path, open_mirror(whole).address))


def test_a_cache_that_cannot_be_written_is_said(tmp_path: Path, open_mirror: OpenMirror) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MachineLacks, match="cannot be stored") as caught:
        fetch(tmp_path / "file" / "cache", open_mirror(whole).address)
    assert caught.value.hint


def test_no_progress_is_shown_when_nobody_watches(
    tmp_path: Path, open_mirror: OpenMirror, capfd: pytest.CaptureFixture[str]
) -> None:
    fetch(tmp_path, open_mirror(whole).address)
    assert capfd.readouterr() == ("", "")


def test_progress_is_shown_on_a_terminal(
    tmp_path: Path,
    open_mirror: OpenMirror,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    fetch(tmp_path, open_mirror(whole).address)
    assert "train-images-idx3-ubyte.gz" in capfd.readouterr().err
    mnist_download.fetch(
        tmp_path / "b", mirrors=(open_mirror(whole).address,), digests=DIGESTS, progress=False
    )
    assert capfd.readouterr().err == ""
