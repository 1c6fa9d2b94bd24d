"""TensorFlow.js artifacts in a real Chromium: the backend asked for is the one that answers."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits.bundle import bundle, golden
from edgedigits.bundle.artifact import Artifact, InputContract
from edgedigits.bundle.golden import Golden
from edgedigits.datasets.dataset import Split
from edgedigits.errors import MachineLacks
from edgedigits.runtimes import runtimes
from edgedigits.runtimes.runtimes import Settings, Shared
from edgedigits.runtimes.tfjs import tfjs_browser
from edgedigits.runtimes.tfjs.browser_process import Browser, PageError
from edgedigits.runtimes.tfjs.tfjs_browser import SWITCHES, TfjsBrowser
from edgedigits.verification import execution, verify
from edgedigits.verification.parity import Status
from edgedigits.verification.unseen import Pictures

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("tfjs-browser")]

in_proc = pytest.mark.skipif(
    not Path("/proc").is_dir(), reason="looks for the browser among the processes in /proc"
)
FEW = 4
"""Pictures for the backends that compute without a graphics card, which is slow."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium that has every backend."""
    # Without a graphics card, on a machine that does other things besides, WebGPU takes its time.
    with contextlib.closing(Browser(SWITCHES["webgpu"], deadline_s=300)) as opened:
        yield opened


@pytest.fixture(scope="module")
def held(full_bundle: Path) -> Golden:
    return golden.read(full_bundle)


def artifact(folder: Path, scheme: str) -> Artifact:
    (found,) = [a for a in bundle.read_manifest(folder).artifacts if a.id == f"tfjs-{scheme}"]
    return found


def opened(
    browser: Browser, folder: Path, found: Artifact, settings: Settings | None = None
) -> contextlib.closing[TfjsBrowser]:
    return contextlib.closing(TfjsBrowser(found, folder, browser, settings or Settings()))


def difference(found: NDArray[np.float32], held: Golden) -> float:
    return float(np.abs(found - held.probabilities[: len(found)]).max())


def processes_below(parent: int) -> dict[int, int]:
    """Process numbers of all children of a process, and of their children, each with its parent."""
    children: dict[int, set[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = status.read_text().rsplit(")", 1)[1].split()
            if fields[0] != "Z":
                children.setdefault(int(fields[1]), set()).add(int(status.parent.name))
    found: dict[int, int] = {}
    waiting = [parent]
    while waiting:
        elder = waiting.pop()
        new = children.get(elder, set())
        found |= dict.fromkeys(new, elder)
        waiting += new
    return found


def chromiums() -> set[int]:
    """Process numbers of the browsers that this process started."""
    found = {}
    for pid, parent in processes_below(os.getpid()).items():
        with contextlib.suppress(OSError):
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            if b"--headless" in command and not any(w.startswith(b"--type=") for w in command):
                found[pid] = parent
    # What a browser starts has the browser's own words until it becomes another program.
    return {pid for pid, parent in found.items() if parent not in found}


def left_over(before: set[int]) -> set[int]:
    """Browsers that were not there before and do not go; a busy machine is slow to bury them."""
    until = time.monotonic() + 30
    while (found := chromiums() - before) and time.monotonic() < until:
        time.sleep(0.02)
    return found


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
    careless = tmp_path / "backend.js"
    careless.write_text(
        "import * as tf from '../vendor/tfjs.js';\n"
        "import { register } from '../vendor/tfjs-cpu.js';\n"
        "export { tf };\n"
        "export const startBackend = async () => { await register(); await tf.setBackend('cpu'); }"
    )
    monkeypatch.setattr(
        tfjs_browser, "_page_modules", lambda: {**modules, "src/backend.js": careless}
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


def some_pictures(held: Golden) -> Pictures:
    split = Split(held.images, held.labels)
    return Pictures("golden vectors", "0" * 64, split)


def checked(
    folder: Path, scheme: str, held: Golden, tick: execution.Tick | None = None
) -> verify.Verification:
    manifest = bundle.read_manifest(folder)
    return verify.verify(
        replace(manifest, artifacts=(artifact(folder, scheme),)),
        folder,
        some_pictures(held),
        runtime_names=["tfjs-browser"],
        tick=tick,
    )


def test_weights_that_were_cut_short_are_a_broken_artifact(
    copied_bundle: Path, held: Golden
) -> None:
    shard = copied_bundle / artifact(copied_bundle, "uint8").files[1].path
    shard.write_bytes(shard.read_bytes()[:-400])
    (result,) = checked(copied_bundle, "uint8", held).results
    assert result.verdict.status is Status.FAIL
    assert "it does not run" in result.verdict.reasons[0]
    assert "its weights have" in result.verdict.reasons[0]


def test_other_weights_are_a_broken_artifact(copied_bundle: Path, held: Golden) -> None:
    shard = copied_bundle / artifact(copied_bundle, "float32").files[1].path
    values = np.frombuffer(shard.read_bytes(), "<f4").copy()
    values[np.abs(values) > 1e-9] *= -1
    shard.write_bytes(values.tobytes())
    (result,) = checked(copied_bundle, "float32", held).results
    assert result.verdict.status is Status.FAIL
    assert result.ran_on == "tfjs-browser (wasm)"


@in_proc
def test_a_browser_that_dies_on_the_way_is_the_machines_fault_and_leaves_nothing_behind(
    full_bundle: Path, held: Golden
) -> None:
    many = replace(held, images=np.tile(held.images, (20, 1, 1)), labels=np.tile(held.labels, 20))
    before = chromiums()
    killed: set[int] = set()

    def kill_it(count: int) -> None:
        # The float model tells all its pictures at once, perhaps while the browser still starts.
        if count == len(many.images):
            return
        for pid in chromiums() - before:
            killed.add(pid)
            os.kill(pid, signal.SIGKILL)

    with pytest.raises(MachineLacks, match="the browser ended"):
        checked(full_bundle, "uint8", many, kill_it)
    assert len(killed) == 1
    assert not left_over(before)


@in_proc
def test_nothing_is_left_after_closing_even_of_a_page_that_never_ends(full_bundle: Path) -> None:
    before = chromiums()
    browser = Browser()
    assert len(chromiums() - before) == 1
    page = TfjsBrowser(artifact(full_bundle, "uint8"), full_bundle, browser, Settings())._page
    browser.deadline_s = 1.0
    with pytest.raises(MachineLacks, match="no answer within 1 s"):
        page.run(page._page.evaluate("() => { for (;;); }"), "answering")
    browser.close()
    browser.close()
    assert not left_over(before)
    assert not browser.is_alive
    with pytest.raises(MachineLacks, match="the browser was ended"):
        browser.open_page({}, "runner.html")


def test_artifacts_share_one_browser(full_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Browser] = []

    def counted(switches: tuple[str, ...]) -> Browser:
        started.append(Browser(switches))
        return started[-1]

    monkeypatch.setattr(tfjs_browser, "Browser", counted)
    with contextlib.closing(Shared()) as shared:
        for scheme in ("uint8", "uint16"):
            found = artifact(full_bundle, scheme)
            runtimes.open_runtime("tfjs-browser", found, full_bundle, shared).close()
        assert [each.is_alive for each in started] == [True]
    assert [each.is_alive for each in started] == [False]
