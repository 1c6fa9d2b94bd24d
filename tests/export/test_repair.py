"""A scheme that breaks its budget is tried in other ways, until one keeps it or none does."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import hard_models
import numpy as np
import pytest
import tampering
from command_line import Command, Finished, in_this_process

from edgedigits.bundle import bundle
from edgedigits.errors import ExitCode
from edgedigits.export.choosing.search import refutes
from edgedigits.training import training
from edgedigits.training.plan import plan
from edgedigits.verification import parity

pytestmark = pytest.mark.xdist_group("repair")
HARD = "conv2d"
FIXED = ("--dataset", "strokes", "--target", "tflite")
QUICK = ("--limit", "3000")


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`nano` with a channel that int8 has hardly any steps for, as somebody's SavedModel."""
    folder = tmp_path_factory.mktemp("hard") / "hard"
    hard_models.save(hard_models.model(HARD), folder)
    return folder


@pytest.fixture(scope="module")
def done(hard: Path) -> Finished:
    """Its int8 file, repaired, beside the one in float32."""
    options = ("--scheme", "int8,float32", "--repair", *QUICK)
    return in_this_process("export", hard, *FIXED, *options, cwd=hard.parent)


@pytest.fixture(scope="module")
def repaired(hard: Path, done: Finished) -> Path:
    """The bundle of it. Not to be written to."""
    assert done.code == ExitCode.DONE, done
    return hard.parent / "bundle"


def test_the_smallest_file_that_passes_is_released(done: Finished, repaired: Path) -> None:
    manifest = bundle.read_manifest(repaired)
    found = {each.scheme: each for each in manifest.artifacts}
    made = found["int8"].repair
    assert made is not None
    # How many follow the two about the hard channel depends on the model and the pictures.
    assert made.layers[:2] == ("float16", "float16")
    assert made.layers[-1] == "int8"
    assert set(made.layers) == {"float16", "int8"}
    assert len(made.layers) == 5
    assert HARD in made.how
    assert "float16" in made.how
    assert found["int8"].size_bytes < found["float32"].size_bytes
    assert found["float32"].repair is None
    assert manifest.verification["tflite-int8"]["status"] == "pass"
    first, *others = made.tried
    assert first.startswith("as converted: ")
    assert all(each.endswith("fail") for each in made.tried)
    shown = [line for line in done.out.splitlines() if line.rstrip().endswith("as converted")]
    assert len(shown) == 1
    assert "FAIL" in shown[0]
    assert "tflite-int8 broke its budget; other ways that were tried: " in done.out
    assert len(others) >= 3
    assert max(map(len, done.out.splitlines())) <= 100


def test_it_is_verified_and_diagnosed_as_any_other(
    repaired: Path, tmp_path: Path, command: Command
) -> None:
    chosen = ("--dataset", "strokes", "--limit", "400", "--allow-inconclusive")
    verified = command("verify", repaired, *chosen, cwd=tmp_path)
    assert verified.code == ExitCode.DONE
    assert "tflite-int8 is repaired: " in verified.out
    assert "tflite-int8 alone broke its budget" in (repaired / "README.md").read_text("utf-8")
    found = command(
        "diagnose", repaired, "--artifact", "tflite-int8", "--limit", "50", cwd=tmp_path
    )
    assert found.code == ExitCode.DONE, found


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        (["int8", "int8", "int8", "int8", "int16x8"], "its layers are stored as float16, float16"),
        (["int16x8"] * 5, "the manifest says int16x8"),
        ([], "the manifest says nothing"),
    ],
)
def test_layers_that_are_stored_otherwise_are_noticed(
    repaired: Path, tmp_path: Path, layers: list[str], said: str, command: Command
) -> None:
    forged = tmp_path / "forged"
    shutil.copytree(repaired, forged)
    content = tampering.manifest(forged)
    tampering.entry(content, "tflite-int8")["repair"]["layers"] = layers
    tampering.seal(forged, content, keep="tflite-int8")
    verified = command("verify", forged, "--dataset", "strokes", "--limit", "100", cwd=tmp_path)
    assert verified.code == ExitCode.BUDGET_BROKEN
    assert said in " ".join(verified.out.split())


