"""What breaks on the way, weights or the browser itself, is told apart, and no browser is left."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tfjs_artifact import artifact

from edgedigits.bundle import bundle
from edgedigits.bundle.golden import Golden
from edgedigits.datasets.dataset import Split
from edgedigits.errors import MachineLacks
from edgedigits.runtimes import runtimes
from edgedigits.runtimes.runtimes import Settings, Shared
from edgedigits.runtimes.tfjs import tfjs_browser
from edgedigits.runtimes.tfjs.browser_process import Browser
from edgedigits.runtimes.tfjs.tfjs_browser import TfjsBrowser
from edgedigits.verification import verify
from edgedigits.verification.parity import Status
from edgedigits.verification.running.execution import Tick
from edgedigits.verification.unseen import Pictures

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("tfjs-browser")]

in_proc = pytest.mark.skipif(
    not Path("/proc").is_dir(), reason="looks for the browser among the processes in /proc"
)


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


def some_pictures(held: Golden) -> Pictures:
    split = Split(held.images, held.labels)
    return Pictures("golden vectors", "0" * 64, split)


def checked(
    folder: Path, scheme: str, held: Golden, tick: Tick | None = None
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
