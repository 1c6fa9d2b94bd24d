"""Pictures of `strokes` a second on one core, against the same paths drawn one by one with PIL.

Both draw the same skeletons with the same hand to 28x28, centred by mass; PIL draws lines four
times as large and averages them down, the usual way to anti-aliased lines. Run as
`python benchmarks/strokes.py [--json]`; the two are timed in turns, and the median is reported.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets import strokes
from edgedigits.datasets.stroke_hand import Hand, trace
from edgedigits.datasets.stroke_ink import BOX, centre

ROUNDS = 5
ENLARGED = 4


def draw_vectorised(index: int) -> NDArray[np.uint8]:
    """One chunk, as the package draws it."""
    return strokes.chunk(index, 0)[0]


def draw_with_pil(index: int) -> NDArray[np.uint8]:
    """One chunk's paths, picture by picture and line by line."""
    from PIL import Image, ImageDraw

    rng = np.random.default_rng(index)
    alphabet = strokes.digits()
    labels = np.arange(strokes.CHUNK) % 10
    ways = alphabet.choose(labels, rng.random(strokes.CHUNK))
    points, radii = trace(alphabet, ways, rng, Hand())
    lifted = (alphabet.after[ways] == 0) & (np.arange(points.shape[1]) < points.shape[1] - 1)
    boxes = np.empty((strokes.CHUNK, BOX, BOX), np.uint8)
    for box, path, widths, ends in zip(boxes, points, radii, lifted, strict=True):
        picture = Image.new("L", (BOX * ENLARGED, BOX * ENLARGED))
        pen = ImageDraw.Draw(picture)
        for stroke in np.split(path * ENLARGED, np.flatnonzero(ends) + 1):
            width = max(1, round(2 * ENLARGED * float(widths.mean())))
            pen.line([(float(x), float(y)) for x, y in stroke], 255, width, "curve")
        box[:] = np.asarray(picture.resize((BOX, BOX), Image.Resampling.BOX))
    return centre(boxes)


def seconds_of(draw: Callable[[int], NDArray[np.uint8]], chunks: int, first: int) -> float:
    """Time to draw `chunks` chunks, numbered from `first`."""
    start = time.perf_counter()
    for index in range(first, first + chunks):
        draw(index)
    return time.perf_counter() - start


def measure() -> dict[str, Any]:
    """Pictures a second of both ways, each the median of rounds that take turns."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    draw_vectorised(0)
    draw_with_pil(0)
    speeds: dict[str, list[float]] = {"strokes": [], "pil": []}
    for number in range(ROUNDS):
        speeds["strokes"].append(20 * strokes.CHUNK / seconds_of(draw_vectorised, 20, number * 20))
        speeds["pil"].append(2 * strokes.CHUNK / seconds_of(draw_with_pil, 2, number * 2))
    medians = {name: statistics.median(values) for name, values in speeds.items()}
    return {
        "pictures_per_second": round(medians["strokes"]),
        "pictures_per_second_pil_line_by_line": round(medians["pil"]),
        "ratio": round(medians["strokes"] / medians["pil"], 1),
        "cores": 1,
        "rounds": ROUNDS,
    }


def main() -> None:
    result = measure()
    if "--json" in sys.argv[1:]:
        print(json.dumps(result))
        return
    print(f"strokes            {result['pictures_per_second']:>7,} pictures/s on one core")
    print(f"PIL, line by line  {result['pictures_per_second_pil_line_by_line']:>7,} pictures/s")
    print(f"ratio              {result['ratio']:>7}")


if __name__ == "__main__":
    main()
