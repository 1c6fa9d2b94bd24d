"""Which trials a grid and a random search come to, and what a trial is known by."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path

from sweep_trials import DRAWN, trials

import edgedigits
from edgedigits.models import models
from edgedigits.sweep.axes import Range
from edgedigits.sweep.trial import Trial


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


def test_what_a_trial_was_known_by_before_it_is_known_by_still(tmp_path: Path) -> None:
    (trial,) = trials(DRAWN, tmp_path)
    libraries = "tensorflow", "keras", "numpy", "ai-edge-litert", "litert-quantizer", "tensorflowjs"
    plan = asdict(trial.plan)
    assert plan.pop("teachers") == ()  # which came later
    decides = {
        "edgedigits": edgedigits.__version__,
        "libraries": {name: version(name) for name in libraries},
        "plan": plan,
        "fingerprint": None,
        "schemes": [["tflite", ["int8"]]],
    }
    text = json.dumps(decides, sort_keys=True)
    assert trial.digest == hashlib.sha256(text.encode()).hexdigest()
    assert replace(trial, on_test=True).digest != trial.digest


LAYERS = """[settings]
dataset = "strokes"
model = { recipe = "nano", head = ["average", "flatten"], convolutions = [
    { filters = [2, 3], size = 5, stride = 2 },
    { filters = 4 },
] }
"""


def test_a_table_of_layers_is_every_network_of_it(tmp_path: Path) -> None:
    found = trials(LAYERS, tmp_path)
    assert [trial.plan.model for trial in found] == [
        "nano: 5x5/2 2, 3x3 4, average",
        "nano: 5x5/2 3, 3x3 4, average",
        "nano: 5x5/2 2, 3x3 4",
        "nano: 5x5/2 3, 3x3 4",
    ]
    assert found[0].words == "average filters_1=2"
    assert found[0].plan.recipe.epochs == models.find("nano").recipe.epochs
    assert len({trial.digest for trial in found}) == 4
    line = '[settings]\ndataset = "strokes"\nmodel = ["softmax", "nano:5x5/2 2,4,average"]\n'
    assert trials(line, tmp_path)[1].digest == found[0].digest
    ranged = LAYERS.replace("[2, 3]", "{ from = 2, to = 9 }")
    drawn = trials('search = "random"\ntrials = 12\n' + ranged, tmp_path)
    assert len({trial.plan.model for trial in drawn}) == 12
