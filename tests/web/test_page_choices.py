"""TensorFlow.js: models and backends are chosen, fall back truthfully, are tested at length."""

from __future__ import annotations

import json
import math
import re

import pytest
from demo_page import DIGITS, Watched, draw
from playwright.sync_api import Page, Route, expect

from edgedigits.page import demo

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="session")
def site(tfjs_site: str) -> str:
    return tfjs_site


def in_use(page: Page) -> tuple[str | None, str | None]:
    """The backend and the model that the lists say; once nothing is loading any more."""
    expect(page.locator("#loading")).to_be_empty()
    return page.locator("#backend").input_value(), page.locator("#model").input_value()


def test_another_scheme_answers_and_is_in_the_address(watched: Watched) -> None:
    asked: list[str] = []
    watched.page.on("request", lambda request: asked.append(request.url))
    page = watched.open()
    assert in_use(page) == ("wasm", "tfjs-uint8")
    assert not any("float32" in address for address in asked)
    before = page.locator("#self-test").get_attribute("data-largest")
    draw(page, DIGITS[3])
    page.get_by_label("Model", exact=True).select_option("tfjs-float32")
    expect(page.locator("#model")).to_have_attribute("data-model", "tfjs-float32")
    assert in_use(page) == ("wasm", "tfjs-float32")
    expect(page).to_have_url(re.compile(r"\?backend=wasm&model=tfjs-float32$"))
    largest = float(page.locator("#self-test").get_attribute("data-largest") or 1)
    assert largest < min(1e-4, float(before or 0) / 2)
    expect(page.locator("#answer")).to_have_attribute("data-digit", "3")
    page.reload()
    page.wait_for_selector("html[data-state=ready]", state="attached")
    assert in_use(page) == ("wasm", "tfjs-float32")


def test_another_backend_answers(watched: Watched) -> None:
    page = watched.open()
    draw(page, DIGITS[7])
    page.get_by_label("Runs on").select_option("cpu")
    expect(page.locator("#backend")).to_have_attribute("data-backend", "cpu")
    expect(page.locator("#self-test")).to_have_attribute("data-state", "passed")
    expect(page.locator("#answer")).to_have_attribute("data-digit", "7")
    page.get_by_label("Runs on").select_option("wasm")
    expect(page.locator("#backend")).to_have_attribute("data-backend", "wasm")
    page.get_by_role("button", name="Clear").click()
    draw(page, DIGITS[2])
    expect(page.locator("#answer")).to_have_attribute("data-digit", "2")


def test_the_newest_of_quick_choices_counts(watched: Watched) -> None:
    page = watched.open()
    page.evaluate(
        "() => { const choose = (id, value) => {"
        " const list = document.getElementById(id); list.value = value;"
        " list.dispatchEvent(new Event('change')); };"
        " choose('model', 'tfjs-float32'); choose('backend', 'cpu'); choose('backend', 'wasm'); }"
    )
    expect(page.locator("#model")).to_have_attribute("data-model", "tfjs-float32")
    assert in_use(page) == ("wasm", "tfjs-float32")
    expect(page).to_have_url(re.compile(r"\?backend=wasm&model=tfjs-float32$"))


@pytest.mark.parametrize("broken", ["missing", "throws"])
def test_a_broken_backend_is_said_and_the_lists_tell_the_truth(loose: Watched, broken: str) -> None:
    def fail(route: Route) -> None:
        if broken == "missing":
            route.fulfill(status=404)
        else:
            script = "export const register = () => { throw new Error('no luck'); };"
            route.fulfill(content_type="text/javascript", body=script)

    loose.page.route("**/tfjs-cpu.js", fail)
    page = loose.open()
    draw(page, DIGITS[7])
    page.get_by_label("Runs on").select_option("cpu")
    expect(page.locator("#notice")).to_contain_text(
        re.compile(
            r"\(plain JavaScript\) does not work here .*, so TensorFlow.js \(WebAssembly\) answers"
        )
    )
    assert in_use(page) == ("wasm", "tfjs-uint8")
    page.get_by_role("button", name="Clear").click()
    draw(page, DIGITS[4])
    expect(page.locator("#answer")).to_have_attribute("data-digit", "4")


def test_a_model_that_cannot_be_had_leaves_the_former_one(loose: Watched) -> None:
    loose.page.route("**/float32/model.json", lambda route: route.fulfill(status=404))
    page = loose.open()
    page.get_by_label("Model", exact=True).select_option("tfjs-float32")
    expect(page.locator("#notice")).to_contain_text("float32/model.json cannot be fetched (404)")
    expect(page.locator("#notice")).to_contain_text(
        "tfjs-uint8 on TensorFlow.js (WebAssembly) goes on answering"
    )
    assert in_use(page) == ("wasm", "tfjs-uint8")
    draw(page, DIGITS[1])
    expect(page.locator("#answer")).to_have_attribute("data-digit", "1")
    loose.page.unroute("**/float32/model.json")
    page.get_by_label("Model", exact=True).select_option("tfjs-float32")
    expect(page.locator("#model")).to_have_attribute("data-model", "tfjs-float32")
    expect(page.locator("#notice")).to_be_hidden()


