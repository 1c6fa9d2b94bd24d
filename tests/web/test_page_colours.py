"""The page of a model that takes pictures in colour answers as the bundle's other files do."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import colours
import numpy as np
import pytest
from demo_page import canvas_pixels, changed_json, violations
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from edgedigits.bundle import bundle
from edgedigits.page import demo, single_file
from edgedigits.picture.frame import Mode, frame
from edgedigits.runtimes.runtimes import open_runtime

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SIZE = (colours.HEIGHT, colours.WIDTH)
NOWHERE = "http://nowhere.test/"
PAGE_JSON, SELF_TEST = "**/model/page.json", "**/self-test.json.gz"
FLOAT_BUDGET = 1e-4
ODD = ["<img src=x onerror=alert(1)>", "</script><b>", "&amp;", "a\u202eb", "'\"`", "x" * 200]


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One page for all tests of this module; it is left as it was found, and without any trouble
    that a test has not brought about."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, service_workers="block")
    opened = context.new_page()
    opened.add_init_script("delete Navigator.prototype.gpu")
    yield opened
    context.close()


def visit(page: Page, address: str, state: str = "ready") -> None:
    page.goto(address)
    page.wait_for_selector(f"html[data-state={state}]", state="attached", timeout=30_000)


@contextmanager
def changed(
    page: Page, change: Callable[[dict[str, Any]], object], path: str = PAGE_JSON
) -> Iterator[None]:
    """A file of the page's models that says something else meanwhile."""

    page.route(path, lambda route: changed_json(route, change))
    yield
    page.unroute(path)


def photo(label: int, width: int = 137, height: int = 90, seed: int = 3) -> NDArray[np.uint8]:
    """A drawn picture of a class in RGBA, of another size than the model's, partly clear."""
    images, labels = colours.draw(60, seed)
    large = Image.fromarray(images[np.flatnonzero(labels == label)[0]]).resize((width, height))
    rgba = np.asarray(large.convert("RGBA")).copy()
    rgba[:3, :, 3] = 255 if label % 2 else 0
    return rgba


def choose(page: Page, rgba: NDArray[np.uint8]) -> None:
    file = io.BytesIO()
    Image.fromarray(rgba).save(file, "PNG")
    page.evaluate("document.querySelector('#live').textContent = ''")
    page.locator("#file").set_input_files(
        {"name": "photo.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )
    expect(page.locator("#live")).to_contain_text("sure")


def seen(page: Page) -> NDArray[np.uint8]:
    return canvas_pixels(page, "seen")[..., :3]


def shares(page: Page) -> dict[str, float]:
    """Probabilities of the classes that have bars, by their names."""
    found: list[list[str]] = page.locator("#bars li").evaluate_all(
        "all => all.map((row) => [row.querySelector('b').textContent,"
        " row.querySelector('i').style.transform])"
    )
    return {name: float(share.removeprefix("scaleX(").rstrip(")")) for name, share in found}


def test_a_chosen_picture_is_answered_as_by_the_float_model(
    page: Page, colour_site: str, colour_bundle: Path
) -> None:
    visit(page, f"{colour_site}?model=tfjs-float32")
    opened = bundle.read(colour_bundle)
    photos = [photo(label) for label in range(len(colours.CLASSES))]
    pictures = np.stack([frame(each, *SIZE, Mode.STRETCH) for each in photos])
    artifact = opened.artifact("tflite-float32")
    with closing(open_runtime("litert", artifact, colour_bundle)) as runtime:
        answers = runtime.probabilities(pictures)
    assert len(set(answers.argmax(axis=1))) > 3
    for rgba, picture, expected in zip(photos, pictures, answers, strict=True):
        choose(page, rgba)
        np.testing.assert_array_equal(seen(page), picture)
        expect(page.locator("#answer")).to_have_text(colours.CLASSES[expected.argmax()])
        found = shares(page)
        order = np.argsort(-expected, kind="stable")[:5]
        assert next(iter(found)) == colours.CLASSES[order[0]]
        assert len(found) == 5
        for name, share in found.items():
            assert abs(share - expected[colours.CLASSES.index(name)]) <= FLOAT_BUDGET
        assert sorted(found.values(), reverse=True) == list(found.values())
    expect(page.locator("#self-test")).to_have_attribute("data-state", "passed")


def test_there_is_no_pad_and_no_word_of_digits(page: Page, colour_site: str) -> None:
    visit(page, colour_site)
    expect(page.locator("#pad")).to_be_hidden()
    expect(page.locator("#undo")).to_be_hidden()
    expect(page.locator("#sure")).to_have_text("Choose a picture")
    text = page.locator("body").inner_text()
    assert not re.search(r"(?<!edge)\bdigit|\bdraw|\bink\b", text, re.IGNORECASE)
    assert page.title() == "edgedigits: show a picture"
    choose(page, photo(1))
    page.keyboard.press("Control+z")
    expect(page.locator("#pad")).to_be_hidden()
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#answer")).to_be_empty()
    expect(page.locator("#pad")).to_be_hidden()


@pytest.mark.parametrize("mode", [Mode.CROP, Mode.PAD])
def test_pictures_are_fitted_as_the_contract_says(page: Page, colour_site: str, mode: Mode) -> None:
    with changed(page, lambda said: said["input"].update(fit=mode.value)):
        visit(page, colour_site)
        for width, height in ((300, 40), (31, 90), (2500, 1700)):
            rgba = photo(2, width, height)
            choose(page, rgba)
            np.testing.assert_array_equal(seen(page), frame(rgba, *SIZE, mode))


def test_names_of_classes_are_shown_as_text(page: Page, colour_site: str) -> None:
    with changed(page, lambda said: said.update(labels=ODD)):
        visit(page, colour_site)
        alerts: list[str] = []
        page.on("dialog", lambda dialog: alerts.append(dialog.message))
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for label in range(len(ODD)):
            choose(page, photo(label))
            assert page.locator("#answer").text_content() in ODD
            assert set(shares(page)) <= set(ODD)
        assert page.locator("#result img, #result script").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") == 1280
    assert (alerts, asked) == ([], [])


def test_a_page_in_one_file_answers_too(page: Page, colour_bundle: Path, tmp_path: Path) -> None:
    models = demo.open_models(colour_bundle).only(["float32"])
    place = single_file.write(models, tmp_path / "one.html")
    visit(page, place.as_uri())
    expect(page.locator("#self-test")).to_have_attribute("data-state", "passed")
    rgba = photo(4)
    choose(page, rgba)
    np.testing.assert_array_equal(seen(page), frame(rgba, *SIZE, Mode.STRETCH))


def _golden_of_others(golden: dict[str, Any]) -> None:
    golden["probabilities"].reverse()


def _golden_of_another_size(golden: dict[str, Any]) -> None:
    golden["pictures"]["base64"] = golden["pictures"]["base64"][:-400]


def _golden_of_fewer_classes(golden: dict[str, Any]) -> None:
    golden["probabilities"] = [row[:-1] for row in golden["probabilities"]]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_golden_of_others, "not the model’s"),
        (_golden_of_another_size, "self-test.json.gz is not what this page understands"),
        (_golden_of_fewer_classes, "self-test.json.gz is not what this page understands"),
    ],
)
def test_other_golden_vectors_are_noticed(
    page: Page, colour_site: str, change: Any, told: str
) -> None:
    with changed(page, change, SELF_TEST):
        visit(page, colour_site, "failed")
        expect(page.locator("#trouble-text")).to_contain_text(told)
        expect(page.locator("#board")).to_be_hidden()


