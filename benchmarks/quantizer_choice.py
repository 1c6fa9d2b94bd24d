"""What was measured of the quantizers' files as tables, and which way is kept and why."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from quantizer_ways import BUILT_IN

from edgedigits.verification import parity

SAME_SIZE, SAME_TIME, CHANCE = 1.05, 1.10, 0.05
"""Files this near in bytes or time tie, and accuracies whose difference chance explains."""


WayName = tuple[str, str]
"""Converter and recipe."""


@dataclass(frozen=True)
class Measured:
    """One file of one model. `wrong` are the test pictures that it answers wrong."""

    model: str
    scheme: str
    converter: str
    recipe: str
    size_bytes: int
    accuracy_percent: float
    drop_points: float
    drop_upper_points: float
    agreement_percent: float
    status: str
    microseconds: float
    wrong: tuple[int, ...]


def row(one: Measured) -> str:
    drop, upper = (round(points, 2) + 0.0 for points in (one.drop_points, one.drop_upper_points))
    return (
        f"| {one.scheme} | {one.converter}, {one.recipe} | {one.size_bytes:,} "
        f"| {one.accuracy_percent:.2f} | {drop:.2f} (≤ {upper:.2f}) "
        f"| {one.agreement_percent:.2f} | {one.status} | {one.microseconds:.1f} |"
    )


def table(content: dict[str, Any]) -> str:
    """One table a model."""
    machine = content["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    lines = [f"{machine['processor']}, one thread; {versions}.", ""]
    every = read(content)
    for model in dict.fromkeys(each.model for each in every):
        lines += [
            f"`{model}`:",
            "",
            "| scheme | made by | bytes | accuracy % | drop | agreement % | verdict | µs |",
            "|---|---|---:|---:|---|---:|---|---:|",
            *(row(each) for each in every if each.model == model),
            "",
        ]
    return "\n".join(lines).rstrip()


def verdicts(content: dict[str, Any]) -> str:
    lines = ["| scheme | kept | decided by |", "|---|---|---|"]
    every = read(content)
    for scheme in dict.fromkeys(each.scheme for each in every):
        way, reason = keep([each for each in every if each.scheme == scheme])
        lines.append(f"| {scheme} | {way[0]}, {way[1]} | {reason} |")
    return "\n".join(lines)


def read(content: dict[str, Any]) -> list[Measured]:
    return [
        Measured(**{**each, "wrong": tuple(map(int, each["wrong"].split()))})
        for each in content["measured"]
    ]


def keep(files: list[Measured]) -> tuple[WayName, str]:
    """The way to keep for a scheme over all models, and the rule that decided.

    Each rule leaves the ways that are best by it, until one is left.
    """
    ways: dict[WayName, list[Measured]] = {}
    for each in files:
        ways.setdefault((each.converter, each.recipe), []).append(each)
    left = list(ways)
    if len(left) == 1:
        return left[0], "there is no other"

    def mean(name: str) -> Callable[[WayName], float]:
        return lambda way: statistics.geometric_mean(getattr(each, name) for each in ways[way])

    def wrong(way: WayName) -> set[tuple[str, int]]:
        return {(each.model, index) for each in ways[way] for index in each.wrong}

    def as_right(way: WayName) -> bool:
        best = min((wrong(each) for each in left), key=len)
        own = wrong(way)
        return len(own) == len(best) or parity.mcnemar(len(own - best), len(best - own)) > CHANCE

    def within(amount: Callable[[WayName], float], ratio: float) -> Any:
        return lambda way: amount(way) <= min(map(amount, left)) * ratio

    def passed(way: WayName) -> int:
        return sum(each.status == "pass" for each in ways[way])

    rules: list[tuple[str, Callable[[WayName], bool]]] = [
        ("verdict", lambda way: passed(way) == max(map(passed, left))),
        ("accuracy", as_right),
        ("bytes", within(mean("size_bytes"), SAME_SIZE)),
        ("time", within(mean("microseconds"), SAME_TIME)),
        ("no further dependency", lambda way: way[0] == BUILT_IN),
    ]
    for name, rule in rules:
        left = [way for way in left if rule(way)] or left
        if len(left) == 1:
            return left[0], name
    return left[0], "a tie"
