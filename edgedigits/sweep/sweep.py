"""From a specification to trials, a choice, and its release."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from edgedigits import __version__
from edgedigits.bundle import bundle, publishing
from edgedigits.errors import EdgeDigitsError, ExitCode, WrongUse
from edgedigits.sweep import attempts, choice, groups
from edgedigits.sweep.choice import Candidate
from edgedigits.sweep.executors import Executor
from edgedigits.sweep.groups import Group
from edgedigits.sweep.searches import generation
from edgedigits.sweep.searches.generation import Generation, Outcome, Search
from edgedigits.sweep.specification import Specification
from edgedigits.sweep.store import Store
from edgedigits.sweep.trial import Trial
from edgedigits.verification.json_report import write_text
from edgedigits.verification.parity import Status

SCHEMA_VERSION = 1
SUMMARY = "sweep.json"
BUNDLE = "bundle"
MEASURED = "measured"
"""The key of all that rests on times, in a trial's record and in the summary."""

OnTrial = Callable[[Trial, Sequence[Candidate]], None]
"""Is told of a trial that is over, and of its artifacts, which are none where it failed."""


@dataclass(frozen=True)
class Sweep:
    """What came of a sweep.

    Attributes:
        generations: all trials, in the order in which they were carried out; a trial may be in
            several.
        candidates: artifacts of the finished trials that may be chosen; all where nothing is.
        failed: trials that were not, each with the reason.
        chosen: None where no artifact is within the limits, or nothing is to be chosen.
        tested: what the test pictures say of the chosen one, as its bundle's manifest records it;
            None where it was not released.
        refused: why it was not.
        broken: where nothing is chosen, those that break their budget.
    """

    asked: Specification
    folder: Path
    generations: tuple[Generation, ...]
    candidates: tuple[Candidate, ...]
    failed: dict[str, str]
    chosen: Candidate | None = None
    tested: dict[str, Any] | None = None
    refused: str = ""
    broken: tuple[Candidate, ...] = ()

    @property
    def trials(self) -> tuple[Trial, ...]:
        """All of them, each once."""
        every = {trial.digest: trial for each in self.generations for trial in each.trials}
        return tuple(every.values())

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """What is compared where nothing is chosen."""
        return () if self.asked.chooses else groups.grouped(self.candidates)

    @property
    def points(self) -> tuple[Candidate, ...]:
        """What a front is of: the artifacts, or the means of their groups."""
        return tuple(each.mean for each in self.groups) or self.candidates

    @property
    def by_bytes(self) -> list[Candidate]:
        """Those that no other is better than, by accuracy and bytes."""
        return choice.front(self.points, lambda each: each.size_bytes)

    @property
    def by_us(self) -> list[Candidate]:
        """Likewise by accuracy and microseconds."""
        return choice.front(self.points, lambda each: each.us)

    @property
    def exit_code(self) -> ExitCode:
        """Whether something was chosen and is released, or nothing that is compared is broken."""
        done = self.tested is not None if self.asked.chooses else not self.broken
        return ExitCode.DONE if done else ExitCode.BUDGET_BROKEN


