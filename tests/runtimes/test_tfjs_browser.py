"""TensorFlow.js artifacts in a real Chromium: the backend asked for is the one that answers."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tfjs_artifact import artifact

from edgedigits.bundle.artifact import Artifact, InputContract
from edgedigits.bundle.golden import Golden
from edgedigits.errors import MachineLacks
from edgedigits.runtimes import runtimes
from edgedigits.runtimes.runtimes import Settings
from edgedigits.runtimes.tfjs import tfjs_browser
from edgedigits.runtimes.tfjs.browser_process import Browser, PageError
from edgedigits.runtimes.tfjs.tfjs_browser import SWITCHES, TfjsBrowser

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("tfjs-browser")]

FEW = 4
"""Pictures for the backends that compute without a graphics card, which is slow."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium that has every backend."""
    # Without a graphics card, on a machine that does other things besides, WebGPU takes its time.
    with contextlib.closing(Browser(SWITCHES["webgpu"], deadline_s=300)) as opened:
        yield opened


def opened(
    browser: Browser, folder: Path, found: Artifact, settings: Settings | None = None
) -> contextlib.closing[TfjsBrowser]:
    return contextlib.closing(TfjsBrowser(found, folder, browser, settings or Settings()))


def difference(found: NDArray[np.float32], held: Golden) -> float:
    return float(np.abs(found - held.probabilities[: len(found)]).max())


@pytest.mark.parametrize(("backend", "scheme"), [("wasm", "float32"), ("cpu", "uint8")])
def test_the_golden_vectors_come_out_and_no_promise_is_broken(
    browser: Browser, full_bundle: Path, held: Golden, backend: str, scheme: str
) -> None:
    found = artifact(full_bundle, scheme)
    with opened(browser, full_bundle, found, Settings(backend)) as runtime:
        assert runtime.contract_violations() == []
        answers = runtime.probabilities(held.images)
        assert str(runtime.backend) == backend
    assert answers.dtype == np.float32
    assert difference(answers, held) < {"float32": 1e-5, "uint8": 0.08}[scheme]


def test_webgl_answers_too_and_half_floats_do_so_less_exactly(
    browser: Browser, full_bundle: Path, held: Golden
) -> None:
    found = artifact(full_bundle, "float32")
    differences = {}
    for half_float in (False, True):
        with opened(browser, full_bundle, found, Settings("webgl", half_float)) as runtime:
            differences[half_float] = difference(runtime.probabilities(held.images[:FEW]), held)
            assert runtime.backend.half_float is half_float
            assert runtime.backend.device is not None
            assert browser.version in runtime.backend.device
    assert differences[False] < 1e-5 < differences[True] < 0.05


def test_webgpu_answers_too(browser: Browser, full_bundle: Path, held: Golden) -> None:
    found = artifact(full_bundle, "float32")
    with opened(browser, full_bundle, found, Settings("webgpu")) as runtime:
        assert difference(runtime.probabilities(held.images[:FEW]), held) < 1e-5


def test_labels_ranges_and_logits_are_the_pages_own_arithmetic(
    browser: Browser, full_bundle: Path, held: Golden
) -> None:
    found = artifact(full_bundle, "uint8")
    changed = replace(
        found, labels=tuple("9876543210"), logits=True, pixels=InputContract(-10.0, 90.0)
    )
    images = held.images[:FEW]
    with (
        opened(browser, full_bundle, changed) as in_browser,
        contextlib.closing(runtimes.open_runtime("tfjs-node", changed, full_bundle)) as in_node,
    ):
        answers = in_browser.probabilities(images)
        np.testing.assert_allclose(answers, in_node.probabilities(images), atol=1e-5)
        assert in_browser.contract_violations() == in_node.contract_violations() != []


def test_the_page_reaches_nothing_but_its_own_files(browser: Browser, full_bundle: Path) -> None:
    with opened(browser, full_bundle, artifact(full_bundle, "uint8")) as runtime:
        page = runtime._page
        asked = "address => fetch(address).then(() => 'reached', () => 'refused')"
        for address in ("manifest.json", "https://example.org/", "http://127.0.0.1:1/"):
            assert page.run(page._page.evaluate(asked, address), "asking") == "refused"


def test_another_backend_than_the_one_asked_for_is_noticed(
    browser: Browser, full_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modules = tfjs_browser._page_modules()
    careless = tmp_path / "tensorflow.js"
    careless.write_text(
        "import * as tf from '../vendor/tfjs.js';\n"
        "import { register } from '../vendor/tfjs-cpu.js';\n"
        "export const start = async () => { await register(); await tf.setBackend('cpu'); };\n"
        "export const [fetchModel, openModel] = [null, null];"
    )
    monkeypatch.setattr(
        tfjs_browser, "_page_modules", lambda: {**modules, "src/tensorflow.js": careless}
    )
    with pytest.raises(MachineLacks, match="uses cpu, not wasm"):
        TfjsBrowser(artifact(full_bundle, "uint8"), full_bundle, browser, Settings("wasm"))


def test_a_lost_graphics_context_is_no_answer(
    browser: Browser, full_bundle: Path, held: Golden
) -> None:
    found = artifact(full_bundle, "uint8")
    with opened(browser, full_bundle, found, Settings("webgl")) as runtime:
        page = runtime._page
        lose = (
            "() => import('./vendor/tfjs.js').then(({ backend }) => "
            "backend().gpgpu.gl.getExtension('WEBGL_lose_context').loseContext())"
        )
        page.run(page._page.evaluate(lose), "losing the context")
        with pytest.raises(MachineLacks, match="lost its webgl context"):
            runtime.probabilities(held.images[:1])


def test_a_backend_that_does_not_start_is_the_machines_fault(
    browser: Browser, full_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "tfjs-backend-wasm-simd.wasm.gz"
    broken.write_bytes(b"no WebAssembly")
    modules = {**tfjs_browser._page_modules(), f"vendor/{broken.name}": broken}
    monkeypatch.setattr(tfjs_browser, "_page_modules", lambda: modules)
    with pytest.raises(MachineLacks, match=r"does not start wasm here: .*WebAssembly") as caught:
        TfjsBrowser(artifact(full_bundle, "uint8"), full_bundle, browser, Settings())
    assert "--backend webgl or webgpu or cpu" in str(caught.value.hint)


def test_a_page_that_hangs_meets_the_deadline(browser: Browser, full_bundle: Path) -> None:
    with opened(browser, full_bundle, artifact(full_bundle, "uint8")) as runtime:
        page = runtime._page
        usual, browser.deadline_s = browser.deadline_s, 1.0
        try:
            with pytest.raises(MachineLacks, match="no answer within 1 s"):
                page.run(page._page.evaluate("() => new Promise(() => {})"), "answering")
        finally:
            browser.deadline_s = usual


def test_what_the_page_said_reaches_the_error(browser: Browser, full_bundle: Path) -> None:
    with opened(browser, full_bundle, artifact(full_bundle, "uint8")) as runtime:
        page = runtime._page
        failing = "() => { console.error('out of luck'); throw new Error('it fails'); }"
        with pytest.raises(PageError, match=r"^it fails\nout of luck"):
            page.run(page._page.evaluate(failing), "answering")
