"""A run tuned for int4 keeps the budget that the run itself breaks, and says what it came from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import Command, in_this_process
from drawings import Drawn

from converters import saved_model
from converters.base import Card, Conversion
from converters.tflite import int4, tflite
from edgedigits.bundle import bundle, run
from edgedigits.errors import DataBad, ExitCode, WrongUse
from edgedigits.reading import predictor
from edgedigits.training import int4_grid, qat, training
from edgedigits.training.plan import plan
from edgedigits.training.training import Step

pytestmark = pytest.mark.xdist_group("qat")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, strokes_run: Path) -> Path:
    """`tuned`, made of `strokes_run` in one epoch, and its bundle with int4."""
    place = tmp_path_factory.mktemp("tuned")
    for options in (
        ("train", "--qat", "int4", "--from", strokes_run, "--epochs", "1", "--out", "tuned"),
        ("export", "tuned", "--target", "tflite", "--scheme", "int4"),
    ):
        done = in_this_process(*options, cwd=place)
        assert done.code == ExitCode.DONE, done.out + done.err
    return place


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory, pictures: Path) -> run.Run:
    """A `deep` that has seen 480 pictures once. Not to be written to."""
    folder = tmp_path_factory.mktemp("brief") / "deep"
    asked = plan("deep", str(pictures), epochs=1, batch_size=64, drawn=0, outliers=8, seed=3)
    return training.train(asked, folder)


def model_of(found: run.Run) -> Any:
    import keras

    return keras.models.load_model(found.folder / run.KERAS_FILE)


def test_verification_refuses_the_run_that_int4_ruins_and_export_says_what_mends_it(
    strokes_run: Path, command: Command, tmp_path: Path
) -> None:
    # How much is ruined hangs on the last bits of a training; a tenth of it is too much here.
    options = "--target tflite --scheme int4 --min-agreement 99.9 --strict"
    done = command("export", strokes_run, *options.split(), cwd=tmp_path)
    assert done.code == ExitCode.BUDGET_BROKEN
    assert "agreement" in done.out
    assert not (tmp_path / "bundle" / "tflite").exists()
    assert (tmp_path / "bundle" / "rejected").is_dir()
    assert f"edgedigits train --qat int4 --from {strokes_run}" in done.out


def test_after_tuning_int4_passes_and_is_as_right_as_the_tuned_model(home: Path) -> None:
    (result,) = bundle.read(home / "bundle").manifest.artifacts
    assert result.id == "tflite-int4"
    manifest = json.loads((home / "bundle" / bundle.MANIFEST).read_text("utf-8"))
    assert manifest["verified"]


def test_the_tuned_weights_lie_on_the_grid_and_the_first_ones_did_not(
    home: Path, strokes_run: Path
) -> None:
    for folder, expected in ((strokes_run, False), (home / "tuned", True)):
        kernels = int4_grid.kernels(model_of(run.open_run(folder)))
        rows = [each.numpy().reshape(-1, each.shape[-1]).T for each in kernels]
        assert len(rows) == 5
        assert all(int4.on_grid(each) is expected for each in rows)


def test_a_tuned_run_says_what_it_came_from(home: Path, strokes_run: Path) -> None:
    card = run.open_run(home / "tuned").card
    before = run.open_run(strokes_run).card
    assert card["tuned"]["scheme"] == "int4"
    assert card["tuned"]["from"] == strokes_run.name
    assert card["tuned"]["test"] == before["test"]
    assert card["dataset"] == before["dataset"]
    assert card["recipe"]["epochs"] == 1
    assert card["test"]["accuracy"]["percent"] > before["test"]["accuracy"]["percent"] - 0.3
    history = json.loads((home / "tuned" / run.HISTORY).read_text("utf-8"))["epochs"]
    assert [entry["step"] for entry in history] == [313]
    assert (home / "tuned" / "plots" / "history.png").is_file()
    assert sorted(path.name for path in home.iterdir()) == ["bundle", "tuned"]


def test_the_file_alone_answers_as_the_bundle_does(
    home: Path, drawn: Drawn, tmp_path: Path
) -> None:
    path = home / "bundle" / "tflite" / "model-int4.tflite"
    alone = Path(shutil.copy(path, tmp_path))
    tables = []
    for place in (home / "bundle", path, alone):
        opened = predictor.open_predictor(place)
        tables.append(opened.probabilities(drawn[0]))
        opened.close()
        assert opened.assumed == ()
    np.testing.assert_array_equal(tables[0], tables[1])
    np.testing.assert_array_equal(tables[0], tables[2])


def test_the_same_tuning_gives_the_same_weights_and_leaves_normalisation_as_it_was(
    brief: run.Run, tmp_path: Path
) -> None:
    asked = qat.tuning("int4", brief, epochs=1)
    runs = [qat.tune(asked, tmp_path / name) for name in ("one", "other")]
    digests = {saved_model.read(each.saved_model, pixels=784, classes=10).digest() for each in runs}
    assert len(digests) == 1
    before, after = model_of(brief), model_of(runs[0])
    for old, new in zip(before.layers, after.layers, strict=True):
        assert new.trainable == old.trainable
        if new.name.startswith("norm"):
            for one, other in zip(old.get_weights(), new.get_weights(), strict=True):
                np.testing.assert_array_equal(one, other)
        elif new.weights:
            assert not np.array_equal(old.get_weights()[0], new.get_weights()[0])


def test_what_is_interrupted_leaves_nothing(brief: run.Run, tmp_path: Path) -> None:
    def stop(_: Step) -> None:
        raise KeyboardInterrupt

    # Eight steps: the last of an epoch is always told of.
    with pytest.raises(KeyboardInterrupt):
        qat.tune(qat.tuning("int4", brief, epochs=1), tmp_path / "new", on_step=stop)
    assert list(tmp_path.iterdir()) == []


def test_other_pictures_than_the_runs_are_refused(brief: run.Run, tmp_path: Path) -> None:
    copied = tmp_path / "run"
    shutil.copytree(brief.folder, copied)
    card = json.loads((copied / run.CARD).read_text("utf-8"))
    card["dataset"]["fingerprint"] = "0" * 64
    (copied / run.CARD).write_text(json.dumps(card), "utf-8")
    with pytest.raises(DataBad, match="no longer the data set"):
        qat.tune(qat.tuning("int4", run.open_run(copied)), tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("--from RUN", "say for which scheme: --qat int4"),
        ("--qat int9 --from RUN", "did you mean int4?"),
        ("--qat int8 --from RUN", "there is no scheme 'int8' to tune for"),
        ("--qat int4 --from RUN --model deep", "--model does not go with --qat"),
        ("--qat int4 --from RUN --batch-size 8", "--batch-size does not go with --qat"),
        ("--qat int4 --from RUN --resume", "--resume does not go with --qat"),
        ("--qat int4 --from RUN --epochs 0", "--epochs must be at least 1"),
        ("--qat int4 --from RUN --learning-rate nan", "--learning-rate must be above 0"),
        ("--qat int4 --from RUN --out RUN", "is taken"),
        ("--qat int4 --from nowhere", "nowhere is no run"),
        ("--qat int4", "there is no run in"),
    ],
)
def test_wrong_use_is_told_before_anything_is_written(
    options: str, says: str, brief: run.Run, command: Command, tmp_path: Path
) -> None:
    words = [str(brief.folder) if word == "RUN" else word for word in options.split()]
    done = command("train", *words, cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert says in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_free_folder_lies_beside_the_run(brief: run.Run, tmp_path: Path) -> None:
    copied = tmp_path / "deep"
    shutil.copytree(brief.folder, copied)
    asked = qat.tuning("int4", run.open_run(copied))
    assert qat.free_folder(asked) == tmp_path / "deep-int4"
    (tmp_path / "deep-int4").mkdir()
    assert qat.free_folder(asked) == tmp_path / "deep-int4-2"


def test_a_run_of_another_version_is_refused(brief: run.Run) -> None:
    card = {**brief.card, "recipe": {**brief.card["recipe"], "from_the_future": 1}}
    with pytest.raises(DataBad, match="another version"):
        qat.tuning("int4", run.Run(brief.folder, card))
    with pytest.raises(WrongUse, match="no model 'unheard'"):
        qat.tuning("int4", run.Run(brief.folder, {**brief.card, "model": "unheard"}))


def test_weights_are_clipped_where_the_quantizer_clips_them(brief: run.Run, tmp_path: Path) -> None:
    from ai_edge_litert.interpreter import Interpreter

    source = saved_model.read(brief.saved_model, pixels=784, classes=10)
    asked = Conversion(source, (), tmp_path, Card("", "", (), ((0.0, 255.0),), "", ""))
    meant = int4.weights(tflite.converted_bytes(asked, "float32"))
    made = Interpreter(model_content=tflite.converted_bytes(asked, "int4"))
    steps = {
        tuple(each["shape"]): each["quantization_parameters"]["scales"]
        for each in made.get_tensor_details()
        if len(each["quantization_parameters"]["scales"]) > 1
    }
    assert len(meant) == len(steps) == 5
    for kernel in meant:
        clips = int4_grid.clips(kernel.reshape(len(kernel), -1).T)
        np.testing.assert_allclose(clips / 7, steps[kernel.shape], rtol=0.01)
