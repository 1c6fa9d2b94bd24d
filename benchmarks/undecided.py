"""How many pictures models leave nearly undecided, and what becomes of these: for docs/verdict.md.

Usage: python benchmarks/undecided.py [NAME=VERIFIED.json …] [--table-only]

Reads what `edgedigits verify --json` wrote of bundles with all artifacts. What was read is kept in
results/undecided.json beside this file, and from it the table between the markers of
docs/verdict.md is written. The hard pictures there are MNIST's test pictures with another one laid
over each, which `--overlaid FILE.npz` writes, for `edgedigits verify --dataset FILE.npz`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from classics import between_markers

from edgedigits.datasets import datasets

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "undecided.json"
DOCUMENT = HERE.parent / "docs" / "verdict.md"
INK = 0.7
"""Brightness of the picture that is laid over."""
Row = dict[str, Any]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("verified", nargs="*", metavar="NAME=VERIFIED.json")
    options.add_argument("--overlaid", type=Path, metavar="FILE.npz")
    options.add_argument("--table-only", action="store_true", help="write the table again")
    asked = options.parse_args()
    if asked.overlaid is not None:
        overlay(asked.overlaid)
        return
    if not asked.table_only:
        named = [text.split("=", 1) for text in asked.verified]
        read = [row(name, json.loads(Path(path).read_text("utf-8"))) for name, path in named]
        RESULTS.write_text(json.dumps(read, indent=1) + "\n", "utf-8")
    rows = json.loads(RESULTS.read_text("utf-8"))
    text = DOCUMENT.read_text("utf-8")
    DOCUMENT.write_text(between_markers(text, "undecided", table(rows)), "utf-8")


def overlay(path: Path) -> None:
    """Two digits in a picture, the brighter of which is the one to find."""
    test = datasets.load("mnist").test
    others = test.images[np.random.default_rng(0).permutation(len(test))]
    images = np.maximum(test.images, (others * INK).astype(np.uint8))
    np.savez(path, images=images, labels=test.labels)


def row(name: str, checked: Row) -> Row:
    """One model's artifacts, and whether their agreement of all pictures is within the budget."""
    return {
        "model": name,
        "float_accuracy_percent": checked["results"][0]["parity"]["float_accuracy"]["percent"],
        "undecided": checked["results"][0]["parity"]["undecided"]["percent"],
        "artifacts": [
            {
                "artifact": each["artifact"],
                "changed_percent": _share(each["parity"]["undecided"]),
                "agreement_percent": each["parity"]["agreement_percent"],
                "decided_percent": (each["parity"]["decided"] or {}).get("percent"),
                "largest_difference": each["parity"]["max_difference"],
                "status": each["verdict"]["status"],
                "reasons": each["verdict"]["reasons"],
                "strict": each["parity"]["agreement_percent"]
                >= each["budget"]["min_agreement_percent"],
            }
            for each in checked["results"]
        ],
    }


def _share(ties: Row) -> float:
    return 100.0 * float(ties["changed"]) / max(1, int(ties["pictures"]))


def table(rows: Iterable[Row]) -> str:
    """A row a model: of its artifacts the one whose agreement is lowest, and how many pass."""
    lines = [
        "| model | float model right | undecided | of these changed, at most | lowest agreement | "
        "of the decided | pass with `--strict` | pass |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for each in rows:
        files = each["artifacts"]
        worst = min(files, key=lambda file: file["agreement_percent"])
        passed = [file for file in files if file["status"] == "pass"]
        strict = sum(file["strict"] for file in passed)
        lines.append(
            f"| {each['model']} | {each['float_accuracy_percent']:.2f} % "
            f"| {each['undecided']:.2f} % "
            f"| {max(file['changed_percent'] for file in files):.0f} % "
            f"| {worst['agreement_percent']:.2f} % ({worst['artifact']}) "
            f"| {_percent(worst['decided_percent'])} | {strict} of {len(files)} "
            f"| {len(passed)} of {len(files)} |"
        )
    return "\n".join(lines)


def _percent(percent: float | None) -> str:
    return "too few" if percent is None else f"{percent:.2f} %"


if __name__ == "__main__":
    main()
