"""Several digits on the pad are read in order; the loose strokes of one digit stay one digit."""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from demo_page import DIGITS, Strokes, Watched, draw, row
from playwright.sync_api import Page, Route, expect

from edgedigits.bundle.reject import Reject
from edgedigits.runtimes.tfjs.node import find_node

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

TWO_LINES = row("1945", 6, 38) + row("2026", 56, 38)
SCRIBBLE = [
    "10,50 30,20 50,80 20,70 80,30 60,90 40,10 90,60 15,35 85,75 30,85 70,15 25,60",
]
REJECT = Path(__file__).parents[2] / "web_demo" / "src" / "reject.js"


def selected(page: Page) -> str:
    return page.locator("#answer [aria-checked=true]").inner_text()


def test_two_lines_are_read_with_boxes_and_the_last_digit_is_selected(watched: Watched) -> None:
    page = watched.open()
    draw(page, TWO_LINES, steps=1)
    answer = page.locator("#answer")
    expect(answer).to_have_attribute("data-reading", "1945/2026")
    expect(answer).to_have_attribute("data-verdict", "digits")
    assert answer.get_attribute("data-digit") is None
    expect(page.locator("#live")).to_have_text("8 digits: 1 9 4 5, next line: 2 0 2 6")
    expect(page.locator("#boxes div")).to_have_count(8)
    expect(page.locator("#boxes .selected")).to_have_count(1)
    assert selected(page) == "6"
    expect(page.locator("#bars .top b")).to_have_text("6")
    expect(page.locator("#sure")).to_contain_text("6, ")


def test_boxes_lie_around_the_ink_that_they_stand_for(watched: Watched) -> None:
    page = watched.open()
    draw(page, row("10", 20, 60))
    expect(page.locator("#answer")).to_have_attribute("data-reading", "10")
    pad = page.locator("#pad").bounding_box()
    boxes = [box.bounding_box() for box in page.locator("#boxes div").all()]
    assert pad is not None
    assert len(boxes) == 2
    one, zero = (box for box in boxes if box is not None)
    assert pad["x"] <= one["x"]
    assert one["x"] + one["width"] < zero["x"]
    assert zero["x"] + zero["width"] <= pad["x"] + pad["width"]
    # Drawn over 60 % of the pad's height, from 14 % to 86 % of that, and half a pen around it.
    for box in (one, zero):
        assert box["height"] / pad["height"] == pytest.approx(0.6 * 0.72 + 0.058, abs=0.03)


def test_digits_are_chosen_by_click_and_by_arrow_keys(watched: Watched) -> None:
    page = watched.open()
    draw(page, row("345", 25, 45))
    expect(page.locator("#answer")).to_have_attribute("data-reading", "345")
    page.locator("#answer button", has_text="3").click()
    expect(page.locator("#bars .top b")).to_have_text("3")
    page.keyboard.press("ArrowRight")
    assert selected(page) == "4"
    expect(page.locator("#bars .top b")).to_have_text("4")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    assert selected(page) == "5"
    expect(page.locator("#boxes .selected")).to_have_attribute("data-place", "2")
    assert page.evaluate("document.activeElement.textContent") == "5"


@pytest.mark.parametrize(
    ("digit", "strokes"),
    [
        (1, [f"50,{y} 50,{y + 5}" for y in range(10, 90, 13)]),
        (4, ["36,15 32,35 28,55 52,56", "64,12 64,50 63,88"]),
        (5, ["38,24 36,46 50,44 63,50 69,63 63,79 48,86 31,81", "44,10 60,9 76,8"]),
        (7, ["29,17 50,17 71,16 62,36 53,56 44,86", "36,52 70,52"]),
        (8, ["50,46 38,38 37,24 50,14 63,22 62,36 50,46",
             "50,52 36,62 36,78 50,87 64,78 64,62 50,52"]),
    ],
    ids=["dotted 1", "open 4", "5 with its bar apart", "crossed 7", "8 in two loops"],
)  # fmt: skip
def test_loose_strokes_of_one_digit_are_one_digit(
    watched: Watched, digit: int, strokes: Strokes
) -> None:
    page = watched.open()
    draw(page, strokes)
    expect(page.locator("#live")).to_contain_text("sure")
    expect(page.locator("#answer")).to_have_attribute("data-digit", str(digit))
    expect(page.locator("#boxes div")).to_have_count(0)


