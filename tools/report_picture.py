"""Takes pictures of a verification's page in Chromium, down to the changed answers: the README's.

Usage: python tools/report_picture.py REPORT.html [FOLDER]      (docs/images unless told)
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from edgedigits.runtimes.processes import chromium

HERE = Path(__file__).resolve().parent
WIDTH = 1060
THEMES = ("light", "dark")


def main() -> None:
    """Open the page, and take a picture for every theme."""
    report = Path(sys.argv[1]).resolve()
    out = Path(sys.argv[2]) if len(sys.argv) > 2 else HERE.parent / "docs" / "images"
    with sync_playwright() as playwright:
        sandbox = ["--no-sandbox"] if chromium.is_root() else []
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=sandbox)
        for theme in THEMES:
            page = browser.new_page(
                viewport={"width": WIDTH, "height": 800},
                color_scheme="dark" if theme == "dark" else "light",
            )
            page.goto(report.as_uri())
            box = page.locator("section", has=page.locator(".tiles")).bounding_box()
            assert box is not None
            whole = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
            seen = whole.crop((0, 0, WIDTH, round(box["y"] + box["height"]) + 20))
            # 64 colours are all that a page of few colours needs, in a third of the bytes.
            path = out / f"report-{theme}.png"
            seen.quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)
            print(path)
        browser.close()


if __name__ == "__main__":
    main()
