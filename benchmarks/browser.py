"""The demo page in Chromium: what a first visit fetches, time to the first answer and to the next.

Usage: python benchmarks/browser.py [BUNDLE] [--before PAGE]

BUNDLE is the newest one, or the model that the page has. Where there is a model in WebAssembly, the
page with it is held against the same page without, which answers on TensorFlow.js, and against the
page in the folder PAGE, say one that an earlier version wrote; then every backend of TensorFlow.js
is timed.
"""

from __future__ import annotations

import argparse
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright
from timing import report

from edgedigits.page import demo, page_json
from edgedigits.page.page_models import PageModels
from edgedigits.runtimes.processes import chromium
from edgedigits.runtimes.tfjs.tfjs_browser import SWITCHES

VISITS = 11
ANSWERS = 100
BASELINE = "cpu"
PLAIN = "plain"
"""What answers without TensorFlow.js."""
FIRST_LIMIT_S, NEXT_LIMIT_MS = 1.0, 10.0
MOST_BYTES, MOST_REQUESTS = 110_000, 12
"""Of a first visit to the page that edgedigits comes with."""
GPU_ANSWERS = 10
"""Without a graphics card these backends take long, and their times say little."""

# Draws a stroke as soon as the page takes one, with the keys that it listens to, and notes when an
# answer is first shown; the console hears of it, as looking for it in the page from outside takes
# the page's time. Times count from the beginning of the navigation.
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
  if (bench.first !== null || verdict === 'blank') return;
  bench.first = performance.now();
  console.debug('answered');
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
    parser = argparse.ArgumentParser(description="The demo page in Chromium.")
    parser.add_argument("bundle", type=Path, nargs="?")
    parser.add_argument("--before", type=Path, metavar="PAGE")
    given = parser.parse_args()
    models = demo.open_models(given.bundle)
    library = [each["scheme"] for each in models.page["models"] if each["target"] == page_json.TFJS]
    with tempfile.TemporaryDirectory() as scratch:
        if page_json.WASM in models.targets:
            compare(models, models.only(library), Path(scratch), given.before)
        if library:
            each_backend(models.only(library), Path(scratch) / "each")


def compare(models: PageModels, library: PageModels, scratch: Path, before: Path | None) -> None:
    """The page as it is, without its models in WebAssembly, and as it was before, in turns."""
    folders = {"plain": scratch / "plain", "library": scratch / "library"}
    demo.write_page(models, folders["plain"])
    demo.write_page(library, folders["library"])
    if before is not None:
        folders["before"] = before
    fetched = {name: first_visit(folder) for name, folder in folders.items()}
    print("first visit, until the page is kept for visits without a network")
    for name, (size, requests) in fetched.items():
        print(f"{name:8} {size:9,} bytes  {requests:3} requests")
    firsts: dict[str, list[float]] = {name: [] for name in folders}
    with ExitStack() as stack:
        addresses = {name: stack.enter_context(served(each)) for name, each in folders.items()}
        browser = stack.enter_context(started("wasm"))
        for _ in range(VISITS):
            for name, address in addresses.items():
                backend = PLAIN if name == "plain" else "wasm"
                firsts[name].append(visited(browser, address, backend, 1)[0])
    times = {name: statistics.median(each) for name, each in firsts.items()}
    size, requests = fetched["plain"]
    print(
        f"bytes: {size:,} (at most {MOST_BYTES:,}); requests: {requests} (at most {MOST_REQUESTS})"
    )
    print(f"bytes, plain to library: {size / fetched['library'][0]:.2f}")
    for name, seconds in times.items():
        ratio = times["plain"] / seconds
        print(f"first answer, {name:8} {seconds:6.3f} s; plain to it: {ratio:.2f}")
    if before is not None:
        report("first answer, plain", times["plain"], "the page before", times["before"], 0.5)


def first_visit(folder: Path) -> tuple[int, int]:
    """Bytes, with headers, and requests of a visit to a plain static server, until nothing more is
    fetched."""
    sent: list[int] = []

    class Counting(SimpleHTTPRequestHandler):
        def setup(self) -> None:
            super().setup()
            self.count, write = 0, self.wfile.write

            def counted(content: Any) -> int:
                self.count += len(content)
                return write(content)

            setattr(self.wfile, "write", counted)  # noqa: B010

        def finish(self) -> None:
            # It speaks HTTP/1.0: a connection for each request.
            sent.append(self.count)
            super().finish()

        def log_message(self, *_: object) -> None:
            """It is silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Counting, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with started("wasm") as browser:
            page = browser.new_context().new_page()
            page.add_init_script(FIRST)
            page.goto(f"http://127.0.0.1:{server.server_port}/")
            page.wait_for_selector("html[data-offline=kept]", state="attached", timeout=120_000)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    return sum(sent), len(sent)


def each_backend(models: PageModels, folder: Path) -> None:
    """Every backend of TensorFlow.js, and the limits of the preferred one."""
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
    with started(backend) as browser:
        count = ANSWERS if backend in ("wasm", "cpu") else GPU_ANSWERS
        visits = [visited(browser, address, backend, count) for _ in range(VISITS)]
    if any(used != backend for _, _, used in visits):
        return None
    answers = sorted(ms for _, some, _ in visits for ms in some)
    return Times(
        statistics.median(first for first, _, _ in visits),
        statistics.median(answers),
        answers[int(0.95 * len(answers))],
    )


@contextmanager
def started(backend: str) -> Iterator[Browser]:
    """A Chromium that offers a backend."""
    root = ["--no-sandbox"] if chromium.is_root() else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(Path(playwright.chromium.executable_path)),
            args=[*SWITCHES[backend], *root],
        )
        yield browser
        browser.close()


def visited(
    browser: Browser, address: str, backend: str, count: int
) -> tuple[float, list[float], str | None]:
    """Seconds to the first answer, milliseconds of each that follows, and the backend in use."""
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    page.add_init_script(FIRST)
    with page.expect_console_message(lambda each: each.text == "answered", timeout=120_000):
        page.goto(f"{address}?backend={backend}", wait_until="commit")
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
