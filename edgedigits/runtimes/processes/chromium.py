"""Which Chromium is installed on this machine, and how to get one."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from edgedigits.errors import MachineLacks

ENVIRONMENT = "EDGEDIGITS_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
INSTALL_PLAYWRIGHT = "pip install playwright"
_MACOS = ("Google Chrome.app/Contents/MacOS/Google Chrome", "Chromium.app/Contents/MacOS/Chromium")
_WINDOWS = ("Google/Chrome/Application/chrome.exe", "Chromium/Application/chrome.exe")
# What the command on the PATH may be only a script for.
_FOLDERS = (
    "/usr/lib/chromium",
    "/usr/lib/chromium-browser",
    "/usr/lib64/chromium-browser",
    "/opt/google/chrome",
)
_PLAYWRIGHTS = "~/.cache/ms-playwright"
_VULKAN_DRIVER = "vk_swiftshader_icd.json"
_WINDOWS_HOMES = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")


def find(playwrights: Path | None = None) -> Path:
    """The browser to use: EDGEDIGITS_CHROMIUM, else one on the PATH, else Playwright's own, else
    one in the usual places of macOS and Windows.

    Args:
        playwrights: where Playwright would have put its own, which need not exist.

    Raises:
        MachineLacks: there is none.
    """
    if chosen := os.environ.get(ENVIRONMENT):
        if not os.access(chosen, os.X_OK) or Path(chosen).is_dir():
            raise MachineLacks(
                f"{ENVIRONMENT}={chosen} is no program that can be run",
                f"install a browser with: {install_command()}",
            )
        return Path(chosen)
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    for place in [playwrights, *_usual_places(sys.platform)]:
        if place is not None and place.is_file():
            return place
    raise MachineLacks(
        "no Chromium or Chrome found to run models in a browser",
        f"install one with: {install_command()}",
    )


def swiftshader() -> Path | None:
    """The folder of the Vulkan driver in software that a Chromium on Linux brings along, for
    machines without a graphics card; None where there is none."""
    folders = [Path(folder) for folder in _FOLDERS]
    with contextlib.suppress(MachineLacks):
        folders.insert(0, find().resolve().parent)
    playwrights = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", _PLAYWRIGHTS)).expanduser()
    folders += sorted(playwrights.glob("chromium*/chrome-linux*"), reverse=True)
    return next((folder for folder in folders if (folder / _VULKAN_DRIVER).is_file()), None)


def install_command() -> str:
    """The command that installs a Chromium here."""
    if is_root() and shutil.which("apt-get"):
        return "apt-get install chromium"
    return "python -m playwright install chromium"


def is_root() -> bool:
    """Whether this process may do everything; such a one has no sandbox to offer to a browser."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _usual_places(platform: str) -> Iterator[Path]:
    if platform == "darwin":
        for home in (Path("/Applications"), Path.home() / "Applications"):
            yield from (home / name for name in _MACOS)
    elif platform == "win32":
        for variable in _WINDOWS_HOMES:
            if home_name := os.environ.get(variable):
                yield from (Path(home_name) / name for name in _WINDOWS)
