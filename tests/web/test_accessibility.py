"""The page fits phones and desktops, and is usable without sight, mouse or motion."""

from __future__ import annotations

import pytest
from demo_page import DIGITS, Watched, draw, row, violations
from playwright.sync_api import BrowserContext, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_axe_finds_nothing(watched: Watched, size: dict[str, int], scheme: str) -> None:
    page = watched.page
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    watched.open()
    assert violations(page) == []
    draw(page, DIGITS[3])
    expect(page.locator("#answer")).to_have_attribute("data-digit", "3")
    assert violations(page) == []
    page.get_by_role("button", name="Clear").click()
    draw(page, row("10", 20, 60))
    expect(page.locator("#answer")).to_have_attribute("data-reading", "10")
    assert violations(page) == []
    page.get_by_role("button", name="Longer test").click()
    expect(page.locator("#test-rows tr").first).to_be_visible()
    assert violations(page) == []


def test_axe_finds_nothing_where_there_is_no_model(loose: Watched) -> None:
    loose.page.route("**/model/page.json", lambda route: route.fulfill(status=404))
    assert violations(loose.open(state="no-model")) == []


def test_axe_would_find_a_button_without_a_name(watched: Watched) -> None:
    page = watched.open()
    page.evaluate("document.querySelector('#longer').textContent = ''")
    assert any("button-name" in each for each in violations(page))


def test_pad_answer_and_bars_need_no_scrolling(watched: Watched) -> None:
    page = watched.page
    for size, last in [(DESKTOP, "#bars li:last-child"), (PHONE, "#answer")]:
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        watched.open()
        draw(page, DIGITS[3])
        expect(page.locator("#answer")).to_have_attribute("data-digit", "3")
        for name in ("#pad", "#tools", last):
            box = page.locator(name).bounding_box()
            assert box is not None
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= size["height"], name


def test_everything_is_reached_by_tab_and_nothing_is_a_trap(watched: Watched) -> None:
    page = watched.open()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(14):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator("#answer")).to_have_attribute("data-digit", "1")
    expect(page.locator("#camera")).to_be_visible()
    reached = []
    for _ in range(9):
        reached.append(page.evaluate("document.activeElement.id"))
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        around = "getComputedStyle(document.querySelector('#pad-box')).outlineStyle"
        assert "solid" in (page.evaluate(outline), page.evaluate(around))
        page.keyboard.press("Tab")
    tools = ["undo", "clear", "choose", "camera", "paste"]
    assert reached == ["pad", *tools, "model", "backend", "longer"]
    for _ in range(len(reached)):
        page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.id") == "pad"


def test_keyboard_alone_chooses_a_backend_and_runs_the_longer_test(watched: Watched) -> None:
    page = watched.open()
    page.locator("#backend").focus()
    page.keyboard.press("p")  # plain JavaScript
    expect(page.locator("#backend")).to_have_attribute("data-backend", "cpu")
    assert page.evaluate("document.activeElement.id") == "backend"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#test-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#longer")).to_be_focused()


def test_bars_do_not_move_for_those_who_want_no_motion(watched: Watched) -> None:
    page = watched.open()
    duration = "getComputedStyle(document.querySelector('#bars i')).transitionDuration"
    assert page.evaluate(duration) != "0s"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(duration) == "0s"


def test_a_pen_draws_wider_where_it_is_pressed(watched: Watched, context: BrowserContext) -> None:
    page = watched.open()
    box = page.locator("#pad").bounding_box()
    assert box is not None
    pen = context.new_cdp_session(page)
    widths = []
    for force in (0.1, 0.9):
        for kind, down in (("mousePressed", 0.2), ("mouseMoved", 0.8), ("mouseReleased", 0.8)):
            place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + down * box["height"]}
            pressed = {"button": "left", "buttons": 1, "pointerType": "pen", "force": force}
            pen.send("Input.dispatchMouseEvent", {"type": kind, **place, **pressed})
        expect(page.locator("#answer")).to_have_attribute("data-verdict", "digit")
        widths.append(
            page.evaluate(
                "() => { const { data } = document.querySelector('#pad').getContext('2d')"
                ".getImageData(0, 224, 448, 1);"
                " return data.filter((level, n) => n % 4 === 3 && level > 127).length; }"
            )
        )
        page.get_by_role("button", name="Clear").click()
        expect(page.locator("#answer")).to_have_attribute("data-verdict", "blank")
    assert widths[1] > 1.4 * widths[0] > 0


def test_all_that_the_first_answer_needs_is_preloaded_and_travels_once(watched: Watched) -> None:
    asked: list[str] = []
    watched.page.on("request", lambda request: asked.append(request.url.split("?")[0]))
    page = watched.page
    page.goto(watched.address)
    page.wait_for_selector("html[data-state=ready]", state="attached")
    links = page.locator("link[rel=modulepreload]").evaluate_all(
        "all => all.map(each => each.href)"
    )
    for link in links:
        assert page.request.get(link).ok, link
    modules = [each for each in asked if "/vendor/" not in each and each.endswith(".js")]
    assert set(modules) == {link for link in links if "/vendor/" not in link} | {
        watched.address + "main.js"
    }
    files = page.locator("link[rel=preload]").evaluate_all("all => all.map(each => each.href)")
    assert sorted(files) == sorted(each for each in asked if "/model/" in each)
    assert len(files) == 3
