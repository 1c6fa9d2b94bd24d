"""A verification's page in a real browser: accessible, silent, and deaf to what others wrote."""

from __future__ import annotations

import datetime
from pathlib import Path

import made_results
import pytest
from demo_page import violations
from made_results import HARMFUL, QUOTES
from playwright.sync_api import BrowserContext, Page

from edgedigits.reports.html import report

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
LABELS = (*(f"{HARMFUL}{n}" for n in range(9)), QUOTES)


def written(folder: Path, *, autoescape: bool = True) -> str:
    shown = made_results.pictures(300, LABELS, QUOTES)
    checked = made_results.verification(shown, 1, path=QUOTES)
    engine = report.environment()
    engine.autoescape = autoescape
    moment = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
    path = folder / "report.html"
    path.write_text(report.document(checked, None, moment, engine), "utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(tmp_path_factory.mktemp("report"))


def opened(context: BrowserContext, address: str) -> tuple[Page, list[str]]:
    """The page, and everything that it asks for or complains of."""
    page, troubles = context.new_page(), list[str]()
    own = (address, "data:")
    page.on("request", lambda r: None if r.url.startswith(own) else troubles.append(r.url))
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(address)
    return page, troubles


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_no_request_leaves(
    context: BrowserContext, address: str, scheme: str
) -> None:
    page, troubles = opened(context, address)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(246, 244, 239)", "dark": "rgb(18, 20, 23)"}[scheme]
    for size in (DESKTOP, PHONE):
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
    assert troubles == []


def test_labels_and_file_names_do_nothing(context: BrowserContext, address: str) -> None:
    page, _ = opened(context, address)
    assert page.title() == f"Failed: 300 of {QUOTES}"
    assert page.locator("img[src=x], script").count() == 0
    assert page.get_by_text(f"tflite/{QUOTES}-int8.bin").count() == 1
    alts = page.locator("img").evaluate_all("all => all.map((each) => each.alt)")
    assert any(alt.endswith(f"which is {LABELS[0]}") for alt in alts)
    loaded = "all => all.every((each) => each.naturalWidth === 28)"
    assert page.locator("img").evaluate_all(loaded)


def test_even_as_markup_the_policy_would_let_them_do_nothing(
    context: BrowserContext, tmp_path: Path
) -> None:
    page, troubles = opened(context, written(tmp_path, autoescape=False))
    assert page.locator("img[src=x]").count() > 0
    assert page.title() != "harmed"
    assert any("Content Security Policy" in each for each in troubles)


def test_paper_is_white_and_nothing_on_it_is_cut_off(context: BrowserContext, address: str) -> None:
    page, _ = opened(context, address)
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 690, "height": 976})
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    cut = "all => all.filter((each) => each.scrollWidth > each.clientWidth + 1).length"
    assert page.locator(".scroll").evaluate_all(cut) == 0
