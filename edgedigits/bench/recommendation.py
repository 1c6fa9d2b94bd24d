"""Which artifact the figures speak for, for each target, and the words for why.

Only artifacts that kept their budget are recommended. Where none did, the best of the others is
named together with that; an artifact that does not run never is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from edgedigits.bench.figures import NOT_VERIFIED, Figures

ABOUT_AS_GOOD = 1.1
"""Figures within this factor of the best count as equal, and the other criterion decides."""


@dataclass(frozen=True)
class Criterion:
    """A figure to choose by: less is better.

    Attributes:
        figure: it, as a number.
        words: it, with its unit.
        best: what the artifact with the least of it is called.
    """

    figure: Callable[[Figures], float]
    words: Callable[[Figures], str]
    best: str


@dataclass(frozen=True)
class Purpose:
    """What a target's artifacts are for, and what counts there.

    Attributes:
        name: in a word or two.
        runtimes: whose figures count: the first of them that was measured.
        first: what decides.
        then: what decides among those that are about as good.
    """

    name: str
    runtimes: tuple[str, ...]
    first: Criterion
    then: Criterion


@dataclass(frozen=True)
class Recommendation:
    """An artifact for a purpose.

    Attributes:
        target: whose artifacts were looked at.
        purpose: in a word or two.
        artifact: its id; None where none can be recommended.
        runtime: on which the figures were measured.
        status: of its verification: `pass`, or what it has instead.
        reasons: why it, or why none.
        cautions: what should be known besides.
    """

    target: str
    purpose: str
    artifact: str | None
    runtime: str
    status: str | None
    reasons: tuple[str, ...]
    cautions: tuple[str, ...]


def microseconds(value: float) -> str:
    """A time in microseconds with three digits that count: "4.52", "24.5", "2,165"."""
    return f"{value:,.{2 if value < 9.995 else 1 if value < 99.95 else 0}f}"


def _time(one: Figures) -> float:
    assert one.one_thread is not None, "what runs has been timed"
    return one.one_thread.median_us


SPEED = Criterion(_time, lambda one: f"{microseconds(_time(one))} µs a picture", "fastest")
SIZE = Criterion(
    lambda one: one.artifact.size_bytes,
    lambda one: f"{one.artifact.size_bytes:,} bytes",
    "smallest",
)
DOWNLOAD = Criterion(
    lambda one: one.artifact.gzip_bytes,
    lambda one: f"{one.artifact.gzip_bytes:,} bytes gzipped",
    "smallest download",
)

PURPOSES: dict[str, Purpose] = {
    "tflite": Purpose("phone", ("litert", "litert-reference"), SPEED, SIZE),
    "tfjs": Purpose("web page", ("tfjs-browser", "tfjs-node"), DOWNLOAD, SPEED),
}


def recommend(
    figures: Sequence[Figures], *, rejected: Sequence[str] = (), verify: str = "edgedigits verify"
) -> tuple[Recommendation, ...]:
    """A recommendation for each target that was measured.

    Args:
        figures: what was measured; files of others take no part.
        rejected: artifacts that broke their budget at export and are not in the bundle.
        verify: the command that verifies what is not verified.
    """
    own = [one for one in figures if not one.is_foreign]
    return tuple(
        _for_target(
            target,
            [one for one in own if one.artifact.target == target],
            [name for name in rejected if name.startswith(f"{target}-")],
            verify,
        )
        for target in dict.fromkeys(one.artifact.target for one in own)
    )


def _for_target(
    target: str, own: Sequence[Figures], rejected: Sequence[str], verify: str
) -> Recommendation:
    purpose = PURPOSES[target]
    measured = {one.runtime for one in own}
    runtime = next(name for name in purpose.runtimes if name in measured)
    some = [one for one in own if one.runtime == runtime]
    running = [one for one in some if one.failure is None]
    passed = [one for one in running if one.standing is not None and one.standing.passed]
    missing = [f"{one.name} does not run" for one in some if one.failure is not None]
    missing += [f"{name} broke its budget at export and is not in the bundle" for name in rejected]
    if not running:
        return Recommendation(
            target, purpose.name, None, runtime, None, ("none runs",), tuple(missing)
        )
    chosen = _best(passed or running, purpose)
    if passed:
        others = [one for one in running if one not in passed]
        cautions = [_overlooked(one, purpose) for one in others if _beats(one, chosen, purpose)]
    else:
        cautions = [_unproven(chosen, verify)]
    return Recommendation(
        target,
        purpose.name,
        chosen.name,
        runtime,
        _status(chosen),
        _reasons(chosen, passed or running, purpose),
        (*cautions, *missing),
    )


def _best(some: Sequence[Figures], purpose: Purpose) -> Figures:
    least = min(purpose.first.figure(one) for one in some)
    near = [one for one in some if purpose.first.figure(one) <= ABOUT_AS_GOOD * least]
    return min(near, key=lambda one: (purpose.then.figure(one), purpose.first.figure(one)))


def _reasons(chosen: Figures, some: Sequence[Figures], purpose: Purpose) -> tuple[str, ...]:
    first, then = purpose.first, purpose.then
    if len(some) == 1:
        figures = f"{first.words(chosen)}, {then.words(chosen)}"
        reasons = [f"there is no other to choose from ({figures})"]
    else:
        reasons = [_first_reason(chosen, some, first), _then_reason(chosen, some, then)]
    if chosen.two_threads is not None and chosen.one_thread is not None:
        ratio = chosen.two_threads.ratio(chosen.one_thread)
        words = f"{microseconds(chosen.two_threads.median_us)} µs on two threads"
        reasons.append(words if ratio * ABOUT_AS_GOOD < 1 else f"{words}, so one is enough")
    standing = chosen.standing
    if standing is not None and standing.passed and standing.pictures is not None:
        reasons.append(
            f"it passed with {standing.accuracy_percent:.2f} % of {standing.pictures:,} pictures "
            f"of {standing.dataset} right"
        )
    return tuple(reasons)


def _first_reason(chosen: Figures, some: Sequence[Figures], criterion: Criterion) -> str:
    best = min(some, key=criterion.figure)
    if criterion.figure(chosen) == criterion.figure(best):
        return f"{criterion.words(chosen)} is the {criterion.best} of {len(some)}"
    return (
        f"{criterion.words(chosen)} is within {100 * (ABOUT_AS_GOOD - 1):.0f} % of the "
        f"{criterion.best} ({best.name}, {criterion.words(best)})"
    )


def _then_reason(chosen: Figures, some: Sequence[Figures], criterion: Criterion) -> str:
    best = min(some, key=criterion.figure)
    if criterion.figure(chosen) == criterion.figure(best):
        return f"{criterion.words(chosen)} is the {criterion.best}"
    return f"{criterion.words(chosen)} (the {criterion.best}: {best.name}, {criterion.words(best)})"


def _beats(other: Figures, chosen: Figures, purpose: Purpose) -> bool:
    return purpose.first.figure(other) * ABOUT_AS_GOOD < purpose.first.figure(chosen)


def _overlooked(other: Figures, purpose: Purpose) -> str:
    words = purpose.first.words(other)
    return f"{other.name} would do with {words}, had it a pass; it has: {_status(other)}"


def _unproven(chosen: Figures, verify: str) -> str:
    return f"{chosen.name} has no pass ({_status(chosen)}); before you take it: {verify}"


def _status(one: Figures) -> str:
    return NOT_VERIFIED.status if one.standing is None else one.standing.status
