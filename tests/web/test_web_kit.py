"""The kit for the web says in a browser that all is well, or what is not."""

from __future__ import annotations

from pathlib import Path

import kit_rules
import pytest
from page_hosts import by_python
from playwright.sync_api import Browser, expect

from edgedigits.bundle import bundle
from edgedigits.kits import kits

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

REJECTS = """async (rows) => {
  const { Classifier } = await import('./classifier.js');
  const classifier = await Classifier.open();
  const judged = (row) => [classifier.rejects(row), classifier.doubts(row)];
  return rows.map((row) => judged(row.map((each) => each ?? NaN)));
}"""


def test_its_page_says_whether_all_is_well(
    browser: Browser, wasm_bundle: Path, tmp_path: Path
) -> None:
    kit = tmp_path / "kit"
    kits.write(bundle.read(wasm_bundle), "web", kit)
    with by_python(kit, tmp_path) as host:
        page = browser.new_page()
        page.goto(f"{host.address}selftest.html")
        expect(page.get_by_role("status")).to_have_text("All is well.")
        fit = kit / "preparation" / "picture-fit.js"
        fit.write_text(fit.read_text().replace("BOX = 20", "BOX = 19"))
        page.close()
        page = browser.new_context().new_page()
        page.goto(f"{host.address}selftest.html")
        expect(page.get_by_role("status")).to_contain_text("photo 0 is prepared otherwise")
        page.close()


def test_answers_are_rejected_as_by_edgedigits(
    browser: Browser, wasm_bundle: Path, tmp_path: Path
) -> None:
    rows = kit_rules.answers(10)
    opened, _ = kit_rules.ruled(bundle.read(wasm_bundle), rows[:-3])
    kits.write(opened, "web", tmp_path / "kit")
    with by_python(tmp_path / "kit", tmp_path) as host:
        page = browser.new_page()
        page.goto(f"{host.address}selftest.html")
        expect(page.get_by_role("status")).to_have_text("All is well.")
        sent = [[None if p != p else p for p in row] for row in rows.tolist()]
        judged = [kit_rules.word(*each) for each in page.evaluate(REJECTS, sent)]
        assert judged == kit_rules.by(opened, rows)
        page.close()
