"""What tests of data sets start from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from drawings import draw_chunk

from edgedigits.datasets.strokes.drawing import Drawing


@pytest.fixture(scope="module", autouse=True)
def drawn_anew() -> Iterator[None]:
    """Here every picture is drawn each time it is asked for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Drawing, "_chunk", draw_chunk)
        yield
