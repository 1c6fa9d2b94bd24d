"""What a search proposes hangs on what it is told, and on nothing else."""

from __future__ import annotations

import builtins
import math
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sweep_trials import DRAWN, opened

from edgedigits.errors import ExitCode, MachineLacks, WrongUse
from edgedigits.sweep.choice import Candidate
from edgedigits.sweep.searches import generation
from edgedigits.sweep.searches.generation import Generation, Outcome
from edgedigits.sweep.space import Space
from edgedigits.sweep.trial import Trial
from edgedigits.training import plan

SPACE = DRAWN + "steps = 90\nseed = [0, 1]\nlearning_rate = { from = 0.001, to = 10, log = true }\n"
HALVING = 'search = "halving"\ntrials = 9\n' + SPACE


def tpe(trials: int, size: int) -> str:
    return f'search = "tpe"\ntrials = {trials}\ngeneration = {size}\n' + SPACE


def far(trial: Trial) -> Outcome:
    """Best at a learning rate of 0.1, the better the longer it was trained."""
    recipe = trial.plan.recipe
    assert recipe.steps is not None
    return Outcome(90 - abs(math.log10(recipe.learning_rate / 0.1)), recipe.steps, 0.0, True)


def alike(_: Trial) -> Outcome:
    return Outcome(90.0, 1, 0.0, True)


def found(text: str, folder: Path, told: generation.Told) -> list[Generation]:
    _, search = opened(text, folder)
    every = list(search.generations(told))
    assert sum(len(each.trials) for each in every) <= search.total
    return every


def rates(some: Generation) -> list[float]:
    return [trial.plan.recipe.learning_rate for trial in some.trials]


def test_the_best_go_on_and_are_trained_for_longer(tmp_path: Path) -> None:
    rungs = found(HALVING, tmp_path, far)
    assert [len(each.trials) for each in rungs] == [9, 3, 1]
    assert [each.choosable for each in rungs] == [False, False, True]
    assert [{trial.plan.recipe.steps for trial in each.trials} for each in rungs] == [
        {10},
        {30},
        {90},
    ]
    best = sorted(rates(rungs[0]), key=lambda rate: abs(math.log(rate / 0.1)))
    assert sorted(rates(rungs[1])) == sorted(best[:3])
    assert rates(rungs[2]) == best[:1]
    assert rungs[0].trials[0].words.startswith("steps=10 ")
    assert len({trial.digest for each in rungs for trial in each.trials}) == 13
    # The last rung's are those that a random search would have trained.
    random = found(HALVING.replace("halving", "random"), tmp_path, far)
    assert set(rungs[2].trials) <= set(random[0].trials)


def test_of_those_that_are_alike_the_first_go_on(tmp_path: Path) -> None:
    first, second, last = found(HALVING, tmp_path, alike)
    assert rates(second) == rates(first)[:3]
    assert rates(last) == rates(first)[:1]


def test_what_failed_or_is_too_large_does_not_go_on_before_others(tmp_path: Path) -> None:
    order = {trial.digest: n for n, trial in enumerate(found(HALVING, tmp_path, far)[0].trials)}

    def told(trial: Trial) -> Outcome | None:
        place = order.get(trial.digest)
        if place is not None and place < 7:
            return None
        # The verdict of a short training says nothing of a long one's.
        return Outcome(99.0 if place == 7 else 50.0, 1, 1.0 if place == 7 else 0.0, place == 7)

    first, second, last = found(HALVING, tmp_path, told)
    assert rates(second) == rates(first)[7:]
    assert rates(last) == rates(first)[7:8]
    assert [len(each.trials) for each in found(HALVING, tmp_path, lambda _: None)] == [9]


def test_lengths_that_come_to_the_same_are_one_trial(tmp_path: Path) -> None:
    text = 'search = "halving"\ntrials = 9\neta = 3\nrungs = 2\n' + DRAWN
    lengths = "steps = { from = 3, to = 11 }\n"
    first, last = found(text + lengths, tmp_path, alike)
    assert [len(first.trials), len(last.trials)] == [3, 3]


def test_a_choice_is_learnt(tmp_path: Path) -> None:
    pytest.importorskip("optuna")
    every = found(tpe(40, 5), tmp_path, far)
    assert [len(each.trials) for each in every] == [5] * 8
    random = found('search = "random"\ntrials = 40\n' + SPACE, tmp_path, far)[0]
    drawn = tuple(trial for each in every[:3] for trial in each.trials)
    assert drawn == random.trials[: len(drawn)]

    def missed(some: list[float]) -> float:
        return sum(abs(math.log10(rate / 0.1)) for rate in some) / len(some)

    learnt = [rate for each in every[4:] for rate in rates(each)]
    assert missed(learnt) < missed(rates(random)[20:]) / 1.5
    assert len({trial.digest for each in every for trial in each.trials}) == 40


