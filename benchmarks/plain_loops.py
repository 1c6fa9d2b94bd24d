"""What a plain loop on one core does with drawn pictures, as the baseline of `on_ray.py`.

Usage: python benchmarks/plain_loops.py BUNDLE N

Two loops over the first N test pictures of `strokes`, which are drawn on the way: one asks LiteRT
the int8 file and no more; one verifies, so that it asks the float model as well, 500 at a time,
and counts where the answers differ. Prints a line of JSON: seconds and CPU seconds of both.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from edgedigits.bundle import bundle
from edgedigits.datasets.strokes import strokes
from edgedigits.runtimes.tensorflow.float_model import FloatModel

ONE = "tflite-int8"
CHUNK = 500
MORE: Any = strokes.load(100).more
"""Gives any number of test pictures, which are drawn when they are looked at."""


def main() -> None:
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    opened = bundle.read(folder)
    (artifact,) = (each for each in opened.manifest.artifacts if each.id == ONE)
    interpreter = Interpreter(str(folder / artifact.files[0].path), num_threads=1)
    interpreter.allocate_tensors()
    (taken,), (given,) = interpreter.get_input_details(), interpreter.get_output_details()

    def answers(images: NDArray[np.uint8]) -> list[NDArray[Any]]:
        found = []
        for image in images:
            interpreter.set_tensor(taken["index"], image.reshape(taken["shape"]))
            interpreter.invoke()
            found.append(interpreter.get_tensor(given["index"]))
        return found

    def asks() -> None:
        for images in drawn(count):
            answers(images)

    model = float_model(folder)

    def verifies() -> None:
        changed, furthest = 0, 0.0
        for images in drawn(count):
            ours = np.concatenate(answers(images)) * np.float32(given["quantization"][0])
            theirs = model.probabilities(images)
            changed += int(np.sum(ours.argmax(axis=1) != theirs.argmax(axis=1)))
            furthest = max(furthest, float(np.abs(ours - theirs).max()))

    # What is done once, as compiling skeletons and tracing a graph, is none of the loop's.
    model.probabilities(next(drawn(CHUNK)))
    print(json.dumps({"asks": timed(asks), "verifies": timed(verifies)}))


def float_model(folder: Path) -> FloatModel:
    """Of a bundle, in this process."""
    manifest = bundle.read(folder).manifest
    artifact = manifest.artifacts[0]
    return FloatModel(
        manifest.reference,
        folder,
        artifact.pixels,
        classes=len(manifest.labels),
        logits=artifact.logits,
    )


def drawn(count: int) -> Iterator[NDArray[np.uint8]]:
    images = MORE(count).images
    for start in range(0, count, CHUNK):
        yield images[start : start + CHUNK]


def timed(work: Callable[[], None]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    main()
