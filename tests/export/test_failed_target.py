"""An operation that one target lacks, or one scheme, fails that one alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from command_line import Command

from edgedigits.bundle import bundle
from edgedigits.errors import ExitCode


def reworked(model: Path, folder: Path, rework: Callable[[Any], Any]) -> Path:
    """The same model, something done to its answers."""
    import tensorflow as tf

    loaded = tf.saved_model.load(str(model))
    serve = loaded.signatures["serving_default"]
    ((name, spec),) = serve.structured_input_signature[1].items()

    def answer(picture: tf.Tensor) -> dict[str, tf.Tensor]:
        (found,) = serve(**{name: picture}).values()
        return {"answer": rework(found)}

    signature = tf.function(answer).get_concrete_function(tf.TensorSpec(spec.shape, tf.float32))
    tf.saved_model.save(loaded, str(folder), {"serving_default": signature})
    return folder


def diagonal(answer: Any) -> Any:
    """Laid on a diagonal, which TensorFlow.js cannot, and summed."""
    import tensorflow as tf

    return tf.reduce_sum(tf.linalg.diag(answer), axis=1)


def negated(answer: Any) -> Any:
    """The same order of classes by way of a negation, for which int16 has no kernel."""
    import tensorflow as tf

    return tf.nn.softmax(-9.0 * tf.exp(tf.negative(answer)))


def test_the_other_target_is_written_and_verified(
    command: Command, unit_model: Path, pictures: Path, tmp_path: Path
) -> None:
    model = reworked(unit_model, tmp_path / "model", diagonal)
    options = ("--dataset", pictures, "--input-range", "0,1", "--scheme", "float32", "--limit", 60)
    done = command("export", model, *options, cwd=tmp_path)
    assert done.code == ExitCode.BUDGET_BROKEN
    assert "nothing for tfjs: TensorFlow.js cannot run" in done.out
    assert "lacks MatrixDiagV3" in done.out
    assert "--target" in done.out
    found = bundle.read(tmp_path / "bundle")
    assert [artifact.id for artifact in found.manifest.artifacts] == ["tflite-float32"]
    assert found.manifest.verified
    assert not (tmp_path / "bundle" / "tfjs").exists()
    # A bundle that is there is replaced by whole ones only.
    before = (tmp_path / "bundle" / bundle.MANIFEST).read_bytes()
    again = command("export", model, *options, cwd=tmp_path)
    assert again.code == ExitCode.BUDGET_BROKEN
    assert "is as it was" in again.out
    assert (tmp_path / "bundle" / bundle.MANIFEST).read_bytes() == before


def test_the_other_schemes_are_written_and_verified(
    command: Command, unit_model: Path, pictures: Path, tmp_path: Path
) -> None:
    model = reworked(unit_model, tmp_path / "model", negated)
    options = ("--dataset", pictures, "--input-range", "0,1", "--target", "tflite", "--limit", 60)
    done = command("export", model, *options, "--scheme", "int16x8,float32", cwd=tmp_path)
    assert done.code == ExitCode.BUDGET_BROKEN
    assert "nothing for tflite-int16x8: TFLite cannot express" in done.out
    assert "--scheme" in done.out
    found = bundle.read(tmp_path / "bundle")
    assert [artifact.id for artifact in found.manifest.artifacts] == ["tflite-float32"]
    assert found.manifest.verified
    # Where nothing else is asked for, there is nothing to write.
    alone = command("export", model, *options, "--scheme", "int16x8", "--out", "b", cwd=tmp_path)
    assert alone.code == ExitCode.WRONG_USE
    assert "TFLite cannot express" in alone.err
    assert not (tmp_path / "b").exists()
