"""Chromium frames photos to the very bytes that Python does.

It compares a few hundred random pictures for each mode. For 5,000 each:

    EDGEDIGITS_RANDOM_PICTURES=5000 pytest tests/web/test_frame_twin.py
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from framing import by_python, compare_random, golden_tasks
from playwright.sync_api import BrowserContext, Route
from random_pictures import Task

from edgedigits.picture.frame import Mode

SOURCES = Path(__file__).parents[2] / "web_demo" / "src"
HOST = "http://twin.test/"
PROGRAM = """
async (tasks) => {
  const { frame } = await import('/picture-frame.js');
  const bytes = new Uint8ClampedArray(await (await fetch('/pictures')).arrayBuffer());
  const hex = (picture) =>
    Array.from(picture, (byte) => byte.toString(16).padStart(2, '0')).join('');
  let at = 0;
  return tasks.map(([height, width, wanted]) => {
    const rgba = bytes.subarray(at, (at += 4 * height * width));
    return hex(frame(rgba, width, height, wanted));
  });
}
"""

# A module's name, a part of its text, and what stands there instead.
Change = tuple[str, str, str]


def by_chromium(
    context: BrowserContext, tasks: Sequence[Task], change: Change | None = None
) -> list[str]:
    """The bytes in hexadecimal that the page's modules give, or these with one change."""

    def answer(route: Route) -> None:
        name = route.request.url.removeprefix(HOST)
        if name == "pictures":
            route.fulfill(body=b"".join(rgba.tobytes() for rgba, _ in tasks))
        elif name:
            text = (SOURCES / name).read_text("utf-8")
            if change and change[0] == name:
                assert change[1] in text
                text = text.replace(*change[1:])
            route.fulfill(body=text, content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    page = context.new_page()
    page.route(f"{HOST}**", answer)
    page.goto(HOST)
    framed: list[str] = page.evaluate(
        PROGRAM, [[*rgba.shape[:2], wanted] for rgba, wanted in tasks]
    )
    page.close()
    return framed


def test_golden_pictures_give_the_golden_bytes(context: BrowserContext) -> None:
    tasks, framed = golden_tasks()
    assert by_chromium(context, tasks) == framed


@pytest.mark.parametrize("mode", Mode)
def test_random_pictures_give_identical_bytes(context: BrowserContext, mode: Mode) -> None:
    compare_random(lambda tasks: by_chromium(context, tasks), mode)


def test_large_and_extreme_pictures_give_identical_bytes(context: BrowserContext) -> None:
    rng = np.random.default_rng(8)
    shapes = [(1, 60_000), (60_000, 1), (3, 9_000), (700, 800), (2, 2)]
    pictures = [rng.integers(0, 256, (*shape, 4)).astype(np.uint8) for shape in shapes]
    tasks: list[Task] = [
        (rgba, {"height": 50, "width": 60, "mode": mode.value})
        for rgba in pictures
        for mode in Mode
    ]
    assert by_chromium(context, tasks) == by_python(tasks)


@pytest.mark.parametrize(
    "change",
    [
        ("picture-resample.js", "Math.floor(total / 2)", "Math.ceil(total / 2)"),
        ("picture-resample.js", "Math.floor(total / 2)", "0"),
        ("picture-resample.js", "+ 127", "+ 128"),
        ("picture-resample.js", "(2 * cell + 1) * length - cells", "2 * cell * length"),
        ("picture-frame.js", "+ 500) / 1000", "+ 499) / 1000"),
        ("picture-frame.js", "+ (shape.height >> 1)", ""),
        ("picture-frame.js", "(width - size.width) >> 1", "(width - size.width + 1) >> 1"),
    ],
    ids=lambda change: change[2] or "nothing",
)
def test_a_changed_rounding_is_noticed(context: BrowserContext, change: Change) -> None:
    tasks, framed = golden_tasks()
    assert by_chromium(context, tasks, change) != framed
