"""Artifacts of trials that differ only in their seed, and what they come to together."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from edgedigits.sweep.choice import Candidate
from edgedigits.verification.parity import Status


@dataclass(frozen=True)
class Group:
    """One artifact of each trial, in the order of the trials."""

    members: tuple[Candidate, ...]

    @property
    def words(self) -> str:
        """What its trials do otherwise than the sweep's others."""
        first = self.members[0].trial
        words = first.words.split(" ")
        return " ".join(each for each in words if each != f"seed={first.plan.seed}")

    @property
    def lowest(self) -> float:
        """Accuracy in percent."""
        return min(each.accuracy for each in self.members)

    @property
    def highest(self) -> float:
        """Accuracy in percent."""
        return max(each.accuracy for each in self.members)

    @property
    def mean(self) -> Candidate:
        """The first one, with the means of all: the bytes of the largest, the median of the times,
        and a failure if there is one."""
        times = [each.us for each in self.members if each.us is not None]
        return replace(
            self.members[0],
            size_bytes=max(each.size_bytes for each in self.members),
            accuracy=statistics.fmean(each.accuracy for each in self.members),
            agreement=statistics.fmean(each.agreement for each in self.members),
            status=max((each.status for each in self.members), key=_GRAVITY.index),
            us=statistics.median(times) if times else None,
        )


_GRAVITY = [str(Status.PASS), str(Status.INCONCLUSIVE), str(Status.FAIL)]


def grouped(candidates: Iterable[Candidate]) -> tuple[Group, ...]:
    """Groups in the order in which the first of each comes."""
    found: dict[Any, list[Candidate]] = {}
    for each in candidates:
        found.setdefault((replace(each.trial.plan, seed=0), each.artifact), []).append(each)
    return tuple(Group(tuple(members)) for members in found.values())
