"""Accuracy against bytes and against microseconds: every model as int8 on LiteRT, as a picture.

Usage: python benchmarks/frontier.py --sweep DIR [DIR ...] [--seconds 2] | --picture-only

Accuracies and bytes are those that `classics.py --sweep DIR` took over: means over the seeds. Of
each model in DIR the run of the lowest seed is exported once more, as int8 alone; these files are
timed in turns, one picture on one thread, and named with their ratio to the textbook network `cnn`
in the same run. The times are kept in results/frontier.json; docs/images/frontier.png and the table
between the markers in README.md are made of both. Only an idle machine tells microseconds.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import classics

from edgedigits import bench
from edgedigits.models.models import MODELS
from edgedigits.reports import plots

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RESULTS = classics.HERE / "results" / "frontier.json"
README = classics.HERE.parent / "README.md"
PICTURE = classics.HERE.parent / "docs" / "images" / "frontier.png"
ARTIFACT = "tflite-int8"
BASELINE = "cnn"
OURS = ("edge", "edge-max", "mini", "nano", "sprint")
NEAR, AS_HIGH = 0.5, 0.25
"""Names of points closer than this across and up, in logarithms, would overlap."""
PERCENT_TICKS = (90, 92, 95, 97, 98, 99, 99.5, 99.7)


@dataclass(frozen=True)
class Limit:
    """What a model has to keep to; None where there is no limit."""

    percent: float
    size_bytes: int | None = None
    median_us: float | None = None
    ratio: float | None = None


LIMITS = {
    "edge": Limit(99.60, 32_000, 5.5, 0.25),
    "edge-max": Limit(99.65, 100_000),
    "mini": Limit(99.58, 13_000),
    "nano": Limit(99.52, 10_000),
}


@dataclass(frozen=True)
class Point:
    """A model: the bytes of its largest seed, accuracies of all seeds, and its time."""

    name: str
    percents: tuple[float, ...]
    size_bytes: int
    median_us: float
    ratio: float

    @property
    def percent(self) -> float:
        """Mean over the seeds."""
        return statistics.fmean(self.percents)

    def broken(self) -> list[str]:
        """Which of its limits it does not keep to."""
        limit = LIMITS.get(self.name)
        if limit is None:
            return []
        found = [("accuracy", -self.percent, -limit.percent), ("bytes", self.size_bytes,
                 limit.size_bytes), ("microseconds", self.median_us, limit.median_us),
                 ("ratio", self.ratio, limit.ratio)]  # fmt: skip
        return [name for name, value, most in found if most is not None and value > most]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    what = options.add_mutually_exclusive_group(required=True)
    what.add_argument("--sweep", type=Path, nargs="+", help="folders of finished sweeps")
    what.add_argument("--picture-only", action="store_true", help="draw what was measured")
    options.add_argument("--seconds", type=float, default=2.0, help="each file is timed for")
    asked = options.parse_args()
    if asked.sweep:
        times = _times(asked.sweep, asked.seconds)
        RESULTS.write_text(json.dumps(times, indent=2) + "\n", "utf-8")
    points = _points(json.loads(RESULTS.read_text("utf-8"))["times"])
    for point in points:
        broken = point.broken()
        verdict = f"ABOVE its limits: {', '.join(broken)}" if broken else ""
        if point.name in LIMITS and not broken:
            verdict = "within its limits"
        print(f"{point.name:9}{point.percent:7.2f} %{point.size_bytes:9,} bytes"
              f"{point.median_us:7.1f} us, ratio {point.ratio:.3f}  {verdict}")  # fmt: skip
    draw(points)
    text = classics.between_markers(README.read_text("utf-8"), "frontier", table(points))
    README.write_text(text, "utf-8")


def exported(
    sweeps: Sequence[Path], folder: Path, names: Collection[str] = MODELS
) -> dict[str, Path]:
    """Int8 files of models, each made in a folder of the run of its lowest seed."""
    found = [each for sweep in sweeps for each in classics.trials(sweep)]
    # Of one name the last one stays.
    found.sort(key=lambda each: -each[0]["seed"])
    runs, files = {classics.name_of(trial): run for trial, run in found}, {}
    for name in names:
        if (run := runs.get(name)) is None:
            continue
        place = folder / name
        command = [sys.executable, "-m", "edgedigits", "export", str(run), "--out", str(place)]
        command += ["--target", "tflite", "--scheme", "int8", "--no-verify"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        files[name] = place / "tflite" / "model-int8.tflite"
    return files


def _times(sweeps: Sequence[Path], seconds: float) -> dict[str, Any]:
    from edgedigits.bench.machine import this_machine

    with tempfile.TemporaryDirectory() as folder:
        found = bench.compare(exported(sweeps, Path(folder)), BASELINE, seconds=seconds)
    return {
        "machine": vars(this_machine()),
        "seconds": seconds,
        "times": {
            name: {"median_us": one.latency.median_us, "ratio": one.ratio}
            for name, one in found.items()
        },
    }


def _points(times: dict[str, Any]) -> list[Point]:
    measured = json.loads(classics.RESULTS.read_text("utf-8"))["measured"]
    points = []
    for name in MODELS:
        files = [
            artifact
            for entry in measured
            if classics.name_of(entry) == name
            for artifact in entry["artifacts"]
            if artifact["artifact"] == ARTIFACT
        ]
        if files and name in times:
            percents = tuple(file["accuracy_percent"] for file in files)
            size = max(file["size_bytes"] for file in files)
            points.append(Point(name, percents, size, **times[name]))
    return points


def draw(points: list[Point]) -> None:
    """Two panels: accuracy, with the spread of the seeds, against bytes and microseconds."""
    with plots.look():
        title = "MNIST's test pictures, int8 on LiteRT: mean and spread of the seeds"
        drawn = plots.figure(9.0, 4.2, title)
        left, right = drawn.subplots(1, 2, sharey=True)
        _panel(left, points, [point.size_bytes / 1000 for point in points], "kilobytes")
        _panel(
            right,
            points,
            [point.median_us for point in points],
            "microseconds a picture, one thread",
        )
        left.set_ylabel("answered right (%)")
        plots.save(drawn, PICTURE)


def _panel(axes: Axes, points: list[Point], across: list[float], label: str) -> None:
    from matplotlib.ticker import FixedLocator, NullLocator, ScalarFormatter

    axes.set_xscale("log")
    axes.set_yscale("log")
    # Wrong answers, counted downwards: 99.5 % lies as far from 99 as 98 from 96.
    axes.set_ylim(12, 0.25)
    axes.yaxis.set_major_locator(FixedLocator([100 - tick for tick in PERCENT_TICKS]))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_yticklabels([f"{tick:g}" for tick in PERCENT_TICKS])
    low, high = min(across), max(across)
    axes.set_xlim(low * 0.7, high * 2.6)
    steps = [1, 2, 5, 10, 20, 50, 100, 200]
    axes.xaxis.set_major_locator(FixedLocator([step for step in steps if low * 0.7 < step]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(ScalarFormatter())
    axes.grid()
    axes.set_axisbelow(True)
    axes.set_xlabel(label)
    for point, place in zip(points, across, strict=True):
        ours = point.name in OURS
        colour, marker = (plots.DARK, "o") if ours else (plots.LIGHT, "D")
        wrong = [100 - percent for percent in point.percents]
        axes.vlines(place, min(wrong), max(wrong), color=colour, linewidth=1.2)
        axes.plot([place], [100 - point.percent], marker, color=colour, markersize=6)
        near = [
            other
            for other, beside in zip(points, across, strict=True)
            if 0 < math.log(beside / place) < NEAR
            and abs(math.log((100 - other.percent) / (100 - point.percent))) < AS_HIGH
        ]
        below = any(other.percent > point.percent for other in near)
        to_left = bool(near) and not below
        axes.annotate(
            point.name,
            (place, 100 - point.percent),
            (-6 if to_left else 6, -12 if below else 3),
            ha="right" if to_left else "left",
            textcoords="offset points",
            color=colour,
            weight="bold" if ours else "normal",
        )


def table(points: list[Point]) -> str:
    """A row a model."""
    rows = [
        "| model | int8 bytes | MNIST test, mean (lowest to highest) | microseconds | of `cnn`'s |",
        "|---|---:|---|---:|---:|",
    ]
    rows += [
        f"| `{point.name}` | {point.size_bytes:,} | **{point.percent:.2f} %** "
        f"({min(point.percents):.2f} to {max(point.percents):.2f}, {len(point.percents)} seeds) "
        f"| {point.median_us:.1f} | {point.ratio:.2f} |"
        for point in points
    ]
    return "\n".join(rows)


if __name__ == "__main__":
    main()
