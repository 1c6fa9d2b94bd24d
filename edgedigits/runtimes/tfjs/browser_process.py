"""A Chromium of our own through Playwright, whose pages any thread may use, and with no way out.

Playwright's objects belong to the thread that made them, so the browser gets a thread with an event
loop, and every other thread hands its work over and waits for the answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import re
import threading
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import CancelledError
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from edgedigits.errors import EdgeDigitsError, MachineLacks
from edgedigits.runtimes.processes import chromium
from edgedigits.runtimes.processes.child_process import TOO_SLOW
from edgedigits.runtimes.shared import ended_on_error

if TYPE_CHECKING:
    from playwright.async_api import Browser as PlaywrightBrowser
    from playwright.async_api import BrowserContext, Page, Playwright, Route

Answer = TypeVar("Answer")
Files = Mapping[str, Path]
"""What a page may fetch: paths below its address, and the files that are sent for them."""

# A name that no name server may ever know; pages of https addresses may use WebGPU.
ADDRESS = "https://edgedigits.invalid/"
MIME_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".wasm": "application/wasm",
}
SWITCHES = (
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
SECONDS_TO_LEAVE = 3.0
LINES_SHOWN = 12


class Browser:
    """A running Chromium.

    Attributes:
        version: as the browser says, such as "141.0.7390.54".
    """

    def __init__(self, switches: Sequence[str] = (), *, deadline_s: float = 120.0) -> None:
        """Start Playwright and the browser.

        Args:
            switches: further command-line switches of Chromium.
            deadline_s: seconds that starting, and every answer of a page, may take.

        Raises:
            MachineLacks: there is no Playwright or no browser here, or it does not start in time.
        """
        if importlib.util.find_spec("playwright") is None:
            raise MachineLacks(
                "no Playwright found to run models in a browser",
                f"install it with: {chromium.INSTALL_PLAYWRIGHT}",
            )
        self.deadline_s = deadline_s
        self._running: set[asyncio.Task[Any]] = set()
        self._lock = threading.Lock()
        self._ended = False
        self._playwright: Playwright | None = None
        self._browser: PlaywrightBrowser | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="edgedigits browser", daemon=True
        )
        self._thread.start()
        with ended_on_error(self):
            self.run(self._start(switches), "starting the browser")
        assert self._browser is not None
        self.version: str = self._browser.version

    @property
    def is_alive(self) -> bool:
        """Whether the browser still runs."""
        return not self._ended and self._browser is not None and self._browser.is_connected()

    def open_page(self, files: Files, name: str) -> BrowserPage:
        """A page at `ADDRESS + name` that can fetch `files` and nothing else, in a profile of its
        own."""
        return BrowserPage(self, files, name)

    async def context(self) -> BrowserContext:
        """A new profile; to be awaited in the browser's thread."""
        assert self._browser is not None
        return await self._browser.new_context(service_workers="block")

    def run(self, work: Coroutine[Any, Any, Answer], doing: str) -> Answer:
        """The answer of `work`, done in the browser's thread.

        Raises:
            MachineLacks: there was none in time, or the browser was ended meanwhile.
        """
        with self._lock:
            if self._ended:
                work.close()
                raise _gone(doing)
            future = asyncio.run_coroutine_threadsafe(self._timed(work), self._loop)
        try:
            return future.result()
        except TimeoutError as error:
            raise MachineLacks(
                f"{doing}: no answer within {self.deadline_s:g} s", TOO_SLOW
            ) from error
        except CancelledError as error:
            raise _gone(doing) from error
        except BaseException:
            future.cancel()
            raise

    def close(self) -> None:
        """End the browser, and with it whatever waits for its answer; again, it does nothing."""
        with self._lock:
            if self._ended:
                return
            self._ended = True
        future = asyncio.run_coroutine_threadsafe(self._end(), self._loop)
        with contextlib.suppress(Exception):
            future.result(3 * SECONDS_TO_LEAVE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(SECONDS_TO_LEAVE)
        if not self._thread.is_alive():
            self._loop.close()

    async def _start(self, switches: Sequence[str]) -> None:
        from playwright.async_api import Error, async_playwright

        self._playwright = await async_playwright().start()
        browsers = self._playwright.chromium
        executable = chromium.find(Path(browsers.executable_path))
        try:
            self._browser = await browsers.launch(
                executable_path=executable,
                headless=True,
                args=[*SWITCHES, *switches],
                chromium_sandbox=not chromium.is_root(),
                # Ctrl-C is ours to deal with.
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
            )
        except Error as error:
            raise MachineLacks(
                f"{executable} does not start: {_last_line(error)}",
                f"install another browser with: {chromium.install_command()}",
            ) from error

    async def _timed(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            return await asyncio.wait_for(work, self.deadline_s)
        finally:
            self._running.discard(task)

    async def _end(self) -> None:
        for task in self._running:
            task.cancel()
        if self._browser is not None:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(self._browser.close(), SECONDS_TO_LEAVE)
        if self._playwright is not None:
            # The driver takes a browser along that did not close.
            with contextlib.suppress(Exception):
                await asyncio.wait_for(self._playwright.stop(), SECONDS_TO_LEAVE)


class BrowserPage:
    """A page, and what went wrong in it. One thread at a time may use it."""

    def __init__(self, browser: Browser, files: Files, name: str) -> None:
        """Open the page at `name`, one of `files`."""
        self._browser = browser
        self._files = files
        self._said: list[str] = []
        self._crashed = False
        self._context: BrowserContext
        self._page: Page
        with ended_on_error(self):
            self.run(self._open(name), f"opening {name}")

    def call(self, function: str, *arguments: Any) -> Any:
        """What `globalThis.edgedigits.FUNCTION(...arguments)` comes to; JSON both ways.

        Raises:
            PageError: it threw an error.
            MachineLacks: no answer in time, or the page or the browser is gone.
        """
        script = "([name, args]) => globalThis.edgedigits[name](...args)"
        return self.run(self._page.evaluate(script, [function, list(arguments)]), function)

    def run(self, work: Coroutine[Any, Any, Answer], doing: str) -> Answer:
        """`Browser.run`, with errors that say what the page said."""
        from playwright.async_api import Error

        doing = f"Chromium, {doing}"
        try:
            return self._browser.run(work, doing)
        except MachineLacks as error:
            raise MachineLacks(error.message, self._hint(error.hint)) from error
        except Error as error:
            if self._crashed or not self._browser.is_alive:
                what = "the page crashed" if self._crashed else "the browser ended"
                raise MachineLacks(f"{doing}: {what}", self._hint(TOO_SLOW)) from error
            raise PageError(_thrown(error), self._hint(None)) from error

    def close(self) -> None:
        """Close the page; again, or after its browser's end, it does nothing."""
        if hasattr(self, "_context"):
            with contextlib.suppress(Exception):
                self._browser.run(self._context.close(), "closing a page")

    async def _open(self, name: str) -> None:
        self._context = await self._browser.context()
        await self._context.route("**/*", self._answer)
        self._page = await self._context.new_page()
        self._page.on("console", lambda message: self._note(message.text, message.type))
        self._page.on("pageerror", lambda error: self._note(str(error)))
        self._page.on("crash", lambda _: setattr(self, "_crashed", True))
        await self._page.goto(ADDRESS + name)
        # Modules that fail to load are told on the console, and leave nothing to call.
        if not await self._page.evaluate("() => 'edgedigits' in globalThis"):
            raise PageError(f"{name} does not run", self._hint(None))

    async def _answer(self, route: Route) -> None:
        path = route.request.url.partition("?")[0].removeprefix(ADDRESS)
        file = self._files.get(path)
        if file is None:
            self._note(f"{route.request.url} is not to be had")
            await route.abort()
            return
        kind = MIME_TYPES.get(file.suffix, "application/octet-stream")
        await route.fulfill(body=file.read_bytes(), content_type=kind)

    def _note(self, text: str, kind: str = "error") -> None:
        if kind in ("error", "warning"):
            self._said += [line.strip() for line in text.splitlines() if line.strip()]

    def _hint(self, remedy: str | None) -> str | None:
        return "\n".join([*self._said[-LINES_SHOWN:], *([remedy] if remedy else [])]) or None


class PageError(EdgeDigitsError):
    """JavaScript in a page threw an error."""


def _gone(doing: str) -> MachineLacks:
    return MachineLacks(f"{doing}: the browser was ended")


def _thrown(error: Exception) -> str:
    """The message of an error thrown in a page, without the stack below it."""
    first = str(error).strip().splitlines()[0]
    return re.sub(r"^(?:Page\.\w+: )?(?:Error: )?", "", first)[:300]


def _last_line(error: Exception) -> str:
    """What a program that did not start said last, out of Playwright's long report."""
    lines = [line.strip() for line in str(error).splitlines()]
    said = [line for line in lines if re.search(r"\[err\]|error while loading", line)]
    return re.sub(r".*\[err\]\s*", "", (said or lines[:1])[-1])[:300]