@pytest.mark.parametrize(("apart", "state"), [(0.02, "ready"), (0.2, "failed")])
def test_what_the_float_model_leaves_undecided_may_tip(
    page: Page, colour_site: str, apart: float, state: str
) -> None:
    def tip(golden: dict[str, Any]) -> None:
        for row in golden["probabilities"]:
            best, second, *_ = sorted(range(len(row)), key=lambda place: -row[place])
            row[:] = [0.0] * len(row)
            row[best], row[second] = 0.5 - apart / 2, 0.5 + apart / 2

    with changed(page, tip, SELF_TEST):
        visit(page, colour_site, state)


@pytest.mark.parametrize(
    "said", [{"order": "BGR"}, {"mean": None}, {"range": [0, 255]}], ids=["BGR", "mean", "range"]
)
def test_another_contract_is_noticed_by_its_answers(
    page: Page, colour_site: str, said: dict[str, Any]
) -> None:
    with changed(page, lambda held: held["input"].update(said)):
        visit(page, colour_site, "failed")
        expect(page.locator("#trouble-text")).to_contain_text("not the model’s")


def test_more_labels_than_answers_are_noticed(page: Page, colour_site: str) -> None:
    with changed(page, lambda said: said["labels"].append("a seventh")):
        visit(page, colour_site, "failed")
        expect(page.locator("#trouble-text")).to_contain_text("self-test.json.gz is not what")


def test_what_cannot_be_is_refused(page: Page, colour_bundle: Path) -> None:
    nonsense: list[dict[str, Any]] = [
        *({"labels": each} for each in (["a"], ["a"] * 6, ["a", ""], [1, 2], "ab", None)),
        *({"size": each} for each in ([20, 0], [28, 28], [560], [20.5, 28], "20x28", None)),
        *({"shape": each} for each in ([1, 20, 28], [], None)),
        *({"channels": each} for each in (1, 4, None)),
        *({"fit": each} for each in ("shrink", None)),
        *({"range": each} for each in ([1, 1], [0, None], [0], None)),
        *({"mean": each} for each in ([0.5], ["0", "0", "0"], 0.5)),
        *({"std": each} for each in ([0.25, 0, 0.3], [1, 1, -1])),
        *({"order": each} for each in (None, "RBG")),
        {"layout": "rows"},
    ]
    held = demo.open_models(colour_bundle).all_files()["page.json"]
    contents = [json.loads(held) for _ in range(1 + len(nonsense))]
    for content, each in zip(contents[1:], nonsense, strict=True):
        (content if "labels" in each else content["input"]).update(each)
    waiting = iter(contents)

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(NOWHERE)
        if path == "model/page.json":
            route.fulfill(json=next(waiting))
        elif path:
            route.fulfill(path=demo.page_source() / path)
        else:
            route.fulfill(body="<!doctype html>", content_type="text/html")

    page.route(f"{NOWHERE}**", answer)
    page.goto(NOWHERE)
    told: list[str] = page.evaluate(
        "async (count) => { const { readPage } = await import('./src/page.js'); const told = [];"
        " while (told.length < count) told.push("
        "await readPage().then(() => 'taken', (error) => error.message));"
        " return told; }",
        len(contents),
    )
    assert told[0] == "taken"
    for each, words in zip(nonsense, told[1:], strict=True):
        part = "labels" if "labels" in each else "input"
        assert words == f"model/page.json is not what this page understands: {part}", each


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    page: Page, colour_site: str, scheme: Any
) -> None:
    page.emulate_media(color_scheme=scheme)
    for width in (320, 800, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        visit(page, colour_site)
        if width == 320:
            assert violations(page) == []
        choose(page, photo(0))
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert violations(page) == []
    page.emulate_media(color_scheme="light")
