"""The models on MNIST: accuracy of the default recipes, and what each scheme loses.

Usage: python benchmarks/classics.py --sweep sweeps/models [DIR ...] | --table-only

DIR is the folder of a finished `edgedigits sweep benchmarks/models.toml`, or of one that asks for
some of it, or of taught models (benchmarks/taught.toml), whose recipes may be others. Its trials
are kept in results/classics.json beside this file, one entry a model, taught or not, and seed, in
place of what was measured of these before; entries that say a `runtime` are of `train`, `export`
and `verify`, one after another. From it the tables between the markers in docs/models.md are
written.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from converters import targets
from edgedigits.models.architecture import Recipe
from edgedigits.models.models import MODELS

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "classics.json"
DOC = HERE.parent / "docs" / "models.md"
VERSIONS = ("edgedigits", "tensorflow", "keras", "numpy")
TAUGHT = ", taught"
NAMES = [name + how for name in MODELS for how in ("", TAUGHT)]
"""What the tables have rows of, in their order."""
Entry = dict[str, Any]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    what = options.add_mutually_exclusive_group(required=True)
    what.add_argument("--sweep", type=Path, nargs="+", help="folders of finished sweeps")
    what.add_argument("--table-only", action="store_true", help="write the tables again")
    measured = _read()
    for folder in options.parse_args().sweep or ():
        for trial, run in trials(folder):
            entry = _entry(trial, run)
            measured[name_of(entry), entry["seed"]] = entry
            print(_line(entry))
    entries = [measured[key] for key in sorted(measured, key=lambda k: (NAMES.index(k[0]), k[1]))]
    RESULTS.write_text(json.dumps({"measured": entries}, indent=2) + "\n", "utf-8")
    text = DOC.read_text("utf-8")
    for marker, table in (("classics", accuracies(entries)), ("drops", drops(entries))):
        text = between_markers(text, marker, table)
    DOC.write_text(text, "utf-8")


def trials(sweep: Path) -> Iterator[tuple[Entry, Path]]:
    """What `sweep.json` says of each trial, and the folder of its run."""
    told = json.loads((sweep / "sweep.json").read_text("utf-8"))
    for trial in told["trials"]:
        what = f"{sweep}: {trial['model']} of seed {trial['seed']}"
        if told["search"] != "compare" or trial["dataset"] != "mnist":
            sys.exit(f"{what} was not compared on MNIST's test pictures")
        if name_of(trial) not in NAMES:
            sys.exit(f"{what} is none of edgedigits models")
        if not trial.get("teachers") and trial["recipe"] != asdict(MODELS[trial["model"]].recipe):
            sys.exit(f"{what} was not trained by a recipe of edgedigits models")
        if "failed" in trial:
            sys.exit(f"{what}: {trial['failed']}")
        yield trial, sweep / "trials" / trial["trial"] / "run"


def name_of(trial: Entry) -> str:
    """Of the row that a trial, or an entry of the results, belongs to: one of `NAMES`."""
    return str(trial["model"]) + (TAUGHT if trial.get("teachers") else "")


def marked(name: str) -> str:
    """A row's name as the tables write it."""
    model, comma, how = name.partition(",")
    return f"`{model}`{comma}{how}"


def _entry(trial: Entry, run: Path) -> Entry:
    card = json.loads((run / "run.json").read_text("utf-8"))
    return {
        "model": trial["model"],
        "seed": trial["seed"],
        "parameters": trial["parameters"],
        "recipe": trial["recipe"],
        **({"teachers": trial["teachers"]} if trial.get("teachers") else {}),
        "training_pictures": card["training_pictures"],
        "test_pictures": trial["test_pictures"],
        "accuracy_percent": card["test"]["accuracy"],
        "training_seconds": round(card["seconds"], 1),
        "cores": card["environment"]["cores"],
        "versions": {library: card["environment"][library] for library in VERSIONS},
        "artifacts": [
            {
                "artifact": artifact["id"],
                "size_bytes": artifact["bytes"],
                "accuracy_percent": artifact["accuracy"],
                "drop_points": artifact["drop_points"],
                "drop_upper_points": artifact["drop_upper_points"],
                "agreement_percent": artifact["agreement"],
                "max_difference": artifact["max_difference"],
                "status": artifact["status"],
                "reasons": artifact["reasons"],
            }
            for artifact in trial["artifacts"]
        ],
    }


