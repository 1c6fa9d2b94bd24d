"""Which calibration sets are refused, and how answers move with draws: for docs/calibration.md.

Usage: python benchmarks/calibration.py [--cnn RUN] [--table-only]

Holds good and bad sets (calibration_sets.py) against held-out pictures, for the ready-made `edge`,
a `cnn` (trained for one epoch unless a run is given) and a small model of colour pictures
(tests/colours.py), and makes an int8 file of each set all the same, to see what became of it. Then
converts each model with several draws of several sizes. What was measured is kept in
results/calibration.json beside this file, and from it the tables between the markers of
docs/calibration.md are written. MNIST is found as `edgedigits train` finds it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import calibration_sets
import numpy as np
from classics import between_markers

from edgedigits import quiet
from edgedigits.bundle import calibration
from edgedigits.datasets.dataset import Split
from edgedigits.diagnosis import calibration_audit, calibration_spread
from edgedigits.export import preparation, source
from edgedigits.export.source import Source
from edgedigits.export.told import Told

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "calibration.json"
DOCUMENT = HERE.parent / "docs" / "calibration.md"
ANSWERED = 2_000
COLOURS = Told((0.0, 1.0), (0.5, 0.45, 0.4), (0.25, 0.2, 0.3))
Row = dict[str, Any]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--cnn", type=Path, metavar="RUN")
    options.add_argument("--table-only", action="store_true", help="write the tables again")
    asked = options.parse_args()
    if not asked.table_only:
        quiet.keep_native_stderr_back()
        quiet.import_tensorflow()
        content: dict[str, list[Row]] = {"sets": [], "draws": []}
        with tempfile.TemporaryDirectory() as held:
            for name, opened in _models(Path(held), asked.cnn):
                content["sets"] += sets(name, opened)
                content["draws"] += draws(name, opened)
        RESULTS.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    content = json.loads(RESULTS.read_text("utf-8"))
    text = DOCUMENT.read_text("utf-8")
    for marker, rows in (("sets", sets_table), ("draws", draws_table)):
        text = between_markers(text, marker, rows(content[marker]))
    DOCUMENT.write_text(text, "utf-8")


def _models(home: Path, cnn: Path | None) -> Iterator[tuple[str, Source]]:
    yield "edge", source.open_source(Path("ready:edge"), dataset="mnist")
    if cnn is None:
        cnn = home / "cnn"
        words = ["train", "--model", "cnn", "--dataset", "mnist", "--epochs", "1", "--no-plots"]
        subprocess.run([sys.executable, "-m", "edgedigits", *words, "--out", cnn], check=True)
    yield "cnn", source.open_source(cnn)
    sys.path.append(str(HERE.parent / "tests"))
    import colours

    colours.train(home)
    pictures = str(home / "pictures.npz")
    yield "colour", source.open_source(home / "model", dataset=pictures, told=COLOURS)


def _held_out(opened: Source) -> Split:
    return opened.dataset.test.take(slice(ANSWERED))


def sets(name: str, opened: Source) -> list[Row]:
    test = _held_out(opened)
    floats = preparation.float_probabilities(opened, test.images, opened.pixels).argmax(axis=1)
    train = opened.dataset.train
    kinds = ((True, calibration_sets.good(train)), (False, calibration_sets.bad(train)))
    rows = []
    for is_good, every in kinds:
        for what, some in every:
            found = calibration_audit.audit(opened.model, opened.pixels, some, opened.dataset.test)
            values = calibration.values(some.images, opened.pixels)
            shaped = values.reshape(-1, *opened.model.input_shape)
            answers = calibration_spread.answers_of(
                opened.model, shaped, opened.pixels, test.images, logits=opened.logits
            ).argmax(axis=1)
            assert found.ranges is not None
            reasons = [each.words for each in found.findings if each.failed]
            rows.append(
                {
                    "model": name,
                    "set": what,
                    "good": is_good,
                    "failed": found.failed,
                    "reason": reasons[0] if reasons else None,
                    "notes": sum(not each.failed for each in found.findings),
                    "outside_percent": 100 * found.ranges.most_outside.outside,
                    "distance": found.ranges.most_distant.distance,
                    "agreement_percent": 100 * float((answers == floats).mean()),
                    "right_percent": 100 * float((answers == test.labels).mean()),
                }
            )
            print(rows[-1], flush=True)
    return rows


def draws(name: str, opened: Source) -> list[Row]:
    # Of few pictures the larger counts are all of them, and every draw the same.
    most = len(opened.dataset.train)
    found = calibration_spread.measure(
        opened.model,
        opened.pixels,
        opened.dataset.train,
        _held_out(opened),
        logits=opened.logits,
        counts=[count for count in calibration_spread.COUNTS if count < most],
    )
    rows = [{"model": name, **asdict(each)} for each in found]
    print(json.dumps(rows), flush=True)
    return rows


def sets_table(rows: list[Row]) -> str:
    """A row a model and set."""
    lines = [
        "| model | calibrated on | audit | why | outside % | distance | int8 agrees % "
        "| int8 right % |",
        "|---|---|---|---|---:|---:|---:|---:|",
    ]
    for each in rows:
        notes = f"passes, {each['notes']} notes" if each["notes"] else "passes"
        lines.append(
            f"| {each['model']} | {each['set']} | {'**fails**' if each['failed'] else notes} "
            f"| {each['reason'] or ''} | {each['outside_percent']:.2f} | {each['distance']:.3f} "
            f"| {each['agreement_percent']:.2f} | {each['right_percent']:.2f} |"
        )
    wrong = [each for each in rows if each["good"] == each["failed"]]
    bad = [each for each in rows if not each["good"]]
    lines += [
        "",
        f"{sum(each['failed'] for each in bad)} of {len(bad)} bad sets fail, "
        f"{sum(each['good'] and not each['failed'] for each in rows)} of {len(rows) - len(bad)} "
        f"good ones pass; {len(wrong)} verdicts are wrong.",
    ]
    return "\n".join(lines)


def draws_table(rows: list[Row]) -> str:
    """A row a model and count."""
    lines = [
        "| model | pictures | agrees with float %, lowest to highest | right %, lowest to highest "
        "| answers that move between draws % | largest change of a probability |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for each in rows:
        spans = [
            f"{100 * np.min(each[name]):.2f} to {100 * np.max(each[name]):.2f}"
            for name in ("agreement", "right")
        ]
        lines.append(
            f"| {each['model']} | {each['count']:,} | {spans[0]} | {spans[1]} "
            f"| {100 * each['moved']:.3f} | {each['largest_difference']:.3f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