def test_a_line_across_the_pad_is_not_cut_into_digits(watched: Watched) -> None:
    page = watched.open()
    draw(page, ["8,50 92,52"])
    expect(page.locator("#live")).not_to_be_empty()
    assert page.locator("#answer").get_attribute("data-verdict") in ("digit", "none")


def rejecting(page: Page, temperature: float, threshold: float, sure: float) -> None:
    def answer(route: Route) -> None:
        described = route.fetch().json()
        described["reject"] = {"temperature": temperature, "threshold": threshold, "sure": sure}
        route.fulfill(json=described)

    page.route("**/model/page.json", answer)


def test_what_is_no_digit_is_a_dash_with_muted_bars(watched: Watched) -> None:
    rejecting(watched.page, 1, 0.9999, 0.9999)
    page = watched.open()
    draw(page, SCRIBBLE)
    answer = page.locator("#answer")
    expect(answer).to_have_attribute("data-verdict", "none")
    expect(answer).to_have_text("–")
    assert answer.get_attribute("data-digit") is None
    assert answer.get_attribute("data-reading") is None
    expect(page.locator("#sure")).to_have_text("Not a digit")
    expect(page.locator("#second")).to_contain_text("nearest is")
    expect(page.locator("#live")).to_have_text("Not a digit")
    expect(page.locator("#bars")).to_have_class("muted")
    page.get_by_role("button", name="Clear").click()
    expect(answer).to_have_attribute("data-verdict", "blank")
    expect(page.locator("#bars")).not_to_have_class("muted")


def test_a_sure_answer_is_a_digit_all_the_same(watched: Watched) -> None:
    rejecting(watched.page, 1, 0.5, 0.5)
    page = watched.open()
    draw(page, DIGITS[3])
    expect(page.locator("#answer")).to_have_attribute("data-digit", "3")


def test_an_answer_that_is_unsure_is_a_guess_with_its_runner_up(watched: Watched) -> None:
    rejecting(watched.page, 1, 0, 2)
    page = watched.open()
    draw(page, DIGITS[3])
    answer = page.locator("#answer")
    expect(answer).to_have_attribute("data-digit", "3")
    expect(answer).to_have_text("3?")
    expect(answer).to_have_class("unsure")
    expect(page.locator("#sure")).to_contain_text("Unsure, ")
    expect(page.locator("#second")).to_contain_text("or ")
    expect(page.locator("#live")).to_contain_text("3, unsure, ")
    expect(page.locator("#bars")).not_to_have_class("muted")
    page.get_by_role("button", name="Clear").click()
    expect(answer).not_to_have_class("unsure")


def test_digits_of_which_it_is_unsure_are_marked_among_others(watched: Watched) -> None:
    rejecting(watched.page, 1, 0, 2)
    page = watched.open()
    draw(page, row("345", 25, 45))
    expect(page.locator("#answer")).to_have_attribute("data-reading", "3?4?5?")
    expect(page.locator("#boxes .unsure")).to_have_count(3)
    expect(page.locator("#sure")).to_contain_text("5, unsure, ")


def test_confidence_is_pythons() -> None:
    rng = np.random.default_rng(3)
    table = rng.dirichlet(np.full(10, 0.1), 200).astype(np.float32)
    table[0] = np.eye(10)[3]
    table[1] = 0.1
    program = (
        "const { judgeBy } = await import(process.argv[1]);"
        "const { rows, reject } = JSON.parse(process.argv[2]);"
        "console.log(JSON.stringify(rows.map(judgeBy(reject))));"
    )
    for rule in (Reject(0.7, 0.4, 0.8), Reject(1.0, 0.6, 0.6), Reject(2.5, 0.3, 0.5)):
        sent = {"rows": table.tolist(), "reject": asdict(rule)}
        done = subprocess.run(
            [find_node(), "--input-type=module", "-e", program, REJECT.as_uri(), json.dumps(sent)],
            capture_output=True,
            check=True,
        )
        answers = json.loads(done.stdout)
        np.testing.assert_allclose(
            [each["confidence"] for each in answers], rule.confidence(table), rtol=1e-12
        )
        verdicts = [each["isDigit"] for each in answers]
        assert verdicts == rule.accepts(table).tolist()
        assert True in verdicts
        assert False in verdicts
        unsure = [each["isDigit"] and not each["isSure"] for each in answers]
        assert unsure == rule.doubts(table).tolist()
        assert (True in unsure) == (rule.sure > rule.threshold)
