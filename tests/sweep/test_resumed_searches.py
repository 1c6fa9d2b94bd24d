"""A search that chooses comes to the same in whatever order its trials finish, and after a stop.

Trials are not carried out here: what comes of one is worked out of its plan.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from sweep_trials import DRAWN, opened

from edgedigits.reports import sweep_report
from edgedigits.sweep import sweep as sweeping
from edgedigits.sweep.executors import Take
from edgedigits.sweep.store import Store
from edgedigits.sweep.trial import Trial

# Nothing is released: that would be a training's.
AXES = 'max_us = 0.1\nscheme = "float32"\n' + DRAWN + "steps = 90\n"
AXES += "learning_rate = { from = 0.001, to = 10, log = true }\nseed = [0, 1, 2]\n"
SEARCHES = {
    "tpe": 'search = "tpe"\ntrials = 24\ngeneration = 5\n' + AXES,
    "halving": 'search = "halving"\ntrials = 12\neta = 2\n' + AXES,
}


class Stopped(Exception):
    pass


@dataclass
class Scattered:
    """Finishes trials in an order that is the seed's, up to so many."""

    seed: int
    most: int = 10_000
    done: list[str] = field(default_factory=list)

    def run(self, trials: Sequence[Trial], store: Store, take: Take) -> None:
        order = random.Random(self.seed)
        for trial in order.sample(trials, len(trials)):
            if len(self.done) == self.most:
                raise Stopped
            self.done.append(trial.digest)
            told = json.dumps(trial.plan.as_json(), sort_keys=True)
            place = int(hashlib.sha256(told.encode()).hexdigest()[:6], 16)
            if place % 4 == 0:
                take(trial, "it cannot be")
                continue
            store.keep(trial, store.begun(trial), record(place, order.random()))
            take(trial, None)


def record(place: int, seconds: float) -> dict[str, Any]:
    artifact = {
        "id": "tflite-float32",
        "bytes": 100 + place % 7,
        "sha256": [f"{place:x}"],
        # Several are alike.
        "accuracy": float(90 + place % 5),
        "agreement": 100.0,
        "status": "pass",
    }
    return {
        "validation_pictures": 60,
        "float_accuracy": 90.0,
        "artifacts": [artifact],
        "not_converted": [],
        "measured": {"us": {"tflite-float32": 1 + seconds}, "seconds": {"train": seconds}},
    }


def swept(text: str, place: Path, executor: Scattered) -> dict[str, Any]:
    asked, search = opened(text, place)
    done = sweeping.sweep(asked, search, place / "sweep", executor)
    assert done.chosen is None
    told: dict[str, Any] = json.loads((place / "sweep/sweep.json").read_text("utf-8"))
    del told["measured"]
    return told


@pytest.mark.parametrize("name", SEARCHES)
def test_an_interrupted_search_ends_as_an_undisturbed_one(name: str, tmp_path: Path) -> None:
    if name == "tpe":
        pytest.importorskip("optuna")
    text, first = SEARCHES[name], Scattered(1)
    (tmp_path / "undisturbed").mkdir()
    whole = swept(text, tmp_path / "undisturbed", first)
    assert len(whole["generations"]) == {"tpe": 5, "halving": 3}[name]
    assert any("failed" in trial for trial in whole["trials"])
    assert [digest for each in whole["generations"] for digest in each] == [
        trial["trial"] for trial in whole["trials"]
    ]
    for stopped_at in (1, 5, len(first.done) - 1):
        place = tmp_path / str(stopped_at)
        place.mkdir()
        begun = Scattered(2, most=stopped_at)
        with pytest.raises(Stopped):
            swept(text, place, begun)
        rest = Scattered(3)
        assert swept(text, place, rest) == whole
        # What failed is tried again, and nothing else.
        failed = {trial["trial"] for trial in whole["trials"] if "failed" in trial}
        assert not (set(begun.done) & set(rest.done)) - failed
        assert set(begun.done) | set(rest.done) == set(first.done)


def test_only_what_was_trained_to_the_end_may_be_chosen(tmp_path: Path) -> None:
    asked, search = opened(SEARCHES["halving"], tmp_path)
    done = sweeping.sweep(asked, search, tmp_path / "sweep", Scattered(1))
    assert {each.trial.plan.recipe.steps for each in done.candidates} == {90}
    last, every = done.generations[-1], sum(len(each.trials) for each in done.generations)
    assert {each.trial for each in done.candidates} <= set(last.trials)
    said = io.StringIO()
    sweep_report.print_sweep(done, Console(file=said))
    assert f"{every} trials, {len(last.trials)} of them of full length, " in said.getvalue()
    assert all(each.trial.plan.recipe.steps == 90 for each in done.by_bytes)
