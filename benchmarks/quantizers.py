"""Which converter makes the better TFLite file in each scheme: TFLiteConverter or litert-quantizer.

Usage: python benchmarks/quantizers.py NAME=RUN [NAME=RUN …] [--json FILE] [--table-only]

Converts each run every way, gives all files the same names and metadata, and runs them on LiteRT:
accuracy and agreement on the run's test pictures, and the time of one picture on one thread. What
was measured is kept in results/quantizers.json beside this file (or in --json), and from it the
tables between the markers of docs/quantizers.md are written.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import platform
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from classics import between_markers
from numpy.typing import NDArray
from quantizer_choice import Measured, row, table, verdicts
from quantizer_ways import Way, ways

from converters.base import Card, Conversion
from converters.errors import ConversionError
from converters.tflite import finish, tflite
from edgedigits import quiet
from edgedigits.bench import lone_files
from edgedigits.bundle import calibration
from edgedigits.bundle.artifact import LABELS, Artifact
from edgedigits.export import preparation, source
from edgedigits.runtimes.litert.litert import LiteRT
from edgedigits.runtimes.litert.litert_process import LiteRTProcess
from edgedigits.verification import parity

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "quantizers.json"
DOCUMENT = HERE.parent / "docs" / "quantizers.md"
LIBRARIES = ("tensorflow", "litert-quantizer", "ai-edge-litert")
PROBES = 32
CARD = Card("quantizers", "a file of this benchmark", LABELS, ((0.0, 255.0),), "pixels", "answers")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("runs", nargs="*", metavar="NAME=RUN")
    options.add_argument("--json", type=Path, default=RESULTS, metavar="FILE")
    options.add_argument("--table-only", action="store_true", help="write the tables again")
    asked = options.parse_args()
    if not asked.table_only:
        quiet.import_tensorflow()
        os.environ["TQDM_DISABLE"] = "1"
        named = [text.split("=", 1) for text in asked.runs]
        found = [each for name, run in named for each in measure(name, run)]
        asked.json.parent.mkdir(exist_ok=True)
        asked.json.write_text(json.dumps(report(found), indent=1) + "\n", "utf-8")
    content = json.loads(asked.json.read_text("utf-8"))
    print(table(content))
    text = DOCUMENT.read_text("utf-8")
    for marker, block in (("quantizers", table(content)), ("kept", verdicts(content))):
        text = between_markers(text, marker, block)
    DOCUMENT.write_text(text, "utf-8")


def measure(name: str, run: str) -> list[Measured]:
    """All ways on one run."""
    logging.getLogger("absl").setLevel(logging.ERROR)
    opened = source.open_source(Path(run))
    chosen = calibration.choose(
        opened.dataset.train, opened.pixels, count=calibration.DEFAULT_COUNT, seed=0
    )
    inputs = chosen.values.reshape(-1, *opened.model.input_shape)
    conversion = Conversion(opened.model, (), Path("unused"), CARD, inputs, probes=inputs[:PROBES])
    float_content = tflite.converted_bytes(conversion, "float32")
    test = opened.dataset.test
    expected = preparation.float_probabilities(opened, test.images, opened.pixels)
    with tempfile.TemporaryDirectory() as held:
        made = list(_made(conversion, float_content, Path(held), name))
        latencies = lone_files.measured({str(path): path for _, path in made})
        return [
            _measured(name, opened, expected, way, path, latencies[str(path)].median_us)
            for way, path in made
        ]


def _made(
    conversion: Conversion, float_content: bytes, folder: Path, name: str
) -> Iterator[tuple[Way, Path]]:
    """The file of every way that there is for this model."""
    for number, way in enumerate(ways()):
        try:
            content = way.make(conversion, float_content)
        except ConversionError as error:
            print(f"{name} {way.scheme} {way.recipe}: {error.message}")
            continue
        path = folder / f"{number}.tflite"
        path.write_bytes(finish.finish(content, conversion, way.scheme)[0])
        yield way, path


def _measured(
    name: str,
    opened: source.Source,
    expected: NDArray[np.float32],
    way: Way,
    path: Path,
    microseconds: float,
) -> Measured:
    process, test = LiteRTProcess(path), opened.dataset.test
    taken, given = process.contract.input, process.contract.output
    artifact = Artifact("tflite", way.scheme, path.name, (), taken, given, opened.pixels)
    with contextlib.closing(LiteRT(artifact, process)) as runtime:
        answers = runtime.probabilities(test.images)
    judged = parity.compare(expected, answers, test.labels, given.scale or 0.0)
    measured = Measured(
        name, way.scheme, way.converter, way.recipe, path.stat().st_size,
        judged.accuracy.percent, judged.drop_points, judged.drop_upper_points,
        judged.agreement_percent,
        parity.judge(judged, parity.BUDGETS[way.scheme]).status,
        microseconds,
        tuple(np.flatnonzero(answers.argmax(axis=1) != test.labels).tolist()),
    )  # fmt: skip
    print(row(measured), flush=True)
    return measured


def report(found: list[Measured]) -> dict[str, Any]:
    return {
        "machine": {
            "processor": processor(),
            "cores": os.cpu_count(),
            "system": platform.platform(),
            "threads": 1,
            "versions": {name: version(name) for name in LIBRARIES},
        },
        "measured": [{**asdict(each), "wrong": " ".join(map(str, each.wrong))} for each in found],
    }


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


if __name__ == "__main__":
    main()
