"""TFLite artifacts on LiteRT's GPU: what it answers, and what it must not be taken for."""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
import pytest
import tampering
from command_line import Command, Finished
from numpy.typing import NDArray

from edgedigits.bundle import bundle, golden
from edgedigits.bundle.artifact import Artifact
from edgedigits.errors import DataBad, EdgeDigitsError, ExitCode, MachineLacks
from edgedigits.runtimes import runtimes
from edgedigits.runtimes.base import Backend
from edgedigits.runtimes.litert import gpu_process
from edgedigits.runtimes.litert.gpu_process import GpuProcess, backend_of
from edgedigits.runtimes.processes import chromium

SCHEMES = ("float32", "float16", "dynamic", "int8", "int16x8")
SWIFTSHADER = (
    "SwiftShader Device (Subzero), arch=swiftshader, vendor=google, backend=Vulkan, "
    "adapterType=CPU / Software"
)
# The real worker, but for what a test puts in.
WORKER = """
import os, sys, time
sys.path.insert(0, {folder!r})
import litert_gpu_worker as worker
real_open, real_answer = worker.Gpu.open, worker.Gpu.answer
{change}
worker.main()
"""
CRASHES_ON_MODELS = """
def opened(self, content):
    if len(content) > 5000:
        os.abort()
    return real_open(self, content)
worker.Gpu.open = opened
"""
COMPUTES_WRONGLY = """
worker.Gpu.answer = lambda self, pictures, count: real_answer(self, 22 * "A" + "==", count)
"""
HANGS = "time.sleep(60)"


def artifact(folder: Path, scheme: str) -> Artifact:
    return bundle.read_manifest(folder).artifacts[SCHEMES.index(scheme)]


def answers(folder: Path, scheme: str, runtime: str) -> NDArray[np.float32]:
    images = golden.read(folder).images
    opened = runtimes.open_runtime(runtime, artifact(folder, scheme), folder)
    with contextlib.closing(opened):
        return opened.probabilities(images)


def verify(command: Command, folder: Path, pictures: Path, scheme: str) -> Finished:
    content = tampering.manifest(folder)
    tampering.seal(folder, content, keep=f"tflite-{scheme}")
    options = "--limit 100 --max-drop 30 --min-agreement 90 --max-difference 0.9 --json found.json"
    return command(
        "verify",
        ".",
        "--dataset",
        pictures,
        "--runtime",
        "litert-gpu",
        *options.split(),
        cwd=folder,
    )


def use_worker(monkeypatch: pytest.MonkeyPatch, folder: Path, change: str) -> None:
    place = folder / "worker.py"
    place.write_text(WORKER.format(folder=str(gpu_process.WORKER.parent), change=change))
    monkeypatch.setattr(gpu_process, "WORKER", place)


