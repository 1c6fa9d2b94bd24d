"""The page works wherever people put it: on three servers, without any, and without a network."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from pathlib import Path
from typing import Any

import page_hosts as hosts
import pytest
from demo_page import DIGITS, draw
from page_hosts import Serving
from playwright.sync_api import Browser, BrowserContext, Page, expect

from edgedigits.page import demo, page_models, single_file

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# Of a first visit, with headers, from a server that does not compress.
MOST_BYTES = 110_000
MOST_REQUESTS = 12
DEADLINE = 60_000
SERVERS: dict[str, Serving] = {
    "python": hosts.by_python,
    "edgedigits": hosts.by_edgedigits,
    "nginx": hosts.by_nginx,
}
each_server = pytest.mark.parametrize("name", SERVERS)


@pytest.fixture
def server(name: str, page_folder: Path, tmp_path: Path) -> Iterator[hosts.Host]:
    with SERVERS[name](page_folder, tmp_path) as host:
        yield host


@contextmanager
def visiting(browser: Browser, address: str) -> Iterator[tuple[BrowserContext, Page]]:
    """A first visitor, who meets no error and no host but the one of the address."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    home = address.rsplit("/", 1)[0]
    troubles: list[str] = []
    context.on("request", lambda r: None if r.url.startswith(home) else troubles.append(r.url))
    context.on("weberror", lambda error: troubles.append(str(error.error)))
    context.on(
        "console", lambda m: troubles.append(m.text) if m.type in ("error", "warning") else None
    )
    context.add_init_script(
        "document.addEventListener('securitypolicyviolation',"
        " (event) => console.error('CSP: ' + event.violatedDirective + ' ' + event.blockedURI));"
        # Headless Chromium offers WebGPU, and complains aloud where it has no graphics card.
        "delete Navigator.prototype.gpu;"
    )
    try:
        yield context, context.new_page()
        assert troubles == []
    finally:
        context.close()


def is_ready(page: Page) -> None:
    page.wait_for_selector("html[data-state=ready]", state="attached", timeout=DEADLINE)


def read(page: Page, digit: int) -> None:
    draw(page, DIGITS[digit])
    expect(page.locator("#answer")).to_have_text(str(digit), timeout=DEADLINE)
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#answer")).to_be_empty(timeout=DEADLINE)


@each_server
def test_drawn_digits_are_read_with_a_network_and_without(
    browser: Browser, server: hosts.Host
) -> None:
    with visiting(browser, server.address) as (_, page):
        page.goto(server.address)
        is_ready(page)
        # All ten are read in test_page; no server could tell them apart.
        for digit in (2, 7, 8):
            read(page, digit)
        backend = page.locator("#backend").get_attribute("data-backend")
        page.wait_for_selector("html[data-offline=kept]", state="attached", timeout=DEADLINE)
        server.stop()
        page.reload()
        is_ready(page)
        assert page.locator("#backend").get_attribute("data-backend") == backend
        read(page, 5)


class Counted(BufferedIOBase):
    """Counts what is written."""

    def __init__(self, file: BufferedIOBase) -> None:
        self._file = file
        self.count = 0

    def write(self, content: Any) -> int:
        self.count += len(memoryview(content))
        return self._file.write(content)


class Counting(SimpleHTTPRequestHandler):
    """A plain static server that notes how many bytes it sends of what, headers included."""

    sent: list[tuple[str, int]]

    def setup(self) -> None:
        super().setup()
        self.wfile = self.counted = Counted(self.wfile)

    def finish(self) -> None:
        # It speaks HTTP/1.0: a connection for each request.
        self.sent.append((self.path, self.counted.count))
        super().finish()

    def log_message(self, *_: object) -> None:
        """It is silent."""


def test_a_first_visit_is_small_and_needs_no_library(browser: Browser, tmp_path: Path) -> None:
    models = page_models.from_page(demo.page_source() / page_models.FOLDER)
    demo.write_page(models, tmp_path / "page")
    sent: list[tuple[str, int]] = []
    handler = type("Handler", (Counting,), {"sent": sent})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=tmp_path / "page"))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}/"
    try:
        with visiting(browser, address) as (_, page):
            page.goto(address)
            is_ready(page)
            read(page, 7)
            # With all that is fetched for visits without a network.
            page.wait_for_selector("html[data-offline=kept]", state="attached", timeout=DEADLINE)
            assert page.locator("#backend").get_attribute("data-backend") == "plain"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert not [path for path, _ in sent if "tfjs" in path or "tensorflow" in path]
    assert {"/main.js", "/sw.js"} <= {path for path, _ in sent}
    assert sum(count for _, count in sent) <= MOST_BYTES, sent
    assert len(sent) <= MOST_REQUESTS, sent


def test_what_was_chosen_is_there_without_a_network(
    browser: Browser, page_folder: Path, tmp_path: Path
) -> None:
    with (
        hosts.by_python(page_folder, tmp_path) as server,
        visiting(browser, server.address) as (_, page),
    ):
        page.goto(f"{server.address}?backend=wasm")
        is_ready(page)
        read(page, 3)
        page.wait_for_selector("html[data-offline=kept]", state="attached", timeout=DEADLINE)
        server.stop()
        # With what would take over from the backend that was used.
        for backend, digit in (("wasm", 5), ("cpu", 2)):
            page.goto(f"{server.address}?backend={backend}")
            is_ready(page)
            assert page.locator("#backend").get_attribute("data-backend") == backend
            read(page, digit)


def test_a_new_version_is_seen_at_the_next_visit(
    browser: Browser, page_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "page"
    shutil.copytree(page_folder, folder)
    words = folder / "src" / "strings.js"
    with (
        hosts.by_python(folder, tmp_path) as server,
        visiting(browser, server.address) as (_, page),
    ):
        page.goto(server.address)
        page.wait_for_selector("html[data-offline=kept]", state="attached", timeout=DEADLINE)
        for minutes, title in ((1, "a second version"), (2, "a third one")):
            words.write_text(words.read_text().replace("  title: ", f"  title: '{title}', was: "))
            # This server knows a new version by its second alone.
            os.utime(words, (time.time() + 60 * minutes,) * 2)
            page.reload()
            expect(page).to_have_title(title, timeout=DEADLINE)
        is_ready(page)
        server.stop()
        page.reload()
        is_ready(page)
        expect(page).to_have_title("a third one")


@pytest.mark.parametrize("scheme", ["int8", "uint8"])
def test_a_single_file_answers_without_any_server(
    browser: Browser, page_folder: Path, tmp_path: Path, scheme: str
) -> None:
    models = page_models.from_page(page_folder / page_models.FOLDER)
    place = single_file.write(models.only([scheme]), tmp_path / "ünder a folder" / "digits.html")
    address = place.as_uri()
    with visiting(browser, address) as (context, page):
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url.split(",")[0]))
        page.goto(address)
        is_ready(page)
        for digit in (2, 7, 8):
            read(page, digit)
        assert set(asked) == {address}
