"""A browser that answers no more is ended, and its test done once more with a new one.

Now and then Chromium gets stuck on a busy machine, and most calls of Playwright wait without end.
A page that is to blame gets stuck again, and its test fails.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

PATIENCE = "EDGEDIGITS_TEST_PATIENCE"
"""Seconds that a test in the browser may take; the longest took 23 on two busy cores."""


class HungBrowser(UserWarning):
    """A browser was ended since it answered no more."""


def run(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Run a test as pytest does; once more with a new browser if the first one has to be ended."""
    hook = item.ihook
    hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports, hung = _once(item, nextitem)
    if hung:
        warnings.warn(HungBrowser(f"{item.nodeid} is done again"), stacklevel=1)
        reports, _ = _once(item, nextitem)
    for report in reports:
        hook.pytest_runtest_logreport(report=report)
    hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)


def _once(item: pytest.Item, nextitem: pytest.Item | None) -> tuple[list[pytest.TestReport], bool]:
    hung = threading.Event()

    def end() -> None:
        hung.set()
        _end_browsers()

    timer = threading.Timer(float(os.environ.get(PATIENCE, "240")), end)
    timer.start()
    try:
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
    finally:
        timer.cancel()
    if hung.is_set():
        # Pages and windows are gone with their browser, of whatever scope they are.
        with contextlib.suppress(Exception):
            item.session._setupstate.teardown_exact(None)
    return reports, hung.is_set()


def _end_browsers() -> None:
    """End Playwright's drivers below this process, and the browsers that they have started."""
    for driver in _children(os.getpid()):
        with contextlib.suppress(OSError):
            if b"playwright/driver/" in Path(f"/proc/{driver}/cmdline").read_bytes():
                for pid in (*_below(driver), driver):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)


def _below(pid: int) -> Iterator[int]:
    for child in _children(pid):
        yield from _below(child)
        yield child


def _children(pid: int) -> list[int]:
    try:
        threads = list(Path(f"/proc/{pid}/task").glob("*/children"))
        return [int(child) for each in threads for child in each.read_text().split()]
    except OSError:
        # It has ended meanwhile, or this is not Linux.
        return []
