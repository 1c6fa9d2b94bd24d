"""A model of pictures answers a live camera, and one of several MB says how much of it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, Route, expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# Every frame that is taken from the camera, and every answer that is shown, in their order.
LOGGED = (
    "window.log = [];"
    "const { drawImage, putImageData } = CanvasRenderingContext2D.prototype;"
    "Object.assign(CanvasRenderingContext2D.prototype, {"
    " drawImage(source, ...rest) {"
    "  if (source instanceof HTMLVideoElement) window.log.push('frame');"
    "  return drawImage.call(this, source, ...rest); },"
    " putImageData(...all) { window.log.push('answer'); return putImageData.apply(this, all); },"
    "});"
    "const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);"
    "navigator.mediaDevices.getUserMedia ="
    " async (wish) => { window.stream = await ask(wish); return window.stream; };"
)
TWO_PAINTINGS = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
IS_LIVE = "window.stream.getTracks().map((track) => track.readyState).join()"


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One page for all tests of this module, at no address yet."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, service_workers="block")
    opened = context.new_page()
    opened.add_init_script("delete Navigator.prototype.gpu;" + LOGGED)
    yield opened
    context.close()


def visit(page: Page, address: str, state: str = "ready") -> None:
    page.goto(address)
    page.wait_for_selector(f"html[data-state={state}]", state="attached", timeout=30_000)


def wait_until(page: Page, holds: str) -> None:
    """Return once an expression of the page holds.

    Playwright's `wait_for_function` evaluates it as text from its second look on, which the page's
    content security policy forbids.
    """
    page.evaluate(
        f"async () => {{ while (!({holds})) await new Promise((next) => setTimeout(next, 20)); }}"
    )


def frames_answered(page: Page, least: int) -> list[str]:
    """The log, once so many frames more were taken."""
    page.evaluate("window.log.length = 0")
    wait_until(page, f"window.log.filter((each) => each === 'frame').length > {least}")
    log: list[str] = page.evaluate("window.log")
    return log


def test_frames_are_answered_one_at_a_time_while_the_camera_is_on(
    page: Page, colour_site: str
) -> None:
    visit(page, colour_site)
    page.get_by_role("button", name="Camera").click()
    expect(page.locator("#camera-view")).to_be_visible()
    expect(page.locator("#bars li.top")).to_have_count(1)
    log = frames_answered(page, 6)
    assert ("frame", "frame") not in pairwise(log), (
        "a frame was taken before the last one was answered"
    )
    assert log.count("frame") > 6
    expect(page.locator("#time")).to_contain_text("ms")
    # Nobody wants to hear every frame.
    expect(page.locator("#live")).to_be_empty()

    page.get_by_role("button", name="Cancel").click()
    assert page.evaluate(IS_LIVE) == "ended"
    expect(page.locator("#answer")).to_be_empty()
    expect(page.locator("#sure")).to_have_text("Choose a picture")

    page.get_by_role("button", name="Camera").click()
    expect(page.get_by_role("button", name="Take picture")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_contain_text("sure")
    expect(page.locator("#photo")).to_be_visible()
    assert page.evaluate(IS_LIVE) == "ended"
    page.evaluate("window.log.length = 0")
    page.evaluate(TWO_PAINTINGS)
    assert "frame" not in page.evaluate("window.log")


def test_no_frame_is_taken_while_the_model_has_no_time(page: Page, colour_site: str) -> None:
    visit(page, colour_site)
    page.get_by_role("button", name="Camera").click()
    expect(page.locator("#bars li.top")).to_have_count(1)
    # The longer test, once its code is here, has the model to itself; one frame may wait until it
    # ends.
    page.evaluate("document.querySelector('#longer').click()")
    expect(page.locator("#test-rows tr").first).to_be_visible()
    page.evaluate("window.log.length = 0")
    expect(page.locator("#test-rows tr").nth(2)).to_be_visible()
    assert page.evaluate("window.log").count("frame") <= 1
    page.keyboard.press("Escape")
    expect(page.locator("#test-dialog")).to_be_hidden()
    expect(page.locator("#camera-view")).to_be_hidden()


def test_a_digits_page_takes_stills_alone(page: Page, site: str) -> None:
    visit(page, site)
    page.get_by_role("button", name="Camera").click()
    expect(page.get_by_role("button", name="Take picture")).to_be_focused()
    page.evaluate(
        "() => { const video = document.querySelector('#camera-view');"
        " const next = () => new Promise((done) => video.requestVideoFrameCallback(done));"
        " return next().then(next); }"
    )
    assert "frame" not in page.evaluate("window.log")
    page.keyboard.press("Escape")


@pytest.fixture
def weights(page: Page) -> Iterator[Callable[[], None]]:
    """Holds the weights back, from those asked for before to those asked for after it is called."""
    held: list[Route] = []
    is_free = False

    def hold(route: Route) -> None:
        if is_free:
            route.continue_()
        else:
            held.append(route)

    def release() -> None:
        nonlocal is_free
        is_free = True
        for route in held:
            route.continue_()
        held.clear()

    page.route("**/*.bin", hold)
    yield release
    # All of them, a failed test's own too.
    page.unroute_all()


def test_a_large_model_says_how_much_of_it_is_there(
    page: Page, colour_site: str, weights: Callable[[], None]
) -> None:
    def enlarge(route: Route) -> None:
        content = route.fetch().json()
        for model in content["models"]:
            model["size_bytes"] = 5_000_000
        route.fulfill(json=content)

    page.route("**/model/page.json", enlarge)
    visit(page, colour_site, "loading")
    progress = page.get_by_role("progressbar", name="Loading the model")
    expect(progress).to_be_visible()
    expect(page.locator("#loaded-bytes")).to_contain_text("MB")
    wait_until(page, "document.querySelector('#load-progress').value > 0")
    most, there = page.evaluate(
        "() => { const bar = document.querySelector('#load-progress');"
        " return [bar.max, bar.value]; }"
    )
    assert 0 < there < most
    assert most > 5_000_000
    weights()
    page.wait_for_selector("html[data-state=ready]", state="attached", timeout=30_000)
    expect(progress).to_be_hidden()


def test_a_small_model_shows_no_bar(
    page: Page, colour_site: str, weights: Callable[[], None]
) -> None:
    visit(page, colour_site, "loading")
    expect(page.locator("#loading")).to_contain_text("Loading")
    expect(page.locator("#loaded")).to_be_hidden()
    weights()
    page.wait_for_selector("html[data-state=ready]", state="attached", timeout=30_000)
