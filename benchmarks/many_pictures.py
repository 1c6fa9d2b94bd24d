"""Thousands of pictures in colour: nine artifacts exported and verified, their memory and time.

Usage: python benchmarks/many_pictures.py [N]   (20,000 pictures of 96x96 unless told)

Draws pictures into a folder for each class, trains a small model on some of them, and has
edgedigits export and verify it: all nine artifacts for the memory of all processes together, and
all but int16x8, which has no fast kernels, for the time. The baseline in the same run is a plain
script that does as much, one thing after another (`plain_runtimes.py`). Nobody looks at the memory
of what is timed, which would hold it up, and both are timed twice in turns.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
from memory_use import Used, run
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from timing import report, seconds

USUAL = 20_000
SIDE = 96
COLOURS = {
    "red": (255, 0, 0),
    "green": (0, 255, 0),
    "blue": (0, 0, 255),
    "yellow": (255, 255, 0),
    "white": (255, 255, 255),
}
CLASSES = 2 * len(COLOURS)
LEARNED, EPOCHS = 2_000, 8
LIMIT, MOST_BYTES = 0.6, 1_500_000_000
ROUNDS = 2
QUICK = "float32,float16,dynamic,int8,uint16,uint8"
HERE = Path(__file__).resolve().parent


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else USUAL
    tools = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as held:
        home = Path(held)
        took = seconds(lambda: draw(home / "photos", count))
        print(f"{count:,} pictures of {SIDE}x{SIDE} drawn in {took:.0f} s", flush=True)
        print(f"a model trained in {seconds(lambda: train(home)):.0f} s", flush=True)

        def ours(schemes: str, *, watched: bool = False) -> Used:
            command: list[str | Path] = [
                *(tools / "edgedigits", "export", home / "model", "--dataset", home / "photos"),
                *("--target", "all", "--scheme", schemes, "--out", home / "bundle"),
            ]
            # Nothing is prepared before an export begins. Whether the little model passes is none
            # of the time's business.
            shutil.rmtree(home / "cache", ignore_errors=True)
            cache = str(home / "cache")
            return run(command, home, fine=(0, 1), watched=watched, XDG_CACHE_HOME=cache)

        def theirs() -> Used:
            shutil.rmtree(home / "plain", ignore_errors=True)
            (home / "plain").mkdir()
            script: list[str | Path] = [sys.executable, HERE / "plain_runtimes.py"]
            return run([*script, home / "model", home / "photos", home / "plain"], home)

        rounds = []
        for _ in range(ROUNDS):
            pair = ours(QUICK), theirs()
            _print("edgedigits, 8 artifacts", pair[0])
            _print("plain script, 8 artifacts", pair[1])
            rounds.append([each.wall_s for each in pair])
        every = ours("all", watched=True)
        _print("edgedigits, 9 artifacts", every)
    quick_s, plain_s = (min(times) for times in zip(*rounds, strict=True))
    report("export and verification", quick_s, "plain script", plain_s, LIMIT)
    verdict = "within" if every.peak_bytes <= MOST_BYTES else "ABOVE"
    most = f"{MOST_BYTES / 1e6:,.0f} MB"
    print(f"memory {every.peak_bytes / 1e6:,.0f} MB, {verdict} the limit of {most}")


def draw(root: Path, count: int) -> None:
    """Discs and squares of five colours on dim grounds: ten classes."""
    rng = np.random.default_rng(0)
    kinds = [(shape, name) for shape in ("disc", "square") for name in COLOURS]
    for shape, name in kinds:
        (root / f"{name} {shape}").mkdir(parents=True)
    for number in range(count):
        shape, name = kinds[number % len(kinds)]
        ground = rng.integers(0, 110, (4, 4, 3), dtype=np.uint8)
        image = Image.fromarray(ground).resize((SIDE, SIDE), Image.Resampling.BILINEAR)
        x, y, reach, *shift = rng.integers((30, 30, 12, 0, 0, 0), (66, 66, 28, 50, 50, 50)).tolist()
        colour = tuple(max(0, each - less) for each, less in zip(COLOURS[name], shift, strict=True))
        pen, box = ImageDraw.Draw(image), (x - reach, y - reach, x + reach, y + reach)
        (pen.ellipse if shape == "disc" else pen.rectangle)(box, fill=colour)
        image.save(root / f"{name} {shape}" / f"{number:06}.jpg", quality=90)


def train(home: Path) -> None:
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    images, labels = _some(home / "photos")
    model = keras.Sequential([keras.Input((SIDE, SIDE, 3)), layers.Rescaling(1 / 127.5, -1.0)])
    for filters in (16, 32, 64, 96):
        model.add(layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu"))
    model.add(layers.GlobalMaxPooling2D())
    model.add(layers.Dense(CLASSES, activation="softmax"))
    model.compile(keras.optimizers.Adam(0.002), "sparse_categorical_crossentropy")
    model.fit(images, labels, epochs=EPOCHS, batch_size=64, verbose=0)
    model.export(home / "model", format="tf_saved_model", verbose=False)


def _some(root: Path) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    each = LEARNED // CLASSES
    files = [
        (file, label)
        for label, folder in enumerate(sorted(root.iterdir()))
        for file in sorted(folder.iterdir())[:each]
    ]
    images = np.stack([np.asarray(Image.open(file), np.float32) for file, _ in files])
    return images, np.array([label for _, label in files])


def _print(what: str, used: Used) -> None:
    print(f"{what}: {used}", flush=True)


if __name__ == "__main__":
    main()
