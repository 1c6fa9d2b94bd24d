"""What being sure costs and gains, limit by limit: the table in docs/reject.md.

Usage: python benchmarks/coverage.py [--pictures FOLDER]

The ready-made `edge` and `nano` are exported, and their int8 files asked about MNIST's test digits,
the same as far other hands would write them (`export.no_digit`), and drawn pictures of no digit.
Printed are the shares of the three answers by the limits of the bundle, with --pictures also those
of a folder of pictures in folders 0 to 9.
"""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from classics import HERE, between_markers
from numpy.typing import NDArray

from edgedigits.bundle.reject import Reject
from edgedigits.datasets import datasets
from edgedigits.datasets.strokes import outliers
from edgedigits.export import no_digit
from edgedigits.reading import predictor

DOC = HERE.parent / "docs" / "reject.md"
MODELS = ("edge", "nano")
LIMITS = (0.0, 0.12, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 0.9)
OTHERS = ("letters", "scribbles", "noise", "blank")

Pictures = NDArray[np.uint8]
Labelled = tuple[Pictures, NDArray[np.int64]]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--pictures", type=Path, help="folders 0 to 9 of pictures")
    folder = options.parse_args().pictures
    digits = labelled(folder)
    strangers = {kind: outliers.draw(kind, 1_000, 0, "test") for kind in OTHERS}
    rows = [
        "| | limit | MNIST: answered % | of these right % | other hands: answered % "
        "| of these right % | letters sure % |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name in MODELS:
        with tempfile.TemporaryDirectory() as place, contextlib.ExitStack() as ends:
            command = ("export", f"ready:{name}", "--target", "tflite", "--scheme", "int8")
            asked = [sys.executable, "-m", "edgedigits", *command, "--out", place]
            subprocess.run(asked, check=True, capture_output=True)
            opened = predictor.open_predictor(Path(place))
            ends.callback(opened.close)
            answers = {k: (opened.probabilities(x), y) for k, (x, y) in digits.items()}
            none = {kind: opened.probabilities(images) for kind, images in strangers.items()}
        assert opened.reject is not None
        print(f"{name}: {opened.reject}")
        for kind, (table, labels) in answers.items():
            print(f"  {kind:9} {shares(opened.reject, table, labels)}")
        for kind, table in none.items():
            print(f"  {kind:9} {shares(opened.reject, table)}")
        rows += curve(name, opened.reject, answers, none["letters"])
    DOC.write_text(between_markers(DOC.read_text("utf-8"), "coverage", "\n".join(rows)), "utf-8")


def labelled(folder: Path | None) -> dict[str, Labelled]:
    """Digits by the name of where they are from."""
    test = datasets.load("mnist").test
    found = {"mnist": (test.images, test.labels)}
    hands, places = no_digit.other_hands(test.images, len(test))
    found["hands"] = hands, test.labels[places]
    if folder is not None:
        own = datasets.load(str(folder)).everything()
        found[folder.name] = own.images, own.labels
    return found


def curve(
    name: str,
    rule: Reject,
    answers: dict[str, tuple[NDArray[np.float32], NDArray[np.int64]]],
    letters: NDArray[np.float32],
) -> list[str]:
    """A row a limit, that of the bundle among them."""
    rows = []
    for limit in sorted({*LIMITS, rule.sure}):
        one = Reject(rule.temperature, limit)
        cells = []
        for kind in ("mnist", "hands"):
            table, labels = answers[kind]
            kept = one.accepts(table)
            right = (table.argmax(axis=1) == labels)[kept]
            cells += [f"{100 * kept.mean():.2f}", f"{100 * right.mean():.2f}"]
        cells.append(f"{100 * one.accepts(letters).mean():.1f}")
        mark = "**" if limit == rule.sure else ""
        rows.append(f"| `{name}` | {mark}{limit:g}{mark} | {' | '.join(cells)} |")
    return rows


def shares(
    rule: Reject, table: NDArray[np.float32], labels: NDArray[np.int64] | None = None
) -> str:
    """Shares of the three answers in words, and how many of the digits are right."""
    unsure, none = rule.doubts(table), ~rule.accepts(table)
    sure = ~unsure & ~none
    told = [f"{100 * part.mean():6.2f} %" for part in (sure, unsure, none)]
    text = "sure {}, unsure {}, not a digit {}".format(*told)
    if labels is None:
        return text
    right = table.argmax(axis=1) == labels
    return (
        f"{text}; right of sure {100 * right[sure].mean():.2f} %, of all {100 * right.mean():.2f} %"
    )


if __name__ == "__main__":
    main()
