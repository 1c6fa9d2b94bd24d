"""A browser that answers no more does not stop the tests, and hides nothing of theirs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import hung_browser
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CONFTEST = """
import hung_browser
import pytest
from playwright.sync_api import sync_playwright

@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=%r, args=['--no-sandbox'])
        yield opened
        opened.close()

@pytest.fixture(scope="module")
def page(browser):
    return browser.new_page()

def pytest_runtest_protocol(item, nextitem):
    hung_browser.run(item, nextitem)
    return True
"""
SUITE = """
tries = []

def test_before(page):
    assert page.evaluate("1 + 1") == 2

def test_stuck_once(page):
    tries.append(page)
    assert page.evaluate("(stuck) => { while (stuck) {} return 7; }", len(tries) == 1) == 7
    assert len(tries) == 2

def test_stuck_always(page):
    page.evaluate("new Promise(() => 0)")

def test_wrong(page):
    assert page.evaluate("1 + 1") == 3

def test_after(page):
    assert page.evaluate("2 + 2") == 4
"""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks Linux for processes")
def test_it_is_ended_and_its_test_done_once_more(tmp_path: Path, chromium: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST % str(chromium), "utf-8")
    (tmp_path / "test_stuck.py").write_text(SUITE, "utf-8")
    settings = {
        hung_browser.PATIENCE: "8",
        "PYTHONPATH": str(Path(hung_browser.__file__).parent),
        "PYTEST_ADDOPTS": "",
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rA", "-p", "no:cacheprovider", "-p", "no:edgedigits"],
        cwd=tmp_path,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    told = done.stdout
    assert "2 failed, 3 passed" in told, told + done.stderr
    for name, fate in [
        ("before", "PASSED"),
        ("stuck_once", "PASSED"),
        ("stuck_always", "FAILED"),
        ("wrong", "FAILED"),
        ("after", "PASSED"),
    ]:
        assert f"{fate} test_stuck.py::test_{name}" in told
        assert (f"test_{name} is done again" in told) == name.startswith("stuck")
