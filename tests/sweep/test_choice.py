"""Which artifact is chosen, and which ones none is better than."""

from __future__ import annotations

from dataclasses import replace

from edgedigits.sweep import choice
from edgedigits.sweep.choice import Candidate
from edgedigits.sweep.trial import Trial
from edgedigits.training import plan

TRIAL = Trial(plan.plan("softmax", "strokes"), (), None, None, "")


def candidate(size: int, accuracy: float, us: float | None = 1.0, name: str = "a") -> Candidate:
    return Candidate(TRIAL, name, size, accuracy, 100.0, "pass", us)


def test_the_most_accurate_within_the_limits_is_chosen() -> None:
    small, large, slow = candidate(10, 90.0), candidate(20, 95.0), candidate(5, 99.0, us=9.0)
    every = [small, large, slow]
    assert choice.best(every, None, None) == slow
    assert choice.best(every, None, 2.0) == large
    assert choice.best(every, 10, 2.0) == small
    assert choice.best(every, 1, None) is None
    assert choice.best([candidate(5, 99.0, us=None)], None, 2.0) is None


def test_of_several_alike_the_smallest_then_the_first() -> None:
    every = [candidate(9, 90.0), candidate(8, 90.0, name="b"), candidate(8, 90.0, name="c")]
    assert choice.best(every, None, None) == every[1]


def test_what_failed_its_budget_is_never_chosen() -> None:
    failed = replace(candidate(1, 99.0), status="fail")
    few = replace(candidate(2, 98.0), status="not enough pictures")
    assert choice.best([failed, few], None, None) == few
    assert choice.front([failed, few], lambda each: each.size_bytes) == [few]


def test_the_front_is_what_none_is_better_than() -> None:
    every = [
        candidate(30, 95.0),
        candidate(10, 90.0),
        candidate(20, 89.0),
        candidate(10, 88.0),
        candidate(30, 95.0, name="again"),
        candidate(40, 95.0),
    ]
    assert choice.front(every, lambda each: each.size_bytes) == [every[1], every[0]]
    assert choice.front([candidate(1, 1.0, us=None)], lambda each: each.us) == []
