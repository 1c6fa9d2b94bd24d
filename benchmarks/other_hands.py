"""How many digits by other hands than the training's `predict` answers right: docs/models.md.

Usage: python benchmarks/other_hands.py DIGITS.npz|mnist BUNDLE [BUNDLE ...]

DIGITS.npz has `x uint8 [N, h, w]`, bright on dark, of some 16 pixels, and `y [N]`. `edgedigits
predict` gets them as PNG in two forms: enlarged fourfold with a margin, as a scan is, and in the
middle 20x20 of 28x28, as what somebody holds to be prepared often is. MNIST's test pictures, for
comparison, go as they are. A digit that is unsure counts by its best guess; what is told to be no
digit, or several, is wrong.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from edgedigits.datasets import datasets

MNIST = "mnist"
ENLARGED = 4
SIDE, FITTED = 28, 20
Pixels = NDArray[np.uint8]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("digits", help=f"an .npz file, or {MNIST}")
    options.add_argument("bundle", type=Path, nargs="+", help="as edgedigits export gives")
    asked = options.parse_args()
    forms: dict[str, Callable[[Pixels], Pixels]] = {"enlarged": enlarged, "28x28": fitted}
    if asked.digits == MNIST:
        forms = {"as it is": np.asarray}
        test = datasets.load(MNIST).test
        images, labels = test.images, test.labels
    else:
        with np.load(asked.digits) as held:
            images, labels = held["x"], held["y"]
    print("| bundle | pictures | right | unsure | not a digit |\n|---|---|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as place:
        for name, form in forms.items():
            folder = Path(place) / name
            folder.mkdir()
            for index, image in enumerate(images):
                Image.fromarray(form(image)).save(folder / f"{index:05}.png")
        for bundle in asked.bundle:
            for name in forms:
                found = answers(Path(place) / name, bundle)
                print(f"| {bundle.name} | {name} | {row(found, labels)} |")


def enlarged(image: Pixels) -> Pixels:
    """Every pixel a square, and paper around them as wide as a quarter of the longer side."""
    large = image.repeat(ENLARGED, axis=0).repeat(ENLARGED, axis=1)
    return np.pad(large, max(image.shape))


def fitted(image: Pixels) -> Pixels:
    """In the middle, whatever its shape was, and not moved to its centre of mass."""
    small = Image.fromarray(image).resize((FITTED, FITTED), Image.Resampling.BILINEAR)
    return np.pad(np.asarray(small), (SIDE - FITTED) // 2)


def answers(folder: Path, bundle: Path) -> list[dict[str, Any]]:
    """What `predict` says of each picture, in their order."""
    command = ("edgedigits", "predict", str(folder), "--model", str(bundle), "--json")
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True)
    if not done.stdout:
        raise SystemExit(done.stderr)
    found: list[dict[str, Any]] = json.loads(done.stdout)["predictions"]
    return sorted(found, key=lambda each: Path(each["path"]).name)


def row(found: list[dict[str, Any]], labels: NDArray[Any]) -> str:
    """Shares in percent: given and right, unsure, told to be no digit."""
    given = [each["digit"] == label for each, label in zip(found, labels, strict=True)]
    unsure = [each.get("unsure") is True for each in found]
    none = [each["rejected"] is True for each in found]
    return " | ".join(f"{100 * float(np.mean(each)):.2f} %" for each in (given, unsure, none))


if __name__ == "__main__":
    main()
