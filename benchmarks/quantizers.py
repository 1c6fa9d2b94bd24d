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
import statistics
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from classics import between_markers
from numpy.typing import NDArray

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
CARD = Card("quantizers", "a file of this benchmark", LABELS, (0.0, 255.0), "pixels", "answers")
BUILT_IN = "TFLiteConverter"
SAME_SIZE, SAME_TIME, CHANCE = 1.05, 1.10, 0.05
"""Files this near in bytes or time tie, and accuracies whose difference chance explains."""


WayName = tuple[str, str]
"""Converter and recipe."""


@dataclass(frozen=True)
class Way:
    """One way to a scheme: a converter, and its recipe in words. `make` is float32 file to file."""

    scheme: str
    converter: str
    recipe: str
    make: Callable[[Conversion, bytes], bytes]


@dataclass(frozen=True)
class Measured:
    """One file of one model. `wrong` are the test pictures that it answers wrong."""

    model: str
    scheme: str
    converter: str
    recipe: str
    size_bytes: int
    accuracy_percent: float
    drop_points: float
    drop_upper_points: float
    agreement_percent: float
    status: str
    microseconds: float
    wrong: tuple[int, ...]


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


def built_in(scheme: str) -> Way:
    return Way(
        scheme, BUILT_IN, "post-training",
        lambda conversion, _: tflite._converted_bytes(conversion, scheme),
    )  # fmt: skip


def quantizer(scheme: str, recipe: str, configure: Callable[[Any], None]) -> Way:
    def make(conversion: Conversion, float_content: bytes) -> bytes:
        from litert_quantizer import Quantizer

        made = Quantizer(bytearray(float_content))
        configure(made)
        statistics = None
        if made.need_calibration:
            assert conversion.calibration is not None
            name = conversion.source.input_name
            rows = [{name: row[np.newaxis]} for row in conversion.calibration]
            statistics = made.calibrate({"serving_default": rows}, num_threads=1)
        done = made.quantize(statistics, enable_progress_bar=False, enable_progress_report=False)
        return bytes(done.quantized_model)

    return Way(scheme, "litert-quantizer", recipe, make)


def ways() -> list[Way]:
    """Every way there is, TFLiteConverter's first."""
    from litert_quantizer import qtyping
    from litert_quantizer.algorithm_manager import AlgorithmName as Algorithm

    every = qtyping.TFLOperationName.ALL_SUPPORTED
    layers = (qtyping.TFLOperationName.CONV_2D, qtyping.TFLOperationName.FULLY_CONNECTED)

    def static_int4(made: Any) -> None:
        made.add_static_config(".*", every, 8, 8)
        for layer in layers:
            made.add_static_config(".*", layer, 8, 4, algorithm_key=Algorithm.OCTAV)

    def static_int8(made: Any) -> None:
        made.add_static_config(".*", every, 8, 8)
        pixels = qtyping.OpQuantizationConfig(
            activation_tensor_config=qtyping.TensorQuantizationConfig(
                8, symmetric=False, dtype=qtyping.TensorDataType.UINT
            ),
            weight_tensor_config=qtyping.TensorQuantizationConfig(8),
            compute_precision=qtyping.ComputePrecision.INTEGER,
        )
        for end in (qtyping.TFLOperationName.INPUT, qtyping.TFLOperationName.OUTPUT):
            made.update_quantization_recipe(".*", end, pixels)

    def static_int16x8(made: Any) -> None:
        made.add_static_config(".*", every, 16, 8)
        for end in (qtyping.TFLOperationName.INPUT, qtyping.TFLOperationName.OUTPUT):
            made.update_quantization_recipe(".*", end, algorithm_key=Algorithm.NO_QUANTIZE)

    def dynamic(bits: int, algorithm: Any = Algorithm.MIN_MAX_UNIFORM_QUANT) -> Any:
        return lambda made: made.add_dynamic_config(".*", every, bits, algorithm_key=algorithm)

    def weight_only(bits: int, algorithm: Any) -> Any:
        return lambda made: made.add_weight_only_config(".*", every, bits, algorithm_key=algorithm)

    return [
        built_in("float16"),
        quantizer("float16", "weights cast", weight_only(16, Algorithm.FLOAT_CASTING)),
        built_in("dynamic"),
        quantizer("dynamic", "min-max", dynamic(8)),
        quantizer("dynamic", "OCTAV", dynamic(8, Algorithm.OCTAV)),
        built_in("int8"),
        quantizer("int8", "min-max", static_int8),
        built_in("int16x8"),
        quantizer("int16x8", "min-max", static_int16x8),
        quantizer("int4", "dynamic, min-max", dynamic(4)),
        quantizer("int4", "dynamic, OCTAV", dynamic(4, Algorithm.OCTAV)),
        quantizer("int4", "dynamic, MSE", dynamic(4, Algorithm.MSE)),
        quantizer("int4", "weights only, OCTAV", weight_only(4, Algorithm.OCTAV)),
        quantizer("int4", "static, OCTAV, int8 in and out", static_int4),
    ]


