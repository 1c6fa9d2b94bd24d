"""The page prepares and takes apart pictures to the very bytes that Python does.

It compares a few hundred random pictures and pages. For 5,000 pictures and 2,500 pages:

    EDGEDIGITS_RANDOM_PICTURES=5000 pytest tests/web/test_picture_twin.py
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from random_pictures import random_picture, specks_far_apart

from edgedigits.picture import picture
from edgedigits.runtimes.tfjs.node import find_node

RGBA = NDArray[np.uint8]
GOLDEN = Path(__file__).parents[1] / "golden"
SOURCE = Path(__file__).parents[2] / "web_demo" / "src" / "picture-segments.js"
MANY = int(os.environ.get("EDGEDIGITS_RANDOM_PICTURES", "200"))
PROGRAM = """
import { readFileSync } from 'node:fs';
const { prepareAndSegment } = await import(process.argv[1]);
const bytes = readFileSync(0);
// What is not transparent, as the page knows it of a drawing; null where that is the whole picture.
const boxOf = (rgba, width, height) => {
  const box = { top: height, left: width, bottom: 0, right: 0 };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (rgba[4 * (y * width + x) + 3] === 0) continue;
      box.top = Math.min(box.top, y);
      box.left = Math.min(box.left, x);
      box.bottom = Math.max(box.bottom, y + 1);
      box.right = Math.max(box.right, x + 1);
    }
  }
  const isWhole = box.top + box.left === 0 && box.bottom === height && box.right === width;
  return isWhole ? null : box;
};
const hex = (picture) => picture && Buffer.from(picture).toString('hex');
const answers = [];
for (let at = 0; at < bytes.length; ) {
  const [height, width] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
  const size = 4 * height * width;
  const rgba = bytes.subarray(at + 8, at + 8 + size);
  const { picture, lines } = prepareAndSegment(rgba, width, height, boxOf(rgba, width, height));
  const entry = ({ box, picture }) => [box.x, box.y, box.width, box.height, hex(picture)];
  answers.push([hex(picture), lines.map((line) => line.map(entry))]);
  at += 8 + size;
}
console.log(JSON.stringify(answers));
"""

# What is compared of a picture: its 28x28 bytes in hexadecimal or None, and for each line the
# digits' left, top, width, height and bytes.
Answer = list[Any]


def by_the_page(pictures: Iterable[RGBA]) -> list[Answer]:
    sent = b"".join(np.array(p.shape[:2], "<u4").tobytes() + p.tobytes() for p in pictures)
    done = subprocess.run(
        [find_node(), "--input-type=module", "-e", PROGRAM, SOURCE.as_uri()],
        input=sent,
        capture_output=True,
        check=True,
    )
    answers: list[Answer] = json.loads(done.stdout)
    return answers


def by_python(rgba: RGBA) -> Answer:
    try:
        alone = picture.prepare(rgba).tobytes().hex()
    except picture.NoInk:
        alone = None
    lines: list[list[Any]] = []
    for one in picture.segment(rgba):
        if one.line == len(lines):
            lines.append([])
        box = [one.left, one.top, one.width, one.height]
        lines[one.line].append([*box, one.picture.tobytes().hex()])
    return [alone, lines]


def random_page(rng: np.random.Generator) -> RGBA:
    """Lines of scribbles of about one height: near, touching, crossing, ruled, tilted, edged."""
    height, width = (int(side) for side in rng.integers(60, 500, 2))
    paper, ink = rng.choice([(240, 30), (255, 0), (40, 220), (200, 120)])
    sheet = Image.new("L", (width, height), int(paper))
    draw = ImageDraw.Draw(sheet)
    tall = int(rng.integers(12, 90))
    pen = int(rng.integers(1, 2 + tall // 7))
    tilt = rng.normal(0, 0.03)
    if rng.integers(3) == 0:
        step = int(rng.integers(8, 40))
        for y in range(step // 2, height, step):
            draw.line([(0, y + width * tilt), (width, y)], fill=int((paper + ink) / 2))
    for top in range(int(rng.integers(1, 20)), height - tall, int(tall * rng.uniform(0.9, 1.6))):
        left = int(rng.integers(0, 30))
        while left < width - tall // 3:
            corners = rng.random((int(rng.integers(2, 6)), 2)) * (0.6 * tall, tall)
            corners += (left, top + left * tilt + rng.normal(0, tall / 15))
            draw.line([(x, y) for x, y in corners], fill=int(ink), width=pen, joint="curve")
            left += int(tall * rng.uniform(0.35, 1.2))
    if rng.integers(6) == 0:
        draw.rectangle((0, 0, width, int(rng.integers(2, 12))), fill=int(ink))
    grey = (
        np.asarray(sheet, np.float32)[..., None]
        * np.linspace(rng.uniform(0.5, 1), 1, width)[:, None]
    )
    noisy = grey + rng.integers(0, 12) * rng.standard_normal(grey.shape)
    rgba = np.repeat(np.clip(noisy, 0, 255).astype(np.uint8), 4, axis=2)
    rgba[..., 3] = 255
    return rgba


def random_drawing(rng: np.random.Generator) -> RGBA:
    """Strokes of one colour on a clear sheet, dark or bright, few or nearly everywhere."""
    side = int(rng.integers(40, 460))
    sheet = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(sheet)
    left, top = rng.uniform(0, 0.7, 2) * side
    spread = rng.uniform(0.1, 1) * (side - max(left, top))
    for _ in range(int(rng.choice([1, 2, 60]))):
        points = rng.random((5, 2)) * spread + (left, top)
        draw.line([(x, y) for x, y in points], fill=255, width=int(rng.integers(1, 30)))
    rgba = np.full((side, side, 4), rng.integers(0, 256), np.uint8)
    rgba[..., 3] = np.asarray(sheet.resize((side // 2, side // 2)).resize((side, side)))
    return rgba


def compare(draw: Callable[[np.random.Generator], RGBA], seed: int, count: int) -> list[Answer]:
    """Let both languages answer `count` pictures, some at a time; the answers they agree on."""
    answers: list[Answer] = []
    for first in range(0, count, 200):
        rngs = [np.random.default_rng([seed, n]) for n in range(first, min(count, first + 200))]
        pictures = [draw(rng) for rng in rngs]
        expected = [by_python(rgba) for rgba in pictures]
        for n, (ours, theirs) in enumerate(zip(by_the_page(pictures), expected, strict=True)):
            assert ours == theirs, f"picture {first + n} of seed {seed}: {pictures[n].shape}"
        answers += expected
    return answers


def test_golden_pictures_give_the_golden_bytes() -> None:
    golden: dict[str, str | None] = json.loads((GOLDEN / "pictures" / "prepared.json").read_text())
    pictures = [picture.read(GOLDEN / "pictures" / f"{name}.png") for name in golden]
    assert [alone for alone, _ in by_the_page(pictures)] == list(golden.values())


def test_golden_pages_give_the_golden_boxes_and_bytes() -> None:
    golden: dict[str, Any] = json.loads((GOLDEN / "pages" / "segmented.json").read_text())
    pictures = [picture.read(GOLDEN / "pages" / f"{name}.png") for name in golden]
    assert [lines for _, lines in by_the_page(pictures)] == list(golden.values())


def test_random_pictures_give_identical_bytes() -> None:
    answers = compare(random_picture, 5, MANY)
    blanks = sum(alone is None for alone, _ in answers)
    assert 10 < blanks < len(answers) * 3 / 4  # both kinds of answer were compared


def test_random_pages_give_identical_digits() -> None:
    answers = compare(random_page, 6, MANY // 2)
    several = [sum(map(len, lines)) > 1 for _, lines in answers]
    assert np.mean(several) > 0.5


def test_random_drawings_give_identical_bytes_where_only_their_box_is_looked_at() -> None:
    answers = compare(random_drawing, 7, MANY // 2)
    assert np.mean([alone is not None for alone, _ in answers]) > 0.5


def test_extreme_sizes_give_identical_bytes() -> None:
    pictures = [specks_far_apart()]
    for height, width in [(1, 1), (1, 2000), (2000, 1), (2, 2), (1500, 2000), (19, 20), (21, 3)]:
        rgba = np.full((height, width, 4), 255, np.uint8)
        rgba[height // 3 : height // 2 + 1, width // 4 : width // 2 + 1, :3] = 10
        pictures.append(rgba)
    assert by_the_page(pictures) == [by_python(rgba) for rgba in pictures]
