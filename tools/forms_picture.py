"""Draws the families of forms that `strokes` has beside its skeletons, for docs/strokes.md.

Usage: python tools/forms_picture.py [FILE.png]      (docs/images/forms.png unless told)
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import numpy as np

from edgedigits.datasets.strokes.forms import FAMILIES
from edgedigits.datasets.strokes.hand import DIGITS, write
from edgedigits.datasets.strokes.paths import Skeleton, compile_alphabet
from edgedigits.reports import plot_sheet, plots
from edgedigits.reports.plot_sheet import Tile

HERE = Path(__file__).resolve().parent
EACH, COLUMNS, CAPTION, SEED = 6, 12, 14, 0


def main() -> None:
    """Draw some of each family, its name and share below the first, and write the sheet."""
    out = HERE.parent / "docs" / "images" / "forms.png"
    rng = np.random.default_rng(SEED)
    tiles = []
    for family in FAMILIES:
        alphabet = compile_alphabet([Skeleton(family.digit, 1.0, path) for path in family.paths])
        pictures = write(alphabet, np.arange(EACH) % len(family.paths), rng, DIGITS)
        words = (*textwrap.wrap(family.name, CAPTION), f"{100 * family.share:.0f} %")
        tiles += [Tile(each, () if i else words) for i, each in enumerate(pictures)]
    sheet = plot_sheet.draw(
        tiles, COLUMNS, "Forms of other schools",
        "families of ways that strokes has beside its usual ones, and their shares of that digit",
    )  # fmt: skip
    print(plots.save(sheet, Path(sys.argv[1]) if len(sys.argv) > 1 else out))


if __name__ == "__main__":
    main()
