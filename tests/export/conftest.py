"""An export of a small model, as quick as may be."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import Command, Finished


@pytest.fixture
def export(command: Command, unit_model: Path, pictures: Path, tmp_path: Path) -> Command:
    """Exports a model of 0..1 with a small data set; a bundle stands in `tmp_path/bundle`."""

    def run(*options: str, cwd: Path = tmp_path) -> Finished:
        fixed = ("--dataset", pictures, "--input-range", "0,1")
        return command("export", unit_model, *fixed, *options, cwd=cwd)

    return run
