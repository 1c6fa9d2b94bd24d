"""Models in WebAssembly beside TensorFlow.js: bytes, time, and the same answers as the `.tflite`.

Usage: python benchmarks/in_wasm.py [MODEL ...]   (nano and edge, ready-made, unless told)

Both are timed in turns, one picture a call, in Node and in Chromium where there is one;
TensorFlow.js on its WebAssembly. The answers are those to MNIST's test pictures (EDGEDIGITS_DATA).
"""

from __future__ import annotations

import contextlib
import gzip
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgedigits.bench.tfjs_browser_session import TfjsBrowserSession
from edgedigits.bench.tfjs_node_session import TfjsNodeSession
from edgedigits.bundle import bundle, golden
from edgedigits.bundle.artifact import Artifact
from edgedigits.datasets import datasets
from edgedigits.errors import MachineLacks
from edgedigits.runtimes import runtimes
from edgedigits.runtimes.runtimes import Settings, Shared
from edgedigits.runtimes.tfjs import tfjs_browser
from edgedigits.runtimes.tfjs.node import find_node
from edgedigits.runtimes.wasm import wasm_browser

TIMER = Path(__file__).parent / "wasm" / "time.js"
USUAL = ("nano", "edge")
TURNS, SECONDS, WARM_SECONDS = 3, 1.0, 0.3
TARGETS = "tflite,tfjs,wasm"


def main() -> None:
    pictures = datasets.load("mnist").test.images
    for name in sys.argv[1:] or USUAL:
        with tempfile.TemporaryDirectory() as held:
            folder = export(name, Path(held))
            found = {each.target: each for each in bundle.read_manifest(folder).artifacts}
            module = (folder / found["wasm"].entry).read_bytes()
            packed = len(gzip.compress(module, 9))
            print(f"\n{name}: {len(module):,} bytes, {packed:,} with gzip", flush=True)
            in_turns("Node", *in_node(folder, found))
            with contextlib.closing(Shared(Settings(backend="wasm"))) as shared:
                try:
                    in_turns("Chromium", *in_chromium(folder, found, shared))
                except MachineLacks as error:
                    print(f"Chromium: not measured, {error.message}")
            for runtime in ("tflite-micro", "litert"):
                same_answers(folder, found, runtime, pictures)


def export(name: str, folder: Path) -> Path:
    tool = Path(sys.executable).with_name("edgedigits")
    options = ("--target", TARGETS, "--no-verify", "--dataset", "strokes")
    command = [tool, "export", f"ready:{name}", *options, "--out", folder / "bundle"]
    subprocess.run(list(map(str, command)), check=True, capture_output=True)
    return folder / "bundle"


Time = Callable[[], float]
"""Microseconds of an answer."""


def in_turns(where: str, ours: Time, theirs: Time) -> None:
    turns = [(ours(), theirs()) for _ in range(TURNS)]
    mine, others = (min(column) for column in zip(*turns, strict=True))
    print(f"{where}: {mine:.0f} µs, TensorFlow.js {others:.0f} µs, ratio {mine / others:.2f}")


def in_node(folder: Path, found: dict[str, Artifact]) -> tuple[Time, Time]:
    place = (folder / found["wasm"].entry).parent

    def ours() -> float:
        command = [str(find_node()), str(TIMER), str(place)]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return float(json.loads(said)["answer_us"])

    def theirs() -> float:
        session = TfjsNodeSession(found["tfjs"], folder)
        with contextlib.closing(session):
            return session.turn(SECONDS, WARM_SECONDS).median_us

    return ours, theirs


def in_chromium(folder: Path, found: dict[str, Artifact], shared: Shared) -> tuple[Time, Time]:
    browser = tfjs_browser.browser_of(shared)
    place = (folder / found["wasm"].entry).parent
    files = {f"model/{file.name}": file for file in place.iterdir()}
    picture = golden.read(folder).images[0]

    def ours() -> float:
        runner = {**wasm_browser.RUNNER, "runner.js": TIMER}
        page = browser.open_page({**runner, **files}, "runner.html")
        with contextlib.closing(page):
            return float(page.call("timed")["answer_us"])

    def theirs() -> float:
        session = TfjsBrowserSession(found["tfjs"], folder, shared, picture)
        with contextlib.closing(session):
            return session.turn(SECONDS, WARM_SECONDS).median_us

    return ours, theirs


def same_answers(
    folder: Path, found: dict[str, Artifact], runtime: str, pictures: NDArray[np.uint8]
) -> None:
    answers = []
    for name, target in (("wasm-node", "wasm"), (runtime, "tflite")):
        try:
            opened = runtimes.open_runtime(name, found[target], folder)
        except MachineLacks as error:
            print(f"{name}: not compared, {error.message}")
            return
        with contextlib.closing(opened):
            answers.append(opened.probabilities(pictures))
    ours, theirs = answers
    same = int((ours == theirs).all(axis=1).sum())
    alike = int((ours.argmax(axis=1) == theirs.argmax(axis=1)).sum())
    total = len(pictures)
    print(f"as {runtime}: {same:,} of {total:,} in every number, {alike:,} in the class")


if __name__ == "__main__":
    main()
