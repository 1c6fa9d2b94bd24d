"""TFLite artifacts on LiteRT.js in a real Chromium: LiteRT's answers, and what is none."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tampering

from edgedigits.bundle import bundle, golden
from edgedigits.bundle.artifact import Artifact
from edgedigits.errors import DataBad, MachineLacks
from edgedigits.runtimes import runtimes
from edgedigits.runtimes.litertjs import litertjs_browser
from edgedigits.runtimes.litertjs.litertjs_browser import LiteRTJsBrowser
from edgedigits.runtimes.runtimes import Settings
from edgedigits.runtimes.tfjs.browser_process import Browser
from edgedigits.runtimes.tfjs.tfjs_browser import SWITCHES

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("tfjs-browser")]

FEW = 4
"""Pictures for WebGPU without a graphics card, which is slow."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium that has both backends."""
    with contextlib.closing(Browser(SWITCHES["webgpu"], deadline_s=300)) as opened:
        yield opened


@pytest.fixture
def copied_nano(nano_bundle: Path, tmp_path: Path) -> Path:
    """A copy of `nano_bundle` to break."""
    return Path(shutil.copytree(nano_bundle, tmp_path / "bundle"))


def artifact(folder: Path, scheme: str) -> Artifact:
    (found,) = [a for a in bundle.read_manifest(folder).artifacts if a.id == f"tflite-{scheme}"]
    return found


def opened(
    browser: Browser, folder: Path, scheme: str, backend: str = "wasm"
) -> contextlib.closing[LiteRTJsBrowser]:
    found = artifact(folder, scheme)
    return contextlib.closing(LiteRTJsBrowser(found, folder, browser, Settings(backend)))


@pytest.mark.parametrize("scheme", ["int8", "float32"])
def test_it_answers_as_litert_does(browser: Browser, nano_bundle: Path, scheme: str) -> None:
    images = golden.read(nano_bundle).images
    found = artifact(nano_bundle, scheme)
    with contextlib.closing(runtimes.open_runtime("litert", found, nano_bundle)) as native:
        expected = native.probabilities(images)
    with opened(browser, nano_bundle, scheme) as runtime:
        answers = runtime.probabilities(images)
        assert runtime.probabilities(images[:0]).shape == (0, answers.shape[1])
        assert runtime.contract_violations() == []
        assert str(runtime.backend) == "wasm"
    assert answers.dtype == np.float32
    np.testing.assert_allclose(answers, expected, rtol=0, atol=1e-5 if scheme == "float32" else 0)


def test_webgpu_answers_too(browser: Browser, nano_bundle: Path) -> None:
    held = golden.read(nano_bundle)
    with opened(browser, nano_bundle, "float32", "webgpu") as runtime:
        answers = runtime.probabilities(held.images[:FEW])
        assert runtime.backend.name == "webgpu"
        assert runtime.backend.device not in (None, f"Chromium {browser.version}")
    np.testing.assert_allclose(answers, held.probabilities[:FEW], atol=1e-5)


def test_what_webgpu_takes_only_in_part_is_refused(browser: Browser, nano_bundle: Path) -> None:
    with pytest.raises(DataBad, match=r"refuses tflite/model-int16x8\.tflite: .* WebGPU") as caught:
        opened(browser, nano_bundle, "int16x8", "webgpu")
    assert "--backend wasm" in str(caught.value.hint)


def test_another_file_in_its_place_is_told(browser: Browser, copied_nano: Path) -> None:
    shutil.copyfile(
        copied_nano / artifact(copied_nano, "int8").entry,
        copied_nano / artifact(copied_nano, "float32").entry,
    )
    with opened(browser, copied_nano, "float32") as runtime:
        found = runtime.contract_violations()
    assert "the file's input has dtype uint8, the manifest says float32" in found
    assert any("scale" in violation for violation in found)


def test_other_weights_answer_otherwise(browser: Browser, copied_nano: Path) -> None:
    held = golden.read(copied_nano)
    tampering.patch(copied_nano / artifact(copied_nano, "int8").entry, tampering.zero_weights)
    with opened(browser, copied_nano, "int8") as runtime:
        answers = runtime.probabilities(held.images)
    changed = answers.argmax(axis=1) != held.probabilities.argmax(axis=1)
    assert changed.mean() > 0.5


def test_a_file_that_is_no_model_is_refused(browser: Browser, copied_nano: Path) -> None:
    (copied_nano / artifact(copied_nano, "int8").entry).write_bytes(bytes(64))
    with pytest.raises(DataBad, match=r"LiteRT\.js refuses tflite/model-int8\.tflite"):
        opened(browser, copied_nano, "int8")


def test_a_build_that_does_not_start_is_the_machines_fault(
    browser: Browser, nano_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor = Path(shutil.copytree(litertjs_browser.VENDOR, tmp_path / "vendor"))
    (vendor / "litert_wasm_jspi_internal.wasm.gz").write_bytes(b"no WebAssembly")
    monkeypatch.setattr(litertjs_browser, "VENDOR", vendor)
    with pytest.raises(MachineLacks, match=r"does not start LiteRT\.js on wasm here") as caught:
        opened(browser, nano_bundle, "int8")
    assert "--backend webgpu" in str(caught.value.hint)
