"""One of a bundle's artifacts for TensorFlow.js."""

from __future__ import annotations

from pathlib import Path

from edgedigits.bundle import bundle
from edgedigits.bundle.artifact import Artifact


def artifact(folder: Path, scheme: str) -> Artifact:
    (found,) = [a for a in bundle.read_manifest(folder).artifacts if a.id == f"tfjs-{scheme}"]
    return found
