"""What was prepared by another specification is prepared again: its number counts."""

from __future__ import annotations

import hashlib
from pathlib import Path

from edgedigits.picture.form import SPECIFICATION

GOLDEN = Path(__file__).parents[1] / "golden"
FILES = ("pictures/prepared.json", "pages/segmented.json", "frames/framed.json")
DIGEST = "c60dd51875efaa929b5a7401c078944930c1485f11a404cf426977090e62bc12"


def test_other_golden_bytes_have_another_number() -> None:
    digest = hashlib.sha256(b"".join((GOLDEN / name).read_bytes() for name in FILES))
    assert (SPECIFICATION, digest.hexdigest()) == (3, DIGEST), (
        "where pictures have become others: count SPECIFICATION up; the digest then is the new one"
    )
