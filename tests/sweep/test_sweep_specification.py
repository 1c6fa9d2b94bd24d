"""A specification says what it may, and trials are known by what decides them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from command_line import Command

from edgedigits.errors import ExitCode, WrongUse
from edgedigits.sweep import space, specification
from edgedigits.sweep.specification import Range
from edgedigits.sweep.trial import Trial

DRAWN = '[settings]\nmodel = "softmax"\ndataset = "strokes"\n'


def trials(text: str, folder: Path) -> tuple[Trial, ...]:
    path = folder / "spec.toml"
    path.write_text(text, "utf-8")
    return space.trials(specification.read(path), None)


@pytest.mark.parametrize(
    ("text", "error", "hint"),
    [
        ("x = [", " is not readable: Invalid value", "it looks like:"),
        ("", " has no [settings]", "it looks like:"),
        ('\nserach = "grid"', ", line 2; did you mean search?", "keys: search"),
        ('search = "tpe"', ", line 1: there is no search 'tpe'", "it is grid or random"),
        ('search = "grd"', ", line 1: there is no search 'grd'; did you mean grid?", "it is"),
        ('search = "random"\n[settings]\nseed = 1', ", line 1: a random search draws", "say how"),
        ("trials = 3\n[settings]\nseed = 1", ", line 1: trials is of a random search", "say: s"),
        ("max_bytes = -1", ", line 1: max_bytes is no whole number from 1 to", None),
        ("max_us = true", ", line 1: max_us is no number above 0", None),
        ("target = 3", ", line 1: target is no text", "such as"),
        (
            'target = "tflit"\n[settings]\nseed = 1',
            ", line 1: there is no target 'tflit'; did",
            "t",
        ),
        ('scheme = "int9"\n[settings]\nseed = 1', ", line 1: there is no scheme 'int9'", "sch"),
        ('max_us = 3\ntarget = "c"\n[settings]\nseed = 1', ", line 2: artifacts of c are not", "l"),
        ("[settings]\nlearning_rats = 3", ", line 2; did you mean learning_rate?", "settings:"),
        ('[settings]\nmodel = "sofmax"', ", line 2; did you mean softmax?", "models: softmax"),
        ('[settings]\noptimizer = "adm"', ", line 2; did you mean adam?", "optimizers: "),
        ("[settings]\n\nsteps = [1, 0]", ", line 3: steps is a whole number from 1 to", None),
        ("[settings]\nsteps = 1.5", ", line 2: steps is a whole number from 1 to", None),
        ("[settings]\nlearning_rate = 0", ", line 2: learning_rate is a number above 0", None),
        ("[settings]\nseed = true", ", line 2: seed is a whole number", None),
        ("[settings]\nseed = []", ", line 2: seed has no value to try", None),
        ("[settings]\nmodel = 3", ", line 2: model is text, not 3", None),
        ("[settings]\nseed = { from = 1, to = 3 }", ", line 2: a grid has no ranges", "say:"),
        (
            'search = "random"\ntrials = 2\n[settings]\nseed = { form = 1, to = 3 }',
            ", line 4; did you mean from?",
            "parts: from, to, log",
        ),
        (
            'search = "random"\ntrials = 2\n[settings]\nseed = { from = 3, to = 1 }',
            ", line 4: the range of seed ends before it begins",
            None,
        ),
        (
            'search = "random"\ntrials = 3\n' + DRAWN + "seed = { from = 0, to = 1 }",
            ", line 2: there are no 3 different trials",
            "ask for 2 or fewer",
        ),
        (DRAWN + "validation = 9", ", line 4: validation divides pictures", "say how many"),
        (DRAWN + "batch_size = 9\noutliers = 9", ", line 5: drawn 0 and outliers 9 leave", "ask"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    text: str, error: str, hint: str | None, tmp_path: Path
) -> None:
    with pytest.raises(WrongUse) as caught:
        trials(text, tmp_path)
    assert str(tmp_path / "spec.toml") in caught.value.message
    assert error in caught.value.message
    assert (caught.value.hint or "").startswith(hint or "")
    assert "--" not in str(caught.value).replace(str(tmp_path), "")


def test_a_model_that_holds_no_pictures_out_is_refused(pictures: Path, tmp_path: Path) -> None:
    spec = f'[settings]\nmodel = "cnn"\ndataset = "{pictures}"\n'
    with pytest.raises(WrongUse, match=r"line 2: cnn holds no pictures out to choose by"):
        trials(spec, tmp_path)
    assert len(trials(spec + "validation = 60", tmp_path)) == 1


def test_the_command_gives_the_documented_codes(command: Command, tmp_path: Path) -> None:
    missing = command("sweep", "none.toml", cwd=tmp_path)
    assert missing.code == ExitCode.DATA_BAD
    assert missing.error[0] == "error: none.toml does not exist"
    (tmp_path / "spec.toml").write_text('[settings]\ndataset = "none.npz"\n', "utf-8")
    assert command("sweep", "spec.toml", cwd=tmp_path).code == ExitCode.DATA_BAD
    (tmp_path / "spec.toml").write_text("[settings]\nsede = 1\n", "utf-8")
    wrong = command("sweep", "spec.toml", cwd=tmp_path)
    assert wrong.code == ExitCode.WRONG_USE
    assert len(wrong.error) == 2
    assert not (tmp_path / "sweeps").exists()


def test_a_grid_is_every_combination_once(tmp_path: Path) -> None:
    found = trials(DRAWN + "seed = [0, 1, 1]\nlearning_rate = [0.5, 1]\nsteps = 9", tmp_path)
    told = [(trial.plan.seed, trial.plan.recipe.learning_rate) for trial in found]
    assert told == [(0, 0.5), (0, 1.0), (1, 0.5), (1, 1.0)]
    assert [trial.words for trial in found][:2] == [
        "seed=0 learning_rate=0.5",
        "seed=0 learning_rate=1",
    ]


def test_a_longer_random_search_begins_as_a_shorter_one(tmp_path: Path) -> None:
    axes = "learning_rate = { from = 0.001, to = 1, log = true }\nsteps = { from = 1, to = 9 }\n"
    spec = 'search = "random"\ntrials = 5\n' + DRAWN + axes + "seed = [0, 1]\n"
    short, long = (trials(text, tmp_path) for text in (spec, spec.replace("= 5", "= 40")))
    assert long[:5] == short
    assert {trial.plan.recipe.steps for trial in long} == set(range(1, 10))
    rates = [trial.plan.recipe.learning_rate for trial in long]
    assert 10 < sum(rate < 0.0316 for rate in rates) < 30
    assert all(rate == float(f"{rate:.4g}") for rate in rates)
    other = trials("search_seed = 1\n" + spec, tmp_path)
    assert other != short


def test_a_range_holds_its_ends() -> None:
    whole = Range(2, 5, log=False, whole=True)
    assert [whole.at(share) for share in (0.0, 0.24, 0.26, 0.999999)] == [2, 2, 3, 5]
    assert Range(2, 5, log=True, whole=True).at(0.999999) == 5
    assert Range(0.12345, 0.12346, log=False, whole=False).at(0.5) == 0.12346


def test_a_digest_is_of_what_decides_and_of_nothing_else(pictures: Path, tmp_path: Path) -> None:
    (trial,) = trials(f'[settings]\nmodel = "softmax"\ndataset = "{pictures}"\n', tmp_path)
    moved = replace(trial, plan=replace(trial.plan, dataset="/elsewhere.npz"), words="x")
    assert moved.digest == trial.digest
    others = [
        replace(trial, plan=replace(trial.plan, seed=1)),
        replace(trial, fingerprint="0" * 64),
        replace(trial, schemes=(("tflite", ("int8", "float32")),)),
    ]
    assert len({each.digest for each in (trial, *others)}) == 4
    assert Trial.from_json(trial.as_json()) == trial