def test_out_of_reach_the_best_attempt_is_put_aside(
    hard: Path, tmp_path: Path, command: Command
) -> None:
    fixed = ("export", hard, *FIXED, "--limit", "500", "--allow-inconclusive")
    assert command(*fixed, "--scheme", "float32", cwd=tmp_path).code == ExitCode.DONE
    before = (tmp_path / "bundle" / "manifest.json").read_bytes()
    strict = ("--scheme", "int8", "--max-drop", "0", "--min-agreement", "100", "--max-variation")
    failed = command(*fixed, *strict, "0.0000001", "--repair", "--attempts", "3", cwd=tmp_path)
    assert failed.code == ExitCode.BUDGET_BROKEN
    assert "stopped after 3; more of them: --attempts 6" in failed.out
    assert (tmp_path / "bundle" / "manifest.json").read_bytes() == before
    reasons = json.loads(
        (tmp_path / "bundle" / "rejected" / "tflite-int8" / "reasons.json").read_text()
    )
    assert reasons["verdict"]["passed"] is False
    shown = [line.split() for line in failed.out.splitlines() if " FAIL " in line]
    assert len(shown) >= 4


def test_a_run_is_tuned_for_int4_at_the_end(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    trained = training.train(plan("softmax", str(pictures), steps=100), tmp_path / "small")
    monkeypatch.setattr("edgedigits.export.choosing.candidates.COUNTS", (1,))
    strict = ("--min-agreement", "100", "--strict", "--max-variation", "0.0000001")
    monkeypatch.setattr("edgedigits.training.qat.EPOCHS", 1)
    options = ("--target", "tflite", "--scheme", "int4", "--repair", "--limit", "300")
    failed = command("export", trained.folder, *options, *strict, cwd=tmp_path)
    assert failed.code == ExitCode.BUDGET_BROKEN
    assert "fine-tuned, epochs: 1" in " ".join(failed.out.split())


def test_a_lone_set_that_calibrated_nothing_is_searched_all_the_same(
    unit_model: Path, pictures: Path, tmp_path: Path, command: Command
) -> None:
    options = ("--input-range", "0,1", "--target", "tflite", "--scheme", "dynamic", "--repair")
    strict = ("--strict", "--max-variation", "0.0000001", "--attempts", "1")
    failed = command("export", unit_model, "--dataset", pictures, *options, *strict, cwd=tmp_path)
    assert failed.code == ExitCode.BUDGET_BROKEN, failed
    assert "tflite-dynamic broke its budget; other ways that were tried: 1" in failed.out
    assert "in float16" in failed.out


def test_a_search_refuses_only_beyond_chance() -> None:
    labels = np.arange(500) % 10
    reference = np.full((500, 10), 0.01, np.float32)
    reference[np.arange(500), labels] = 0.91

    def changed(count: int) -> parity.Parity:
        answers = reference.copy()
        answers[:count] = np.roll(answers[:count], 1, axis=1)
        return parity.compare(reference, answers, labels)

    budget = parity.BUDGETS["int8"]
    assert parity.judge(changed(3), budget).status is parity.Status.FAIL
    assert not refutes(changed(3), budget)
    assert refutes(changed(40), budget)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--repair", "--no-verify"), "--repair mends what --no-verify does not look at"),
        (("--attempts", "3"), "--attempts is of what --repair tries"),
        (("--max-bytes", "3"), "--max-bytes and --max-us choose a scheme"),
        (("--scheme", "auto", "--no-verify"), "--scheme auto chooses among what"),
        (("--scheme", "auto", "--max-us", "3", "--target", "c"), "artifacts of c are not timed"),
    ],
)
def test_options_that_do_not_go_together(
    options: tuple[str, ...], said: str, tmp_path: Path, command: Command
) -> None:
    refused = command("export", "edge", *options, cwd=tmp_path)
    assert refused.code == ExitCode.WRONG_USE
    assert said in refused.error[0]
    assert len(refused.error) == 2
