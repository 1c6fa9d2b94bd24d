"""Which scheme to take: the most accurate artifact of a target that keeps within limits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from edgedigits.bundle.artifact import Artifact
from edgedigits.errors import BudgetBroken
from edgedigits.export import rejection, release
from edgedigits.export.choosing.search import Search
from edgedigits.export.release import Failed
from edgedigits.verification.verify import Result, Verification

Microseconds = Callable[[Sequence[Artifact], Path], Mapping[str, float]]
"""The time for a picture of artifacts in a folder, by their ids."""


@dataclass(frozen=True)
class Limits:
    """What an artifact may be at most: bytes of all its files, and `max_us` of what `microseconds`
    tells; None for any."""

    max_bytes: int | None = None
    max_us: float | None = None
    microseconds: Microseconds | None = None

    def broken(self, artifact: Artifact, us: float | None) -> str | None:
        """By what it is over them; None where it keeps within."""
        if self.max_bytes is not None and artifact.size_bytes > self.max_bytes:
            return f"{artifact.size_bytes:,} bytes"
        if self.max_us is not None and us is not None and us > self.max_us:
            return f"{us:,.0f} µs"
        return None

    def words(self) -> str:
        """Both in words."""
        said = [f"{self.max_bytes:,} bytes"] if self.max_bytes is not None else []
        said += [f"{self.max_us:g} µs"] if self.max_us is not None else []
        return " and ".join(said)


def choose(
    checked: Verification, search: Search, limits: Limits, allow_inconclusive: bool
) -> tuple[Verification, tuple[Failed, ...]]:
    """Of what was verified one artifact for each target, and the targets that have none.

    It is the one that answers most of the search's pictures right; of several the one that agrees
    with the float model most often, then the smallest.

    Raises:
        BudgetBroken: no target has any.
    """
    released = [each for each in checked.results if release.passes(each, allow_inconclusive)]
    artifacts = [each.artifact for each in released]
    times: Mapping[str, float] = {}
    if limits.max_us is not None and limits.microseconds is not None and artifacts:
        times = limits.microseconds(artifacts, search.staged)
    kept, failed = [], []
    for target in dict.fromkeys(each.artifact.target for each in checked.results):
        passed = [each for each in released if each.artifact.target == target]
        over = {
            each.artifact.id: words
            for each in passed
            if (words := limits.broken(each.artifact, times.get(each.artifact.id))) is not None
        }
        within = [each for each in passed if each.artifact.id not in over]
        if within:
            kept.append(_best(within, search))
        else:
            failed.append(_nothing(target, limits, over))
    if not kept:
        raise BudgetBroken(failed[0].message, failed[0].hint)
    ids = {each.artifact.id for each in kept}
    for each in checked.results:
        if each.artifact.id not in ids:
            rejection.take_away(each.artifact, search.staged)
    return replace(checked, results=tuple(kept)), tuple(failed)


def _best(within: Sequence[Result], search: Search) -> Result:
    if len(within) == 1:
        return within[0]
    found = search.results([each.artifact for each in within])

    def rank(place: int) -> tuple[float, float, int]:
        parity, artifact = found[place].parity, within[place].artifact
        return -parity.accuracy.percent, -parity.agreement_percent, artifact.size_bytes

    return within[min(range(len(within)), key=rank)]


def _nothing(target: str, limits: Limits, over: Mapping[str, str]) -> Failed:
    if not over:
        return Failed(
            target,
            f"no artifact of {target} is within its budget",
            "try its schemes in other ways: --repair",
        )
    nearest = ", ".join(f"{name} has {words}" for name, words in _few(over.items()))
    return Failed(
        target,
        f"no artifact of {target} that passes is within {limits.words()}: {nearest}",
        "allow more, or try smaller ones that broke their budget: --repair",
    )


def _few(over: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(over, key=lambda each: float(each[1].split()[0].replace(",", "")))[:3]
