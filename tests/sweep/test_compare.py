"""A search that compares chooses nothing, and judges on the test pictures."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from command_line import Command, Finished
from rich.console import Console
from sweep_trials import DRAWN, opened, trials

from edgedigits.bundle.run import HISTORY
from edgedigits.errors import ExitCode, WrongUse
from edgedigits.reports import sweep_report
from edgedigits.sweep import groups
from edgedigits.sweep.choice import Candidate
from edgedigits.sweep.store import FILE, TRIALS
from edgedigits.sweep.sweep import Sweep
from edgedigits.sweep.trial import RUN, Trial
from edgedigits.training import plan

pytestmark = [
    # The program that carries out trials is started once for all of them.
    pytest.mark.xdist_group("ray"),
    pytest.mark.skipif(sys.platform != "linux", reason="carries trials out in forks"),
]

COMPARE = 'search = "compare"\n'
SPEC = COMPARE + 'scheme = "int8"\n[settings]\nmodel = "softmax"\nsteps = 3\nseed = [0, 1]\n'
SWEEP = ("sweep", "spec.toml")


@pytest.fixture(scope="module")
def compared(
    command: Command, pictures: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Finished]:
    """A folder with two trials that were compared, and what was said. Read only."""
    place = tmp_path_factory.mktemp("compare")
    (place / "spec.toml").write_text(SPEC + f'dataset = "{pictures}"\n', "utf-8")
    done = command(*SWEEP, "--allow-inconclusive", cwd=place)
    assert done.code == ExitCode.DONE, done.err
    return place, done


def told(place: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((place / "sweeps/spec/sweep.json").read_text("utf-8"))
    return found


def test_its_trials_are_those_of_a_grid_and_others_than_these(tmp_path: Path) -> None:
    axes = DRAWN + "seed = [0, 1]\nlearning_rate = [0.5, 1]\n"
    grid, compare = trials(axes, tmp_path), trials(COMPARE + axes, tmp_path)
    assert compare == tuple(replace(each, on_test=True) for each in grid)
    assert {each.digest for each in compare}.isdisjoint(each.digest for each in grid)
    assert [Trial.from_json(each.as_json()) for each in compare] == list(compare)


def test_a_model_that_holds_no_pictures_out_is_compared_as_it_is(
    pictures: Path, tmp_path: Path
) -> None:
    spec = f'[settings]\nmodel = "cnn"\ndataset = "{pictures}"\n'
    (trial,) = trials(COMPARE + spec, tmp_path)
    assert trial.plan.recipe.validation == 0
    with pytest.raises(WrongUse, match="holds no pictures out"):
        trials(spec, tmp_path)


def test_nothing_is_chosen(compared: tuple[Path, Finished]) -> None:
    place, done = compared
    found = told(place)
    assert (found["chosen"], found["front"], found["measured"]["front"]) == (None, [], [])
    assert not (place / "sweeps/spec/bundle").exists()
    assert (place / "sweeps/spec/pareto.png").read_bytes().startswith(b"\x89PNG")
    accuracies = [each["artifacts"][0]["accuracy"] for each in found["trials"]]
    (row,) = (line for line in done.out.splitlines() if line.startswith("tflite-int8"))
    for figure in (sum(accuracies) / 2, min(accuracies), max(accuracies)):
        assert f" {figure:.2f} " in row
    assert row.split()[-1] == "2"
    assert "chosen" not in done.out
    assert "next:" not in done.out


def test_the_test_pictures_judge_as_verify_does(
    compared: tuple[Path, Finished], command: Command, tmp_path: Path
) -> None:
    place, _ = compared
    held_out = []
    for trial in told(place)["trials"]:
        folder = place / "sweeps/spec" / TRIALS / trial["trial"]
        card = json.loads((folder / RUN / "run.json").read_text("utf-8"))
        assert trial["test_pictures"] == card["test"]["pictures"]
        assert trial["float_accuracy"] == card["test"]["accuracy"]["percent"]
        assert trial["parameters"] == card["parameters"]
        epochs = json.loads((folder / RUN / HISTORY).read_text("utf-8"))["epochs"]
        held_out.append(100 * epochs[-1]["val_accuracy"])
    # So that other pictures would be noticed.
    assert held_out[-1] != pytest.approx(trial["float_accuracy"], abs=0.01)
    command("export", folder / RUN, "--scheme", "int8", "--target", "tflite", "--no-verify",
            cwd=tmp_path)  # fmt: skip
    command("verify", "bundle", "--json", "verified.json", cwd=tmp_path)
    (result,) = json.loads((tmp_path / "verified.json").read_text("utf-8"))["results"]
    parity, (artifact,) = result["parity"], trial["artifacts"]
    assert parity["pictures"] == trial["test_pictures"]
    assert artifact["sha256"] == [file["sha256"] for file in result["files"]]
    assert artifact["accuracy"] == parity["accuracy"]["percent"]
    assert artifact["agreement"] == parity["agreement_percent"]
    for key in ("drop_points", "drop_upper_points", "max_difference"):
        assert artifact[key] == parity[key]
    assert artifact["status"] == result["verdict"]["status"] == "not enough pictures"
    assert artifact["reasons"] == result["verdict"]["reasons"]


def test_what_breaks_its_budget_gives_the_documented_code(
    compared: tuple[Path, Finished], command: Command
) -> None:
    place, _ = compared
    before = {file: file.stat().st_mtime_ns for file in place.glob(f"*/*/{TRIALS}/*/{FILE}")}
    done = command(*SWEEP, cwd=place)
    assert done.code == ExitCode.BUDGET_BROKEN
    assert done.out.count("seed=0): not enough pictures\n") == 1
    assert done.out.count("seed=1): not enough pictures\n") == 1
    assert before == {file: file.stat().st_mtime_ns for file in before}
    assert len(before) == 2


def test_seeds_make_a_group_and_nothing_else_does() -> None:
    first = Trial(plan.plan("softmax", "strokes"), (), None, None, "lr=1 seed=0", on_test=True)
    second = replace(first, plan=plan.plan("softmax", "strokes", seed=1), words="lr=1 seed=1")
    other = replace(first, plan=plan.plan("mlp", "strokes"), words="mlp seed=0")
    found = groups.grouped(
        [
            Candidate(first, "a", 10, 90.0, 100.0, "pass", 3.0),
            Candidate(first, "b", 10, 50.0, 100.0, "pass", None),
            Candidate(second, "a", 12, 92.0, 99.0, "fail", 5.0),
            Candidate(other, "a", 10, 10.0, 100.0, "pass", 1.0),
        ]
    )
    assert [(each.members[0].artifact, each.words) for each in found] == [
        ("a", "lr=1"),
        ("b", "lr=1"),
        ("a", "mlp"),
    ]
    mean, group = found[0].mean, found[0]
    assert (mean.accuracy, group.lowest, group.highest) == (91.0, 90.0, 92.0)
    assert (mean.size_bytes, mean.agreement, mean.us, mean.eligible) == (12, 99.5, 4.0, False)
    assert found[1].mean.us is None


def test_many_that_break_their_budget_are_not_told_one_by_one(tmp_path: Path) -> None:
    asked, search = opened(COMPARE + DRAWN + "seed = [0, 1, 2, 3, 4, 5, 6]", tmp_path)
    (every,) = search.generations(lambda _: None)
    broken = tuple(Candidate(each, "a", 9, 50.0, 90.0, "fail", None) for each in every.trials)
    done = Sweep(asked, tmp_path, (every,), broken, {}, broken=broken)
    assert done.exit_code == ExitCode.BUDGET_BROKEN
    said = io.StringIO()
    sweep_report.print_sweep(done, Console(file=said))
    assert said.getvalue().count("): fail\n") == sweep_report.MOST_FAILED
    assert "and 2 others; see sweep.json" in said.getvalue()
