"""Where the classes are no digits, signs are drawn as digits are, and nothing speaks of digits."""

from __future__ import annotations

import re

import pytest
from demo_page import DIGITS, Watched, draw, row
from playwright.sync_api import Page, Route, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

LETTERS = "ABCDEFGHIJ"


@pytest.fixture
def page(watched: Watched) -> Page:
    """The page of a model that takes digits for letters, and knows nothing of what is none."""

    def rename(route: Route) -> None:
        content = route.fetch().json()
        route.fulfill(json={**content, "labels": list(LETTERS), "reject": None})

    watched.page.route("**/model/page.json", rename)
    return watched.open()


def test_signs_are_drawn_and_the_likeliest_shown(page: Page) -> None:
    expect(page.locator("#sure")).to_have_text("Draw a sign")
    draw(page, DIGITS[3])
    expect(page.locator("#answer")).to_have_text("D")
    expect(page.locator("#bars li")).to_have_count(5)
    expect(page.locator("#bars li.top b")).to_have_text("D")
    assert page.locator("#bars b").first.text_content() == "D"
    expect(page.locator("#seen")).to_have_attribute("aria-label", re.compile("read as D"))
    page.get_by_role("button", name="Clear").click()
    draw(page, row("10", 20, 60))
    expect(page.locator("#answer")).to_have_attribute("data-reading", "BA")
    expect(page.locator("#live")).to_have_text("2 signs: B A")
    assert not re.search(r"(?<!edge)digit", page.locator("body").inner_text(), re.IGNORECASE)


def test_a_scribble_is_answered_where_nothing_is_rejected(page: Page) -> None:
    draw(page, ["10,10 90,90 10,90 90,10 50,5 50,95 5,50 95,50"])
    expect(page.locator("#answer")).to_have_attribute("data-verdict", "digit")
