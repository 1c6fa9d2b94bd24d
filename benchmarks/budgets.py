"""What honest artifacts do to probabilities, and what a change of temperature does: for budgets.

Usage: python benchmarks/budgets.py [NAME=BUNDLE …] [--json FILE] [--table-only]

Runs every artifact of each bundle on its runtime, on MNIST's test pictures and on drawn ones, and
compares it with the bundle's float model. Beside it the float model's own answers with its logits
multiplied, stored in 8 bits. What was measured is kept in results/budgets.json beside this file (or
in --json), and from it the tables between the markers of docs/verdict.md are written.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from classics import between_markers
from numpy.typing import NDArray

from edgedigits import quiet
from edgedigits.bundle import bundle
from edgedigits.datasets import datasets
from edgedigits.datasets.dataset import Split
from edgedigits.runtimes import runtimes
from edgedigits.verification import evaluation, exam, parity
from edgedigits.verification.parity import BUDGETS, Parity

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "budgets.json"
DOCUMENT = HERE.parent / "docs" / "verdict.md"
SETS = {"mnist": None, "strokes": 20_000}
MOST, MOST_SLOW = 10_000, 1_500
"""Pictures of a set, and of one where kernels are as slow as those of int16x8."""
FACTORS = (1 / 8, 1 / 4, 1 / 2, 2.0, 4.0)
STEP = 1 / 256
Row = dict[str, Any]
Table = NDArray[np.float32]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("bundles", nargs="*", metavar="NAME=BUNDLE")
    options.add_argument("--json", type=Path, default=RESULTS, metavar="FILE")
    options.add_argument("--table-only", action="store_true", help="write the tables again")
    asked = options.parse_args()
    if not asked.table_only:
        quiet.import_tensorflow()
        named = [text.split("=", 1) for text in asked.bundles]
        rows = [row for name, folder in named for row in measure(name, Path(folder))]
        asked.json.parent.mkdir(exist_ok=True)
        asked.json.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    rows = json.loads(asked.json.read_text("utf-8"))
    text = DOCUMENT.read_text("utf-8")
    text = between_markers(text, "honest", honest(rows))
    DOCUMENT.write_text(between_markers(text, "multiplied", multiplied(rows)), "utf-8")


def measure(name: str, folder: Path) -> Iterator[Row]:
    """Every artifact of a bundle on every set, and the float model at other temperatures."""
    from edgedigits.runtimes.tensorflow.float_model import FloatModel

    manifest = bundle.read(folder).manifest
    some = manifest.artifacts[0]
    model = FloatModel(manifest.reference, folder, some.pixels, logits=some.logits)
    for spec, samples in SETS.items():
        test = datasets.load(spec, samples=samples).test.take(slice(MOST))
        reference = model.probabilities(test.images)
        for artifact in manifest.artifacts:
            asked = test.take(slice(MOST_SLOW if artifact.scheme == "int16x8" else MOST))
            runtime = runtimes.open_runtime(
                runtimes.default_runtime(artifact.target), artifact, folder
            )
            with closing(runtime):
                answers = runtime.probabilities(asked.images)
            step = 0.0 if artifact.logits else artifact.output.scale or 0.0
            yield row(name, spec, artifact.id, reference[: len(asked)], answers, asked, step)
        yield from temperatures(name, spec, reference, test)


def temperatures(name: str, spec: str, reference: Table, test: Split) -> Iterator[Row]:
    """The float model with its logits multiplied, as a softmax in 8 bits stores it."""
    logits = np.log(np.maximum(reference.astype(np.float64), 1e-30))
    for factor in FACTORS:
        raised = np.exp(factor * (logits - logits.max(axis=1, keepdims=True)))
        shares = raised / raised.sum(axis=1, keepdims=True)
        stored = (np.clip(np.round(shares / STEP), 0, 255) * STEP).astype(np.float32)
        yield row(name, spec, f"logits times {factor:g}", reference, stored, test, STEP)


def row(
    name: str, spec: str, what: str, reference: Table, answers: Table, test: Split, step: float
) -> Row:
    found = parity.compare(reference, answers, test.labels, step)
    told = found.temperature
    return {
        "model": name,
        "dataset": spec,
        "what": what,
        "pictures": found.pictures,
        "agreement_percent": found.agreement_percent,
        "drop_points": found.drop_points,
        "class_drop_points": _worst_class(found),
        "improper": found.sums.improper,
        "mean_variation": found.mean_variation,
        "temperature": None if told is None else told.value,
        "calibration_error_shift": _calibration_error(answers, test)
        - _calibration_error(reference, test),
        "confidence_shift": float(answers.max(axis=1).mean() - reference.max(axis=1).mean()),
    }


def _worst_class(found: Parity) -> float:
    return max(
        exam.class_drop_lower_points(each.losses, each.gains, each.pictures, len(found.digits))
        for each in found.digits
    )


def _calibration_error(answers: Table, test: Split) -> float:
    return evaluation.calibrate(answers, test.labels).error


def honest(rows: Iterable[Row]) -> str:
    """The worst of all models and both sets, by scheme."""
    kept = [each for each in rows if "times" not in each["what"]]
    lines = [
        "| artifact | files | mean variation, at most | allowed | temperature | allowed | "
        "no probabilities |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for what in dict.fromkeys(each["what"] for each in kept):
        some = [each for each in kept if each["what"] == what]
        told = [each["temperature"] for each in some if each["temperature"] is not None]
        budget = BUDGETS[what.split("-")[1]]
        assert budget.max_temperature is not None
        lines.append(
            f"| {what} | {len({each['model'] for each in some})} "
            f"| {max(each['mean_variation'] for each in some):.2g} | {budget.max_variation:g} "
            f"| {min(told):.3f} to {max(told):.3f} "
            f"| {1 / budget.max_temperature:.3g} to {budget.max_temperature:g} "
            f"| {sum(each['improper'] for each in some)} |"
        )
    return "\n".join(lines)


def multiplied(rows: Iterable[Row]) -> str:
    """What each statistic says of logits multiplied, beside int8 files as they are."""
    groups = {"int8 as it is": "tflite-int8"} | {
        f"logits times {factor:g}": f"logits times {factor:g}" for factor in FACTORS
    }
    lines = [
        "| all models, both sets | temperature | mean variation | mean confidence | "
        "calibration error |",
        "|---|---:|---:|---:|---:|",
    ]
    kept = list(rows)
    for name, what in groups.items():
        some = [each for each in kept if each["what"] == what]
        cells = (
            _span(some, "temperature", "{:.2f}"),
            _span(some, "mean_variation", "{:.2g}"),
            _span(some, "confidence_shift", "{:+.4f}"),
            _span(some, "calibration_error_shift", "{:+.4f}"),
        )
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _span(rows: Iterable[Row], figure: str, form: str) -> str:
    found = [each[figure] for each in rows if each[figure] is not None]
    return f"{form.format(min(found))} to {form.format(max(found))}"


if __name__ == "__main__":
    main()
