"""A specification says what it may."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from command_line import Command
from sweep_trials import DRAWN, NETWORK, trials

from edgedigits.errors import ExitCode, WrongUse
from edgedigits.models import models
from edgedigits.sweep import specification

HALVING = 'search = "halving"\ntrials = {trials}\n'


@pytest.mark.parametrize(
    ("text", "error", "hint"),
    [
        ("x = [", " is not readable: Invalid value", "it looks like:"),
        ("", " has no [settings]", "it looks like:"),
        ('\nserach = "grid"', ", line 2; did you mean search?", "keys: search"),
        (
            'search = "asha"',
            ", line 1: there is no search 'asha'",
            "it is grid or random or tpe or",
        ),
        ('search = "grd"', ", line 1: there is no search 'grd'; did you mean grid?", "it is"),
        ('search = "random"\n[settings]\nseed = 1', ", line 1: a random search draws", "say how"),
        (
            "trials = 3\n[settings]\nseed = 1",
            ", line 1: a grid search has no trials",
            "say: search",
        ),
        (
            'search = "halving"\ntrials = 9\ngeneration = 3\n[settings]\nseed = 1',
            ", line 3: a halving search has no generation",
            'say: search = "tpe"',
        ),
        (
            'search = "compare"\nmax_bytes = 9\n[settings]\nseed = 1',
            ", line 2: a compare search has no max_bytes",
            'say: search = "grid" or "random" or "tpe" or "halving"',
        ),
        (
            'search = "compare"\nmax_us = 9\n[settings]\nseed = 1',
            ", line 2: a compare search has no max_us",
            'say: search = "grid" or',
        ),
        ("eta = 1", ", line 1: eta is no whole number from 2 to", None),
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
        ("[settings]\nseed = { from = 1, to = 3 }", ", line 2: ranges are drawn from", "say:"),
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
        (
            HALVING.format(trials=8) + DRAWN,
            ", line 2: where one in 3 goes on, 8 trials",
            "ask for 9",
        ),
        (
            HALVING.format(trials=9) + DRAWN + "steps = 8\nseed = { from = 1, to = 99 }",
            ", line 6: 8 steps of softmax are fewer than the 9 parts",
            "give steps, more",
        ),
        (
            '[settings]\nmodel = { recipe = "edge" }',
            ", line 2: a model that is no name says",
            "such",
        ),
        ('[settings.model]\nrecipe = "edgy"', ", line 1: a model that is no name says", "such"),
        (
            NETWORK.format("recipe", 3, 3) + "heads = 3",
            ", line 6; did you mean head?",
            "model keys",
        ),
        (NETWORK.format("recpe", 3, 3), ", line 4; did you mean recipe?", "model keys: recipe"),
        (
            NETWORK.format("recipe", 0, 3),
            ", line 5, convolution 1: filters is a whole number from 1",
            None,
        ),
        (
            NETWORK.format("recipe", "{}", 3),
            ", line 5, convolution 1: a range is of",
            "such as: filters",
        ),
        (
            NETWORK.format("recipe", '"a"', 3),
            ", line 5, convolution 1: filters is a whole number",
            None,
        ),
        (
            NETWORK.format("recipe", 3, "3, strid = 2"),
            "convolution 2; did you mean stride?",
            "convolution keys",
        ),
        (
            NETWORK.format("recipe", 3, 25),
            "leaves 24x24 for convolution 2, which is 25x25 4",
            "such",
        ),
        (
            '[settings]\nmodel = "edge: 3, averge"',
            ", line 2: 'averge' in 'edge: 3, averge' is",
            "s",
        ),
        (
            NETWORK.format("recipe", 3, 3).replace("edge", "edgy"),
            "did you mean edge?",
            "recipes: s",
        ),
        ('[settings]\nmodel = [{ recipe = "edge" }]', ", line 2: model is text, not", None),
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


def test_what_the_documentation_shows_is_a_specification(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "sweep.md").read_text("utf-8")
    whole, layers = re.findall(r"```toml\n(.+?)```", text, re.DOTALL)
    strokes = whole.replace("mnist", "strokes")
    assert len(trials(strokes, tmp_path)) == 24
    more = strokes.replace("model = ", "# ") + layers
    found = trials(more, tmp_path)
    assert {trial.plan.model.partition(":")[0] for trial in found} == {"sprint"}
    line = re.search(r'train --model "(.+)"', text)
    assert line is not None
    assert models.find(line[1]).name == line[1]


def test_the_specifications_of_benchmarks_are_some() -> None:
    files = sorted((Path(__file__).parents[2] / "benchmarks").glob("*.toml"))
    assert [file.name for file in files] == ["models.toml", "taught.toml"]
    asked, taught = map(specification.read, files)
    assert asked.axes["model"] == tuple(models.MODELS)
    assert not asked.chooses
    assert not taught.chooses
    assert asked.teachers == ()
    assert taught.teachers == tuple(Path(f"runs/teacher-{seed}") for seed in range(5))


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
