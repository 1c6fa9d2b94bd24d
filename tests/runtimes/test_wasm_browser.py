"""WebAssembly artifacts in a real Chromium."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from wasm_bundle import PLACE, artifact

from edgedigits.bundle import golden
from edgedigits.errors import DataBad
from edgedigits.runtimes.runtimes import Settings, Shared, open_runtime
from edgedigits.runtimes.tfjs import tfjs_browser
from edgedigits.runtimes.wasm import wasm_browser

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("tfjs-browser")]


@pytest.fixture(scope="module")
def shared() -> Iterator[Shared]:
    with contextlib.closing(Shared()) as found:
        yield found


def test_it_answers_as_in_node(wasm_bundle: Path, shared: Shared) -> None:
    images = golden.read(wasm_bundle).images
    answers = []
    for name in ("wasm-node", "wasm-browser"):
        runtime = open_runtime(name, artifact(wasm_bundle), wasm_bundle, shared)
        with contextlib.closing(runtime):
            assert runtime.contract_violations() == []
            answers.append(runtime.probabilities(images))
            backend = runtime.backend
    assert str(backend and backend.device).startswith("Chromium ")
    assert len(np.unique(answers[0], axis=0)) > 5
    np.testing.assert_array_equal(answers[1], answers[0])


def test_a_damaged_module_is_told(wasm_bundle: Path, shared: Shared, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(wasm_bundle, tmp_path / "bundle"))
    path = copied / PLACE / "model.wasm"
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(DataBad, match=r"loading .*model\.wasm"):
        open_runtime("wasm-browser", artifact(copied), copied, shared)


def test_its_browser_will_do_for_a_backend_that_others_were_told(
    wasm_bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[str, ...]] = []

    def start(switches: tuple[str, ...]) -> Shared:
        started.append(switches)
        return Shared()

    monkeypatch.setattr(tfjs_browser, "Browser", start)
    monkeypatch.setattr(wasm_browser, "WasmBrowser", lambda *_: None)
    shared = Shared(Settings("webgl"))
    open_runtime("wasm-browser", artifact(wasm_bundle), wasm_bundle, shared)
    tfjs_browser.browser_of(shared)
    assert started == [tfjs_browser.SWITCHES["webgl"]]
