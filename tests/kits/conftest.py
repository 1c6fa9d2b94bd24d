"""Kits of the bundles that other tests made, each written once."""

from __future__ import annotations

from pathlib import Path

import pytest

from edgedigits.bundle import bundle
from edgedigits.kits import kits


@pytest.fixture(scope="session")
def python_kit(full_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python kit of `full_bundle`. Not to be written to."""
    folder = tmp_path_factory.mktemp("kits") / "python"
    kits.write(bundle.read(full_bundle), "python", folder)
    return folder
