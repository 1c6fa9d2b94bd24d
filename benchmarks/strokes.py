"""What `strokes` costs and what it teaches.

`python benchmarks/strokes.py speed`: pictures a second on one core, against the same paths drawn
one by one with PIL. Both draw the same skeletons with the same hand, centred by mass; PIL draws
lines four times as large and averages them down, the usual way to anti-aliased lines. The two are
timed in turns, and medians are reported.

`python benchmarks/strokes.py accuracy --recipe quick|full --seeds 3`: a small convolutional network
trained on `strokes` alone, streamed, and its accuracy on MNIST's test pictures (`EDGEDIGITS_DATA`
or the cache; nothing is chosen by them). `--other FILE.npz` measures on more digits: `x uint8
[N, h, w]`, bright on dark, and `y [N]`, enlarged eightfold, with a margin, prepared as photos are.

Add `--json` for one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets.strokes import strokes
from edgedigits.datasets.strokes.hand import Hand, trace
from edgedigits.datasets.strokes.ink import BOX, centre

ROUNDS = 5
BATCH = 100
#: Training pictures, and the filters of the convolutions.
RECIPES = {"quick": (200_000, (16, 32, 64)), "full": (600_000, (32, 64, 96))}
ENLARGED, MARGIN = 4, 48


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


def measure_speed() -> dict[str, Any]:
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


def drawn_ahead(seed: int, count: int) -> Iterator[strokes.Pictures]:
    """The stream of batches, drawn by another thread while the model learns."""
    waiting: Queue[strokes.Pictures | None] = Queue(maxsize=100)

    def draw() -> None:
        for batch in strokes.stream(seed, 0, count, BATCH):
            waiting.put(batch)
        waiting.put(None)

    Thread(target=draw, daemon=True).start()
    while (batch := waiting.get()) is not None:
        yield batch


def train(recipe: str, seed: int) -> Any:
    """A Keras model (raw pixels to logits) that has seen nothing but strokes."""
    import tensorflow as tf

    count, (first, second, third) = RECIPES[recipe]
    tf.keras.utils.set_random_seed(seed)
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(first, 5, strides=2, padding="same", activation="relu"),
            layers.Conv2D(second, 3, activation="relu"),
            layers.MaxPool2D(),
            layers.Conv2D(third, 3, activation="relu"),
            layers.Flatten(),
            layers.Dropout(0.4),
            layers.Dense(128, activation="relu"),
            layers.Dense(10),
        ]
    )
    rate = tf.keras.optimizers.schedules.CosineDecay(2e-3, count // BATCH)
    optimizer = tf.keras.optimizers.Adam(rate)
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def learn(images: Any, labels: Any) -> None:
        with tf.GradientTape() as tape:
            value = loss(labels, model(images, training=True))
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(value, variables), variables, strict=True))

    step = tf.function(learn)
    for images, labels in drawn_ahead(seed, count):
        step(tf.constant(images[..., None], tf.float32), tf.constant(labels))
    return model


def prepared(file: Path) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Other people's digits, `uint8 [N, 28, 28]` as photos are prepared, and their labels."""
    from edgedigits.picture import picture

    held = np.load(file)
    pictures = []
    for digit in held["x"]:
        large = np.pad(digit.repeat(ENLARGED * 2, 0).repeat(ENLARGED * 2, 1), MARGIN)
        rgba = np.dstack([large] * 3 + [np.full_like(large, 255)])
        pictures.append(picture.prepare(rgba))
    return np.array(pictures), held["y"].astype(np.int64)


def measure_accuracy(recipe: str, seeds: int, other: Path | None) -> dict[str, Any]:
    """Accuracy on MNIST's test pictures for each seed, and the seconds each training took."""
    from edgedigits.datasets import datasets

    test = datasets.load("mnist").test
    sets = {"mnist_test": (test.images, test.labels)}
    if other is not None:
        sets[other.stem] = prepared(other)
    accuracies: dict[str, list[float]] = {name: [] for name in sets}
    seconds = []
    for seed in range(seeds):
        start = time.perf_counter()
        model = train(recipe, seed)
        seconds.append(time.perf_counter() - start)
        for name, (images, labels) in sets.items():
            logits = model.predict(images[..., None].astype(np.float32), 500, verbose=0)
            accuracies[name].append(round(float((logits.argmax(axis=1) == labels).mean()), 5))
    return {
        "recipe": recipe,
        "training_pictures": RECIPES[recipe][0],
        **{f"{name}_accuracy_mean": round(statistics.mean(a), 5) for name, a in accuracies.items()},
        **{f"{name}_accuracies": each for name, each in accuracies.items()},
        "seconds": [round(value, 1) for value in seconds],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["speed", "accuracy"], nargs="?", default="speed")
    parser.add_argument("--recipe", choices=sorted(RECIPES), default="quick")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--other", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.what == "speed":
        result = measure_speed()
    else:
        result = measure_accuracy(options.recipe, options.seeds, options.other)
    if options.json:
        print(json.dumps(result))
        return
    for name, value in result.items():
        print(f"{name.replace('_', ' '):<40} {value}")


if __name__ == "__main__":
    main()
