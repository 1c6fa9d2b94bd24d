"""The same plan gives the same weights, whether it was interrupted or not."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import Command, heed_ctrl_c, in_this_process

from converters import saved_model
from edgedigits.datasets.dataset import Split
from edgedigits.errors import DataBad, ExitCode
from edgedigits.training import batches, checkpoint, training
from edgedigits.training.plan import plan

# What is trained once for the module is trained by one worker.
pytestmark = pytest.mark.xdist_group("training")

PLAN = ("--model", "cnn", "--epochs", "8", "--batch-size", "16", "--no-plots", "--seed", "5")


def weights(folder: Path) -> str:
    """Digest of everything the model has learned."""
    return saved_model.read(folder / "saved_model", pixels=784, classes=10).digest()


def card(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "run.json").read_text())
    return found


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, pictures: Path) -> Path:
    """A training that nothing interrupted."""
    home = tmp_path_factory.mktemp("finished")
    done = in_this_process("train", "--dataset", pictures, *PLAN, "--out", "run", cwd=home)
    assert done.code == ExitCode.DONE, done.err
    return home / "run"


def stopped(pictures: Path, home: Path, how: signal.Signals) -> subprocess.CompletedProcess[str]:
    """Start the training of `finished` and stop it in the middle of its second epoch."""
    process = subprocess.Popen(
        [sys.executable, "-m", "edgedigits", "train", "--dataset", pictures, *PLAN, "--out", "run"],
        cwd=home,
        preexec_fn=heed_ctrl_c,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    state = home / "run" / "checkpoint"
    end = time.monotonic() + 180
    while not (state / checkpoint.FILE).is_file() or not checkpoint.read(state).history:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.01)
    process.send_signal(how)
    out, err = process.communicate(timeout=300)
    return subprocess.CompletedProcess([], process.returncode, out, err)


def test_a_run_holds_its_model_history_and_card(finished: Path, pictures: Path) -> None:
    found = card(finished)
    assert found["model"] == "cnn"
    assert found["seed"] == 5
    assert found["dataset"]["spec"] == str(pictures)
    assert found["recipe"]["epochs"] == 8
    assert found["parameters"] == 93_322
    assert found["test"]["pictures"] == 60
    share = found["test"]["accuracy"]
    assert share["low"] <= share["percent"] <= share["high"]
    assert {"edgedigits", "python", "tensorflow", "keras", "numpy"} <= set(found["environment"])
    epochs = json.loads((finished / "history.json").read_text())["epochs"]
    assert [each["epoch"] for each in epochs] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert epochs[-1]["loss"] < epochs[0]["loss"]
    assert (finished / "model.keras").is_file()
    assert not (finished / "checkpoint").exists()
    assert not list(finished.glob(".*"))


def test_the_saved_model_takes_one_picture_of_raw_pixels(finished: Path) -> None:
    source = saved_model.read(finished / "saved_model", pixels=784, classes=10)
    assert (source.input_name, source.input_shape) == ("pixels", (28, 28, 1))
    assert (source.output_name, source.signature) == ("probabilities", "serving_default")
    images = np.random.default_rng(0).integers(0, 256, (5, 28, 28, 1)).astype(np.float32)
    np.testing.assert_allclose(saved_model.predict(source, images).sum(axis=1), 1, atol=1e-5)


def test_the_accuracy_of_the_card_is_that_of_the_test_split(finished: Path, pictures: Path) -> None:
    from edgedigits.datasets import datasets

    found = card(finished)["dataset"]
    dataset = datasets.load(str(pictures), seed=found["seed"])
    assert dataset.fingerprint == found["fingerprint"]
    source = saved_model.read(finished / "saved_model", pixels=784, classes=10)
    inputs = dataset.test.images[..., None].astype(np.float32)
    right = saved_model.predict(source, inputs).argmax(axis=1) == dataset.test.labels
    assert card(finished)["test"]["accuracy"]["percent"] == pytest.approx(100 * right.mean())


def test_the_same_seed_gives_the_same_weights_and_another_others(
    finished: Path, pictures: Path, command: Command, tmp_path: Path
) -> None:
    for name, seed in (("same", "5"), ("other", "6")):
        plan = (*PLAN[:-1], seed, "--out", name)
        assert command("train", "--dataset", pictures, *plan, cwd=tmp_path).code == 0
    assert weights(tmp_path / "same") == weights(finished)
    assert weights(tmp_path / "other") != weights(finished)


def test_interrupted_and_resumed_it_ends_as_if_nothing_had_happened(
    finished: Path, pictures: Path, command: Command, tmp_path: Path
) -> None:
    done = stopped(pictures, tmp_path, signal.SIGINT)
    assert done.returncode == ExitCode.INTERRUPTED
    assert "Traceback" not in done.stderr
    assert "go on with: edgedigits train --resume --out run" in done.stderr
    assert not (tmp_path / "run" / "run.json").exists()
    refused = command("train", "--dataset", pictures, "--out", "run", cwd=tmp_path)
    assert refused.code == ExitCode.WRONG_USE
    assert "is taken by a training that is not finished" in refused.error[0]
    assert "--resume --out run" in refused.error[1]
    early = command("export", "run", cwd=tmp_path)
    assert early.code == ExitCode.WRONG_USE
    assert "is not finished" in early.error[0]
    resumed = command("train", "--resume", "--no-plots", "--out", "run", cwd=tmp_path)
    assert resumed.code == ExitCode.DONE, resumed.err
    assert weights(tmp_path / "run") == weights(finished)
    assert len(json.loads((tmp_path / "run" / "history.json").read_text())["epochs"]) == 8


def test_killed_and_resumed_it_ends_as_if_nothing_had_happened(
    finished: Path, pictures: Path, command: Command, tmp_path: Path
) -> None:
    assert stopped(pictures, tmp_path, signal.SIGKILL).returncode == -signal.SIGKILL
    refuse_what_does_not_belong(tmp_path, command)
    resumed = command("train", "--resume", "--no-plots", "--out", "run", cwd=tmp_path)
    assert resumed.code == ExitCode.DONE, resumed.err
    assert weights(tmp_path / "run") == weights(finished)


def refuse_what_does_not_belong(home: Path, command: Command) -> None:
    """Other pictures than it began with, and half a checkpoint, are not gone on with."""
    state = home / "other" / "checkpoint"
    saved = checkpoint.read(home / "run" / "checkpoint")
    saved.plan["fingerprint"] = "0" * 64
    checkpoint.write(saved, state)
    done = command("train", "--resume", "--out", "other", cwd=home)
    assert done.code == ExitCode.DATA_BAD
    assert "is not the data set this training began with" in done.error[0]
    path = state / checkpoint.FILE
    path.write_bytes(path.read_bytes()[:1000])
    done = command("train", "--resume", "--out", "other", cwd=home)
    assert done.code == ExitCode.DATA_BAD
    assert "is damaged" in done.error[0]


def test_a_finished_run_is_neither_resumed_nor_overwritten(
    finished: Path, pictures: Path, command: Command, tmp_path: Path
) -> None:
    before = weights(finished)
    resumed = command("train", "--resume", "--out", finished, cwd=tmp_path)
    assert resumed.code == ExitCode.WRONG_USE
    again = command("train", "--dataset", pictures, "--out", finished, cwd=tmp_path)
    assert again.code == ExitCode.WRONG_USE
    assert "is taken" in again.error[0]
    assert weights(finished) == before


def test_a_checkpoint_comes_back_as_it_was(tmp_path: Path) -> None:
    values = [np.arange(6, dtype=np.float32).reshape(2, 3), np.array(7)]
    written = checkpoint.Checkpoint(
        {"plan": {"seed": 1}}, [{"epoch": 1, "step": 10, "seconds": 2.5, "loss": 0.1}], values
    )
    checkpoint.write(written, tmp_path / "state")
    found = checkpoint.read(tmp_path / "state")
    assert (found.plan, found.history) == (written.plan, written.history)
    for ours, theirs in zip(found.values, values, strict=True):
        np.testing.assert_array_equal(ours, theirs, strict=True)
    with pytest.raises(DataBad, match="nothing to resume"):
        checkpoint.read(tmp_path / "nowhere")


def test_files_of_a_model_trained_with_outliers_open_with_keras_alone(tmp_path: Path) -> None:
    asked = plan("mlp", "strokes", samples=200, epochs=1, outliers=6)
    trained = training.train(asked, tmp_path / "run")
    code = "import sys, keras; print(keras.models.load_model(sys.argv[1]).name)"
    loaded = subprocess.run(
        [sys.executable, "-c", code, trained.folder / "model.keras"], capture_output=True, text=True
    )
    assert loaded.stdout == "mlp\n", loaded.stderr
    assert trained.card["training_pictures"] == 200
    history = json.loads((trained.folder / "history.json").read_text("utf-8"))["epochs"]
    assert history[-1]["step"] == 8  # 26 digits and 6 others a step


def test_no_epoch_waits_for_a_tuner_to_wake_up() -> None:
    images, labels = np.zeros((3, 28, 28), np.uint8), np.arange(3)
    given = (
        batches.as_tensors(iter([(images, labels)]), 1),
        batches.whole(Split(images, labels)),
    )
    for elements in given:
        assert len(list(elements)) == 1
        assert elements.options().autotune.enabled is False
