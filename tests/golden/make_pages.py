"""Write tests/golden/pages: photos of several digits, and what taking them apart must give.

Run it after a deliberate change to docs/picture.md: python tests/golden/make_pages.py. Photos that
are there stay, whatever digits `strokes` draws now.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from edgedigits.picture import picture

sys.path.insert(0, str(Path(__file__).parents[1]))

from photos import RGBA, Scene, handwriting, page, place, take

PAGES = Path(__file__).parent / "pages"
ANSWERS = PAGES / "segmented.json"


def photos() -> dict[str, RGBA]:
    """Small pages by name: every rule for several digits is needed by some of them."""
    clean = Scene((255, 255, 255), (0, 0, 0), noise=0)

    def written(seed: int, *rows: list[int], **options: Any) -> NDArray[np.float64]:
        return page(np.array(rows), seed, **{"cell": 30, **options})

    broken = written(5, [1, 1, 7], cell=40, spread=1.4)
    broken[42:45, 120:] = 0
    pair = np.zeros((70, 110))
    for digit, left in ((8, 20), (2, 52)):
        ink = handwriting(digit, digit, 40)
        spot = pair[15 : 15 + ink.shape[0], left : left + ink.shape[1]]
        np.maximum(spot, ink, out=spot)
    pair[35:38, 45:65] = 1
    alone = place(handwriting(6, 6, 40), (70, 60), (12, 14))
    wide = np.array(Image.fromarray(place(handwriting(0, 3, 50), (70, 70), (10, 10))))
    low = Image.fromarray(written(13, [5, 5, 5], cell=40, spread=1.3))
    ImageDraw.Draw(low).arc((20, 40, 56, 82), 0, 180, fill=1, width=4)
    ImageDraw.Draw(low).rectangle((110, 82, 140, 85), fill=1)
    stairs = np.zeros((150, 200))
    for digit, (top, left) in zip(
        (3, 6, 2, 9), ((20, 10), (40, 55), (22, 100), (50, 145)), strict=True
    ):
        ink = handwriting(digit, digit, 42)
        stairs[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    # A five whose pen was lifted twice, and two digits above each other, which stay two.
    lifted = place(handwriting(5, 2, 60), (90, 80), (14, 16))
    lifted[30:33] = 0
    lifted[48:50] = 0
    # Wider than its lowest piece is high; an upstroke and its stem, both of a digit's height; and
    # two ones that share columns, which stay two.
    five = strokes((90, 100), [(34, 18), (80, 18)], [(17, 25), (16, 42), (30, 42)],
                   [(42, 29), (66, 34), (84, 54), (64, 78), (14, 78)])  # fmt: skip
    one = strokes((100, 80), [(14, 72), (68, 14)], [(62, 32), (62, 84)])
    ones = strokes((100, 90), [(14, 80), (44, 16)], [(34, 80), (64, 16)])
    column = np.zeros((120, 60))
    for digit, top in ((7, 12), (3, 66)):
        ink = handwriting(digit, digit, 42)
        column[top : top + ink.shape[0], 15 : 15 + ink.shape[1]] = ink
    faint = Scene(noise=3, ruling="lines", ruling_ink=(120, 140, 170))
    margin = take(written(16, [1, 4, 2, 8, 5, 7], cell=44), replace(faint, turn=2), 16)
    margin[:, :14, :3] = margin[-14:, 0, None, :3].mean(axis=0).astype(np.uint8)
    return {
        "two-lines": take(written(1, [1, 9, 4, 5], [2, 0, 2, 6]), Scene(light="slope"), 1),
        "no-noise": take(written(2, [3, 1, 4], [1, 5, 9]), clean, 2),
        "chalk": take(written(3, [8, 0, 7]), Scene((50, 70, 60), (230, 232, 225), noise=3), 3),
        "near": take(written(4, [2, 7, 1, 8, 2, 8], spread=0.65), Scene(noise=3), 4),
        "broken": take(broken, Scene(noise=3), 5),
        "touching": take(pair, Scene(noise=3), 6),
        "alone": take(alone, Scene(noise=3), 7),
        "wide": take(wide.repeat(2, axis=1), Scene(noise=3), 8),
        "ruled": take(written(9, [6, 5, 3], [5, 8, 9], cell=50), faint, 9),
        "edge-and-specks": take(written(10, [9, 7], cell=50), Scene(specks=10, bar=18), 10),
        "tilted": take(written(11, [2, 3, 5, 7, 1, 1]), Scene(noise=3, turn=4), 11),
        "reduced": take(written(12, [4, 2], cell=36).repeat(12, axis=1), clean, 12),
        "low-and-dash": take(np.array(low), Scene(noise=3), 14),
        "stairs": take(stairs, Scene(noise=3), 15),
        "ruled-and-tilted": margin,
        "lifted": take(lifted, Scene(noise=3), 17),
        "five-in-three": take(five, Scene(noise=3), 19),
        "stem-under-upstroke": take(one, Scene(noise=3), 20),
        "slanted-ones": take(ones, Scene(noise=3), 21),
        "column": take(column, Scene(noise=3), 18),
        "blank": take(np.zeros((40, 50)), Scene(light="slope", noise=3), 13),
    }


def strokes(size: tuple[int, int], *lines: list[tuple[int, int]]) -> NDArray[np.float64]:
    """Ink `[height, width]` of a pen along each of the lines through points (x, y)."""
    paper = Image.fromarray(np.zeros(size))
    for line in lines:
        ImageDraw.Draw(paper).line(line, fill=1, width=5, joint="curve")
    return np.array(paper)


def segmented(rgba: RGBA) -> list[list[list[Any]]]:
    """For each line its digits: left, top, width, height, 28x28 bytes in hexadecimal."""
    lines: list[list[list[Any]]] = []
    for one in picture.segment(rgba):
        if one.line == len(lines):
            lines.append([])
        box = [one.left, one.top, one.width, one.height]
        lines[one.line].append([*box, one.picture.tobytes().hex()])
    return lines


def main() -> None:
    """Write the pages and the answers."""
    PAGES.mkdir(exist_ok=True)
    answers = {}
    for name, rgba in photos().items():
        path = PAGES / f"{name}.png"
        if not path.exists():
            Image.fromarray(rgba).convert("RGB").save(path, optimize=True)
        answers[name] = segmented(picture.read(path))
    ANSWERS.write_text(json.dumps(answers, indent=0) + "\n")


if __name__ == "__main__":
    main()
