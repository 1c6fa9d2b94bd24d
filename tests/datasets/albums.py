"""Folders of small coloured pictures, enough of them to be kept on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from edgedigits.picture.form import Form

FORM = Form(12, 10, 3, "stretch")
CLASSES = ("cat", "dog", "owl")


def make(root: Path, count: int = 120, seed: int = 0) -> Path:
    """Noise in folders of three classes, each picture 14x11."""
    noise = np.random.default_rng(seed).integers(0, 256, (count, 14, 11, 3), dtype=np.uint8)
    for number, levels in enumerate(noise):
        path = root / CLASSES[number % 3] / f"{number:04}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(levels).save(path)
    return root
