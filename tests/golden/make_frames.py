"""Write tests/golden/frames: small pictures, and what framing them must give.

Run it after a deliberate change to docs/picture.md: python tests/golden/make_frames.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from edgedigits.picture.frame import Mode, frame

RGBA = NDArray[np.uint8]

FRAMES = Path(__file__).parent / "frames"
ANSWERS = FRAMES / "framed.json"

WANTED = (
    ("photo", 7, 9, "stretch", 3),
    ("photo", 8, 8, "crop", 3),
    ("photo", 9, 4, "crop", 1),
    ("photo", 8, 8, "pad", 3),
    ("photo", 3, 12, "pad", 1),
    ("photo", 40, 50, "stretch", 1),
    ("photo", 31, 5, "stretch", 3),
    ("photo", 5, 61, "stretch", 3),
    ("clear", 6, 6, "pad", 3),
    ("clear", 5, 5, "crop", 1),
    ("clear", 17, 13, "stretch", 3),
    ("dot", 3, 4, "stretch", 3),
    ("dot", 4, 3, "pad", 1),
    ("row", 5, 6, "stretch", 3),
    ("row", 6, 5, "crop", 3),
    ("row", 5, 6, "pad", 3),
    ("column", 5, 6, "stretch", 1),
    ("column", 5, 6, "pad", 3),
    ("column", 1, 1, "crop", 3),
)
FILL = (200, 30, 117)


def pictures() -> dict[str, RGBA]:
    """Pictures by name: coloured noise on a slope, clear and half clear parts, lines of pixels."""
    rng = np.random.default_rng(1)
    slope = np.linspace(40, 215, 29)[:, None] + np.linspace(-40, 40, 23)
    photo = np.full((23, 29, 4), 255, np.uint8)
    photo[..., :3] = np.clip(slope.T[..., None] + rng.normal(0, 30, (23, 29, 3)), 0, 255)
    clear = rng.integers(0, 256, (11, 14, 4)).astype(np.uint8)
    clear[:4, :, 3], clear[8:, 7:, 3] = 0, 255
    lines = rng.integers(0, 256, (3, 37, 4)).astype(np.uint8)
    lines[..., 3] = 255
    return {
        "photo": photo,
        "clear": clear,
        "dot": lines[:1, :1],
        "row": lines[1:2],
        "column": lines[2][:, None],
    }


def entries() -> list[dict[str, Any]]:
    """What is asked of which picture."""
    names = "picture", "height", "width", "mode", "channels"
    return [dict(zip(names, each, strict=True), fill=FILL) for each in WANTED]


def framed(rgba: RGBA, wanted: dict[str, Any]) -> str:
    """The bytes in hexadecimal, rows from the top."""
    options = {**wanted, "mode": Mode(wanted["mode"])}
    del options["picture"]
    return frame(rgba, **options).tobytes().hex()


def main() -> None:
    """Write the pictures and the answers."""
    FRAMES.mkdir(exist_ok=True)
    drawn = pictures()
    for name, rgba in drawn.items():
        Image.fromarray(rgba).save(FRAMES / f"{name}.png", optimize=True)
    lines = [
        json.dumps({**wanted, "framed": framed(drawn[wanted["picture"]], wanted)})
        for wanted in entries()
    ]
    ANSWERS.write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