def sweep(
    asked: Specification,
    search: Search,
    folder: Path,
    executor: Executor,
    *,
    allow_inconclusive: bool = False,
    on_trial: OnTrial | None = None,
) -> Sweep:
    """Carry out what of a search's trials the folder does not have yet, choose by validation
    pictures, release what is chosen into a bundle, verified on the test pictures, and write the
    summary; where trials are compared, nothing is chosen. `on_trial` is told of every trial, also
    of those that were there.

    Raises:
        MachineLacks: a trial was lost too often; those that were finished are kept.
        WrongUse: another sweep is at work in the folder, it cannot be written, or no trial
            went well.
    """
    with publishing.told_plainly(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with publishing.lock(folder):
            store = Store(folder)
            found = _carried_out(asked, search, store, executor, on_trial or (lambda *_: None))
            store.clear()
            if not found.candidates:
                first = next(each for each in found.trials if each.digest in found.failed)
                raise WrongUse(
                    f"none of {len(found.trials):,} trials went well; {first.name}: "
                    f"{found.failed[first.digest]}"
                )
            if not asked.chooses:
                fine = (Status.PASS, *([Status.INCONCLUSIVE] if allow_inconclusive else []))
                broken = tuple(each for each in found.candidates if each.status not in fine)
                found = replace(found, broken=broken)
            elif chosen := choice.best(found.candidates, asked.max_bytes, asked.max_us):
                found = _released(replace(found, chosen=chosen), store, allow_inconclusive)
            write_text(folder / SUMMARY, json.dumps(document(found, store), indent=2) + "\n")
            return found


def _carried_out(
    asked: Specification, search: Search, store: Store, executor: Executor, told: OnTrial
) -> Sweep:
    """Generation by generation: the search is told of one before it gives the next."""
    failed, over, done = dict[str, str](), set[str](), list[Generation]()

    def taken(trial: Trial, failure: str | None) -> None:
        if failure is not None:
            failed[trial.digest] = failure
        over.add(trial.digest)
        told(trial, candidates([trial], store))

    def outcome(trial: Trial) -> Outcome | None:
        return generation.outcome(candidates([trial], store), asked.max_bytes)

    for each in search.generations(outcome):
        new = [trial for trial in each.trials if trial.digest not in over]
        left = {trial.digest: trial for trial in new if store.record(trial) is None}
        for trial in new:
            if trial.digest not in left:
                taken(trial, None)
        executor.run(list(left.values()), store, taken)
        done.append(each)
    choosable = {trial.digest: trial for each in done if each.choosable for trial in each.trials}
    every = candidates(tuple(choosable.values()), store)
    return Sweep(asked, store.folder, tuple(done), every, failed)


def candidates(trials: Sequence[Trial], store: Store) -> tuple[Candidate, ...]:
    """The artifacts of finished trials, in the order of these."""
    return tuple(
        Candidate(
            trial,
            each["id"],
            each["bytes"],
            each["accuracy"],
            each["agreement"],
            each["status"],
            record[MEASURED]["us"].get(each["id"]),
        )
        for trial in trials
        if (record := store.record(trial)) is not None
        for each in record["artifacts"]
    )


def document(found: Sweep, store: Store) -> dict[str, Any]:
    """What `sweep.json` holds. But for what is below `measured`, and for the choice where it hangs
    on `max_us`, it is the same whenever and wherever the trials are carried out."""
    records = {each.digest: store.record(each) for each in found.trials}
    finished = {digest: each for digest, each in records.items() if each is not None}
    chosen = found.chosen
    return {
        "schema_version": SCHEMA_VERSION,
        "edgedigits": __version__,
        "search": found.asked.search,
        "budgets": {"max_bytes": found.asked.max_bytes, "max_us": found.asked.max_us},
        "trials": [_entry(each, finished.get(each.digest), found.failed) for each in found.trials],
        "generations": [[trial.digest for trial in each.trials] for each in found.generations],
        "front": [each.key for each in found.by_bytes if found.asked.chooses],
        "chosen": None
        if chosen is None
        else {
            "trial": chosen.trial.digest,
            "artifact": chosen.artifact,
            "bytes": chosen.size_bytes,
            "validation_accuracy": chosen.accuracy,
            "test": found.tested,
            "refused": found.refused or None,
        },
        MEASURED: {
            "trials": {digest: each[MEASURED] for digest, each in finished.items()},
            "front": [each.key for each in found.by_us if found.asked.chooses],
        },
    }


def _entry(trial: Trial, record: dict[str, Any] | None, failed: dict[str, str]) -> dict[str, Any]:
    plan = trial.plan
    return {
        "trial": trial.digest,
        "model": plan.model,
        "dataset": plan.dataset,
        "samples": plan.samples,
        "seed": plan.seed,
        "recipe": asdict(plan.recipe),
        # By what decides: their folders may have other names elsewhere.
        **({"teachers": [each.weights_sha256 for each in plan.teachers]} if plan.teachers else {}),
        **({key: each for key, each in (record or {}).items() if key != MEASURED}),
        **({} if record is not None else {"failed": failed[trial.digest]}),
    }


def _released(found: Sweep, store: Store, allow_inconclusive: bool) -> Sweep:
    """With the bundle of what was chosen: the one that is there, or a new one."""
    chosen, place = found.chosen, found.folder / BUNDLE
    assert chosen is not None
    if (tested := _tested(found, store, allow_inconclusive)) is not None:
        return replace(found, tested=tested)
    what = f"the release of {chosen.artifact} of {chosen.trial.name}"
    arguments: dict[str, Any] = {
        "trial": chosen.trial.as_json(),
        "run": str(store.run(chosen.trial).absolute()),
        "artifact": chosen.artifact,
        "folder": str(place.absolute()),
        "few": allow_inconclusive,
    }
    answer = attempts.retried(lambda: attempts.attempt(what, "release", **arguments))
    if "failed" in answer:
        raise attempts.failure(what, answer)
    if answer["refused"]:
        return replace(found, refused=answer["refused"])
    return replace(found, tested=_tested(found, store, allow_inconclusive))


def _tested(found: Sweep, store: Store, allow_inconclusive: bool) -> dict[str, Any] | None:
    """What the bundle in the folder records of the test pictures, if it is of what was chosen."""
    chosen = found.chosen
    assert chosen is not None
    try:
        manifest = bundle.read_manifest(found.folder / BUNDLE)
    except EdgeDigitsError:
        return None
    record = store.record(chosen.trial)
    assert record is not None
    (entry,) = (each for each in record["artifacts"] if each["id"] == chosen.artifact)
    files = [
        [file.sha256 for file in each.files]
        for each in manifest.artifacts
        if each.id == chosen.artifact
    ]
    if files != [entry["sha256"]]:
        return None
    tested: dict[str, Any] = manifest.verification[chosen.artifact]
    passed = tested["status"] == str(Status.PASS) or allow_inconclusive
    return tested if passed else None
