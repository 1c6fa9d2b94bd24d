"""A page whose models need TensorFlow.js answers on its first backend that works."""

from __future__ import annotations

from pathlib import Path

import pytest
from demo_page import DIGITS, Watched, draw
from playwright.sync_api import Route, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="session")
def site(tfjs_site: str) -> str:
    return tfjs_site


def test_each_visit_fetches_one_backend_only(watched: Watched) -> None:
    asked: list[str] = []
    watched.page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[1]))
    watched.open()
    assert "tfjs-backend-wasm-simd.wasm.gz" in asked
    assert "tfjs-cpu.js" not in asked


@pytest.mark.parametrize("broken", ["missing", "garbage"])
def test_failing_webassembly_is_said_and_the_next_backend_answers(
    loose: Watched, broken: str
) -> None:
    def fail(route: Route) -> None:
        if broken == "missing":
            route.fulfill(status=404)
        else:
            route.fulfill(status=200, body=b"this is no WebAssembly")

    loose.page.route("**/*.wasm.gz", fail)
    page = loose.open()
    offered = page.locator("#backend option").evaluate_all("all => all.map(each => each.value)")
    assert offered[0] == "wasm"
    expect(page.locator("#backend")).to_have_value(offered[1])
    assert page.locator("#backend").get_attribute("data-backend") == offered[1]
    expect(page.locator("#notice")).to_contain_text(
        "TensorFlow.js (WebAssembly) does not work here"
    )
    draw(page, DIGITS[7])
    expect(page.locator("#answer")).to_have_text("7")


def test_weights_that_give_no_numbers_fail_the_self_test(loose: Watched) -> None:
    def spoil(route: Route) -> None:
        model = route.fetch().json()
        for weight in model["weightsManifest"][0]["weights"]:
            if "quantization" in weight and "min" in weight["quantization"]:
                weight["quantization"]["scale"] = 1e38
        route.fulfill(json=model)

    loose.page.route("**/model.json", spoil)
    page = loose.open(state="failed")
    expect(page.locator("#self-test")).to_have_attribute("data-state", "failed")


def test_models_of_another_pixel_range_get_mapped_pixels(loose: Watched) -> None:
    # The model takes 0..255; told that it takes 0..1, the page must feed it 255 times less.
    def rescale(route: Route) -> None:
        page = route.fetch().json()
        page["input"]["range"] = [0, 1]
        route.fulfill(json=page)

    loose.page.route("**/model/page.json", rescale)
    page = loose.open(state="failed")
    expect(page.locator("#self-test")).to_have_attribute("data-state", "failed")


@pytest.mark.parametrize("backend", ["wasm", "cpu"])
def test_operations_of_other_peoples_graphs_are_there(
    watched: Watched, many_operations: Path, backend: str
) -> None:
    def other_model(route: Route) -> None:
        route.fulfill(path=many_operations / route.request.url.split("/model/", 1)[1])

    watched.page.route("**/model/**", other_model)
    page = watched.open(f"?backend={backend}")
    expect(page.locator("#notice")).to_have_text("")
    assert page.locator("#backend").get_attribute("data-backend") == backend
    result = page.locator("#self-test")
    assert result.get_attribute("data-agreeing") == "10"
    assert float(result.get_attribute("data-largest") or 1) < 1e-4


def test_an_operation_that_the_page_lacks_is_named(loose: Watched) -> None:
    def rename(route: Route) -> None:
        route.fulfill(body=route.fetch().text().replace('"Softmax"', '"LRN"'))

    loose.page.route("**/model.json", rename)
    page = loose.open(state="failed")
    expect(page.locator("#trouble")).to_contain_text("LRN")