def measure(name: str, run: str) -> list[Measured]:
    """All ways on one run."""
    logging.getLogger("absl").setLevel(logging.ERROR)
    opened = source.open_source(Path(run))
    chosen = calibration.choose(
        opened.dataset.train, opened.pixels, count=calibration.DEFAULT_COUNT, seed=0
    )
    inputs = chosen.values.reshape(-1, *opened.model.input_shape)
    conversion = Conversion(opened.model, (), Path("unused"), CARD, inputs, probes=inputs[:PROBES])
    float_content = tflite._converted_bytes(conversion, "float32")
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


def row(one: Measured) -> str:
    drop, upper = (round(points, 2) + 0.0 for points in (one.drop_points, one.drop_upper_points))
    return (
        f"| {one.scheme} | {one.converter}, {one.recipe} | {one.size_bytes:,} "
        f"| {one.accuracy_percent:.2f} | {drop:.2f} (≤ {upper:.2f}) "
        f"| {one.agreement_percent:.2f} | {one.status} | {one.microseconds:.1f} |"
    )


def table(content: dict[str, Any]) -> str:
    """One table a model."""
    machine = content["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    lines = [f"{machine['processor']}, one thread; {versions}.", ""]
    every = read(content)
    for model in dict.fromkeys(each.model for each in every):
        lines += [
            f"`{model}`:",
            "",
            "| scheme | made by | bytes | accuracy % | drop | agreement % | verdict | µs |",
            "|---|---|---:|---:|---|---:|---|---:|",
            *(row(each) for each in every if each.model == model),
            "",
        ]
    return "\n".join(lines).rstrip()


def verdicts(content: dict[str, Any]) -> str:
    lines = ["| scheme | kept | decided by |", "|---|---|---|"]
    every = read(content)
    for scheme in dict.fromkeys(each.scheme for each in every):
        way, reason = keep([each for each in every if each.scheme == scheme])
        lines.append(f"| {scheme} | {way[0]}, {way[1]} | {reason} |")
    return "\n".join(lines)


def read(content: dict[str, Any]) -> list[Measured]:
    return [
        Measured(**{**each, "wrong": tuple(map(int, each["wrong"].split()))})
        for each in content["measured"]
    ]


def keep(files: list[Measured]) -> tuple[WayName, str]:
    """The way to keep for a scheme over all models, and the rule that decided.

    Each rule leaves the ways that are best by it, until one is left.
    """
    ways: dict[WayName, list[Measured]] = {}
    for each in files:
        ways.setdefault((each.converter, each.recipe), []).append(each)
    left = list(ways)
    if len(left) == 1:
        return left[0], "there is no other"

    def mean(name: str) -> Callable[[WayName], float]:
        return lambda way: statistics.geometric_mean(getattr(each, name) for each in ways[way])

    def wrong(way: WayName) -> set[tuple[str, int]]:
        return {(each.model, index) for each in ways[way] for index in each.wrong}

    def as_right(way: WayName) -> bool:
        best = min((wrong(each) for each in left), key=len)
        own = wrong(way)
        return len(own) == len(best) or parity.mcnemar(len(own - best), len(best - own)) > CHANCE

    def within(amount: Callable[[WayName], float], ratio: float) -> Any:
        return lambda way: amount(way) <= min(map(amount, left)) * ratio

    def passed(way: WayName) -> int:
        return sum(each.status == "pass" for each in ways[way])

    rules: list[tuple[str, Callable[[WayName], bool]]] = [
        ("verdict", lambda way: passed(way) == max(map(passed, left))),
        ("accuracy", as_right),
        ("bytes", within(mean("size_bytes"), SAME_SIZE)),
        ("time", within(mean("microseconds"), SAME_TIME)),
        ("no further dependency", lambda way: way[0] == BUILT_IN),
    ]
    for name, rule in rules:
        left = [way for way in left if rule(way)] or left
        if len(left) == 1:
            return left[0], name
    return left[0], "a tie"


if __name__ == "__main__":
    main()
