"""What tests of the page start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from edgedigits.bundle import bundle
from edgedigits.page import page_models
from edgedigits.page.page_models import PageModels


@pytest.fixture(scope="module")
def models(full_bundle: Path) -> PageModels:
    return page_models.from_bundle(bundle.read(full_bundle))
