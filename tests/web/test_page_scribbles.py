"""What people draw to test a page is no digit, and the page is never sure that it is one."""

from __future__ import annotations

import pytest
from demo_page import Watched, draw
from playwright.sync_api import expect

from edgedigits.datasets.strokes import scribbles

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CORNERS = 40
"""Of a scribble's stroke, as many as a mouse is moved to."""


def test_scribbles_drawn_with_the_mouse_are_no_sure_digit(watched: Watched) -> None:
    page = watched.open()
    # Strokes that lie apart may each be a 1, so those that hang together are drawn.
    joined = [strokes for strokes in scribbles.paths(12, seed=4) if len(strokes) == 1]
    assert len(joined) >= 6
    for strokes in joined[:6]:
        draw(
            page,
            [
                " ".join(
                    f"{8 + 84 * x:.1f},{8 + 84 * y:.1f}"
                    for x, y in stroke[:: len(stroke) // CORNERS + 1]
                )
                for stroke in strokes
            ],
            steps=3,
        )
        expect(page.locator("#answer:is([data-verdict=none], .unsure)")).to_be_visible()
        page.get_by_role("button", name="Clear").click()
        expect(page.locator("#answer")).to_have_attribute("data-verdict", "blank")
