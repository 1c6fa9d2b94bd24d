"""The page works wherever people put it: on three servers, without any, and without a network."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import page_hosts as hosts
import pytest
from demo_page import DIGITS, draw
from page_hosts import Serving
from playwright.sync_api import Browser, BrowserContext, Page, expect

from edgedigits.page import page_models, single_file

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MOST_BYTES = {"edgedigits": 300_000, "python": 700_000}
MOST_REQUESTS = 16
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
        for digit in DIGITS:
            read(page, digit)
        backend = page.locator("#backend").get_attribute("data-backend")
        page.wait_for_selector("html[data-offline=kept]", state="attached", timeout=DEADLINE)
        server.stop()
        page.reload()
        is_ready(page)
        assert page.locator("#backend").get_attribute("data-backend") == backend
        read(page, 5)
        # What would take over is there as well.
        page.goto(f"{server.address}?backend=cpu")
        is_ready(page)
        assert page.locator("#backend").get_attribute("data-backend") == "cpu"
        read(page, 2)


@pytest.mark.parametrize(("name", "most_bytes"), MOST_BYTES.items(), ids=list(MOST_BYTES))
def test_little_travels_before_the_first_answer(
    browser: Browser, page_folder: Path, tmp_path: Path, name: str, most_bytes: int
) -> None:
    with (
        SERVERS[name](page_folder, tmp_path) as server,
        visiting(browser, server.address) as (context, page),
    ):
        travelled: list[float] = []
        network = context.new_cdp_session(page)
        network.send("Network.enable")
        network.on("Network.loadingFinished", lambda e: travelled.append(e["encodedDataLength"]))
        page.goto(server.address)
        is_ready(page)
        read(page, 7)
        assert 100_000 < sum(travelled) <= most_bytes
        assert len(travelled) <= MOST_REQUESTS


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


def test_a_single_file_answers_without_any_server(
    browser: Browser, page_folder: Path, tmp_path: Path
) -> None:
    models = page_models.from_page(page_folder / page_models.FOLDER)
    place = single_file.write(models.only(["uint8"]), tmp_path / "ünder a folder" / "digits.html")
    address = place.as_uri()
    with visiting(browser, address) as (context, page):
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url.split(",")[0]))
        page.goto(address)
        is_ready(page)
        for digit in DIGITS:
            read(page, digit)
        assert set(asked) == {address}