def _read() -> dict[tuple[str, int], Entry]:
    measured = json.loads(RESULTS.read_text("utf-8"))["measured"]
    return {(name_of(entry), entry["seed"]): entry for entry in measured}


def _line(entry: Entry) -> str:
    passed = sum(artifact["status"] == "pass" for artifact in entry["artifacts"])
    return (
        f"{name_of(entry)}, seed {entry['seed']}: {entry['accuracy_percent']['percent']:.2f} %, "
        f"{passed} of {len(entry['artifacts'])} artifacts passed, "
        f"trained in {entry['training_seconds']:.0f} s"
    )


def accuracies(measured: list[Entry]) -> str:
    """A row a model: mean accuracy over the seeds, each seed's, and how it was trained."""
    rows = [
        "| model | parameters | recipe | MNIST test, mean | each seed (95 % interval) |",
        "|---|---:|---|---:|---|",
    ]
    for name, entries in _by_model(measured).items():
        shares = [entry["accuracy_percent"] for entry in entries]
        mean = statistics.fmean(share["percent"] for share in shares)
        each = ", ".join(
            f"{share['percent']:.2f} ({share['low']:.2f} to {share['high']:.2f})"
            for share in shares
        )
        rows.append(
            f"| {marked(name)} | {entries[0]['parameters']:,} | {_words(name, entries)} "
            f"| **{mean:.2f} %** | {each} |"
        )
    return "\n".join(rows)


def _words(name: str, entries: list[Entry]) -> str:
    """How a row's models were trained: all of them in the same way."""
    first, *others = entries
    if any((each["recipe"], each.get("teachers")) != (first["recipe"], first.get("teachers"))
           for each in others):  # fmt: skip
        sys.exit(f"{name} was trained in several ways")
    words = Recipe(**first["recipe"]).words()
    return words + (f", taught by {len(first['teachers'])} runs" if first.get("teachers") else "")


def drops(measured: list[Entry]) -> str:
    """A row an artifact, a column a model: accuracy points lost, mean over the seeds and worst."""
    models = _by_model(measured)
    rows = [
        f"| artifact | {' | '.join(map(marked, models))} |",
        f"|---|{'---|' * len(models)}",
    ]
    for target in targets.TARGETS.values():
        for scheme in target.schemes:
            artifact = f"{target.name}-{scheme.name}"
            cells = [_drop_cell(entries, artifact) for entries in models.values()]
            if any(cells):
                rows.append(f"| `{artifact}` | {' | '.join(cells)} |")
    return "\n".join(rows)


def _drop_cell(entries: list[Entry], name: str) -> str:
    found = [each for entry in entries for each in entry["artifacts"] if each["artifact"] == name]
    if not found:
        return ""
    lost = [each["drop_points"] for each in found]
    # Rounded before zero is added, so that no "-0.00" is left.
    mean, worst = (round(points, 2) + 0.0 for points in (statistics.fmean(lost), max(lost)))
    text = f"{mean:.2f} (worst {worst:.2f})"
    passed = sum(each["status"] == "pass" for each in found)
    return text if passed == len(found) else f"{text}, **{passed} of {len(found)} pass**"


def _by_model(measured: list[Entry]) -> dict[str, list[Entry]]:
    grouped: dict[str, list[Entry]] = {name: [] for name in NAMES}
    for entry in measured:
        grouped[name_of(entry)].append(entry)
    return {name: entries for name, entries in grouped.items() if entries}


def between_markers(text: str, marker: str, table: str) -> str:
    """`text` with `table` between its markers, which are added at the end where missing."""
    begin, end = f"<!-- {marker}:begin -->", f"<!-- {marker}:end -->"
    block = f"{begin}\n{table}\n{end}"
    if begin not in text or end not in text:
        return f"{text.rstrip()}\n\n{block}\n"
    before, rest = text.split(begin, 1)
    return f"{before}{block}{rest.split(end, 1)[1]}"


if __name__ == "__main__":
    main()
