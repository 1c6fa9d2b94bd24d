"""Draws on the demo page in Chromium and keeps what it looks like: the pictures of the README.

Usage: python tools/page_pictures.py [FOLDER]      (docs/images unless told)
"""

from __future__ import annotations

import functools
import io
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from edgedigits.page import demo
from edgedigits.runtimes.processes import chromium

HERE = Path(__file__).resolve().parent
SCREENS = {1280: 800, 360: 740}
THEMES = ("light", "dark")

# Corners of a pen's path in shares of the pad, drawn with the mouse: a 2 for desks, a 3 for phones.
TWO = ((30, 30), (36, 19), (50, 14), (63, 20), (67, 33), (58, 49), (44, 66), (29, 84), (72, 83))
THREE = ((31, 21), (46, 14), (62, 19), (66, 32), (60, 43), (46, 48), (61, 53), (69, 66), (63, 79),
         (47, 86), (30, 80))  # fmt: skip


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    """Serve the page, and take a picture for every screen and theme."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent / "docs" / "images"
    handler = functools.partial(_Quiet, directory=str(demo.page_source()))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sandbox = ["--no-sandbox"] if chromium.is_root() else []
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=sandbox)
        for width in SCREENS:
            for theme in THEMES:
                path = out / f"page-{width}-{theme}.png"
                _take(browser, f"http://127.0.0.1:{server.server_port}/", width, theme, path)
                print(path)
        browser.close()
        server.shutdown()


def _take(browser: Browser, address: str, width: int, theme: str, path: Path) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": SCREENS[width]},
        color_scheme="dark" if theme == "dark" else "light",
    )
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("html[data-state=ready]", state="attached")
    _draw(page, TWO if width > 1000 else THREE)
    page.wait_for_selector("#answer[data-verdict=digit]", state="attached")
    page.wait_for_timeout(500)  # the bars move to their places
    seen = Image.open(io.BytesIO(page.screenshot()))
    # 256 colours are all that a page of few colours needs, in less than half of the bytes.
    seen.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    context.close()


def _draw(page: Page, corners: tuple[tuple[int, int], ...]) -> None:
    box = page.locator("#pad").bounding_box()
    assert box is not None
    places = [(box["x"] + x * box["width"] / 100, box["y"] + y * box["height"] / 100)
              for x, y in corners]  # fmt: skip
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()


if __name__ == "__main__":
    main()
