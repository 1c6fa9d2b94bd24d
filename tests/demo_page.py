"""The demo page as its tests drive it: how digits are drawn, and what a page must never do."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page, Route

Strokes = list[str]

AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")

# Corners of the strokes of each digit as a hand would draw them, in shares of the pad's side.
DIGITS: dict[int, Strokes] = {
    0: [
        "50,14 36,18 28,32 25,50 28,68 36,82 50,86 64,82 72,68 75,50 72,32 64,18 50,14",
    ],
    1: ["53,14 50,50 47,86"],
    2: ["30,30 36,18 50,14 64,20 67,34 58,50 44,66 29,85 50,84 72,84"],
    3: ["31,20 46,14 63,19 67,32 60,44 45,49 61,53 69,66 63,80 47,87 30,81"],
    4: ["38,15 33,35 29,55 50,55 73,54", "62,16 61,50 59,87"],
    5: ["68,16 50,16 37,16 35,32 33,46 48,42 63,48 69,63 63,79 48,86 31,81"],
    6: ["62,14 46,26 35,44 31,64 36,80 50,86 64,80 67,66 58,54 45,55 33,65"],
    7: ["29,17 50,17 71,16 62,36 53,56 44,86"],
    8: [
        "63,24 52,14 39,19 37,32 49,45 63,58 66,73 57,85 42,85 34,74 38,59 50,46 62,33 63,24",
    ],
    9: ["66,30 58,16 44,15 34,27 37,42 50,48 62,41 66,28 65,50 61,68 55,86"],
}


@dataclass
class Watched:
    """A page, and everything it did that a visitor would not want."""

    page: Page
    address: str
    troubles: list[str] = field(default_factory=list)

    def open(self, query: str = "", state: str = "ready") -> Page:
        self.page.goto(self.address + query)
        self.page.wait_for_selector(f"html[data-state={state}]", state="attached", timeout=30_000)
        return self.page


def corners(stroke: str) -> list[tuple[float, float]]:
    return [(float(x) / 100, float(y) / 100) for x, y in (c.split(",") for c in stroke.split())]


def draw(page: Page, strokes: Strokes, *, steps: int = 1) -> None:
    """Draw with the mouse, in so many steps from each corner of a stroke to the next."""
    box = page.locator("#pad").bounding_box()
    assert box is not None
    for stroke in strokes:
        for n, (x, y) in enumerate(corners(stroke)):
            page.mouse.move(
                box["x"] + x * box["width"], box["y"] + y * box["height"], steps=steps if n else 1
            )
            if n == 0:
                page.mouse.down()
        page.mouse.up()


def row(text: str, top: float, height: float, left: float = 0, width: float = 100) -> Strokes:
    """The strokes of digits beside each other, in shares of the pad's side."""
    wide = width / len(text)
    return [
        " ".join(
            f"{left + (n - 0.08 + 1.15 * x) * wide:.2f},{top + y * height:.2f}"
            for x, y in corners(stroke)
        )
        for n, digit in enumerate(text)
        for stroke in DIGITS[int(digit)]
    ]


def changed_json(route: Route, change: Callable[[Any], object]) -> None:
    """Answer a request for a file of JSON, which may lie there compressed, with a changed one."""
    body = route.fetch().body()
    content = json.loads(gzip.decompress(body) if route.request.url.endswith(".gz") else body)
    change(content)
    route.fulfill(json=content)


def canvas_pixels(page: Page, name: str) -> NDArray[np.uint8]:
    """RGBA `uint8 [H, W, 4]` of a canvas."""
    size, encoded = page.evaluate(
        "(id) => { const canvas = document.getElementById(id);"
        " const { data, width, height } ="
        " canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);"
        " let text = ''; for (const byte of data) text += String.fromCharCode(byte);"
        " return [[height, width], btoa(text)]; }",
        name,
    )
    return np.frombuffer(base64.b64decode(encoded), np.uint8).reshape(*size, 4)


def violations(page: Page) -> list[str]:
    """What axe-core finds; its source goes in through the debugger, past the page's CSP."""
    page.evaluate(AXE)
    found: list[str] = page.evaluate(
        "async () => (await axe.run()).violations.flatMap(({ id, nodes }) =>"
        " nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`))"
    )
    return found
