"""How long artifacts take for one picture, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from edgedigits.bench import measurement, rounds
from edgedigits.bench.figures import NOT_VERIFIED
from edgedigits.bench.sessions import TIMINGS, Context
from edgedigits.bench.subjects import Subject
from edgedigits.bundle.artifact import Artifact
from edgedigits.errors import WrongUse
from edgedigits.runtimes import runtimes
from edgedigits.runtimes.runtimes import Shared

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
    found: dict[str, float] = {}
    subjects = [Subject(each.id, each, folder, NOT_VERIFIED) for each in artifacts]
    with ExitStack() as stack:
        shared = stack.enter_context(closing(Shared(None)))
        context = Context(shared, measurement.pictures(subjects))
        for name in dict.fromkeys(runtimes.default_runtime(each.target) for each in artifacts):
            target, timing = runtimes.find(name).target, TIMINGS[name]
            opened = {
                each.name: stack.enter_context(closing(timing.open(each, 1, context)))
                for each in subjects
                if each.artifact.target == target
            }
            latencies = rounds.measure(opened, seconds=SECONDS)
            found |= {key: each.median_us for key, each in latencies.items()}
    return found
