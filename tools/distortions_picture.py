"""Draws one digit under every distortion and wrong preparation, for docs/robustness.md.

Usage: python tools/distortions_picture.py [FILE.png]      (docs/images/distortions.png unless told)
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

from edgedigits.datasets.strokes import strokes
from edgedigits.reports import plot_sheet, plots
from edgedigits.reports.plot_sheet import Tile
from edgedigits.robustness import wrong_preparation
from edgedigits.robustness.distortions import DISTORTIONS, distort

HERE = Path(__file__).resolve().parent
DIGIT, SEED = 4, 3
COLUMNS, CAPTION = 7, 12


def main() -> None:
    """Draw the first such digit of the seed, and write the sheet."""
    out = HERE.parent / "docs" / "images" / "distortions.png"
    drawn, labels = strokes.draw(10, seed=SEED)
    digit = drawn[labels == DIGIT][:1]
    tiles = [Tile(digit[0], ("clean",))]
    for each in DISTORTIONS.values():
        done = distort(digit, each)
        way = each.ways[done.ways[0]].name
        tiles.append(Tile(done.images[0], (*textwrap.wrap(each.name, CAPTION), way)))
    for case in wrong_preparation.cases(None):
        if case.change is not None:
            tiles.append(Tile(case.change(digit)[0], (case.name,)))
    sheet = plot_sheet.draw(
        tiles, COLUMNS, "Distortions",
        "one digit as a model gets it; the last five are wrong preparations",
    )  # fmt: skip
    print(plots.save(sheet, Path(sys.argv[1]) if len(sys.argv) > 1 else out))


if __name__ == "__main__":
    main()
