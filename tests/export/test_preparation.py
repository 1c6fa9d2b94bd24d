"""A float model that is fed otherwise than it was trained is found out before anything is built."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import Command

from edgedigits.errors import ExitCode


def wrapped(trained: Path, folder: Path, before: list[Any], after: list[Any]) -> Path:
    """The trained model with layers put around it, as a SavedModel of somebody else's."""
    import keras

    model = keras.models.load_model(trained / "model.keras")
    stack = [keras.Input((28, 28, 1)), *before, model, *after]
    keras.Sequential(stack).export(folder, format="tf_saved_model", verbose=False)
    return folder


@pytest.fixture
def export(command: Command, pictures: Path, tmp_path: Path) -> Callable[..., Any]:
    """Exports a SavedModel without verification: what is found is found before."""

    def run(model: Path, *options: str) -> Any:
        fixed = ("--dataset", pictures, "--no-verify", "--target", "tflite", "--out", "bundle")
        done = command("export", model, *fixed, *options, cwd=tmp_path)
        assert (tmp_path / "bundle").exists() == (done.code == 0)
        assert not list(tmp_path.glob(".*"))
        return done

    return run


def test_the_right_range_passes(export: Callable[..., Any], unit_model: Path) -> None:
    assert export(unit_model, "--input-range", "0,1").code == ExitCode.DONE


def test_a_model_of_0_to_1_fed_0_to_255_is_caught(
    export: Callable[..., Any], unit_model: Path
) -> None:
    done = export(unit_model)
    assert done.code == ExitCode.BUDGET_BROKEN
    assert "with pixels 0..255 the model answers" in done.error[0]
    assert "with 0..1 it is" in done.error[0]
    assert done.error[1] == "say what the model takes: --input-range 0,1"


def test_a_model_of_0_to_255_fed_0_to_1_is_caught(
    export: Callable[..., Any], strokes_run: Path
) -> None:
    done = export(strokes_run / "saved_model", "--input-range", "0,1")
    assert done.code == ExitCode.BUDGET_BROKEN
    assert done.error[1] == "say what the model takes: --input-range 0,255"


def test_a_run_fed_another_range_than_it_was_trained_with_is_caught(
    command: Command, strokes_run: Path, tmp_path: Path
) -> None:
    options = "--input-range 0,1 --target tflite --scheme int8 --no-verify"
    done = command("export", strokes_run, *options.split(), cwd=tmp_path)
    assert done.code == ExitCode.BUDGET_BROKEN
    assert done.error[1] == "say what the model takes: --input-range 0,255"


def test_an_inverted_model_is_caught(
    export: Callable[..., Any], strokes_run: Path, tmp_path: Path
) -> None:
    import keras

    invert = keras.layers.Rescaling(-1.0, 255.0)
    model = wrapped(strokes_run, tmp_path / "inverted", [invert], [])
    done = export(model)
    assert done.code == ExitCode.BUDGET_BROKEN
    assert done.error[1] == "say what the model takes: --input-range 255,0"
    assert export(model, "--input-range", "255,0", "--scheme", "float32,int8").code == 0


def test_logits_are_found_and_told(
    export: Callable[..., Any], strokes_run: Path, tmp_path: Path
) -> None:
    import keras

    logits = keras.layers.Rescaling(20.0, -7.0)
    model = wrapped(strokes_run, tmp_path / "logits", [], [logits])
    done = export(model)
    assert done.code == ExitCode.DONE, done.err
    assert "numbers that are no probabilities: taken for logits (--logits)" in done.err
    told = export(model, "--logits")
    assert told.code == ExitCode.DONE
    assert "taken for" not in told.err


def test_probabilities_of_labels_one_by_one_are_no_logits(
    export: Callable[..., Any], strokes_run: Path, tmp_path: Path
) -> None:
    import keras

    each = keras.layers.Rescaling(0.9, 0.05)
    done = export(wrapped(strokes_run, tmp_path / "labels", [], [each]))
    assert done.code == ExitCode.WRONG_USE
    assert "no probabilities" in done.error[0]
    assert done.error[1] == "if they are logits, say so: --logits"


def test_a_float_model_that_answers_nan_is_caught(
    export: Callable[..., Any], strokes_run: Path, tmp_path: Path
) -> None:
    import keras

    broken = keras.layers.Rescaling(float("nan"))
    done = export(wrapped(strokes_run, tmp_path / "nan", [], [broken]))
    assert done.code == ExitCode.BUDGET_BROKEN
    assert "not finite" in done.error[0]


def test_a_model_of_transposed_pictures_is_caught(
    export: Callable[..., Any], strokes_run: Path, tmp_path: Path
) -> None:
    from keras import layers

    # Pictures are turned before the model sees them, so it is right on transposed ones alone.
    model = wrapped(strokes_run, tmp_path / "turned", [layers.Permute((2, 1, 3))], [])
    done = export(model)
    assert done.code == ExitCode.BUDGET_BROKEN
    assert "of them transposed (rows for columns)" in done.error[0]


def test_a_model_that_answers_alike_but_is_sure_of_every_mistake_is_caught(
    export: Callable[..., Any], strokes_run: Path, tmp_path: Path
) -> None:
    from keras import layers

    # ReLU networks name the same digits at any brightness; only their probabilities tell.
    model = wrapped(strokes_run, tmp_path / "unit", [layers.Rescaling(255.0)], [])
    done = export(model)
    assert done.code == ExitCode.BUDGET_BROKEN
    assert done.error[1] == "say what the model takes: --input-range 0,1"
