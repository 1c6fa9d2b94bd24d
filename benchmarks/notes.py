"""How many of a page's 40 digits `predict` finds and reads, and how it reads printed lines.

Usage: python benchmarks/notes.py BUNDLE [--into DIR]

Draws 72 pages of notes, five lines of eight digits each, as JPEG photos: twelve of four kinds,
three of each, and 60 on noisy paper with specks. A page keeps the limit where at least 38 digits
are found and right, counted along the reading of its lines. Printed lines are in DejaVu's fonts,
and in Hershey's where they are installed (pip install Hershey-Fonts), at eight heights. DIR keeps
the pictures.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from photos import Scene, page, take

ROWS, COLUMNS = 5, 8
LEAST = 38
KINDS = {
    "ruled": Scene(light="slope", ruling="lines"),
    "squared": Scene(light="soft shadow", ruling="squares"),
    "chalk": Scene((50, 70, 60), (230, 232, 225)),
    "turned": Scene(light="lamp", turn=3),
}
NOISY = Scene(noise=14, specks=25)
SETS, NOISY_SETS = 3, 60
HEIGHTS = (24, 28, 32, 40, 48, 64, 80, 96)
LINES = ("0123456789", "1711417114", "4820759361", "8690538274")
DEJAVU = ("DejaVuSans", "DejaVuSansMono", "DejaVuSerif", "DejaVuSans-Bold")
HERSHEY = ("futural", "futuram", "rowmans", "rowmand", "rowmant", "timesr", "timesrb")
DrawLine = Callable[[str, int], Image.Image]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("bundle", type=Path, help="such as edgedigits export edge gives")
    options.add_argument("--into", type=Path, help="where the pictures are kept")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as held:
        folder = asked.into or Path(held)
        _pages(folder / "pages", asked.bundle)
        for family, fonts in (("DejaVu", dejavu()), ("Hershey", hershey())):
            _printed(folder / family, family, fonts, asked.bundle)


def _pages(folder: Path, bundle: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    written: dict[str, str] = {}
    scenes = [(kind, scene) for kind, scene in KINDS.items() for _ in range(SETS)]
    scenes += [("noisy", NOISY)] * NOISY_SETS
    for seed, (kind, scene) in enumerate(scenes):
        digits = np.random.default_rng(seed).integers(0, 10, (ROWS, COLUMNS))
        name = f"{seed:02d}-{kind}.jpg"
        photo = take(page(digits, seed), scene, seed)
        Image.fromarray(photo).convert("RGB").save(folder / name, quality=80)
        written[name] = "".join(map(str, digits.ravel()))
    rights: dict[str, list[int]] = {}
    for name, read in readings(folder, bundle).items():
        matcher = SequenceMatcher(None, written[name], read, autojunk=False)
        right = sum(block.size for block in matcher.get_matching_blocks())
        rights.setdefault(name[3:-4], []).append(right)
        if right < LEAST:
            print(f"{name}: {right} of {ROWS * COLUMNS}\n  {written[name]}\n  {read}")
    for kind, those in rights.items():
        kept = sum(right >= LEAST for right in those)
        mean = sum(those) / len(those)
        print(f"{kind}: {kept} of {len(those)} pages keep the limit, mean {mean:.1f} digits")
    every = [right for each in rights.values() for right in each]
    print(f"pages of notes: {sum(right >= LEAST for right in every)} of {len(every)}")


def _printed(folder: Path, family: str, fonts: dict[str, DrawLine], bundle: Path) -> None:
    if not fonts:
        print(f"{family}: not installed: pip install Hershey-Fonts")
        return
    folder.mkdir(parents=True, exist_ok=True)
    for font, draw in fonts.items():
        for height in HEIGHTS:
            for text in LINES:
                draw(text, height).save(folder / f"{font}.{height}.{text}.png")
    wrong = 0
    found = readings(folder, bundle)
    for name, read in found.items():
        font, at, text, _ = name.split(".")
        if read != text:
            wrong += 1
            print(f"{font} at {at} px: {text} is read as {read}")
    print(f"{family}: {len(found) - wrong} of {len(found)} printed lines are read")


def readings(folder: Path, bundle: Path) -> dict[str, str]:
    """What is read in each picture of a folder: its digits in their order, x for none."""
    command = ["edgedigits", "predict", str(folder), "--model", str(bundle), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)["predictions"]
    return {
        Path(each["path"]).name: "".join(
            "x" if digit["rejected"] else str(digit["digit"]) for digit in each["digits"]
        )
        for each in found
    }


def dejavu() -> dict[str, DrawLine]:
    """Lines in the fonts that come with Matplotlib."""
    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"

    def drawing(file: Path) -> DrawLine:
        def draw(text: str, height: int) -> Image.Image:
            font = ImageFont.truetype(file, height * 11 // 8)
            step = round(font.getlength("0") * 1.4)
            paper = Image.new("RGB", ((len(text) + 2) * step, 3 * step), "white")
            for place, letter in enumerate(text):
                at = ((place + 1) * step, step / 2)
                ImageDraw.Draw(paper).text(at, letter, font=font, fill="black")
            return paper

        return draw

    return {name: drawing(fonts / f"{name}.ttf") for name in DEJAVU}


def hershey() -> dict[str, DrawLine]:
    """Lines of strokes; none where the fonts are not installed."""
    if importlib.util.find_spec("HersheyFonts") is None:
        return {}
    module = importlib.import_module("HersheyFonts")

    def drawing(name: str) -> DrawLine:
        fonts = module.HersheyFonts()
        fonts.load_default_font(name)

        def draw(text: str, height: int) -> Image.Image:
            step, pen = height, max(2, height // 12)
            paper = Image.new("RGB", ((len(text) + 2) * step, 3 * height), "white")
            for place, letter in enumerate(text):
                strokes = list(strokes_of(fonts, letter, height))
                left = min(x for stroke in strokes for x, _ in stroke)
                for stroke in strokes:
                    at = [((place + 1) * step + x - left, height + y) for x, y in stroke]
                    ImageDraw.Draw(paper).line(at, fill="black", width=pen, joint="curve")
            return paper

        return draw

    return {name: drawing(name) for name in HERSHEY}


def strokes_of(fonts: Any, letter: str, height: int) -> Iterator[list[tuple[float, float]]]:
    """A letter's strokes, so high and from the top downwards."""
    found = [list(stroke) for stroke in fonts.strokes_for_text(letter)]
    ys = [y for stroke in found for _, y in stroke]
    scale = height / (max(ys) - min(ys))
    for stroke in found:
        yield [(x * scale, (y - min(ys)) * scale) for x, y in stroke]


if __name__ == "__main__":
    main()
