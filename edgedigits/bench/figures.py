"""What was measured of each artifact, and how one compares with another."""

from __future__ import annotations

from dataclasses import dataclass

from edgedigits.bench.machine import Machine
from edgedigits.bench.rounds import Latency
from edgedigits.bundle.artifact import Artifact
from edgedigits.runtimes.runtimes import Backend

PASS = "pass"


@dataclass(frozen=True)
class Start:
    """An artifact's first steps in a process of its own: medians over several.

    Attributes:
        load_ms: from its files to a model that is ready.
        first_ms: the first answer after that.
        peak_bytes: most memory of both, above what the process held before; None where not told.
    """

    load_ms: float
    first_ms: float
    peak_bytes: int | None


@dataclass(frozen=True)
class Standing:
    """What the bundle says of an artifact's verification.

    Attributes:
        status: `pass`, `not enough pictures` or `not verified`.
        pictures: on how many it was verified.
        dataset: of which data set.
        accuracy_percent: how many of them it answered right.
    """

    status: str
    pictures: int | None = None
    dataset: str | None = None
    accuracy_percent: float | None = None

    @property
    def passed(self) -> bool:
        """Whether it kept its budget."""
        return self.status == PASS


NOT_VERIFIED = Standing("not verified")


@dataclass(frozen=True)
class Figures:
    """One artifact on one runtime.

    Attributes:
        name: the artifact's id, or what somebody else's file is called.
        standing: its verification; None for somebody else's file.
        backend: what computed, in a runtime that has several ways to.
        start: None where it failed.
        one_thread: one picture, on one thread.
        two_threads: likewise on two, in runtimes that can.
        copied: on one thread, with picture and answer copied in and out; None where the other
            figures include that.
        pictures_per_second: in batches, everything included.
        failure: why it does not run.
    """

    name: str
    artifact: Artifact
    runtime: str
    standing: Standing | None
    backend: Backend | None = None
    start: Start | None = None
    one_thread: Latency | None = None
    two_threads: Latency | None = None
    copied: Latency | None = None
    pictures_per_second: float | None = None
    failure: str | None = None

    @property
    def is_foreign(self) -> bool:
        """Whether it is somebody else's file."""
        return self.standing is None


@dataclass(frozen=True)
class Comparison:
    """An artifact's figures divided by those of somebody else's file: below 1 is less.

    Those of time are medians over the rounds that both were measured in.
    """

    name: str
    runtime: str
    against: str
    size: float
    gzip: float
    load: float
    first: float
    peak: float | None
    one_thread: float
    two_threads: float
    copied: float


@dataclass(frozen=True)
class Skipped:
    """A runtime that was not measured, why, and what mends that."""

    runtime: str
    reason: str
    hint: str | None


@dataclass(frozen=True)
class Method:
    """How long and how often things were measured.

    Attributes:
        seconds: for each figure of time.
        rounds: turns that these are divided into.
        starts: processes of which each start is the median.
        batch: most pictures in a batch.
        floor_us: what every LiteRT figure includes that is no work of the model.
    """

    seconds: float
    rounds: int
    starts: int
    batch: int
    floor_us: float | None


def compared(ours: Figures, theirs: Figures) -> Comparison | None:
    """Ratios of two files on the same runtime; None where one of them does not run."""
    if ours.start is None or theirs.start is None:
        return None
    pairs = [
        (getattr(ours, part), getattr(theirs, part))
        for part in ("one_thread", "two_threads", "copied")
    ]
    if any(one is None for pair in pairs for one in pair):
        return None
    one_thread, two_threads, copied = (mine.ratio(other) for mine, other in pairs)
    mine, other = ours.start.peak_bytes, theirs.start.peak_bytes
    return Comparison(
        name=ours.name,
        runtime=ours.runtime,
        against=theirs.name,
        size=ours.artifact.size_bytes / theirs.artifact.size_bytes,
        gzip=ours.artifact.gzip_bytes / theirs.artifact.gzip_bytes,
        load=ours.start.load_ms / theirs.start.load_ms,
        first=ours.start.first_ms / theirs.start.first_ms,
        peak=mine / other if mine is not None and other else None,
        one_thread=one_thread,
        two_threads=two_threads,
        copied=copied,
    )


@dataclass(frozen=True)
class Measured:
    """All figures, in the order of the bundle and then of the files named, and what they rest on.

    Attributes:
        origin: where the artifacts come from.
        notes: what had to be assumed.
    """

    origin: str
    machine: Machine
    method: Method
    figures: tuple[Figures, ...]
    skipped: tuple[Skipped, ...]
    comparisons: tuple[Comparison, ...]
    notes: tuple[str, ...] = ()

    @property
    def spread_percent(self) -> float:
        """How far apart the rounds of the typical figure lie: quartiles, in percent of it."""
        spreads = sorted(
            one.one_thread.spread_percent for one in self.figures if one.one_thread is not None
        )
        return spreads[len(spreads) // 2] if spreads else 0.0
