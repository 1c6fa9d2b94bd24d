"""Whatever breaks an artifact, verification says no, and says what it was."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tampering
from command_line import Command, Finished
from damages import answers, bundles, files, odd
from damages.damage import Damage, path_of
from numpy.typing import NDArray

from converters.base import Tensor
from edgedigits.errors import ExitCode
from edgedigits.runtimes import quantization
from edgedigits.runtimes.litert import litert_process

# What a barely trained model's own quantization keeps easily.
BUDGET = ("--max-drop", "6", "--min-agreement", "92", "--max-difference", "0.9")
DEADLINE_S = 10.0
"""What LiteRT may take here, so that nobody waits half a minute for a loop without end."""

DAMAGES = [*files.DAMAGES, *answers.DAMAGES, *bundles.DAMAGES, *odd.DAMAGES]


def verify(command: Command, folder: Path, pictures: Path, *more: str) -> Finished:
    options = ("--dataset", pictures, "--limit", "300", *BUDGET, *more)
    return command("verify", ".", *options, cwd=folder)


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("damage", DAMAGES, ids=[damage.name for damage in DAMAGES])
def test_it_is_caught_with_the_right_reason(
    copied_bundle: Path,
    pictures: Path,
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
    damage: Damage,
) -> None:
    monkeypatch.setattr(litert_process, "DEADLINE_S", DEADLINE_S)
    damage.do(copied_bundle)
    done = verify(command, copied_bundle, pictures, "--json", "found.json")
    assert done.code == damage.code, done.out + done.err
    if damage.code != ExitCode.BUDGET_BROKEN:
        assert damage.says in flat(done.err)
        assert len(done.error) <= 2
        return
    assert damage.says in flat(done.out)
    found = json.loads((copied_bundle / "found.json").read_text())
    if damage.broken is not None:
        (result,) = found["results"]
        assert result["artifact"] == damage.broken
        assert result["verdict"]["status"] == "fail"
        assert damage.says in " ".join(result["verdict"]["reasons"])


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
