"""The demo page reads drawn digits in a real browser, and talks to nobody but its own server."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from demo_page import DIGITS, Watched, canvas_pixels, changed_json, corners, draw
from playwright.sync_api import BrowserContext, Route, expect

from edgedigits.picture import picture

# One worker of pytest-xdist runs them all: starting a browser and training a model happens once.
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_every_drawn_digit_is_read(watched: Watched) -> None:
    page = watched.open()
    read = {}
    for digit, strokes in DIGITS.items():
        draw(page, strokes)
        expect(page.locator("#live")).to_contain_text("sure")
        read[digit] = page.locator("#answer").inner_text()
        page.get_by_role("button", name="Clear").click()
        expect(page.locator("#answer")).to_be_empty()
        expect(page.locator("#live")).to_have_text("The pad is empty.")
    assert read == {digit: str(digit) for digit in DIGITS}


def test_answer_bars_and_spoken_words_agree(watched: Watched) -> None:
    page = watched.open()
    draw(page, DIGITS[3])
    expect(page.locator("#answer")).to_have_text("3")
    expect(page.locator("#bars li")).to_have_count(10)
    top = page.locator("#bars li.top")
    assert top.locator("b").inner_text() == "3"
    share = top.locator(".value").inner_text()
    expect(page.locator("#sure")).to_have_text(f"{share} sure")
    expect(page.locator("#live")).to_have_text(f"3, {share} sure")
    expect(page.locator("#time")).to_contain_text("ms")


def test_the_answer_follows_the_pen_before_it_is_lifted(watched: Watched) -> None:
    page = watched.open()
    box = page.locator("#pad").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 300, steps=5)
    expect(page.locator("#answer")).to_have_text("1")
    assert page.locator("#live").inner_text() == ""
    page.mouse.up()
    expect(page.locator("#live")).to_contain_text("1, ")


def test_finger_draws_as_the_mouse_does(watched: Watched, context: BrowserContext) -> None:
    page = watched.open()
    box = page.locator("#pad").bounding_box()
    assert box is not None
    touch = context.new_cdp_session(page)
    for n, (x, y) in enumerate(corners(DIGITS[7][0])):
        point = {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}
        kind = "touchMove" if n else "touchStart"
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator("#answer")).to_have_text("7")
    assert page.evaluate("window.scrollY") == 0


def test_keyboard_alone_draws_undoes_and_clears(watched: Watched) -> None:
    page = watched.open()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "pad"
    page.keyboard.press("Space")
    for _ in range(16):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator("#answer")).to_have_text("1")
    page.keyboard.press("Control+z")
    expect(page.locator("#answer")).to_be_empty()
    draw(page, DIGITS[4])
    page.keyboard.press("Escape")
    expect(page.locator("#answer")).to_be_empty()


def test_what_is_drawn_before_the_model_is_there_is_answered_then(watched: Watched) -> None:
    held: list[Route] = []
    watched.page.route("**/model/page.json", lambda route: held.append(route))
    page = watched.open(state="loading")
    draw(page, DIGITS[3])
    expect(page.locator("#sure")).to_have_text("Loading the model…")
    held[0].continue_()
    expect(page.locator("#answer")).to_have_attribute("data-digit", "3")


def test_undo_brings_back_what_was_cleared(watched: Watched) -> None:
    page = watched.open()
    draw(page, DIGITS[4])
    expect(page.locator("#answer")).to_have_text("4")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#answer")).to_be_empty()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#answer")).to_have_text("4")


def test_undo_in_the_middle_of_a_stroke_ends_it(watched: Watched) -> None:
    page = watched.open()
    page.locator("#pad").hover()
    page.mouse.down()
    page.keyboard.press("Control+z")
    page.mouse.move(10, 10, steps=3)
    page.mouse.up()
    draw(page, DIGITS[1])
    expect(page.locator("#answer")).to_have_text("1")


def test_undo_takes_back_one_stroke(watched: Watched) -> None:
    page = watched.open()
    draw(page, DIGITS[4][1:])
    expect(page.locator("#answer")).to_have_text("1")
    draw(page, DIGITS[4][:1])
    expect(page.locator("#answer")).to_have_text("4")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#answer")).to_have_text("1")


def test_the_picture_shown_is_the_one_python_prepares(watched: Watched) -> None:
    page = watched.open()
    draw(page, DIGITS[2])
    expect(page.locator("#answer")).to_have_text("2")
    expect(page.locator("#live")).to_contain_text("2, ")
    expected = picture.prepare(canvas_pixels(page, "pad"))
    np.testing.assert_array_equal(canvas_pixels(page, "seen")[..., 0], expected)


@pytest.mark.parametrize("backend", ["plain", "wasm", "webgl", "cpu"])
def test_self_test_passes_on_each_backend(watched: Watched, backend: str) -> None:
    page = watched.open(f"?backend={backend}")
    expect(page.locator("#backend")).to_have_value(backend)
    assert page.locator("#backend").get_attribute("data-backend") == backend
    result = page.locator("#self-test")
    expect(result).to_have_attribute("data-state", "passed")
    assert result.get_attribute("data-agreeing") == "10"
    assert float(result.get_attribute("data-largest") or 1) < 0.2
    expect(page.locator("#notice")).to_be_hidden()
    draw(page, DIGITS[5])
    expect(page.locator("#answer")).to_have_text("5")


def test_answers_that_are_not_the_models_are_never_shown(loose: Watched) -> None:
    def shuffle(golden: dict[str, Any]) -> None:
        golden["probabilities"] = [row[1:] + row[:1] for row in golden["probabilities"]]

    loose.page.route("**/self-test.json.gz", lambda route: changed_json(route, shuffle))
    page = loose.open(state="failed")
    expect(page.locator("#self-test")).to_have_attribute("data-state", "failed")
    expect(page.locator("#trouble")).to_contain_text("not the model’s")
    expect(page.locator("#board")).to_be_hidden()


def test_page_without_a_model_says_how_to_put_one_there(loose: Watched) -> None:
    loose.page.route("**/model/page.json", lambda route: route.fulfill(status=404))
    page = loose.open(state="no-model")
    expect(page.locator("#trouble")).to_contain_text("edgedigits demo BUNDLE --out DIR")


def test_page_description_of_another_schema_is_refused(loose: Watched) -> None:
    loose.page.route(
        "**/model/page.json", lambda route: route.fulfill(body=json.dumps({"schema_version": 2}))
    )
    page = loose.open(state="failed")
    expect(page.locator("#trouble")).to_contain_text("schema_version 2")


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_is_wider_than_the_screen(watched: Watched, width: int) -> None:
    watched.page.set_viewport_size({"width": width, "height": 740})
    page = watched.open()
    assert page.evaluate("document.documentElement.scrollWidth") == width
