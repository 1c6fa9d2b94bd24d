"""Where the demo page's own files lie, which the browser's runtime uses too."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from edgedigits.errors import WrongUse

INDEX = "index.html"


def page_source() -> Path:
    """The page's files: inside an installed package, or at the top of a checkout."""
    package = Path(str(resources.files("edgedigits")))
    for folder in (package / "web_demo", package.parent / "web_demo"):
        if (folder / INDEX).is_file():
            return folder
    raise WrongUse("this installation holds no demo page", "install edgedigits again")
