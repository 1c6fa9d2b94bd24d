"""What the page's tables say, cell by cell, in the words and figures of the other reports."""

from __future__ import annotations

import math
from dataclasses import dataclass

from edgedigits.reports.terminal import cells, percent, size
from edgedigits.verification.parity import Status
from edgedigits.verification.verify import Result, Verification

NONE = "–"
MARKS = {Status.PASS: "pass", Status.FAIL: "fail", Status.INCONCLUSIVE: "few"}
MOST_CONFUSIONS = 20
SHADES = 4
SHARES = {"half": 0.5, "1 in 100": 0.01, "1 in 1,000": 0.001}


@dataclass(frozen=True)
class Table:
    """Rows of text below `columns`, of which the first `words` are words and the others figures."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1


@dataclass(frozen=True)
class Headline:
    """The verdict on everything."""

    mark: str
    word: str
    sentence: str


@dataclass(frozen=True)
class Row:
    """One artifact on one runtime. `used` is what of the allowed drop its interval's end takes, 0
    to 100; None where the budget allows none."""

    cells: dict[str, str]
    largest: str
    gzip: str
    mark: str
    status: str
    allowed: str
    used: float | None
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Confusions:
    """Mistakes that the float model does not make: a row for each pair of classes, a column for
    each result that makes any, and in a cell how many pictures, with its shade."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[tuple[str, int], ...]], ...]
    more: int


def headline(checked: Verification) -> Headline:
    """The worst verdict of all, and who has it."""
    count = len(checked.results)
    for status, word, what in (
        (Status.FAIL, "Failed", "broke a budget"),
        (Status.INCONCLUSIVE, "Not enough pictures", "cannot be told yet"),
    ):
        found = [one for one in checked.results if one.verdict.status is status]
        if found:
            names = ", ".join(name(checked, one) for one in found)
            return Headline(MARKS[status], word, f"{len(found)} of {count} {what}: {names}.")
    artifacts = len({one.artifact.id for one in checked.results})
    all_of = f"All {artifacts} artifacts answer" if artifacts > 1 else "The artifact answers"
    return Headline(MARKS[Status.PASS], "Passed", f"{all_of} as the float model does.")


def asked(checked: Verification) -> tuple[tuple[str, str], ...]:
    """What was asked, and how well the float model does."""
    parity = checked.results[0].parity
    ties = parity.undecided
    return (
        ("pictures", f"{parity.pictures:,} of {checked.pictures.name}"),
        ("float model is right in", f"{percent(parity.float_accuracy)} %"),
        ("it leaves nearly undecided", f"{ties.pictures:,} ({ties.percent:.2f} %)"),
    )


def results(checked: Verification) -> tuple[Row, ...]:
    """The table of verdicts."""
    return tuple(_row(one) for one in checked.results)


def _row(result: Result) -> Row:
    parity, budget = result.parity, result.budget
    limit = budget.max_drop_points
    used = None
    if not budget.exact and limit > 0:
        used = min(100.0, max(0.0, 100 * parity.drop_upper_points / limit))
    return Row(
        cells(result),
        small(parity.max_difference),
        size(result.artifact.gzip_bytes),
        MARKS[result.verdict.status],
        str(result.verdict.status),
        f"{limit:g}",
        used,
        result.verdict.reasons,
    )


def name(checked: Verification, result: Result) -> str:
    """An artifact's id, with its runtime where it ran on several."""
    same = sum(one.artifact.id == result.artifact.id for one in checked.results)
    return result.artifact.id if same == 1 else f"{result.artifact.id} on {result.ran_on}"


def probabilities(checked: Verification) -> Table:
    """How far probabilities moved, and how sure answers are."""
    return Table(
        "How far probabilities moved",
        ("artifact", *SHARES, "largest", "allowed", "mean variation", "temperature"),
        tuple(
            (
                name(checked, one),
                *(moved(one, share) for share in SHARES.values()),
                small(one.parity.max_difference),
                _limit(one.budget.max_difference),
                small(one.parity.mean_variation),
                _temperature(one),
            )
            for one in checked.results
        ),
    )


def moved(result: Result, share: float) -> str:
    """The difference that such a share of the pictures reaches."""
    points = result.parity.moved
    if not points:
        return NONE
    reached = share * points[-1].pictures
    return small(next(each.difference for each in points if each.pictures >= reached))


def small(number: float) -> str:
    """A figure of any size in two digits: 0.058, 2.1e-7."""
    if not math.isfinite(number):
        return "NaN"
    if number == 0 or number >= 1e-3:
        return f"{number:.2g}"
    digits, power = f"{number:.1e}".split("e")
    return f"{digits}e{int(power)}"


def _temperature(result: Result) -> str:
    found = result.parity.temperature
    return NONE if found is None else f"{found.value:.3f}"


def confusions(checked: Verification) -> Confusions:
    """The commonest pairs of all results; the most of one result first."""
    those = [one for one in checked.results if one.parity.confusions]
    pairs: dict[tuple[int, int], list[int]] = {}
    for place, one in enumerate(those):
        for each in one.parity.confusions:
            pairs.setdefault((each.label, each.answer), [0] * len(those))[place] = each.pictures
    every = sorted(pairs.items(), key=lambda item: (-max(item[1]), item[0]))
    most = max((count for _, counts in every for count in counts), default=1)
    words = checked.results[0].words
    rows = tuple(
        (
            words.short(label),
            words.short(answer),
            tuple((f"{count:,}" if count else "", _shade(count, most)) for count in counts),
        )
        for (label, answer), counts in every[:MOST_CONFUSIONS]
    )
    return Confusions(tuple(name(checked, one) for one in those), rows, len(every) - len(rows))


def _shade(count: int, most: int) -> int:
    return -(-SHADES * count // most)


def limits(checked: Verification) -> Table:
    """What was allowed."""
    rows = []
    for one in checked.results:
        budget = one.budget
        temperature = budget.max_temperature
        rows.append(
            (
                name(checked, one),
                f"{budget.min_agreement_percent:g} %",
                "all" if budget.counts_ties else "decided",
                f"{budget.max_drop_points:g}",
                f"{budget.class_limit(one.parity.classes):g}",
                _limit(budget.max_difference),
                _limit(budget.max_variation),
                NONE if temperature is None else f"{1 / temperature:.2f} to {temperature:g}",
            )
        )
    return Table(
        "What was allowed",
        (
            "artifact", "agreement ≥", "counted over", "drop ≤", "one class's drop ≤",
            "difference ≤", "mean variation ≤", "temperature",
        ),
        tuple(rows),
    )  # fmt: skip


def _limit(limit: float | None) -> str:
    return NONE if limit is None else f"{limit:g}"
