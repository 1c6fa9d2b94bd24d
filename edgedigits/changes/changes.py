"""The artifacts of two bundles in pairs: what changed, and whether the newer one is no worse.

The float models are not asked: the older artifact is what the newer one is held against.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from edgedigits.bundle.artifact import Artifact
from edgedigits.bundle.bundle import Bundle
from edgedigits.changes import bench_record, contracts, operations
from edgedigits.changes.contracts import Difference
from edgedigits.changes.operations import Operation
from edgedigits.errors import DataBad, WrongUse, command, unknown
from edgedigits.runtimes import runtimes
from edgedigits.runtimes.runtimes import Shared
from edgedigits.verification import parity
from edgedigits.verification.class_words import ClassWords
from edgedigits.verification.parity import Budget, Parity, Status, Verdict
from edgedigits.verification.running import answer_table
from edgedigits.verification.running.execution import Execution, Run, Table, Tick
from edgedigits.verification.running.work import stored_step
from edgedigits.verification.summaries import rows
from edgedigits.verification.unseen import Pictures
from edgedigits.verification.verify import Budgets

OLD = "OLD"
RELEASE = Budget(min_agreement_percent=0.0, max_drop_points=parity.QUANTIZED.max_drop_points)
"""What a newer artifact may lose unless told: it may be of another training, so that answers and
probabilities may differ as they like while as many are right."""


@dataclass(frozen=True)
class Pair:
    """An artifact of the older bundle and the one of the newer that takes its place."""

    old: Artifact
    new: Artifact

    @property
    def name(self) -> str:
        """The id, or both of them."""
        return self.old.id if self.old.id == self.new.id else f"{self.old.id}:{self.new.id}"

    @property
    def same(self) -> bool:
        """Whether nothing differs that an answer could hang on: neither files nor contract."""
        digests = [[file.sha256 for file in each.files] for each in (self.old, self.new)]
        return digests[0] == digests[1] and not contracts.differences(self.old, self.new)

    @property
    def comparable(self) -> bool:
        """Whether both take the same pictures and know the same labels, in whatever order."""
        labels = [sorted(each.labels) for each in (self.old, self.new)]
        return self.old.pixels.form == self.new.pixels.form and labels[0] == labels[1]

    @property
    def runs(self) -> bool:
        """Whether there are answers to ask for."""
        return self.comparable and not self.same


@dataclass(frozen=True)
class Change:
    """What changed of one artifact.

    Attributes:
        runtimes: what ran the older and the newer one.
        contract: where they take or give something else.
        operations: those of which there are more or fewer; None where a target's files name none.
        microseconds: of the older and the newer one, where both bundles hold a bench report.
        parity: the newer one's answers held against the older one's, which are called "float" in
            it; None where nothing was run, as the files are the same or take other pictures.
    """

    pair: Pair
    runtimes: tuple[str, str]
    contract: tuple[Difference, ...]
    operations: tuple[Operation, ...] | None
    microseconds: tuple[float, float] | None
    parity: Parity | None
    budget: Budget
    verdict: Verdict


@dataclass(frozen=True)
class Changes:
    """All of them, in the older bundle's order; `added` and `gone` are ids without a partner.

    `pictures` is None where nothing had to be run.
    """

    old: Bundle
    new: Bundle
    pictures: Pictures | None
    changes: tuple[Change, ...]
    added: tuple[str, ...]
    gone: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether every artifact is no worse."""
        return all(each.verdict.passed for each in self.changes)


def release_budget(_: Artifact) -> Budget:
    """What an artifact of any scheme may lose."""
    return RELEASE


def pairs(old: Bundle, new: Bundle, asked: str | None = None) -> tuple[Pair, ...]:
    """Artifacts that both bundles have, by their id, or those that are `asked` for: `ID` or
    `OLD_ID:NEW_ID`, several with commas.

    Raises:
        WrongUse: a bundle has no artifact of that id, or the two have none in common.
    """
    theirs, ours = ({one.id: one for one in each.manifest.artifacts} for each in (old, new))
    if asked is None:
        found = tuple(Pair(theirs[name], ours[name]) for name in theirs if name in ours)
        if not found:
            raise WrongUse(
                f"{old.folder} and {new.folder} have no artifact in common: {', '.join(theirs)}; "
                f"{', '.join(ours)}",
                "say which is held against which: --artifact OLD_ID:NEW_ID",
            )
        return found
    made = []
    for each in asked.split(","):
        was, _, now = each.partition(":")
        for name, held, opened in ((was, theirs, old), (now or was, ours, new)):
            if name not in held:
                raise unknown("artifact", name, list(held), f" in {opened.folder}")
        made.append(Pair(theirs[was], ours[now or was]))
    return tuple(made)


def total_pictures(paired: Iterable[Pair], count: int) -> int:
    """How many pictures `tick` will have counted at the end."""
    return 2 * count * sum(pair.runs for pair in paired)


