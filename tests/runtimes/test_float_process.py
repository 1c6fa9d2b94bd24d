"""The float reference of a bundle: in a process of its own, and the same answers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tampering
from command_line import Command

from edgedigits.bundle import bundle, golden
from edgedigits.errors import DataBad, ExitCode, MachineLacks
from edgedigits.runtimes.tensorflow.float_model import FloatModel
from edgedigits.runtimes.tensorflow.float_process import FloatProcess


def opened(folder: Path) -> FloatProcess:
    manifest = bundle.read_manifest(folder)
    return FloatProcess(manifest.reference, folder, manifest.artifacts[0].pixels, logits=False)


def test_it_answers_as_the_model_does_in_this_process(full_bundle: Path) -> None:
    manifest, held = bundle.read_manifest(full_bundle), golden.read(full_bundle)
    here = FloatModel(manifest.reference, full_bundle, manifest.artifacts[0].pixels, logits=False)
    there = opened(full_bundle)
    found = there.probabilities(held.images)
    there.close()
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, here.probabilities(held.images), atol=1e-6)
    here.close()


def test_a_graph_that_is_none_is_refused(copied_bundle: Path) -> None:
    (copied_bundle / bundle.REFERENCE).write_bytes(b"no graph")
    with pytest.raises(DataBad, match=r"graph\.pb"):
        opened(copied_bundle)


def test_another_output_is_refused_when_it_is_asked(full_bundle: Path) -> None:
    manifest = bundle.read_manifest(full_bundle)
    other = replace(manifest.reference, output_name="nothing")
    with pytest.raises(DataBad, match=r"graph\.pb"):
        FloatProcess(other, full_bundle, manifest.artifacts[0].pixels, logits=False)


@pytest.mark.parametrize(
    ("number", "error", "says"),
    [
        (signal.SIGSEGV, DataBad, r"TensorFlow crashes on .*graph.pb \(SIGSEGV\)"),
        (signal.SIGKILL, MachineLacks, "was ended from outside"),
    ],
)
def test_its_end_is_told_and_ends_nothing_else(
    full_bundle: Path, number: signal.Signals, error: type[Exception], says: str
) -> None:
    process = opened(full_bundle)
    os.kill(process._fork.pid, number)
    with pytest.raises(error, match=says):
        process.probabilities(golden.read(full_bundle).images)
    again = opened(full_bundle)
    assert again.probabilities(golden.read(full_bundle).images).shape == (32, 10)
    again.close()


def test_verify_refuses_a_damaged_reference_as_bad_data(
    copied_bundle: Path, pictures: Path, command: Command
) -> None:
    tampering.patch(copied_bundle / bundle.REFERENCE, lambda content: content[: len(content) // 2])
    tampering.seal(copied_bundle, tampering.manifest(copied_bundle), keep="tflite-int8")
    done = command("verify", ".", "--dataset", pictures, cwd=copied_bundle)
    assert done.code == ExitCode.DATA_BAD
    assert "graph.pb" in done.error[0]
    assert len(done.error) == 2


def test_verify_itself_imports_no_tensorflow(full_bundle: Path, pictures: Path) -> None:
    code = (
        "import sys; from edgedigits import cli;"
        f"cli.run(['verify', {str(full_bundle)!r}, '--dataset', {str(pictures)!r}, '--limit', '20',"
        " '--runtime', 'litert']);"
        "print('IMPORTED', 'tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "IMPORTED False"
