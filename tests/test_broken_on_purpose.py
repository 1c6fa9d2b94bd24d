"""Whatever breaks an artifact, verification says no, and says what it was."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tampering
from command_line import Command, Finished
from numpy.typing import NDArray
from tampering import entry, patch

from converters.base import Tensor
from edgedigits.errors import ExitCode
from edgedigits.runtimes import quantization

# What a barely trained model's own quantization keeps easily.
BUDGET = ("--max-drop", "6", "--min-agreement", "92", "--max-difference", "0.9")
Break = Callable[[dict[str, Any], Path], object]
SHUFFLED = list("1203456789")


def path_of(content: dict[str, Any], folder: Path, artifact_id: str, file: int = 0) -> Path:
    return folder / str(entry(content, artifact_id)["files"][file]["path"])


def tflite(change: tampering.Patch, scheme: str = "int8") -> Break:
    return lambda content, folder: patch(path_of(content, folder, f"tflite-{scheme}"), change)


def shard(change: tampering.Patch, scheme: str) -> Break:
    return lambda content, folder: patch(path_of(content, folder, f"tfjs-{scheme}", 1), change)


def another_training(content: bytearray) -> bytes:
    """The weights of a model of the same layout that has learned something else."""
    values = np.frombuffer(content, "<f4").copy()
    # The shapes of reshapings lie among the weights; as float32 they are next to nothing.
    weights = np.abs(values) > 1e-9
    values[weights] = np.random.default_rng(3).permutation(values[weights])
    return values.tobytes()


def shard_of(scheme: str, other: str) -> Break:
    def change(content: dict[str, Any], folder: Path) -> None:
        taken = path_of(content, folder, f"tfjs-{other}", 1).read_bytes()
        path_of(content, folder, f"tfjs-{scheme}", 1).write_bytes(taken)

    return change


def said(artifact_id: str, side: str, **values: object) -> Break:
    return lambda content, _: entry(content, artifact_id)[side].update(values)


def both_scales(content: dict[str, Any], folder: Path) -> None:
    patch(path_of(content, folder, "tflite-int8"), tampering.input_scale(0.5))
    entry(content, "tflite-int8")["input"]["scale"] /= 2


def labels_inside(files: dict[str, bytes]) -> None:
    files["labels.txt"] = "\n".join(SHUFFLED).encode()


def range_inside(files: dict[str, bytes]) -> None:
    facts = json.loads(files["contract.json"])
    facts["input"]["value_range"] = [0.0, 1.0]
    files["contract.json"] = json.dumps(facts).encode()


def labels_in_manifest(artifact_id: str) -> Break:
    return lambda content, _: entry(content, artifact_id).update(labels=SHUFFLED)


def renamed_input(content: dict[str, Any], folder: Path) -> None:
    path = path_of(content, folder, "tfjs-uint8")
    model = json.loads(path.read_text())
    (found,) = model["signature"]["inputs"].values()
    model["signature"]["inputs"] = {"image": found}
    path.write_text(json.dumps(model))


BROKEN: list[tuple[str, str, Break, str]] = [
    ("weights zeroed", "tflite-int8", tflite(tampering.zero_weights), "answers changed"),
    ("NaN in tflite", "tflite-float32", tflite(tampering.nan_weights, "float32"), "not finite"),
    ("NaN in tfjs", "tfjs-float32", shard(tampering.with_nan, "float32"), "not finite"),
    ("scale in the file halved", "tflite-int8", tflite(tampering.input_scale(0.5)),
     "the file's input has scale 0.5, the manifest says 1"),
    ("scale in the file off a little", "tflite-int8", tflite(tampering.input_scale(1.01)),
     "the file's input has scale 1.0"),
    ("scale in the manifest off", "tflite-int8", said("tflite-int8", "input", scale=2.0),
     "the manifest says 2.0"),
    ("zero point in the manifest off", "tflite-int8", said("tflite-int8", "input", zero_point=-3),
     "zero_point 0, the manifest says -3"),
    ("output scale in the manifest off", "tflite-int8", said("tflite-int8", "output", scale=0.5),
     "the file's output has scale"),
    ("scale off in both", "tflite-int8", both_scales, "of 256 grey levels are stored wrongly"),
    ("range in the manifest", "tflite-float32", said("tflite-float32", "input", range=[0, 1]),
     "the range inside the file"),
    ("range in the manifest, tfjs", "tfjs-uint8", said("tfjs-uint8", "input", range=[0, 1]),
     "the range inside the file"),
    ("range in the file", "tflite-int8", tflite(tampering.embedded(range_inside)),
     "the range inside the file: 0.0 1.0; the manifest says: 0.0 255.0"),
    ("probabilities called logits", "tfjs-uint8", said("tfjs-uint8", "output", kind="logits"),
     "the kind of output inside the file: probabilities"),
    ("labels in the manifest", "tflite-int8", labels_in_manifest("tflite-int8"),
     "the labels inside"),
    ("labels in the manifest, tfjs", "tfjs-float32", labels_in_manifest("tfjs-float32"),
     "the labels inside the file: 0 1 2 3 4 5 6 7 8 9; the manifest says: 1 2 0 3"),
    ("labels in the file", "tflite-dynamic", tflite(tampering.embedded(labels_inside), "dynamic"),
     "the labels inside the file are 1 2 0 3"),
    ("shard of another training", "tfjs-float32", shard(another_training, "float32"),
     "answers changed"),
    ("shard of another scheme", "tfjs-float16", shard_of("float16", "uint16"), "answers changed"),
    ("shard of another size", "tfjs-float32", shard_of("float32", "uint8"), "it does not run"),
    ("shard cut off", "tfjs-uint8", shard(lambda content: content[:-1], "uint8"),
     "it does not run"),
    ("no model at all", "tflite-int8", tflite(lambda _: b"not a model"), "it does not run"),
    ("no JSON at all", "tfjs-uint8",
     lambda c, f: path_of(c, f, "tfjs-uint8").write_text("{"), "it does not run"),
    ("other names", "tfjs-uint8", renamed_input, "the file's input is named 'image'"),
]  # fmt: skip


def verify(command: Command, folder: Path, pictures: Path, *more: str) -> Finished:
    options = ("--dataset", pictures, "--limit", "300", *BUDGET, *more)
    return command("verify", ".", *options, cwd=folder)


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize(
    ("broken", "change", "says"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN]
)
def test_it_is_caught_with_the_right_reason(
    copied_bundle: Path, pictures: Path, command: Command, broken: str, change: Break, says: str
) -> None:
    content = tampering.manifest(copied_bundle)
    change(content, copied_bundle)
    tampering.seal(copied_bundle, content, keep=broken)
    done = verify(command, copied_bundle, pictures, "--json", "found.json")
    assert done.code == ExitCode.BUDGET_BROKEN, done.err
    found = json.loads((copied_bundle / "found.json").read_text())
    (result,) = found["results"]
    assert result["artifact"] == broken
    assert result["verdict"]["status"] == "fail"
    assert says in " ".join(result["verdict"]["reasons"])
    assert says in flat(done.out)


def test_the_same_bundle_unbroken_passes(
    copied_bundle: Path, pictures: Path, command: Command
) -> None:
    # Without this, the tests above would prove nothing.
    tampering.seal(copied_bundle, tampering.manifest(copied_bundle))
    done = verify(command, copied_bundle, pictures)
    assert done.code == ExitCode.DONE, done.out + done.err
    assert "9 of 9 passed" in done.out


def test_one_broken_artifact_does_not_hide_the_others(
    copied_bundle: Path, pictures: Path, command: Command
) -> None:
    content = tampering.manifest(copied_bundle)
    path_of(content, copied_bundle, "tflite-int8").write_bytes(b"not a model")
    tampering.seal(copied_bundle, content)
    done = verify(command, copied_bundle, pictures)
    assert done.code == ExitCode.BUDGET_BROKEN
    assert "8 of 9 passed" in done.out


def export_unit(command: Command, unit_model: Path, pictures: Path, cwd: Path) -> Finished:
    options = "--input-range 0,1 --target tflite --scheme int8 --max-drop 20 --min-agreement 60"
    return command("export", unit_model, "--dataset", pictures, *options.split(), cwd=cwd)


def test_a_model_of_0_to_1_passes_when_pictures_are_rounded(
    unit_model: Path, pictures: Path, command: Command, tmp_path: Path
) -> None:
    done = export_unit(command, unit_model, pictures, tmp_path)
    assert done.code == ExitCode.DONE, done.out + done.err


def truncating(values: NDArray[np.float32], tensor: Tensor) -> NDArray[np.generic]:
    if tensor.scale is None or tensor.zero_point is None:
        return values
    steps = values.astype(np.float64) / tensor.scale + tensor.zero_point
    stored: NDArray[np.generic] = np.clip(steps, 0, 255).astype(tensor.dtype)
    return stored


def wrapping(values: NDArray[np.float32], tensor: Tensor) -> NDArray[np.generic]:
    """Meant for signed bytes: what is above 127 comes round as negative, and then is cut off."""
    if tensor.scale is None or tensor.zero_point is None:
        return values
    steps = np.round(values.astype(np.float64) / tensor.scale).astype(np.int64).astype(np.int8)
    stored: NDArray[np.generic] = np.clip(steps, 0, 127).astype(tensor.dtype)
    return stored


@pytest.mark.parametrize(
    ("quantizer", "says"),
    [(truncating, "of 256 grey levels are stored wrongly"), (wrapping, "128 of 256 grey levels")],
)
def test_truncating_and_wrapping_quantizers_are_caught(
    unit_model: Path,
    pictures: Path,
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    quantizer: Callable[[NDArray[np.float32], Tensor], NDArray[np.generic]],
    says: str,
) -> None:
    monkeypatch.setattr(quantization, "quantize", quantizer)
    done = export_unit(command, unit_model, pictures, tmp_path)
    assert done.code == ExitCode.BUDGET_BROKEN, done.err
    assert says in flat(done.out)
    assert not (tmp_path / "bundle" / "manifest.json").exists()
    reasons = json.loads((tmp_path / "bundle/rejected/tflite-int8/reasons.json").read_text())
    assert says in " ".join(reasons["verdict"]["reasons"])
