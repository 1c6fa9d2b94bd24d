"""Nine artifacts by one `edgedigits export` against the official tools, one at a time.

Usage: python benchmarks/export.py [RUN]   (the newest run unless told; train one first)
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
from timing import command_seconds, report

from edgedigits.bundle import run
from edgedigits.bundle.calibration import DEFAULT_COUNT, choose
from edgedigits.bundle.input_contract import RAW_PIXELS
from edgedigits.datasets.datasets import load

LIMIT = 0.45
RUNS = 3
TFJS_SCHEMES = ("float32", "float16", "uint16", "uint8")


def main() -> None:
    trained = run.open_run(Path(sys.argv[1])) if len(sys.argv) > 1 else run.newest()
    card = trained.dataset
    train = load(card.spec, seed=card.seed, samples=card.samples).train
    calibration = choose(train, RAW_PIXELS, count=DEFAULT_COUNT, seed=0)
    tools = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as held:
        home = Path(held)
        pictures = home / "calibration.npy"
        np.save(pictures, calibration.values.reshape(-1, 28, 28, 1))
        official, ours = [], []
        for turn in range(RUNS):
            official.append(_official(trained, pictures, tools, home))
            ours.append(
                command_seconds(
                    [
                        *(tools / "edgedigits", "export", trained.folder.absolute()),
                        *("--target", "all", "--scheme", "all", "--no-verify"),
                        *("--out", home / f"bundle-{turn}"),
                    ]
                )
            )
            print(f"run {turn + 1}: official {official[-1]:.2f} s, edgedigits {ours[-1]:.2f} s")
    report(
        "edgedigits export, 9 artifacts",
        min(ours),
        "TFLiteConverter script and four tensorflowjs_converter calls",
        min(official),
        LIMIT,
    )


def _official(trained: run.Run, pictures: Path, tools: Path, home: Path) -> float:
    script = Path(__file__).with_name("official_tflite.py")
    total = command_seconds([sys.executable, script, trained.saved_model, pictures, home])
    for scheme in TFJS_SCHEMES:
        flags = [] if scheme == "float32" else [f"--quantize_{scheme}=*"]
        total += command_seconds(
            [
                tools / "tensorflowjs_converter",
                "--input_format=tf_saved_model",
                "--output_format=tfjs_graph_model",
                *flags,
                trained.saved_model,
                home / scheme,
            ]
        )
    return total


if __name__ == "__main__":
    main()
