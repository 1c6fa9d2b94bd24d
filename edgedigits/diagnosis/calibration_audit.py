"""Whether the pictures that calibrate are like those that a model is to answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from converters.saved_model import SourceModel
from edgedigits.bundle import calibration
from edgedigits.bundle.input_contract import InputContract
from edgedigits.datasets.dataset import Dataset, Split
from edgedigits.diagnosis import calibration_pictures, calibration_ranges
from edgedigits.diagnosis.calibration_pictures import Finding
from edgedigits.diagnosis.calibration_ranges import Ranges
from edgedigits.errors import BudgetBroken
from edgedigits.foreign_text import one_line
from edgedigits.picture.form import DIGIT_FIT

HELD_OUT = 300
"""Held-out pictures that are compared with."""
LEAST_HELD_OUT = 20
"""Fewer are nothing to compare with."""
NOTE = 300
"""Characters of a note in a manifest: it may name classes, whose names are anybody's."""
HINT = (
    "calibrate on pictures like those it is to answer (--dataset), or take a scheme that needs "
    "none: --scheme dynamic"
)


@dataclass(frozen=True)
class Audit:
    """What was found about a calibration: `ranges` are None without held-out pictures."""

    pictures: int
    held_out: int
    findings: tuple[Finding, ...]
    ranges: Ranges | None

    @property
    def failed(self) -> bool:
        """Whether a file must not be made of it."""
        return any(each.failed for each in self.findings)

    def check(self) -> None:
        """Refuse a calibration that failed.

        Raises:
            BudgetBroken: with what is wrong first of all.
        """
        for each in self.findings:
            if each.failed:
                raise BudgetBroken(
                    f"the {self.pictures:,} calibration pictures are not like those the model is "
                    f"to answer: {each.words}",
                    HINT,
                )

    def as_json(self) -> dict[str, Any]:
        """The manifest's record: the worst activations alone, and the notes."""
        ranges = self.ranges
        return {
            "held_out": self.held_out,
            "outside": None if ranges is None else _entry(ranges, "outside"),
            "distance": None if ranges is None else _entry(ranges, "distance"),
            "notes": [one_line(each.words)[:NOTE] for each in self.findings],
        }


def _entry(ranges: Ranges, what: str) -> dict[str, Any]:
    worst = ranges.most_outside if what == "outside" else ranges.most_distant
    value = 100 * worst.outside if what == "outside" else worst.distance
    name = "percent" if what == "outside" else "variances"
    return {"activation": worst.name, name: round(value, 3)}


def held_out(dataset: Dataset, chosen: Sequence[int]) -> Split:
    """What training pictures at `chosen`, which calibrate, are held against: test pictures. Where
    these are few, and no other kind of pictures than the rest, it is all that do not calibrate."""
    few = LEAST_HELD_OUT if dataset.official_test else HELD_OUT
    return dataset.test if len(dataset.test) >= few else dataset.everything(chosen)


def audit(model: SourceModel, pixels: InputContract, chosen: Split, held_out: Split) -> Audit:
    """Hold pictures that calibrate against held-out ones, of which some of every class are drawn.

    Args:
        model: the float model; its activations are compared.
        pixels: what it takes.
        chosen: the pictures that calibrate, as they are.
        held_out: pictures that it is to answer; with fewer than `LEAST_HELD_OUT` of them the
            pictures that calibrate are looked at alone.
    """
    some = calibration.draw(held_out.labels, HELD_OUT, seed=0)
    others = _loaded(held_out.take(some if len(some) >= LEAST_HELD_OUT else some[:0]))
    chosen = _loaded(chosen)
    strokes = pixels.form.fit == DIGIT_FIT
    found = list(calibration_pictures.findings(chosen, others, strokes=strokes))
    span = calibration.span_problem(chosen.images)
    if span is not None:
        found.insert(0, Finding(True, span))
    ranges = None
    if len(others):
        values = calibration.values(chosen.images, pixels)
        ranges = calibration_ranges.measure(model, values, pixels.values(others.images))
        found += ranges.findings()
    return Audit(len(chosen), len(others), tuple(found), ranges)


def _loaded(split: Split) -> Split:
    """The same in memory: those of a large set are on disk."""
    return Split(split.images[:], split.labels, split.classes)
