"""LiteRT.js in the page: fetched when it is chosen, it answers as LiteRT does, or says why not."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tampering
from demo_page import DIGITS, Watched, changed_json, draw
from page_hosts import by_python
from playwright.sync_api import Browser, Page, Route, expect

from edgedigits.bundle import bundle, golden
from edgedigits.page import demo, page_golden
from edgedigits.runtimes import runtimes

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

BINARY = "litert_wasm_jspi_internal.wasm.gz"
SCRIPT = "litert_wasm_jspi_internal.js"
# It looks for a graphics card even where it is to compute on WebAssembly.
NO_CARD = ("Failed to create default WebGPU device", "No available adapters")
PLAIN = ("plain", "wasm-int8")


@pytest.fixture(scope="session")
def litert_page(wasm_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page with one model in WebAssembly and the .tflite file of the same numbers."""
    folder = tmp_path_factory.mktemp("litert") / "page"
    demo.write_page(demo.open_models(wasm_bundle, litert=True), folder)
    return folder


@pytest.fixture(scope="session")
def site(litert_page: Path) -> Iterator[str]:
    with by_python(litert_page, litert_page) as host:
        yield host.address


def in_use(page: Page) -> tuple[str | None, str | None]:
    """The backend and the model that the lists say; once nothing is loading any more."""
    expect(page.locator("#loading")).to_be_empty()
    return page.locator("#backend").input_value(), page.locator("#model").input_value()


def choose(page: Page, model: str) -> None:
    page.get_by_label("Model", exact=True).select_option(model)


def lacks_a_card_alone(watched: Watched) -> bool:
    return all(trouble.startswith(NO_CARD) for trouble in watched.troubles)


def largest_difference(folder: Path, artifact_id: str) -> float:
    """Of the pictures of a page's self-test: LiteRT's answers from the float model's."""
    opened = bundle.read(folder)
    manifest = opened.manifest
    held = golden.read(folder, manifest.form, len(manifest.labels), manifest.golden_count)
    places = page_golden.chosen(held.probabilities.tolist())
    found = opened.artifact(artifact_id)
    with contextlib.closing(runtimes.open_runtime("litert", found, folder)) as native:
        answers = native.probabilities(held.images[places])
    return float(np.abs(answers - held.probabilities[places]).max())


def test_it_is_fetched_when_it_is_chosen_and_answers_as_litert_does(
    loose: Watched, wasm_bundle: Path
) -> None:
    asked: list[str] = []
    loose.page.on("request", lambda each: asked.append(each.url.removeprefix(loose.address)))
    page = loose.open()
    assert in_use(page) == PLAIN
    draw(page, DIGITS[3])
    expect(page.locator("#answer")).to_have_attribute("data-digit", "3")
    assert not [path for path in asked if "lite" in path]
    groups = page.locator("optgroup").evaluate_all("all => all.map(({ label }) => label)")
    assert groups == ["LiteRT.js", "LiteRT.js"]

    choose(page, "tflite-int8")
    expect(page.locator("#backend")).to_have_attribute("data-backend", "litert")
    assert in_use(page) == ("litert", "tflite-int8")
    assert {"litert.js", f"litert/{BINARY}", "model/tflite/int8/model.tflite"} <= set(asked)
    expect(page.locator("#library")).to_have_text("LiteRT.js 2.5.3")
    expect(page.locator("#self-test")).to_have_attribute("data-state", "passed")
    largest = float(page.locator("#self-test").get_attribute("data-largest") or -1)
    assert largest == pytest.approx(largest_difference(wasm_bundle, "tflite-int8"), abs=1e-7)
    expect(page.locator("#answer")).to_have_attribute("data-digit", "3")
    assert lacks_a_card_alone(loose)


