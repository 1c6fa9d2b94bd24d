"""How digits are read that are alone on a paper, and numbers of two and three.

Usage: python benchmarks/few_digits.py BUNDLE [COUNT]     (2,000 numbers of each kind unless told)

All of MNIST's test digits, each enlarged on white paper; then numbers of them, in a line that is
not quite straight, by gaps of 1 to 9 of MNIST's pixels or touching. What `predict` reads is held
against the baseline, in which parts of a picture are never taken for the strokes of one digit.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from unittest import mock

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from edgedigits.datasets import datasets
from edgedigits.picture.parts import CLEAR
from edgedigits.reading import loose_strokes, predictions, predictor

COUNT = 2_000
ENLARGED = 8
MARGIN = 5
GAPS = 1, 10
SLACK = 4
"""Rows by which the highest digit of a number may be moved; lower ones move farther."""

Ink = NDArray[np.uint8]
Written = tuple[Ink, str]


def main() -> None:
    bundle = Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else COUNT
    test = datasets.load("mnist").test
    digits = [
        (_cropped(image), str(label)) for image, label in zip(test.images, test.labels, strict=True)
    ]
    rng = np.random.default_rng(0)
    kinds = {
        "digits alone": digits,
        "two apart": [number(digits, 2, rng) for _ in range(count)],
        "three apart": [number(digits, 3, rng) for _ in range(count)],
        "two that touch": [number(digits, 2, rng, touching=True) for _ in range(count)],
    }
    print("| pictures | read right, parts never one digit | read right |\n|---|---:|---:|")
    for kind, written in kinds.items():
        with tempfile.TemporaryDirectory() as folder:
            truths = _saved(Path(folder), written)
            with mock.patch.object(loose_strokes, "may_be_one", return_value=False):
                before = right(Path(folder), truths, bundle)
            after = right(Path(folder), truths, bundle)
        shares = [f"{100 * found / len(truths):.2f} %" for found in (before, after)]
        print(f"| {len(truths):,} {kind} | {' | '.join(shares)} |", flush=True)


def right(folder: Path, truths: list[str], bundle: Path) -> int:
    """How many pictures of a folder are read as they were written; a guess counts."""
    opened = predictor.open_predictor(bundle)
    try:
        found = predictions.predict([str(folder)], opened.probabilities, reject=opened.reject)
        return sum(one.reading == truth for one, truth in zip(found, truths, strict=True))
    finally:
        opened.close()


def number(
    digits: list[Written], length: int, rng: np.random.Generator, *, touching: bool = False
) -> Written:
    """A number `uint8 [h, w]`, ink bright on dark, and what it reads."""
    chosen = [digits[place] for place in rng.integers(0, len(digits), length)]
    height = max(len(ink) for ink, _ in chosen) + SLACK
    line = np.zeros((height, 40 * length), np.uint8)
    end = 0
    for ink, _ in chosen:
        top = int(rng.integers(0, height - len(ink) + 1))
        rows, left = line[top : top + len(ink)], end + int(rng.integers(*GAPS)) if end else 0
        if touching and end:
            meeting = (at for at in range(end, -1, -1) if _overlap(rows[:, at:], ink))
            left = next(meeting, -1)
            if left < 0:  # one of them passes above the other
                return number(digits, length, rng, touching=True)
        end = left + ink.shape[1]
        rows[:, left:end] = np.maximum(rows[:, left:end], ink)
    return line[:, :end], "".join(truth for _, truth in chosen)


def _overlap(one: Ink, other: Ink) -> bool:
    return bool(((one[:, : other.shape[1]] >= CLEAR) & (other >= CLEAR)).any())


def _cropped(image: Ink) -> Ink:
    rows, columns = (np.flatnonzero((image >= CLEAR).any(axis=axis)) for axis in (1, 0))
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _saved(folder: Path, written: list[Written]) -> list[str]:
    for place, (ink, _) in enumerate(written):
        paper = 255 - np.pad(ink, MARGIN)
        height, width = (ENLARGED * side for side in paper.shape)
        picture = Image.fromarray(paper).resize((width, height), Image.Resampling.BICUBIC)
        picture.save(folder / f"{place:05d}.png", compress_level=1)
    return [truth for _, truth in written]


if __name__ == "__main__":
    main()
