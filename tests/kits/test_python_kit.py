"""The Python kit works without edgedigits, and its self-test sees what is wrong with it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import kit_rules
import numpy as np
import pytest

from edgedigits.bundle import bundle
from edgedigits.kits import examples, kits
from edgedigits.runtimes import runtimes

ALONE = """
import runpy, sys
sys.path.insert(0, ".")
runpy.run_path("selftest.py")
assert not [name for name in sys.modules if name.split(".")[0] in ("edgedigits", "tensorflow")]
"""
ASKED = """
import json, sys
import numpy as np
sys.path.insert(0, ".")
from classifier import Classifier
photos = np.load("photos.npz")
readings = [Classifier().classify(photos[name]) for name in photos.files]
print(json.dumps([[dict(each.answers), each.rejected, each.unsure] for each in readings]))
"""


def run(kit: Path, program: str) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        # Without bytecode, which would hide a change made in the same second.
        [sys.executable, "-B", "-c", program],
        cwd=kit,
        env=env,
        capture_output=True,
        text=True,
    )


def test_its_self_test_passes_without_edgedigits(python_kit: Path) -> None:
    done = run(python_kit, ALONE)
    assert done.returncode == 0, done.stderr
    assert "4 photos are prepared to the byte, 32 golden pictures are answered" in done.stdout


def test_the_answers_of_another_model_fail_its_self_test(python_kit: Path, tmp_path: Path) -> None:
    kit = Path(shutil.copytree(python_kit, tmp_path / "kit"))
    golden = json.loads((kit / "golden.json").read_text())
    golden["probabilities"].append(golden["probabilities"].pop(0))
    (kit / "golden.json").write_text(json.dumps(golden))
    done = run(kit, ALONE)
    assert done.returncode == 1
    assert "a probability is off by" in done.stderr


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("fit.py", "BOX = 20", "BOX = 19"),
        ("preparation.py", "picture.prepare(rgba)", "255 - picture.prepare(rgba)"),
    ],
)
def test_a_wrong_preparation_fails_its_self_test(
    python_kit: Path, tmp_path: Path, name: str, right: str, wrong: str
) -> None:
    kit = Path(shutil.copytree(python_kit, tmp_path / "kit"))
    text = (kit / "classifier" / name).read_text()
    assert right in text
    (kit / "classifier" / name).write_text(text.replace(right, wrong))
    done = run(kit, ALONE)
    assert done.returncode == 1
    assert "photo 0 is prepared otherwise" in done.stderr


@pytest.mark.parametrize("scheme", ["int8", "float32"])
def test_photos_in_colour_are_answered_and_rejected_as_by_edgedigits(
    colour_bundle: Path, tmp_path: Path, scheme: str
) -> None:
    opened = bundle.read(colour_bundle)
    artifact = opened.artifact(f"tflite-{scheme}")
    rng = np.random.default_rng(5)
    photos = [rng.integers(0, 256, (*sides, 3), np.uint8) for sides in ((50, 40), (9, 70))]
    runtime = runtimes.open_runtime("litert", artifact, opened.folder)
    prepared = [examples.prepare(photo, artifact.pixels.form) for photo in photos]
    expected = runtime.probabilities(np.stack(prepared))
    runtime.close()
    opened, judged = kit_rules.ruled(opened, expected)
    kits.write(opened, "python", tmp_path / "kit", scheme)
    assert run(tmp_path / "kit", ALONE).returncode == 0
    np.savez(tmp_path / "kit" / "photos.npz", *photos)
    found = json.loads(run(tmp_path / "kit", ASKED).stdout)
    answers = [[each[label] for label in artifact.classes] for each, *_ in found]
    np.testing.assert_allclose(answers, expected, atol=1e-6)
    assert [kit_rules.word(*each) for _, *each in found] == judged