def test_what_was_in_use_answers_while_the_library_travels(loose: Watched) -> None:
    held: list[Route] = []
    loose.page.route(f"**/{BINARY}", lambda route: held.append(route))
    page = loose.open()
    choose(page, "tflite-int8")
    expect(page.locator("#loaded-bytes")).to_contain_text("of 2.8 MB")
    draw(page, DIGITS[7])
    expect(page.locator("#answer")).to_have_attribute("data-digit", "7")
    assert page.locator("#backend").get_attribute("data-backend") == "plain"
    held[0].continue_()
    expect(page.locator("#backend")).to_have_attribute("data-backend", "litert")
    expect(page.locator("#loaded")).to_be_hidden()


def missing(route: Route) -> None:
    route.fulfill(status=404)


def garbage(route: Route) -> None:
    route.fulfill(body=b"this is nothing that it knows" * 9)


def other_weights(route: Route) -> None:
    route.fulfill(body=bytes(tampering.zero_weights(bytearray(route.fetch().body()))))


@pytest.mark.parametrize(
    ("file", "broken", "reason"),
    [
        ("model.tflite", other_weights, "its answers are not the model’s"),
        ("model.tflite", garbage, "Failed to load model"),
        (BINARY, missing, f"litert/{BINARY} cannot be fetched (404)"),
        (BINARY, garbage, "WebAssembly"),
        (SCRIPT, missing, f"litert/{SCRIPT} cannot be fetched (error)"),
    ],
)
def test_where_it_fails_what_was_in_use_goes_on_and_the_page_says_why(
    loose: Watched, file: str, broken: Callable[[Route], None], reason: str
) -> None:
    loose.page.route(f"**/{file}", broken)
    page = loose.open()
    choose(page, "tflite-int8")
    notice = page.locator("#notice")
    expect(notice).to_contain_text("LiteRT.js (WebAssembly) does not work here (")
    expect(notice).to_contain_text(reason)
    expect(notice).to_contain_text("so WebAssembly (plain) answers")
    assert in_use(page) == PLAIN
    draw(page, DIGITS[4])
    expect(page.locator("#answer")).to_have_text("4")
    loose.page.unroute(f"**/{file}")
    if file != "model.tflite":
        choose(page, "tflite-int8")
        expect(page.locator("#backend")).to_have_attribute("data-backend", "litert")
        expect(notice).to_be_hidden()


def test_a_file_that_cannot_be_had_leaves_the_former_one(loose: Watched) -> None:
    loose.page.route("**/model.tflite", missing)
    page = loose.open()
    choose(page, "tflite-int8")
    expect(page.locator("#notice")).to_contain_text("model.tflite cannot be fetched (404)")
    assert in_use(page) == PLAIN


def test_a_browser_that_cannot_run_it_fetches_no_binary(watched: Watched) -> None:
    watched.page.add_init_script("delete WebAssembly.Suspending")
    asked: list[str] = []
    watched.page.on("request", lambda request: asked.append(request.url))
    page = watched.open("?backend=litert")
    assert in_use(page) == PLAIN
    expect(page.locator("#notice")).to_have_text(
        "LiteRT.js (WebAssembly) does not work here (it has no JavaScript promise integration),"
        " so WebAssembly (plain) answers."
    )
    assert not [url for url in asked if url.endswith(BINARY)]


def test_webgpu_without_a_graphics_card_is_said(loose: Watched) -> None:
    page = loose.open("?backend=litert-webgpu")
    assert in_use(page) == ("litert", "tflite-int8")
    expect(page.locator("#notice")).to_have_text(
        "LiteRT.js (WebGPU) does not work here (it has no WebGPU device),"
        " so LiteRT.js (WebAssembly) answers."
    )
    assert lacks_a_card_alone(loose)


