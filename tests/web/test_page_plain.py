"""A page answers on plain WebAssembly where it can, and on TensorFlow.js by choice or need."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

import pytest
from demo_page import DIGITS, Watched, draw
from playwright.sync_api import Page, Route, expect

from edgedigits.page import demo

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MODULE = demo.page_source() / "model" / "wasm" / "int8" / "model.wasm.gz"


def in_use(page: Page) -> tuple[str | None, str | None]:
    """The backend and the model that the lists say; once nothing is loading any more."""
    expect(page.locator("#loading")).to_be_empty()
    return page.locator("#backend").input_value(), page.locator("#model").input_value()


def is_of_the_library(address: str) -> bool:
    return "/vendor/" in address or address.endswith("/tensorflow.js") or "/tfjs/" in address


@pytest.fixture
def asked(loose: Watched) -> list[str]:
    """Addresses that the page asked for of TensorFlow.js or its models."""
    found: list[str] = []
    loose.page.on(
        "request", lambda each: found.append(each.url) if is_of_the_library(each.url) else None
    )
    return found


def test_tensorflow_js_is_fetched_when_it_is_chosen(watched: Watched, asked: list[str]) -> None:
    page = watched.open()
    assert in_use(page) == ("plain", "wasm-int8")
    assert page.locator("#backend option:checked").inner_text() == "WebAssembly (plain)"
    expect(page.locator("#library")).to_be_empty()
    draw(page, DIGITS[3])
    expect(page.locator("#answer")).to_have_attribute("data-digit", "3")
    before = page.locator("#bars li.top .value").inner_text()
    assert asked == []

    page.get_by_label("Runs on").select_option("wasm")
    expect(page.locator("#backend")).to_have_attribute("data-backend", "wasm")
    assert in_use(page) == ("wasm", "tfjs-uint8")
    assert asked
    expect(page.locator("#library")).to_have_text(re.compile(r"^TensorFlow.js \d"))
    expect(page.locator("#answer")).to_have_attribute("data-digit", "3")
    after = page.locator("#bars li.top .value").inner_text()
    assert abs(_percent(after) - _percent(before)) < 3

    page.get_by_label("Model", exact=True).select_option("wasm-int8")
    expect(page.locator("#backend")).to_have_attribute("data-backend", "plain")
    assert in_use(page) == ("plain", "wasm-int8")
    expect(page.locator("#library")).to_be_empty()
    page.get_by_label("Model", exact=True).select_option("tfjs-float32")
    expect(page.locator("#backend")).to_have_attribute("data-backend", "wasm")
    assert in_use(page) == ("wasm", "tfjs-float32")


def _percent(shown: str) -> float:
    return float(shown.strip("<>%"))


@pytest.mark.parametrize(
    ("query", "used"),
    [
        ("?backend=cpu", ("cpu", "tfjs-uint8")),
        ("?model=tfjs-float32", ("wasm", "tfjs-float32")),
        ("?backend=plain&model=tfjs-float32", ("plain", "wasm-int8")),
    ],
)
def test_the_other_list_follows_what_the_address_asks_for(
    watched: Watched, query: str, used: tuple[str, str]
) -> None:
    assert in_use(watched.open(query)) == used


def _with_a_flipped_table(module: bytes) -> bytes:
    """The module of another model: what is most of it, its weights, is another's."""
    middle = len(module) // 2
    return (
        module[:middle]
        + bytes(byte ^ 0x55 for byte in module[middle : middle + 4000])
        + module[middle + 4000 :]
    )


def another_model(route: Route) -> None:
    route.fulfill(body=_with_a_flipped_table(gzip.decompress(MODULE.read_bytes())))


def missing(route: Route) -> None:
    route.fulfill(status=404)


def garbage(route: Route) -> None:
    route.fulfill(body=b"this is no WebAssembly")


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (another_model, "its answers are not the model’s"),
        (missing, "model.wasm.gz cannot be fetched (404)"),
        (garbage, "magic"),
    ],
)
def test_where_it_fails_tensorflow_js_answers_with_a_notice(
    loose: Watched, broken: Callable[[Route], None], reason: str
) -> None:
    loose.page.route("**/model.wasm.gz", broken)
    page = loose.open()
    assert in_use(page) == ("wasm", "tfjs-uint8")
    notice = page.locator("#notice")
    expect(notice).to_contain_text("WebAssembly (plain) does not work here")
    expect(notice).to_contain_text(reason)
    expect(notice).to_contain_text("so TensorFlow.js (WebAssembly) answers")
    draw(page, DIGITS[7])
    expect(page.locator("#answer")).to_have_text("7")


def test_a_browser_without_webassembly_gets_plain_javascript(loose: Watched) -> None:
    loose.page.add_init_script(
        "delete globalThis.WebAssembly; delete globalThis.WebGLRenderingContext"
    )
    page = loose.open()
    assert in_use(page) == ("cpu", "tfjs-uint8")
    expect(page.locator("#notice")).to_contain_text("WebAssembly (plain) does not work here")
    draw(page, DIGITS[1])
    expect(page.locator("#answer")).to_have_text("1")


def test_a_library_that_cannot_be_had_leaves_what_answers(loose: Watched) -> None:
    loose.page.route("**/tensorflow.js", missing)
    page = loose.open()
    page.get_by_label("Runs on").select_option("cpu")
    expect(page.locator("#notice")).to_contain_text(
        "wasm-int8 on WebAssembly (plain) goes on answering"
    )
    assert in_use(page) == ("plain", "wasm-int8")
    draw(page, DIGITS[4])
    expect(page.locator("#answer")).to_have_text("4")
