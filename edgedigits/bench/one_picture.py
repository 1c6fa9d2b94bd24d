"""How long artifacts take for one picture, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from edgedigits.bench import measurement
from edgedigits.bench.figures import NOT_VERIFIED
from edgedigits.bench.sessions import TIMINGS
from edgedigits.bench.subjects import Subject
from edgedigits.bundle.artifact import Artifact
from edgedigits.errors import WrongUse
from edgedigits.runtimes import runtimes

SECONDS = 0.2


def check_targets(targets: Collection[str]) -> None:
    """Refuse targets whose usual runtime is not timed.

    Raises:
        WrongUse: there is one.
    """
    timed = {name for name in targets if runtimes.default_runtime(name) in TIMINGS}
    if untimed := [name for name in targets if name not in timed]:
        raise WrongUse(
            f"artifacts of {' and '.join(untimed)} are not timed on this machine",
            "leave out --max-us, or take another target: --target tflite",
        )


def microseconds(artifacts: Sequence[Artifact], folder: Path) -> dict[str, float]:
    """Medians on one thread of their usual runtimes, by the ids of artifacts in a folder.

    Raises:
        MachineLacks: a runtime is not here.
    """
    names = dict.fromkeys(runtimes.default_runtime(each.target) for each in artifacts)
    measured = measurement.measure(
        str(folder),
        [Subject(each.id, each, folder, NOT_VERIFIED) for each in artifacts],
        list(names),
        insist=True,
        seconds=SECONDS,
    )
    return {
        each.name: each.one_thread.median_us
        for each in measured.figures
        if each.one_thread is not None
    }
