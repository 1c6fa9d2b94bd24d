"""What can be tried where a scheme broke its budget, the cheapest first."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from converters import saved_model
from converters.base import Conversion
from converters.errors import ConversionError
from converters.flatbuffer_reader import Damaged
from converters.targets import TARGETS
from converters.tflite import finish, mixing, model_reader, ranges, stored_scheme, tflite
from converters.tflite.matching import Graph
from converters.tflite.mixing import Variant
from edgedigits.bundle import calibration, run
from edgedigits.bundle.artifact import Artifact
from edgedigits.datasets.dataset import Split
from edgedigits.diagnosis import diagnosis
from edgedigits.errors import DataBad
from edgedigits.export.source import Source
from edgedigits.training import qat

MORE_PICTURES = 2_000
RULES: dict[str, ranges.Rule] = {
    "ranges of the middle 99.99 %": ranges.percentile(99.99),
    "ranges of the middle 99.9 %": ranges.percentile(99.9),
    "ranges of the least squared error": ranges.least_squares,
}
SEEN = 200
"""Calibration pictures that these are found on."""
DIAGNOSED = 500
"""Pictures that layers are ranked on."""
INSTEAD = {
    "int8": ("int16x8", "float16"),
    "int16x8": ("float16",),
    "dynamic": ("float16",),
    "int4": ("dynamic", "float16"),
}
"""How single layers of a TFLite scheme may be stored where it costs too much."""
NAMED = 4
COUNTS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
"""How many of the costliest operations are."""


@dataclass(frozen=True)
class Candidate:
    """A file as a converter would write it, and in words how it came to be."""

    how: str
    content: bytes


@dataclass(frozen=True, eq=False)
class Subject:
    """What broke its budget.

    Attributes:
        source: the float model, with its pictures.
        conversion: what its target was asked for; its `quantized` has the calibrated files.
        artifact: the one that failed.
        pictures: labelled ones to rank layers on, none of which it is judged on in the end.
        seed: of the draw of calibration pictures.
    """

    source: Source
    conversion: Conversion
    artifact: Artifact
    pictures: Split
    seed: int

    @cached_property
    def floats(self) -> bytes:
        """The float model as a TFLite file."""
        return tflite.converted_bytes(self.conversion, "float32")


def other_ranges(subject: Subject) -> Iterator[Candidate]:
    """The file of an int8 artifact with other ranges of its activations, as large as it was."""
    if subject.artifact.scheme != "int8":
        return
    asked = subject.conversion
    assert asked.calibration is not None
    train, count = subject.source.dataset.train, len(asked.calibration)
    # Where training pictures are verified on too, as many as were drawn are left out of that.
    if subject.source.own_test and count < MORE_PICTURES and count < len(train):
        places = calibration.draw(train.labels, MORE_PICTURES, subject.seed)
        values = calibration.values(train.images[places], subject.source.pixels)
        more = replace(asked, calibration=values.reshape(-1, *asked.source.input_shape))
        content = tflite.quantized_bytes(tflite.calibrated_bytes(more))
        yield Candidate(f"{len(places):,} calibration pictures", content)
    noted = tflite.calibrated_bytes(asked)
    found = ranges.histograms(noted, asked.calibration[:SEEN])
    for how, rule in RULES.items():
        yield Candidate(how, tflite.quantized_bytes(ranges.ruled(noted, found, rule)))


def other_layers(subject: Subject, stored: Candidate, path: Path) -> list[Candidate]:
    """The file of a TFLite artifact, which is `stored` and lies finished at `path`, with the
    costliest of its operations stored otherwise; the smallest first. At least one layer stays as
    its scheme has it."""
    scheme = subject.artifact.scheme
    if subject.artifact.target != "tflite" or scheme not in INSTEAD:
        return []
    floats = Graph(subject.floats)
    try:
        ranked = _ranked(subject, path)
        own = Variant.of(floats, stored.content)
    except (ConversionError, DataBad):
        # It does not run, or is of other operations than the float model converts to.
        return []
    others = {name: each for name in INSTEAD[scheme] if (each := _variant(subject, floats, name))}
    made: dict[bytes, Candidate] = {}
    for name in others:
        for count in sorted({min(count, len(ranked)) for count in COUNTS}):
            chosen = frozenset(ranked[:count])
            if scheme in ("int8", "int16x8"):
                chosen = mixing.with_takers(own.pairs, chosen)
            content = mixing.mix(floats, own, others, dict.fromkeys(chosen, name))
            if scheme in _kinds(content):
                kept = [pair.name for pair in own.pairs if pair.name in chosen]
                how = f"{_listed(kept)} in {name}"
                how = f"{stored.how}; {how}" if stored.how else how
                made.setdefault(content, Candidate(how, content))

    def size(candidate: Candidate) -> int:
        asked = subject.conversion
        return len(finish.described(candidate.content, asked, compact=asked.compact))

    return sorted(made.values(), key=size)


def tuned(subject: Subject, data_dir: Path | None) -> Iterator[Candidate]:
    """The file of a run's weights after they were tuned for the scheme, which takes minutes."""
    artifact, source = subject.artifact, subject.source
    scheme = TARGETS[artifact.target].scheme(artifact.scheme)
    if source.kind != "run" or not scheme.tunable:
        return
    # The run's folder holds the SavedModel that was read.
    asked = qat.tuning(scheme.name, run.open_run(source.model.path.parent))
    with tempfile.TemporaryDirectory(prefix="edgedigits-tuned-") as folder:
        done = qat.tune(asked, Path(folder) / "run", data_dir=data_dir)
        model = saved_model.read(done.saved_model)
        alone = replace(subject.conversion, source=model, quantized=None)
        content = tflite.converted_bytes(alone, scheme.name)
    yield Candidate(f"fine-tuned, epochs: {asked.plan.epochs}", content)


def _ranked(subject: Subject, path: Path) -> list[str]:
    """Operations by what they cost, measured; then the others by the noise that they make."""
    some = subject.pictures.take(slice(DIAGNOSED))
    opened = diagnosis.open_subject(subject.source.model, subject.artifact, path)
    found = diagnosis.of_subject(opened, some.images[:], some.labels)
    costly = [each.name for each in found.ranked if each.cost and each.cost.share > 0]
    noisy = sorted(found.operations, key=lambda each: min(each.own_db, each.channel_db))
    others = [each.name for each in noisy if not each.moves and each.cost is None]
    return costly + others


def _variant(subject: Subject, floats: Graph, scheme: str) -> Variant | None:
    try:
        return Variant.of(floats, tflite.converted_bytes(subject.conversion, scheme))
    except ConversionError:
        return None


def _listed(names: list[str]) -> str:
    first = ", ".join(names[:NAMED])
    more = len(names) - NAMED
    return f"{first} and {more} more" if more > 0 else first


def _kinds(content: bytes) -> tuple[str, ...]:
    try:
        return stored_scheme.kinds(model_reader.read(content))
    except Damaged:
        return ()
