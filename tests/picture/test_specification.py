"""What was prepared by another specification is prepared again: its number counts."""

from __future__ import annotations

import hashlib
from pathlib import Path

from edgedigits.picture.form import SPECIFICATION

GOLDEN = Path(__file__).parents[1] / "golden"
FILES = ("pictures/prepared.json", "pages/segmented.json", "frames/framed.json")
DIGEST = "6ce4397f7be464bb2ca5ba3b516e2e88f2d70e759733f61c6f3d85f56aba1e28"


def test_other_golden_bytes_have_another_number() -> None:
    digest = hashlib.sha256(b"".join((GOLDEN / name).read_bytes() for name in FILES))
    assert (SPECIFICATION, digest.hexdigest()) == (2, DIGEST), (
        "where pictures have become others: count SPECIFICATION up; the digest then is the new one"
    )
