"""A sweep whose trainings all have the same teachers."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from command_line import Command
from sweep_trials import DRAWN, trials

from edgedigits.errors import DataBad, ExitCode, WrongUse
from edgedigits.sweep.trial import Trial
from edgedigits.training import training
from edgedigits.training.plan import plan

SPEC = 'search = "compare"\nscheme = "float32"\n'


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run. Read only."""
    place = tmp_path_factory.mktemp("teacher")
    asked = plan("softmax", "strokes", samples=400, seed=4, epochs=1)
    return training.train(asked, place / "run").folder


def spec(*by: Path) -> str:
    return f"{SPEC}teachers = {json.dumps([str(each) for each in by])}\n{DRAWN}samples = 400\n"


def test_teachers_decide_what_comes_of_a_trial_and_not_where_they_lie(
    teacher: Path, tmp_path: Path
) -> None:
    moved = shutil.copytree(teacher, tmp_path / "moved")
    (here,), (there,) = trials(spec(teacher), tmp_path), trials(spec(moved), tmp_path)
    assert here.plan.teachers != there.plan.teachers
    assert here.digest == there.digest
    assert Trial.from_json(json.loads(json.dumps(here.as_json()))) == here
    (without,) = trials(f"{SPEC}{DRAWN}samples = 400\n", tmp_path)
    assert trials(spec(), tmp_path) == (without,)
    other = training.train(plan("softmax", "strokes", samples=400, seed=5, epochs=1),
                           tmp_path / "other").folder  # fmt: skip
    digests = {each.digest for by in (teacher, other) for each in trials(spec(by), tmp_path)}
    assert len(digests | {without.digest}) == 3


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ('"runs/a"', r"spec.toml, line 3: teachers is no list of folders"),
        ("[1]", r"spec.toml, line 3: teachers is no list of folders"),
        ('["nowhere"]', r"spec.toml, line 3: nowhere is no run"),
    ],
)
def test_teachers_that_are_none(told: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match=said):
        trials(f"{SPEC}teachers = {told}\n{DRAWN}", tmp_path)


def test_a_damaged_teacher(teacher: Path, tmp_path: Path) -> None:
    broken = shutil.copytree(teacher, tmp_path / "broken")
    (broken / "model.keras").write_bytes(b"nothing")
    with pytest.raises(DataBad, match=r"spec.toml, line 3: .*model.keras is damaged"):
        trials(spec(broken), tmp_path)


@pytest.mark.xdist_group("ray")
@pytest.mark.skipif(sys.platform != "linux", reason="carries trials out in forks")
def test_a_sweep_tells_who_taught(teacher: Path, command: Command, tmp_path: Path) -> None:
    (tmp_path / "spec.toml").write_text(spec(teacher) + "epochs = 1\n", "utf-8")
    done = command("sweep", "spec.toml", "--allow-inconclusive", cwd=tmp_path)
    assert done.code == ExitCode.DONE, done.err
    told = json.loads((tmp_path / "sweeps/spec/sweep.json").read_text("utf-8"))
    (trial,) = told["trials"]
    folder = tmp_path / "sweeps/spec/trials" / trial["trial"] / "run"
    card = json.loads((folder / "run.json").read_text("utf-8"))
    assert [each["run"] for each in card["teachers"]] == ["run"]
    assert trial["teachers"] == [each["weights_sha256"] for each in card["teachers"]]