@pytest.fixture
def no_driver(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without a graphics card, and without a Chromium."""
    for variable in ("VK_DRIVER_FILES", "VK_ICD_FILENAMES"):
        monkeypatch.setenv(variable, str(tmp_path / "none.json"))
    monkeypatch.setattr(chromium, "swiftshader", lambda: None)


@pytest.mark.parametrize("scheme", ["float32", "float16", "dynamic", "int8"])
@pytest.mark.usefixtures("gpu")
def test_it_answers_as_the_cpu_does(full_bundle: Path, scheme: str) -> None:
    ours, theirs = (answers(full_bundle, scheme, name) for name in ("litert-gpu", "litert"))
    assert ours.dtype == np.float32
    np.testing.assert_array_equal(ours.argmax(axis=1), theirs.argmax(axis=1))
    # Dynamic files are computed with float activations there, and with integers on the CPU.
    limit = {"int8": 0, "dynamic": 0.05}.get(scheme, 1e-5)
    assert np.abs(ours - theirs).max() <= limit


@pytest.mark.usefixtures("gpu")
def test_pictures_are_answered_one_by_one(full_bundle: Path) -> None:
    images = golden.read(full_bundle).images
    opened = runtimes.open_runtime("litert-gpu", artifact(full_bundle, "int8"), full_bundle)
    with contextlib.closing(opened):
        together = opened.probabilities(images)
        np.testing.assert_array_equal(opened.probabilities(images[::-1]), together[::-1])
        assert opened.probabilities(images[:0]).shape == (0, 10)
        assert opened.contract_violations() == []


@pytest.mark.usefixtures("gpu")
def test_what_would_partly_run_on_the_cpu_is_refused(full_bundle: Path) -> None:
    with pytest.raises(DataBad, match=r"refuses tflite/model-int16x8\.tflite: CONV_2D: Tensor"):
        answers(full_bundle, "int16x8", "litert-gpu")


def test_it_says_what_computes(gpu: GpuProcess) -> None:
    assert gpu.backend.device
    assert not gpu.backend.half_float
    assert runtimes.find("litert-gpu").said(gpu.backend) == f"litert-gpu ({gpu.backend.name})"


@pytest.mark.parametrize(
    ("adapter", "name", "device"),
    [
        (SWIFTSHADER, "vulkan", "SwiftShader Device (Subzero), CPU / Software"),
        ("A, B, arch=x, vendor=y, backend=Metal, adapterType=GPU", "metal", "A, B, GPU"),
    ],
)
def test_the_graphics_card_is_read_out_of_litert_s_words(
    adapter: str, name: str, device: str
) -> None:
    assert backend_of(adapter) == Backend(name, device=device)


@pytest.mark.parametrize("adapter", [None, "", "SwiftShader Device"])
def test_an_unnamed_graphics_card_is_no_proof(adapter: str | None) -> None:
    with pytest.raises(MachineLacks, match="does not say which graphics card"):
        backend_of(adapter)


@pytest.mark.parametrize("scheme", ["float32", "float16", "int8"])
@pytest.mark.usefixtures("gpu")
def test_a_dense_layer_without_its_reshape_is_caught(
    copied_bundle: Path, pictures: Path, command: Command, scheme: str
) -> None:
    path = copied_bundle / artifact(copied_bundle, scheme).entry
    before = answers(copied_bundle, scheme, "litert")
    tampering.patch(path, tampering.without_flattening)
    after = answers(copied_bundle, scheme, "litert")
    np.testing.assert_array_equal(after, before, "the CPU does not notice")
    done = verify(command, copied_bundle, pictures, scheme)
    assert done.code == ExitCode.BUDGET_BROKEN
    assert "answers changed" in done.out


@pytest.mark.parametrize("scheme", ["float32", "int8"])
def test_the_same_file_with_it_passes(
    copied_bundle: Path, pictures: Path, command: Command, scheme: str, gpu: GpuProcess
) -> None:
    # Without this, the test above would prove nothing.
    done = verify(command, copied_bundle, pictures, scheme)
    assert done.code == ExitCode.DONE, done.out + done.err
    assert f'"device": "{gpu.backend.device}"' in (copied_bundle / "found.json").read_text()


@pytest.mark.usefixtures("no_driver")
def test_a_machine_without_a_driver_lacks_it(
    copied_bundle: Path, pictures: Path, command: Command
) -> None:
    done = verify(command, copied_bundle, pictures, "int8")
    assert done.code == ExitCode.MACHINE_LACKS
    assert "LiteRT finds no GPU to compute with here" in done.err
    assert chromium.install_command() in done.err
    assert len(done.error) <= 2


@pytest.mark.usefixtures("no_driver")
def test_without_a_gpu_an_export_is_proven_on_the_cpu(full_bundle: Path) -> None:
    content = (full_bundle / artifact(full_bundle, "int8").entry).read_bytes()
    with contextlib.closing(gpu_process.GpuBeside()) as beside:
        assert beside(content, np.zeros((1, 28, 28, 1), np.uint8)) is None


@pytest.mark.usefixtures("gpu")
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_manifest_says_on_which_kernels_a_file_was_proven(full_bundle: Path, scheme: str) -> None:
    finish = artifact(full_bundle, scheme).finish
    assert finish is not None
    # Widths of 16 bits are none of the GPU's.
    also = () if scheme == "int16x8" else ("gpu",)
    assert finish.kernels == ("xnnpack", "fast", "reference", *also)


@pytest.mark.usefixtures("gpu")
def test_the_machines_own_driver_goes_before_the_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = chromium.swiftshader()
    if stand_in is None:
        pytest.skip("needs the driver that a Chromium brings")
    monkeypatch.setenv("VK_ICD_FILENAMES", str(stand_in / "vk_swiftshader_icd.json"))
    monkeypatch.setenv("LD_LIBRARY_PATH", str(stand_in))
    monkeypatch.setattr(chromium, "swiftshader", lambda: Path("nowhere"))
    with contextlib.closing(GpuProcess()) as found:
        assert "SwiftShader" in (found.backend.device or "")


@pytest.mark.usefixtures("gpu")
def test_a_file_that_crashes_the_gpu_is_that_files_failure(
    copied_bundle: Path,
    pictures: Path,
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    use_worker(monkeypatch, tmp_path, CRASHES_ON_MODELS)
    done = verify(command, copied_bundle, pictures, "int8")
    assert done.code == ExitCode.BUDGET_BROKEN
    assert "it does not run: LiteRT's GPU: ended with status -6" in " ".join(done.out.split())


@pytest.mark.usefixtures("gpu")
def test_after_a_crash_it_is_not_asked_again(
    full_bundle: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use_worker(monkeypatch, tmp_path, CRASHES_ON_MODELS)
    content = (full_bundle / artifact(full_bundle, "int8").entry).read_bytes()
    with contextlib.closing(gpu_process.GpuBeside()) as beside:
        for _ in range(2):
            assert beside(content, np.zeros((1, 28, 28, 1), np.uint8)) is None
    found = GpuProcess()
    with pytest.raises(EdgeDigitsError, match="status -6"):
        found.open(content)
    with pytest.raises(EdgeDigitsError, match="already ended"):
        found.open(content)


@pytest.mark.parametrize(
    ("change", "says"), [(COMPUTES_WRONGLY, "computes wrongly"), (HANGS, "no answer within 5 s")]
)
@pytest.mark.usefixtures("gpu")
def test_a_gpu_that_does_not_compute_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, change: str, says: str
) -> None:
    use_worker(monkeypatch, tmp_path, change)
    with pytest.raises(MachineLacks, match=says):
        GpuProcess(deadline_s=5)


@pytest.mark.usefixtures("gpu")
def test_weights_that_are_no_numbers_are_caught(
    copied_bundle: Path, pictures: Path, command: Command
) -> None:
    path = copied_bundle / artifact(copied_bundle, "float32").entry
    tampering.patch(path, tampering.nan_weights)
    done = verify(command, copied_bundle, pictures, "float32")
    assert done.code == ExitCode.BUDGET_BROKEN, done.out


@pytest.mark.parametrize("below", ["", "chromium-1200/chrome-linux64"])
def test_the_stand_in_lies_beside_a_browser(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, below: str
) -> None:
    place = tmp_path / below
    place.mkdir(parents=True, exist_ok=True)
    for name in ("chrome", "vk_swiftshader_icd.json"):
        (place / name).write_text("")
        (place / name).chmod(0o755)
    monkeypatch.setattr(chromium, "_FOLDERS", ())
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    monkeypatch.delenv("EDGEDIGITS_CHROMIUM", raising=False)
    if not below:
        monkeypatch.setenv("EDGEDIGITS_CHROMIUM", str(place / "chrome"))
    assert chromium.swiftshader() == place
    (place / "vk_swiftshader_icd.json").unlink()
    assert chromium.swiftshader() is None
