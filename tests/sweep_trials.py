"""Trials of a specification, for tests of sweeps."""

from __future__ import annotations

from pathlib import Path

from edgedigits.sweep import specification
from edgedigits.sweep.searches import searches
from edgedigits.sweep.searches.generation import Search
from edgedigits.sweep.specification import Specification
from edgedigits.sweep.trial import Trial

DRAWN = '[settings]\nmodel = "softmax"\ndataset = "strokes"\n'
NETWORK = """[settings]
dataset = "strokes"
[settings.model]
{} = "edge"
convolutions = [{{ filters = {}, size = 5 }}, {{ filters = 4, size = {} }}]
"""


def opened(text: str, folder: Path) -> tuple[Specification, Search]:
    """A specification and its search."""
    path = folder / "spec.toml"
    path.write_text(text, "utf-8")
    asked = specification.read(path)
    return asked, searches.opened(asked, None)


def trials(text: str, folder: Path) -> tuple[Trial, ...]:
    """Those of a search's first generation, which is all of a grid or a random one."""
    return next(opened(text, folder)[1].generations(lambda _: None)).trials
