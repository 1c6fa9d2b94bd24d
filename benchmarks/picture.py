"""How long a picture takes to prepare, and to take apart into digits, in Python and in Node.

Run as `python benchmarks/picture.py`; the fastest of some runs is reported, in milliseconds.
"""

from __future__ import annotations

import json
import subprocess
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from timing import seconds

from edgedigits.picture import picture
from edgedigits.runtimes.tfjs.node import find_node

SOURCE = Path(__file__).parents[1] / "web_demo" / "src" / "picture-segments.js"
PROGRAM = """
import { readFileSync } from 'node:fs';
const [source, width, height, runs] = process.argv.slice(1);
const { segment, prepareAndSegment } = await import(source);
const { prepare } = await import(new URL('picture.js', source));
const rgba = new Uint8ClampedArray(readFileSync(0));
const fastest = (answer) => {
  const times = Array.from({ length: Number(runs) }, () => {
    const begun = performance.now();
    answer(rgba, Number(width), Number(height));
    return performance.now() - begun;
  });
  return Math.min(...times);
};
console.log(JSON.stringify([prepare, segment, prepareAndSegment].map(fastest)));
"""


def drawing() -> NDArray[np.uint8]:
    """A drawing pad of 448x448 with a few strokes on clear paper."""
    image = Image.new("RGBA", (448, 448))
    draw = ImageDraw.Draw(image)
    for line in ([(40, 60), (120, 60), (70, 200)], [(240, 70), (320, 70), (240, 180), (330, 190)]):
        draw.line(line, fill=(20, 20, 20, 255), width=18, joint="curve")
    draw.ellipse((220, 260, 330, 420), outline=(20, 20, 20, 255), width=18)
    return np.array(image)


def photo() -> NDArray[np.uint8]:
    """Twelve megapixels of unevenly lit paper with 40 strokes."""
    rgba = np.full((3000, 4000, 4), 230, np.uint8)
    rgba[..., :3] -= np.linspace(0, 90, 4000).astype(np.uint8)[:, None]
    rgba[..., 3] = 255
    for top in range(300, 2800, 500):
        for left in range(300, 3800, 450):
            rgba[top : top + 250, left : left + 40, :3] = 20
    return rgba


def in_python(rgba: NDArray[np.uint8], runs: int) -> list[float]:
    """Fastest milliseconds of `prepare` and `segment`."""
    return [
        1000 * min(seconds(partial(answer, rgba)) for _ in range(runs))
        for answer in (picture.prepare, picture.segment)
    ]


def in_node(rgba: NDArray[np.uint8], runs: int) -> list[float]:
    """Fastest milliseconds of `prepare`, `segment` and both at once."""
    height, width = rgba.shape[:2]
    numbers = [str(number) for number in (width, height, runs)]
    done = subprocess.run(
        [find_node(), "--input-type=module", "-e", PROGRAM, SOURCE.as_uri(), *numbers],
        input=rgba.tobytes(),
        capture_output=True,
        check=True,
    )
    times: list[float] = json.loads(done.stdout)
    return times


def main() -> None:
    for name, rgba, runs in (("448x448", drawing(), 60), ("4000x3000", photo(), 3)):
        prepare, segment = in_python(rgba, runs)
        print(f"{name}: Python prepare {prepare:.1f} ms, segment {segment:.1f} ms")
        prepare, segment, both = in_node(rgba, runs)
        print(
            f"{name}: Node prepare {prepare:.1f} ms, segment {segment:.1f} ms, both {both:.1f} ms"
        )


if __name__ == "__main__":
    main()
