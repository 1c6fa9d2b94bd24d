"""The page prepares a picture to the very bytes that Python prepares it to."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgedigits import picture
from edgedigits.runtimes.node_process import find_node

GOLDEN = Path(__file__).parents[1] / "golden" / "pictures"
SOURCE = Path(__file__).parents[2] / "web_demo" / "src" / "picture.js"
PROGRAM = """
import { readFileSync } from 'node:fs';
const { prepare } = await import(process.argv[1]);
const bytes = readFileSync(0);
const answers = [];
for (let at = 0; at < bytes.length; ) {
  const [height, width] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
  const size = 4 * height * width;
  const picture = prepare(bytes.subarray(at + 8, at + 8 + size), width, height);
  answers.push(picture && Buffer.from(picture).toString('hex'));
  at += 8 + size;
}
console.log(JSON.stringify(answers));
"""


def prepared_by_the_page(pictures: list[NDArray[np.uint8]]) -> list[str | None]:
    """Hexadecimal 28x28 bytes, or None for blank."""
    sent = b"".join(np.array(p.shape[:2], "<u4").tobytes() + p.tobytes() for p in pictures)
    done = subprocess.run(
        [find_node(), "--input-type=module", "-e", PROGRAM, SOURCE.as_uri()],
        input=sent,
        capture_output=True,
        check=True,
    )
    answers: list[str | None] = json.loads(done.stdout)
    return answers


def prepared_by_python(rgba: NDArray[np.uint8]) -> str | None:
    try:
        return picture.prepare(rgba).tobytes().hex()
    except picture.NoInk:
        return None


def random_picture(rng: np.random.Generator, largest: int = 300) -> NDArray[np.uint8]:
    """Noise, shapes or lines of any polarity in any light, or transparent ink, of any size."""
    reach = int(min(largest, rng.choice([6, 40, 130, 300, 2000], p=[0.2, 0.3, 0.3, 0.15, 0.05])))
    height, width = (int(side) for side in rng.integers(1, reach + 1, 2))
    rgba: NDArray[np.float64] = np.full((height, width, 4), 255.0)
    kind = rng.integers(5)
    if kind == 0:
        rgba = 256 * rng.random((height, width, 4))
    elif kind == 1:
        rgba = np.zeros_like(rgba)
        rgba[rng.integers(height) :, rng.integers(width) :, 3] = rng.integers(256)
    else:
        rgba[..., :3] = rng.integers(0, 256, 3)
        for _ in range(rng.integers(1, 5)):
            top, left = rng.integers(height), rng.integers(width)
            extent = (rng.integers(1, height + 1), rng.integers(1, 1 + (width if kind == 2 else 3)))
            shape = np.s_[top : top + extent[0], left : left + extent[1], :3]
            rgba[shape] = rng.integers(0, 256, 3)
        if kind == 4:
            ends = rng.random(4)
            down = np.linspace(ends[0], ends[1], height)
            across = np.linspace(ends[2], ends[3], width)
            rgba[..., :3] *= (0.3 + 0.7 * down[:, None] * across[None, :])[..., None]
        rgba = rgba + rng.normal(0, rng.integers(0, 16), rgba.shape)
        if rng.integers(3):
            rgba[..., 3] = 255
    return np.clip(rgba, 0, 255).astype(np.uint8)


def test_golden_pictures_give_the_golden_bytes() -> None:
    answers: dict[str, str | None] = json.loads((GOLDEN / "prepared.json").read_text())
    pictures = [picture.read(GOLDEN / f"{name}.png") for name in answers]
    assert prepared_by_the_page(pictures) == list(answers.values())


def test_random_pictures_give_identical_bytes() -> None:
    rng = np.random.default_rng(5)
    pictures = [random_picture(rng) for _ in range(400)]
    expected = [prepared_by_python(rgba) for rgba in pictures]
    assert prepared_by_the_page(pictures) == expected
    blanks = expected.count(None)
    assert 10 < blanks < 300  # both kinds of answer were compared


def test_extreme_sizes_give_identical_bytes() -> None:
    pictures = []
    for height, width in [(1, 1), (1, 2000), (2000, 1), (2, 2), (1500, 2000), (19, 20), (21, 3)]:
        rgba = np.full((height, width, 4), 255, np.uint8)
        rgba[height // 3 : height // 2 + 1, width // 4 : width // 2 + 1, :3] = 10
        pictures.append(rgba)
    assert prepared_by_the_page(pictures) == [prepared_by_python(rgba) for rgba in pictures]
