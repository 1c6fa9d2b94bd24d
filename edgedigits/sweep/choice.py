"""Which artifact of a sweep to take, and which ones no other one is better than."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from edgedigits.sweep.trial import Trial
from edgedigits.verification.parity import Status


@dataclass(frozen=True)
class Candidate:
    """An artifact of a trial.

    Attributes:
        accuracy: percent of the pictures that its trial is judged on.
        agreement: percent of these that it answers as the float model does.
        status: of its verdict on them.
        us: microseconds for a picture; None where that is not measured.
    """

    trial: Trial
    artifact: str
    size_bytes: int
    accuracy: float
    agreement: float
    status: str
    us: float | None

    @property
    def key(self) -> str:
        """What it is called in `sweep.json`: the trial's digest and the artifact's id."""
        return f"{self.trial.digest}/{self.artifact}"

    @property
    def eligible(self) -> bool:
        """Whether it may be chosen: a few pictures that do not prove it leave that to the test."""
        return self.status != str(Status.FAIL)

    def within(self, max_bytes: int | None, max_us: float | None) -> bool:
        """Whether it keeps both limits."""
        small = max_bytes is None or self.size_bytes <= max_bytes
        return small and (max_us is None or (self.us is not None and self.us <= max_us))


def best(
    candidates: Sequence[Candidate], max_bytes: int | None, max_us: float | None
) -> Candidate | None:
    """The one within both limits that answers most validation pictures right; of several the
    smallest, then the first one. None where there is none."""
    within = [each for each in candidates if each.eligible and each.within(max_bytes, max_us)]
    return min(within, key=lambda each: (-each.accuracy, each.size_bytes), default=None)


def front(
    candidates: Sequence[Candidate], cost: Callable[[Candidate], float | None]
) -> list[Candidate]:
    """Those that no other is better than, by accuracy and a cost, the cheapest first; of several
    alike the first one."""
    known = [(found, each) for each in candidates if (found := cost(each)) is not None]
    kept: list[Candidate] = []
    for _, each in sorted(known, key=lambda pair: (pair[0], -pair[1].accuracy)):
        if each.eligible and (not kept or each.accuracy > kept[-1].accuracy):
            kept.append(each)
    return kept
