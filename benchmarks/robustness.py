"""What distorted pictures cost the textbook `cnn` and `edge`: the table in docs/robustness.md.

Usage: python benchmarks/robustness.py --sweep DIR [DIR ...]

DIR is the folder of a finished `edgedigits sweep benchmarks/models.toml`, or of one that asks for
these two alone: their int8 files of the lowest seed are asked about the first 5,000 of MNIST's test
pictures under every distortion, and about the first 1,000 of them after picture preparation.
Printed is also whether `edge` keeps its limits.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from pathlib import Path

from classics import HERE, between_markers
from frontier import exported

from edgedigits.datasets import datasets
from edgedigits.reading import predictor
from edgedigits.robustness import robustness as measuring
from edgedigits.robustness.robustness import Robustness, Score

DOC = HERE.parent / "docs" / "robustness.md"
MODELS = ("cnn", "edge")
PICTURES, PREPARED = 5_000, 1_000
LEAST = 98.0
LIMITED = ("shift-4", "shift-4-diagonal", "rotation-20", "scale-0.7", "scale-1.3",
           "erosion", "dilation")  # fmt: skip
SHOWN = (
    *("clean", "shift-2", "shift-4", "shift-4-diagonal", "rotation-20", "scale-0.7", "scale-1.3"),
    *("shear-0.4", "erosion", "dilation", "gaussian-noise-50", "salt-and-pepper-10", "blur-1"),
    *("contrast-0.5", "faint-0.25", "inverted", "transposed", "divided", "off-centre"),
    *("mirrored", "rgb-order"),
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sweep", type=Path, nargs="+", required=True, help="finished ones")
    asked = options.parse_args()
    split = datasets.load("mnist").test.take(slice(PICTURES))
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        files = exported(asked.sweep, Path(folder), MODELS)
        for name in MODELS:
            with contextlib.closing(predictor.open_predictor(files[name])) as opened:
                changes = measuring.choose(opened.model, None)
                found[name] = measuring.measure(opened.model, split, changes, prepared=PREPARED)
    text = between_markers(DOC.read_text("utf-8"), "robustness", table(found))
    DOC.write_text(text, "utf-8")
    scores = {score.name: score.accuracy.percent for score in found["edge"].scores}
    broken = [name for name in LIMITED if scores[name] < LEAST]
    for name in LIMITED:
        print(f"edge, {name}: {scores[name]:.2f} %")
    print(f"below {LEAST:g} %: {', '.join(broken) or 'none'}")
    sys.exit(1 if broken else 0)


def table(found: dict[str, Robustness]) -> str:
    """A row a distortion, two columns a model."""
    rows = [
        "| | " + " | ".join(f"`{name}` | `{name}`, prepared" for name in found) + " |",
        "|---|" + "---:|---:|" * len(found),
    ]
    by_name = [{score.name: score for score in one.scores} for one in found.values()]
    for shown in SHOWN:
        cells = " | ".join(_cells(scores[shown]) for scores in by_name)
        rows.append(f"| `{shown}` | {cells} |")
    return "\n".join(rows)


def _cells(score: Score) -> str:
    prepared = "" if score.prepared is None else f"{score.prepared.accuracy.percent:.1f} %"
    return f"{score.accuracy.percent:.2f} % | {prepared}"


if __name__ == "__main__":
    main()