def test_a_graphics_card_answers_until_it_is_lost(
    browser_with_gpu: Browser, site: str, wasm_bundle: Path
) -> None:
    with contextlib.closing(browser_with_gpu.new_context(service_workers="block")) as context:
        page = context.new_page()
        page.add_init_script(
            "const request = GPUAdapter.prototype.requestDevice;"
            "GPUAdapter.prototype.requestDevice = async function (...asked) {"
            " return (globalThis.device = await request.apply(this, asked)); };"
        )
        page.goto(f"{site}?backend=litert-webgpu")
        expect(page.locator("#backend")).to_have_attribute("data-backend", "litert-webgpu")
        largest = float(page.locator("#self-test").get_attribute("data-largest") or -1)
        assert largest == pytest.approx(largest_difference(wasm_bundle, "tflite-int8"), abs=1e-7)
        draw(page, DIGITS[3])
        expect(page.locator("#answer")).to_have_attribute("data-digit", "3")
        page.evaluate("globalThis.device.destroy()")
        draw(page, DIGITS[1])
        expect(page.locator("#sure")).to_have_text("the graphics device was lost")
        page.get_by_label("Runs on").select_option("litert")
        expect(page.locator("#backend")).to_have_attribute("data-backend", "litert")
        expect(page.locator("#answer")).to_have_attribute("data-reading", re.compile("."))


def test_the_longer_test_tries_it_too(loose: Watched) -> None:
    page = loose.open()
    page.get_by_role("button", name="Longer test").click()
    dialog = page.locator("#test-dialog")
    expect(dialog).to_have_attribute("data-state", "done", timeout=60_000)
    expect(page.locator("#test-status")).to_have_text("2 of 2 passed.")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as JSON").click()
    document = json.loads(download.value.path().read_text())
    assert (document["tensorflow_js"], document["litert_js"]) == (None, "2.5.3")
    pairs = [(row["backend"], row["scheme"]) for row in document["results"]]
    assert pairs == [("plain", "int8"), ("litert", "int8")]
    page.get_by_role("button", name="Close").click()
    assert in_use(page) == PLAIN


def test_once_chosen_it_is_there_without_a_network(
    browser: Browser, litert_page: Path, tmp_path: Path
) -> None:
    with (
        by_python(litert_page, tmp_path) as server,
        contextlib.closing(browser.new_context()) as context,
    ):
        page = context.new_page()
        address = f"{server.address}?backend=litert"
        page.goto(address)
        expect(page.locator("#backend")).to_have_attribute("data-backend", "litert")
        draw(page, DIGITS[2])
        page.wait_for_selector("html[data-offline=kept]", state="attached", timeout=60_000)
        server.stop()
        page.goto(address)
        expect(page.locator("#backend")).to_have_attribute("data-backend", "litert")
        draw(page, DIGITS[5])
        expect(page.locator("#answer")).to_have_text("5")


def _of_another_layout(page: dict[str, Any]) -> None:
    page["input"]["layout"] = "channels first"


def test_colours_are_stored_as_the_file_wants_them(
    browser: Browser, colour_bundle: Path, tmp_path: Path
) -> None:
    models = demo.open_models(colour_bundle, litert=True).only(["int8", "float32"])
    (stored,) = (each["stored"] for each in models.page["models"] if each["scheme"] == "int8")
    assert stored["input"]["scale"] != 1
    demo.write_page(models, tmp_path / "page")
    with (
        by_python(tmp_path / "page", tmp_path) as server,
        contextlib.closing(browser.new_context(service_workers="block")) as context,
    ):
        page = context.new_page()
        # The layout is each file's own: converters exchange the two.
        page.route("**/page.json", lambda route: changed_json(route, _of_another_layout))
        for name in ("tflite-int8", "tflite-float32"):
            page.goto(f"{server.address}?model={name}")
            expect(page.locator("#model")).to_have_attribute("data-model", name)
            expect(page.locator("#self-test")).to_have_attribute("data-state", "passed")
            largest = float(page.locator("#self-test").get_attribute("data-largest") or -1)
            assert largest == pytest.approx(largest_difference(colour_bundle, name), abs=2e-6)