def compare(
    old: Bundle,
    new: Bundle,
    paired: tuple[Pair, ...],
    choose: Callable[[], Pictures],
    *,
    budgets: Budgets = release_budget,
    workers: int | None = None,
    tick: Callable[[Pictures], Tick] | None = None,
) -> Changes:
    """Run the paired artifacts on their usual runtimes, and hold the newer against the older.

    `choose` gives the pictures, and is asked only where something has to run; `tick` is then given
    them, for what counts the pictures done.

    Raises:
        WrongUse: there are no pictures.
        DataBad: an artifact of the older bundle does not run, or is not what its manifest says.
        MachineLacks: a runtime is not installed here.
    """
    running = [pair for pair in paired if pair.runs]
    pictures: Pictures | None = None
    asked: dict[str, Run] = {}
    if running:
        pictures = choose()
        if not len(pictures.split):
            raise WrongUse(f"{pictures.name} has no pictures to compare on")
        count = tick(pictures) if tick is not None else lambda _: None
        # By name: a label that has moved is told of as such, and need not spoil every answer.
        moved = [replace(pair.new, classes=pair.old.classes) for pair in running]
        before = [_run_of(pair.old) for pair in running]
        after = [_run_of(artifact) for artifact in moved]
        size = len(pictures.split)
        tables = {run: answer_table.make(size, len(run.artifact.classes)) for run in before}

        def keep(run: Run, start: int, answers: Table) -> None:
            tables[run][start : start + len(answers)] = answers
            answer_table.let_go(tables[run])

        _ask(old, before, pictures, workers, count, keep)
        for run in before:
            _check_old(run, tables[run], old)
        held = {
            run: (tables[older], _step(pair))
            for run, older, pair in zip(after, before, running, strict=True)
        }
        labels = pictures.split.labels

        def compared_with_the_older(run: Run, start: int, answers: Table) -> None:
            (table, step), some = held[run], slice(start, start + len(answers))
            run.compare(table[some], answers, labels[some], start, step)

        _ask(new, after, pictures, workers, count, compared_with_the_older)
        names = [pair.name for pair in running]
        asked = dict(zip(names, after, strict=True))
    records = [bench_record.read(each.folder) for each in (old, new)]
    changes = []
    for pair in paired:
        usual = [runtimes.default_runtime(each.target) for each in (pair.old, pair.new)]
        times = [
            bench_record.microseconds(*each)
            for each in zip(records, (pair.old, pair.new), usual, strict=True)
        ]
        counts = [
            operations.counts(pair.old, old.folder),
            operations.counts(pair.new, new.folder),
        ]
        contract = contracts.differences(pair.old, pair.new)
        budget = _exact_where_nothing_may_be_lost(budgets(pair.new))
        compared, verdict = None, Verdict(Status.PASS)
        breaking = tuple(str(each) for each in contract if each.breaking)
        if pictures is not None and pair.name in asked:
            compared, verdict = _judged(pair, asked[pair.name], budget, breaking)
        elif breaking:
            verdict = Verdict(Status.FAIL, breaking)
        changes.append(
            Change(
                pair=pair,
                runtimes=(usual[0], usual[1]),
                contract=contract,
                operations=operations.changed(*counts),
                microseconds=None if None in times else (times[0], times[1]),  # type: ignore[arg-type]
                parity=compared,
                budget=budget,
                verdict=verdict,
            )
        )
    theirs, ours = ([one.id for one in each.manifest.artifacts] for each in (old, new))
    return Changes(
        old,
        new,
        pictures,
        tuple(changes),
        added=tuple(name for name in ours if name not in theirs),
        gone=tuple(name for name in theirs if name not in ours),
    )


def _run_of(artifact: Artifact) -> Run:
    return Run(artifact, runtimes.default_runtime(artifact.target))


def _ask(
    opened: Bundle,
    runs: list[Run],
    pictures: Pictures,
    workers: int | None,
    tick: Tick,
    take: Callable[[Run, int, Table], None],
) -> None:
    with contextlib.closing(Shared(None)) as shared:
        work = Execution(opened.folder, pictures.split.images, shared, take, tick)
        work.run(runs, workers or os.cpu_count() or 1)


def _check_old(run: Run, answers: Table, old: Bundle) -> None:
    """Refuse what nothing can be held against."""
    wrong = f"it does not run: {run.failure}" if run.failure is not None else None
    if wrong is None and run.violations:
        wrong = run.violations[0]
    finite = (np.isfinite(answers[some]).all() for some in rows.pieces(*answers.shape))
    if wrong is None and not all(finite):
        wrong = "it answers with what is no number"
    if wrong is not None:
        raise DataBad(
            f"{run.artifact.id} of {old.folder} is broken itself: {' '.join(wrong.split())[:300]}",
            f"see: {command('verify', old.folder)}",
        )


def _step(pair: Pair) -> float:
    """Both may be rounded, and the sum of either may be off by that."""
    return stored_step(pair.old) + stored_step(pair.new)


def _judged(
    pair: Pair, after: Run, budget: Budget, breaking: tuple[str, ...]
) -> tuple[Parity, Verdict]:
    assert after.tally is not None
    found = after.tally.parity()
    violations = (*breaking, *after.violations)
    if after.failure is not None:
        reason = f"it does not run: {' '.join(after.failure.split())[:300]}"
        return found, Verdict(Status.FAIL, (reason, *violations))
    words = ClassWords(pair.old.classes)
    return found, parity.judge(found, budget, violations, words, OLD)


def _exact_where_nothing_may_be_lost(budget: Budget) -> Budget:
    """No number of pictures shows that nothing is ever lost; that none of these is can be seen."""
    return replace(budget, exact=True) if budget.max_drop_points == 0 else budget