def test_a_model_that_answers_differently_is_not_taken(loose: Watched) -> None:
    manifest = demo.page_source() / "model" / "tfjs" / "float32" / "model.json"
    (group,) = json.loads(manifest.read_text("utf-8"))["weightsManifest"]
    sizes = [4 * math.prod(weight["shape"]) for weight in group["weights"]]
    largest = max(range(len(sizes)), key=sizes.__getitem__)

    def spoil(route: Route) -> None:
        content = bytearray(route.fetch().body())
        start = sum(sizes[:largest])
        content[start : start + sizes[largest]] = bytes(sizes[largest])
        route.fulfill(body=bytes(content))

    loose.page.route("**/float32/*.bin", spoil)
    page = loose.open()
    page.get_by_label("Model", exact=True).select_option("tfjs-float32")
    expect(page.locator("#notice")).to_contain_text("not the model’s", timeout=20_000)
    assert in_use(page) == ("wasm", "tfjs-uint8")
    expect(page.locator("#self-test")).to_have_attribute("data-state", "passed")
    draw(page, DIGITS[1])
    expect(page.locator("#answer")).to_have_attribute("data-digit", "1")


def test_the_address_chooses_and_what_is_not_there_is_said(watched: Watched) -> None:
    page = watched.open("?backend=cpu&model=tfjs-float32")
    assert in_use(page) == ("cpu", "tfjs-float32")
    page = watched.open("?backend=abacus&model=tfjs-int2")
    assert in_use(page) == ("wasm", "tfjs-uint8")
    expect(page.locator("#notice")).to_have_text(
        "There is no abacus here. There is no tfjs-int2 here."
    )


def test_webgpu_without_a_graphics_card_is_said(loose: Watched) -> None:
    page = loose.open("?backend=webgpu")
    assert in_use(page) == ("wasm", "tfjs-uint8")
    expect(page.locator("#notice")).to_contain_text("WebGPU")


def test_sizes_and_versions_are_told(watched: Watched) -> None:
    page = watched.open()
    options = page.locator("#model option").all_inner_texts()
    assert len(options) == 2
    assert all(re.fullmatch(r"\w+, \d+ KB \(\d+ KB gzip\)", text) for text in options)
    expect(page.locator("#library")).to_have_text(re.compile(r"TensorFlow.js \d+\.\d+\.\d+"))


def few_golden(route: Route) -> None:
    golden = route.fetch().json()
    shape = golden["pictures"]["shape"]
    # A multiple of three bytes, so that the shortened base64 needs no other padding.
    golden["pictures"]["shape"] = [3, *shape[1:]]
    golden["pictures"]["base64"] = golden["pictures"]["base64"][: 3 * 784 * 4 // 3]
    golden["probabilities"] = golden["probabilities"][:3]
    route.fulfill(json=golden)


def test_longer_test_tries_everything_and_saves_what_it_found(watched: Watched) -> None:
    watched.page.route("**/golden.json", few_golden)
    page = watched.open()
    backends = page.locator("#backend option").evaluate_all("all => all.map(each => each.value)")
    page.get_by_role("button", name="Longer test").click()
    dialog = page.locator("#test-dialog")
    expect(dialog).to_have_attribute("data-state", "done", timeout=60_000)
    combinations = 2 * len(backends)
    expect(page.locator("#test-status")).to_have_text(f"{combinations} of {combinations} passed.")
    expect(page.locator("#test-rows tr[data-passed=true]")).to_have_count(combinations)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as JSON").click()
    assert download.value.suggested_filename == "edgedigits-self-test.json"
    document = json.loads(download.value.path().read_text())
    assert document["schema_version"] == 1
    assert document["golden_pictures"] == 3
    assert document["user_agent"] == page.evaluate("navigator.userAgent")
    assert {"date", "tensorflow_js", "page_schema_version"} < document.keys()
    pairs = [(row["backend"], row["scheme"]) for row in document["results"]]
    assert pairs == [(name, scheme) for name in backends for scheme in ("float32", "uint8")]
    for row in document["results"]:
        assert row["passed"]
        assert row["agreement"] == 1
        assert 0 < row["largest_difference"] < (1e-4 if row["scheme"] == "float32" else 0.2)
        assert 0 <= row["median_ms"] <= row["p95_ms"]
        assert row["answers"] % 3 == 0
    page.get_by_role("button", name="Close").click()
    draw(page, DIGITS[3])
    expect(page.locator("#answer")).to_have_attribute("data-digit", "3")
    assert in_use(page) == ("wasm", "tfjs-uint8")


def test_longer_test_tells_failures_and_can_be_left(loose: Watched) -> None:
    loose.page.route("**/golden.json", few_golden)
    loose.page.route("**/float32/*.bin", lambda route: route.fulfill(status=404))
    page = loose.open()
    page.get_by_role("button", name="Longer test").click()
    failed = page.locator("#test-rows tr[data-passed=false]").first
    expect(failed).to_contain_text("failed: model/tfjs/float32")
    page.keyboard.press("Escape")
    expect(page.locator("#test-dialog")).to_be_hidden()
    draw(page, DIGITS[7])
    expect(page.locator("#answer")).to_have_attribute("data-digit", "7", timeout=15_000)
    assert in_use(page) == ("wasm", "tfjs-uint8")
