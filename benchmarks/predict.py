"""`edgedigits predict one.png` from a TFLite file, cold, against `python -c "import tensorflow"`.

Run as `python benchmarks/predict.py [BUNDLE|FILE.tflite]`; without one, a small model is trained
and exported first. The two are timed in turns, and the fastest of each is reported.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PIL import Image
from timing import command_seconds, commands_in_turns, report

from edgedigits.datasets.strokes import strokes

RUNS = 5
LIMIT = 0.12


def make_bundle(command: Path, home: Path) -> Path:
    train = ["train", "--dataset", "strokes", "--samples", "2000", "--epochs", "1", "--out", "run"]
    command_seconds([command, *train], cwd=home)
    export = ["export", "run", "--target", "tflite", "--no-verify", "--out", "bundle"]
    command_seconds([command, *export], cwd=home)
    return home / "bundle"


def main() -> None:
    command = Path(sys.executable).with_name("edgedigits")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        named = sys.argv[1:]
        model = Path(named[0]).absolute() if named else make_bundle(command, home)
        images, _ = strokes.draw(1, seed=0)
        one = home / "one.png"
        Image.fromarray(255 - images[0]).resize((280, 280)).save(one)
        importing = [sys.executable, "-c", "import tensorflow"]
        ours, baseline = commands_in_turns(
            [command, "predict", one, "--model", model], importing, RUNS
        )
    report("edgedigits predict", ours, 'python -c "import tensorflow"', baseline, LIMIT)


if __name__ == "__main__":
    main()
