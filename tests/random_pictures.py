"""Pictures of all kinds and sizes for what must give the same bytes in every language."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.picture.frame import Mode

RGBA = NDArray[np.uint8]
# A picture, and what `frame` takes besides.
Task = tuple[RGBA, dict[str, Any]]


def random_picture(rng: np.random.Generator) -> RGBA:
    """Noise, shapes or lines of any polarity in any light, or transparent ink, of any size."""
    reach = int(rng.choice([6, 40, 130, 300, 2000], p=[0.2, 0.3, 0.3, 0.15, 0.05]))
    height, width = (int(side) for side in rng.integers(1, reach + 1, 2))
    rgba: NDArray[np.float32] = np.full((height, width, 4), 255, np.float32)
    kind = rng.integers(5)
    if kind == 0:
        rgba = 256 * rng.random((height, width, 4), np.float32)
    elif kind == 1:
        rgba = np.zeros_like(rgba)
        rgba[rng.integers(height) :, rng.integers(width) :, 3] = rng.integers(256)
    else:
        rgba[..., :3] = rng.integers(0, 256, 3)
        for _ in range(rng.integers(1, 5)):
            top, left = rng.integers(height), rng.integers(width)
            extent = (rng.integers(1, height + 1), rng.integers(1, 1 + (width if kind == 2 else 3)))
            shape = np.s_[top : top + extent[0], left : left + extent[1], :3]
            rgba[shape] = rng.integers(0, 256, 3)
        if kind == 4:
            ends = rng.random(4)
            down = np.linspace(ends[0], ends[1], height)
            across = np.linspace(ends[2], ends[3], width)
            rgba[..., :3] *= (0.3 + 0.7 * down[:, None] * across[None, :])[..., None]
        rgba += rng.integers(0, 16) * rng.standard_normal(rgba.shape, np.float32)
        if rng.integers(3):
            rgba[..., 3] = 255
    return np.clip(rgba, 0, 255).astype(np.uint8)


def specks_far_apart() -> RGBA:
    """Ink of which nothing is left at 20 pixels."""
    rgba = np.full((1024, 40, 4), 255, np.uint8)
    rgba[2, 2, :3] = rgba[-3, -3, :3] = 0
    return rgba


def random_task(rng: np.random.Generator, mode: Mode) -> Task:
    """Noise, few levels or a slope, clear in parts or not, of any size to any other."""
    reach = int(rng.choice([4, 30, 120, 500], p=[0.2, 0.3, 0.35, 0.15]))
    height, width = (int(side) for side in rng.integers(1, reach + 1, 2))
    kind = rng.integers(4)
    if kind == 0:
        rgba = rng.integers(0, 256, (height, width, 4)).astype(np.uint8)
    elif kind == 1:
        rgba = rng.choice(np.array([0, 1, 254, 255], np.uint8), (height, width, 4))
    else:
        slope = np.linspace(rng.integers(256), rng.integers(256), height)[:, None, None]
        noisy = slope * rng.uniform(0, 1, 4) + rng.normal(
            0, rng.integers(1, 30), (height, width, 4)
        )
        rgba = np.clip(noisy, 0, 255).astype(np.uint8)
    if rng.integers(3):
        rgba[..., 3] = 255
    wanted_height, wanted_width = (int(side) for side in rng.integers(1, rng.choice([5, 64]), 2))
    return rgba, {
        "height": wanted_height,
        "width": wanted_width,
        "mode": mode.value,
        "channels": int(rng.choice([1, 3])),
        "fill": rng.integers(0, 256, 3).tolist(),
    }


def hostile_picture(rng: np.random.Generator) -> RGBA:
    """Patterns that no pen draws: noise of two levels, mazes, rings, holes, dots far apart, strips.

    `uint8 [H, W, C]`, C 1 for grey, 3 or 4.
    """
    reach = int(rng.choice([3, 12, 70, 150], p=[0.2, 0.4, 0.3, 0.1]))
    height, width = (int(side) for side in rng.integers(1, reach + 1, 2))
    if rng.integers(6) == 0:
        height, width = int(rng.integers(1, 5)), int(rng.integers(1, 2000))
    kind = rng.integers(7)
    down, across = np.indices((height, width))
    if kind == 0:
        is_ink = rng.random((height, width)) < rng.choice([0.01, 0.1, 0.3, 0.5, 0.8, 0.99])
    elif kind == 1:  # stripes, slanted ones, boards
        period = int(rng.integers(2, 9))
        is_ink = (down * rng.integers(3) + across * rng.integers(3)) % period < period // 2
    elif kind == 2:  # rings, some of them cut open
        is_ink = np.maximum(abs(down - height // 2), abs(across - width // 2)) % 2 == 0
        is_ink &= ~((down == rng.integers(height)) & (across > rng.integers(width)))
    elif kind == 3:  # a path to and fro
        is_ink = across % 4 < 2
        is_ink |= (down < 2) & (across % 8 < 6)
        is_ink |= (down >= height - 2) & ((across + 4) % 8 < 6)
    elif kind == 4:  # all ink but for holes
        is_ink = rng.random((height, width)) > 0.02
    elif kind == 5:  # few dots
        is_ink = np.zeros((height, width), np.bool_)
        is_ink[rng.integers(0, height, 3), rng.integers(0, width, 3)] = True
    else:  # blots in blots
        is_ink = np.sin(down / rng.uniform(1, 9)) * np.sin(across / rng.uniform(1, 9)) > 0
    is_ink = is_ink.T if rng.integers(2) else is_ink
    first, second = rng.integers(0, 256, 2)
    levels = np.where(is_ink, first, second)[..., None]
    noisy = levels + rng.integers(0, 9) * rng.standard_normal(
        (*is_ink.shape, rng.choice([1, 3, 4]))
    )
    pixels: RGBA = np.clip(noisy, 0, 255).astype(np.uint8)
    return pixels
