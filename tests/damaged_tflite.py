"""TFLite files with damaged bytes, through the ways that people open them; the same every time.

Usage: python tests/damaged_tflite.py predict|verify BUNDLE COUNT [FIRST_SEED]

Prints how they ended. Whatever is no documented error is a fault, and so is a process lost or left.
"""

from __future__ import annotations

import collections
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from edgedigits.bundle import bundle
from edgedigits.bundle.artifact import record
from edgedigits.datasets.dataset import Split
from edgedigits.datasets.strokes import strokes
from edgedigits.errors import EdgeDigitsError
from edgedigits.reading import predictor
from edgedigits.runtimes import runtimes
from edgedigits.runtimes.litert import litert_process
from edgedigits.verification import unseen, verify

DEADLINE_S = 5.0


def damaged(content: bytes, seed: int) -> bytes:
    """The file with some bytes changed, a piece cut out, doubled or overwritten, or its end off."""
    random = np.random.default_rng(seed)
    held = bytearray(content)
    kind = int(random.integers(10))
    start, length = int(random.integers(len(held))), int(random.integers(1, 65))
    if kind < 6:
        for place in random.integers(len(held), size=2 ** int(random.integers(5))):
            held[place] ^= int(random.integers(1, 256))
    elif kind == 6:
        del held[start : start + length]
    elif kind == 7:
        held[start:start] = held[start : start + length]
    elif kind == 8:
        held[start : start + length] = random.bytes(min(length, len(held) - start))
    else:
        del held[start:]
    return bytes(held)


def endings(files: list[bytes], seeds: range) -> Iterator[tuple[int, str, float]]:
    """How `predict --model` ends on each damaged file: seed, in words, seconds."""
    images, _ = strokes.draw(2, seed=0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "damaged.tflite"
        for seed in seeds:
            path.write_bytes(damaged(files[seed % len(files)], seed))
            started = time.perf_counter()
            try:
                opened = predictor.open_predictor(path)
                try:
                    opened.probabilities(images)
                finally:
                    opened.close()
                said = "answers"
            except EdgeDigitsError as error:
                said = kind_of(error)
            yield seed, said, time.perf_counter() - started


def verdicts(opened: bundle.Bundle, seeds: range) -> Iterator[tuple[int, str, float]]:
    """How `verify` ends on a bundle with a damaged file whose digest fits."""
    images, labels = strokes.draw(300, seed=5)
    pictures = unseen.Pictures("strokes", "", Split(images, labels))
    files = [a for a in opened.manifest.artifacts if a.target == "tflite"]
    for seed in seeds:
        artifact = files[seed % len(files)]
        path = opened.folder / artifact.entry
        content = path.read_bytes()
        started = time.perf_counter()
        try:
            path.write_bytes(damaged(content, seed))
            told = replace(artifact, files=(record(path, opened.folder),))
            manifest = replace(opened.manifest, artifacts=(told,))
            done = verify.verify(manifest, opened.folder, pictures)
            (result,) = done.results
            said = str(result.verdict.status)
        except EdgeDigitsError as error:
            said = f"no verdict: {kind_of(error)}"
        finally:
            path.write_bytes(content)
        yield seed, said, time.perf_counter() - started


def kind_of(error: EdgeDigitsError) -> str:
    words = next(
        (
            words
            for words in ("crashes on", "does not end", "more memory", "LiteRT refuses", "takes")
            if words in error.message
        ),
        error.message,
    )
    return f"{type(error).__name__} ({words})"


def main() -> None:
    way, folder, count, *first = sys.argv[1:]
    opened = bundle.read(Path(folder))
    start = int(first[0]) if first else 0
    seeds = range(start, start + int(count))
    litert_process.DEADLINE_S = DEADLINE_S
    files = [
        (opened.folder / a.entry).read_bytes()
        for a in opened.manifest.artifacts
        if a.target == "tflite"
    ]
    found = endings(files, seeds) if way == "predict" else verdicts(opened, seeds)
    counts: collections.Counter[str] = collections.Counter()
    slowest = (0.0, 0)
    for seed, said, took in found:
        counts[said] += 1
        slowest = max(slowest, (took, seed))
    for said, times in counts.most_common():
        print(f"{times:7,}  {said}")
    print(
        f"slowest {slowest[0]:.1f} s (seed {slowest[1]}); runtimes: {', '.join(runtimes.RUNTIMES)}"
    )


if __name__ == "__main__":
    main()
