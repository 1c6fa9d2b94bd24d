"""The models on MNIST: accuracy of the default recipes, and what each scheme loses.

Usage: python benchmarks/classics.py [--seeds 0,1,2] [--models cnn,edge] [--runs DIR] [--table-only]

Trains every model with every seed by the command line, exports all artifacts and verifies them on
all test pictures. Runs and bundles stay in DIR where one is given, as MODEL-SEED, and what is
finished there is not done again. What was measured is kept in results/classics.json beside this
file, one entry a model and seed, and not measured again; remove the file to begin anew. From it the
two tables between the markers in README.md are written. MNIST is found as `edgedigits train` finds
it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from converters import targets
from edgedigits.models.models import MODELS

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "classics.json"
README = HERE.parent / "README.md"
LIBRARIES = ("edgedigits", "tensorflow", "tensorflowjs", "ai-edge-litert")
Entry = dict[str, Any]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seeds", default="0,1,2", help="with commas")
    options.add_argument("--models", default=",".join(MODELS), help="with commas")
    options.add_argument("--runs", type=Path, help="where runs and bundles are kept")
    options.add_argument("--table-only", action="store_true", help="write the tables again")
    asked = options.parse_args()
    measured = _read()
    if not asked.table_only:
        for name in asked.models.split(","):
            for seed in map(int, asked.seeds.split(",")):
                if not any((entry["model"], entry["seed"]) == (name, seed) for entry in measured):
                    measured.append(_measure(name, seed, asked.runs))
                    _write(measured)
                    print(_line(measured[-1]), flush=True)
    text = README.read_text("utf-8")
    for marker, table in (("classics", accuracies(measured)), ("drops", drops(measured))):
        text = between_markers(text, marker, table)
    README.write_text(text, "utf-8")


def _measure(name: str, seed: int, runs: Path | None) -> Entry:
    with tempfile.TemporaryDirectory() as held:
        home = Path(held) if runs is None else runs.resolve() / f"{name}-{seed}"
        home.mkdir(parents=True, exist_ok=True)
        if not (home / "run" / "run.json").is_file():
            _edgedigits(home, f"train --model {name} --dataset mnist --seed {seed} --out run")
        if not (home / "verified.json").is_file():
            _edgedigits(home, "export run --target all --scheme all --no-verify --out bundle")
            # A broken budget is a result here, not an error.
            _edgedigits(home, "verify bundle --json verified.json", fine=(0, 1))
        card = json.loads((home / "run" / "run.json").read_text("utf-8"))
        checked = json.loads((home / "verified.json").read_text("utf-8"))
    return {
        "model": name,
        "seed": seed,
        "parameters": card["parameters"],
        "recipe": card["recipe"],
        "training_pictures": card["training_pictures"],
        "test_pictures": card["test"]["pictures"],
        "accuracy_percent": card["test"]["accuracy"],
        "training_seconds": round(card["seconds"], 1),
        "cores": os.cpu_count(),
        "versions": {library: version(library) for library in LIBRARIES},
        "artifacts": [_artifact(result) for result in checked["results"]],
    }


def _artifact(result: Entry) -> Entry:
    parity = result["parity"]
    return {
        "artifact": result["artifact"],
        "runtime": result["runtime"],
        "size_bytes": sum(file["size_bytes"] for file in result["files"]),
        "accuracy_percent": parity["accuracy"]["percent"],
        "drop_points": parity["drop_points"],
        "drop_upper_points": parity["drop_upper_points"],
        "agreement_percent": parity["agreement_percent"],
        "max_difference": parity["max_difference"],
        "status": result["verdict"]["status"],
        "reasons": result["verdict"]["reasons"],
    }


def _edgedigits(home: Path, options: str, fine: tuple[int, ...] = (0,)) -> None:
    command = [sys.executable, "-m", "edgedigits", *options.split()]
    # The module of this checkout, from whatever folder it runs in.
    path = os.pathsep.join([str(HERE.parent), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        command,
        cwd=home,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in fine:
        sys.exit(f"edgedigits {options}: exit code {done.returncode}\n{done.stderr}")


def _read() -> list[Entry]:
    if not RESULTS.exists():
        return []
    content: list[Entry] = json.loads(RESULTS.read_text("utf-8"))["measured"]
    return content


def _write(measured: list[Entry]) -> None:
    order = {name: place for place, name in enumerate(MODELS)}
    ranked = sorted(measured, key=lambda entry: (order[entry["model"]], entry["seed"]))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"measured": ranked}, indent=2) + "\n", "utf-8")


def _line(entry: Entry) -> str:
    passed = sum(artifact["status"] == "pass" for artifact in entry["artifacts"])
    return (
        f"{entry['model']} seed {entry['seed']}: {entry['accuracy_percent']['percent']:.2f} %, "
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
            f"| `{name}` | {entries[0]['parameters']:,} | {MODELS[name].recipe.words()} "
            f"| **{mean:.2f} %** | {each} |"
        )
    return "\n".join(rows)


def drops(measured: list[Entry]) -> str:
    """A row an artifact, a column a model: accuracy points lost, mean over the seeds and worst."""
    models = _by_model(measured)
    rows = [
        f"| artifact | {' | '.join(f'`{name}`' for name in models)} |",
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
    grouped: dict[str, list[Entry]] = {name: [] for name in MODELS}
    for entry in measured:
        grouped[entry["model"]].append(entry)
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
