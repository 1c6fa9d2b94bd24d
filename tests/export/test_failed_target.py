"""An operation that one target lacks fails that target alone."""

from __future__ import annotations

from pathlib import Path

from command_line import Command

from edgedigits.bundle import bundle
from edgedigits.errors import ExitCode


def diagonal(model: Path, folder: Path) -> Path:
    """The same model, its answers laid on a diagonal, which TensorFlow.js cannot, and summed."""
    import tensorflow as tf

    loaded = tf.saved_model.load(str(model))
    serve = loaded.signatures["serving_default"]
    ((name, spec),) = serve.structured_input_signature[1].items()

    def answer(picture: tf.Tensor) -> dict[str, tf.Tensor]:
        (found,) = serve(**{name: picture}).values()
        return {"answer": tf.reduce_sum(tf.linalg.diag(found), axis=1)}

    signature = tf.function(answer).get_concrete_function(tf.TensorSpec(spec.shape, tf.float32))
    tf.saved_model.save(loaded, str(folder), {"serving_default": signature})
    return folder


def test_the_other_target_is_written_and_verified(
    command: Command, unit_model: Path, pictures: Path, tmp_path: Path
) -> None:
    model = diagonal(unit_model, tmp_path / "model")
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
