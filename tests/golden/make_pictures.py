"""Write tests/golden/pictures: photos of drawn digits, and what preparing them must give.

Run it after a deliberate change to docs/picture.md: python tests/golden/make_pictures.py. Photos
that are there stay, whatever digits `strokes` draws now.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from edgedigits.picture import picture

sys.path.insert(0, str(Path(__file__).parents[1]))

from photos import RGBA, Scene, handwriting, place, take

PICTURES = Path(__file__).parent / "pictures"
ANSWERS = PICTURES / "prepared.json"


def photos() -> dict[str, RGBA]:
    """Small pictures by name: every kind of step in the specification is taken by some of them."""

    def written(digit: int, scene: Scene, size: tuple[int, int], height: int) -> RGBA:
        corner = (size[0] - height) // 2, (size[1] - height) // 2
        return take(place(handwriting(digit, digit, height), size, corner), scene, digit)

    clean = Scene((255, 255, 255), (0, 0, 0), noise=0)
    drawn = written(4, clean, (97, 90), 60)
    transparent = np.zeros_like(drawn)
    transparent[..., 3] = 255 - drawn[..., 0]
    tinted = written(6, clean, (50, 61), 40)
    tinted[..., 3] = 255 - tinted[..., 0] // 2
    thin = np.full((120, 100, 4), 255, np.uint8)
    thin[20:100, 50, :3] = 0
    thick = np.full((80, 80, 4), 255, np.uint8)
    thick[10:70, 25:55, :3] = 20
    return {
        "clean-dark-0": written(0, clean, (112, 112), 70),
        "clean-bright-1": written(1, Scene((0, 0, 0), (255, 255, 255), noise=0), (64, 64), 50),
        "slope-2": written(2, Scene(light="slope"), (140, 120), 70),
        "lamp-3": written(3, Scene(light="lamp"), (120, 140), 60),
        "transparent-4": transparent,
        "hard-shadow-5": written(5, Scene(light="hard shadow"), (130, 130), 70),
        "half-transparent-6": tinted,
        "chalk-7": written(7, Scene((50, 70, 60), (230, 232, 225), "slope"), (90, 100), 60),
        "tiny-8": written(8, clean, (16, 16), 14),
        "edge-and-specks-9": written(9, Scene(specks=12, bar=8), (150, 130), 70),
        "soft-shadow-2": written(2, Scene(light="soft shadow", noise=10), (101, 77), 50),
        "ruled-and-soft-shadow-5": written(
            5, Scene(light="soft shadow", ruling="lines", bar=5), (140, 140), 70
        ),
        "wide-3": written(3, Scene(light="slope", noise=0), (40, 1500), 30),
        "thin-line": thin,
        "thick-block": thick,
        "blank": take(np.zeros((40, 50)), Scene(light="slope", noise=3), 1),
        "white": np.full((30, 30, 4), 255, np.uint8),
    }


def prepared(rgba: RGBA) -> str | None:
    """Hexadecimal 28x28 bytes, or None for no digit."""
    try:
        return picture.prepare(rgba).tobytes().hex()
    except picture.NoInk:
        return None


def main() -> None:
    """Write the pictures and the answers."""
    PICTURES.mkdir(exist_ok=True)
    answers = {}
    for name, rgba in photos().items():
        path = PICTURES / f"{name}.png"
        if not path.exists():
            Image.fromarray(rgba).save(path, optimize=True)
        answers[name] = prepared(picture.read(path))
    ANSWERS.write_text(json.dumps(answers, indent=1) + "\n")


if __name__ == "__main__":
    main()
