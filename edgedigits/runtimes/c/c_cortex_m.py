"""Models in C on an emulated board with a Cortex-M."""

from __future__ import annotations

from pathlib import Path

from edgedigits.bundle.artifact import Artifact
from edgedigits.runtimes.c import board
from edgedigits.runtimes.c.c_model import CModel
from edgedigits.runtimes.shared import Shared


def open_artifact(
    _name: str, artifact: Artifact, folder: Path, shared: Shared | None = None
) -> CModel:
    """Open a C artifact for runtime `c-cortex-m`, on the board whose processor was chosen."""
    chosen = None if shared is None else shared.settings.backend
    return CModel(artifact, folder, board.find(chosen or board.USUAL))