def test_more_proposals_begin_with_the_same_ones(tmp_path: Path) -> None:
    pytest.importorskip("optuna")
    short, long = (found(tpe(count, 8), tmp_path, far) for count in (20, 24))
    assert short[:2] == long[:2]
    assert short[2].trials == long[2].trials[:4]
    other = found("search_seed = 1\n" + tpe(20, 8), tmp_path, far)
    assert other[0] != short[0]


def test_what_fails_is_avoided_and_so_is_what_is_too_large(tmp_path: Path) -> None:
    pytest.importorskip("optuna")

    def failing(trial: Trial) -> Outcome | None:
        return None if trial.plan.seed else alike(trial)

    def large(trial: Trial) -> Outcome:
        return Outcome(99.0 if trial.plan.seed else 50.0, 1, 0.5 * trial.plan.seed, True)

    def breaking(trial: Trial) -> Outcome:
        return Outcome(99.0 if trial.plan.seed else 50.0, 1, 0.0, not trial.plan.seed)

    for told in (failing, large, breaking):
        every = found(tpe(40, 5), tmp_path, told)
        seeds = Counter(trial.plan.seed for each in every[4:] for trial in each.trials)
        assert seeds[0] > 2 * seeds[1]


def test_a_small_space_is_tried_to_its_end(tmp_path: Path) -> None:
    pytest.importorskip("optuna")
    text = tpe(12, 4).replace("{ from = 0.001, to = 10, log = true }", "[1, 2, 3, 4, 5, 6]")
    every = found(text, tmp_path, far)
    assert sum(len({trial.digest for trial in each.trials}) for each in every) == 12


def test_proposals_that_cannot_be_are_avoided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("optuna")
    # 14x14 leaves 15x15: 16 is impossible, and the larger the better. None of those drawn is.
    text = 'search = "tpe"\ntrials = 32\nsearch_seed = 12\n[settings]\ndataset = "strokes"\n'
    text += 'model = { recipe = "edge", convolutions = [{ filters = 1, size = 14 },\n'
    text += "{ filters = { from = 1, to = 9 }, size = { from = 1, to = 16 } }] }\n"
    refused, trial = [], Space.trial

    def watched(space: Space, settings: dict[str, Any]) -> Trial:
        try:
            return trial(space, settings)
        except WrongUse as error:
            refused.append(error.message)
            raise

    monkeypatch.setattr(Space, "trial", watched)
    sizes = [size_of(trial) for each in found(text, tmp_path, size_told) for trial in each.trials]
    assert (len(sizes), max(sizes)) == (32, 15)
    assert "leaves 15x15 for convolution 2" in refused[0]


def size_of(trial: Trial) -> int:
    return int(trial.plan.model.split(", ")[1].split("x")[0])


def size_told(trial: Trial) -> Outcome:
    return Outcome(float(size_of(trial)), 1, 0.0, True)


def test_without_optuna_one_line_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *others: Any, **named: Any) -> Any:
        if name == "optuna":
            raise ImportError(name)
        return real(name, *others, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MachineLacks, match="Optuna is not installed") as caught:
        opened(tpe(9, 3), tmp_path)
    assert caught.value.exit_code == ExitCode.MACHINE_LACKS
    assert caught.value.hint == "install it: pip install 'edgedigits[tpe]'"


def test_a_search_is_told_of_the_file_that_would_be_chosen() -> None:
    trial = Trial(plan.plan("softmax", "strokes"), (), None, None, "")

    def candidate(size: int, accuracy: float, status: str = "pass") -> Candidate:
        return Candidate(trial, f"a{size}", size, accuracy, 100.0, status, None)

    every = [candidate(100, 99.0), candidate(50, 98.0, "fail"), candidate(40, 90.0)]
    assert generation.outcome(every, None) == Outcome(99.0, 100, 0.0, True)
    assert generation.outcome(every, 60) == Outcome(90.0, 40, 0.0, True)
    assert generation.outcome(every[:2], 60) == Outcome(98.0, 50, 0.0, False)
    assert generation.outcome(every, 20) == Outcome(90.0, 40, math.log(2), True)
    assert generation.outcome([], 20) is None
