"""The demo page in Chromium: time to the first answer, and of each that follows, on every backend.

Usage: python benchmarks/browser.py [BUNDLE]   (the newest, or the model that the page has)
"""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from timing import report

from edgedigits.page import demo
from edgedigits.runtimes.processes import chromium
from edgedigits.runtimes.tfjs.tfjs_browser import SWITCHES

VISITS = 5
ANSWERS = 100
BASELINE = "cpu"
FIRST_LIMIT_S, NEXT_LIMIT_MS = 1.0, 10.0
GPU_ANSWERS = 10
"""Without a graphics card these backends take long, and their times say little."""

# Draws a stroke as soon as the page takes one, with the keys that it listens to, and notes when an
# answer is first shown. Times count from the beginning of the navigation.
FIRST = """
const key = (name) => {
  const pad = document.getElementById('pad');
  pad.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
};
globalThis.bench = { key, drawn: false, first: null };
new MutationObserver(() => {
  const page = document.getElementById('page');
  if (!page || page.hidden) return;
  if (!bench.drawn) {
    bench.drawn = true;
    key(' ');
    for (let n = 0; n < 16; n++) key('ArrowDown');
  }
  const verdict = document.getElementById('answer').dataset.verdict ?? 'blank';
  if (bench.first === null && verdict !== 'blank') bench.first = performance.now();
}).observe(document, { subtree: true, attributes: true, childList: true });
"""
NEXT = """async (count) => {
  const time = document.getElementById('time');
  const found = [];
  for (let n = 0; n < count; n++) {
    const shown = new Promise((resolve) => {
      const observer = new MutationObserver(() => { observer.disconnect(); resolve(); });
      observer.observe(time, { childList: true, characterData: true, subtree: true });
    });
    bench.key(n % 2 ? 'ArrowLeft' : 'ArrowRight');
    await shown;
    found.push(Number(/[0-9.]+/.exec(time.textContent)[0]));
  }
  return found;
}"""


@dataclass(frozen=True)
class Times:
    """Medians over visits, and over answers of the last one as the page itself shows them."""

    first_s: float
    next_ms: float
    p95_ms: float


def main() -> None:
    models = demo.open_models(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "page"
        demo.write_page(models, folder)
        with served(folder) as address:
            found = {backend: measured(address, backend) for backend in SWITCHES}
    print("backend  first answer  next answers (median, p95)")
    for backend, times in found.items():
        if times is None:
            print(f"{backend:8} does not start here")
            continue
        print(
            f"{backend:8} {times.first_s:10.3f} s  {times.next_ms:9.1f} ms {times.p95_ms:6.1f} ms"
        )
    wasm, baseline = found["wasm"], found[BASELINE]
    assert wasm is not None
    assert baseline is not None
    report("first answer, wasm", wasm.first_s, f"target {FIRST_LIMIT_S:g} s", FIRST_LIMIT_S, 1.0)
    report("first answer, wasm", wasm.first_s, BASELINE, baseline.first_s, 1.5)
    target = NEXT_LIMIT_MS / 1000
    report("next answer, wasm", wasm.next_ms / 1000, f"target {NEXT_LIMIT_MS:g} ms", target, 1.0)
    report("next answer, wasm", wasm.next_ms / 1000, BASELINE, baseline.next_ms / 1000, 0.5)


def measured(address: str, backend: str) -> Times | None:
    """Several visits with nothing in the cache; None where the backend does not start."""
    root = ["--no-sandbox"] if chromium.is_root() else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(Path(playwright.chromium.executable_path)),
            args=[*SWITCHES[backend], *root],
        )
        count = ANSWERS if backend in ("wasm", "cpu") else GPU_ANSWERS
        visits = [visited(browser, address, backend, count) for _ in range(VISITS)]
        browser.close()
    if any(used != backend for _, _, used in visits):
        return None
    answers = sorted(ms for _, some, _ in visits for ms in some)
    return Times(
        statistics.median(first for first, _, _ in visits),
        statistics.median(answers),
        answers[int(0.95 * len(answers))],
    )


def visited(
    browser: Browser, address: str, backend: str, count: int
) -> tuple[float, list[float], str | None]:
    """Seconds to the first answer, milliseconds of each that follows, and the backend in use."""
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    page.add_init_script(FIRST)
    page.goto(f"{address}?backend={backend}")
    page.locator("#answer:not([data-verdict=blank])").wait_for(timeout=120_000)
    first: float = page.evaluate("() => bench.first") / 1000
    answers: list[float] = page.evaluate(NEXT, count)
    used = page.locator("[data-backend]").first.get_attribute("data-backend")
    context.close()
    return first, answers, used


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Address of a folder served by Python's own server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    server = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}/"
    try:
        until = time.monotonic() + 30
        while True:
            try:
                urllib.request.urlopen(address, timeout=1).close()
                break
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
        yield address
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
