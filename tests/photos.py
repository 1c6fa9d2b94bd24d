"""Photos of written digits, made from drawn strokes: paper, light, pen and camera."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from edgedigits.datasets.strokes import strokes

RGBA = NDArray[np.uint8]
Levels = NDArray[np.float64]
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Scene:
    """How a photo looks; colours are 0 to 255, light is a part of full light, turn in degrees."""

    paper: Colour = (235, 232, 225)
    ink: Colour = (35, 38, 60)
    light: str = "even"
    noise: float = 4.0
    specks: int = 0
    bar: int = 0
    ruling: str = ""
    ruling_ink: Colour = (165, 190, 215)
    turn: float = 0.0


def handwriting(digit: int, seed: int, height: int) -> Levels:
    """One digit's ink, 0 to 1, cut to its box, `height` pixels at its longer side."""
    images, _ = strokes.USUAL.draw(1, seed, labels=np.array([digit]))
    rows, columns = (np.flatnonzero(images[0].max(axis=axis) > 60) for axis in (1, 0))
    cut = images[0][rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = height / max(cut.shape)
    size = max(1, round(cut.shape[1] * scale)), max(1, round(cut.shape[0] * scale))
    soft = np.array(Image.fromarray(cut).resize(size, Image.Resampling.BICUBIC)) / 255
    return np.clip((soft - 0.42) * max(1.0, scale / 2.2) + 0.5, 0, 1) if scale > 2 else soft


def place(ink: Levels, size: tuple[int, int], corner: tuple[int, int]) -> Levels:
    """The ink on an empty sheet of (height, width), its top left corner at (row, column)."""
    sheet = np.zeros(size)
    row, column = corner
    sheet[row : row + ink.shape[0], column : column + ink.shape[1]] = ink
    return sheet


def take(sheet: Levels, scene: Scene, seed: int) -> RGBA:
    """The photo of a sheet of ink."""
    rng = np.random.default_rng(seed)
    sheet = sheet.copy()
    for _ in range(scene.specks):
        row, column = (int(rng.integers(0, side - 4)) for side in sheet.shape)
        sheet[row : row + rng.integers(1, 4), column : column + rng.integers(1, 4)] = 1
    sheet = _turned(sheet, scene.turn)
    sheet[: scene.bar] = 1
    lines = _turned(_ruling(sheet.shape, scene.ruling), scene.turn)[..., None]
    paper, ink, ruled = (
        np.array(colour, float) for colour in (scene.paper, scene.ink, scene.ruling_ink)
    )
    photo = (paper * (1 - lines) + ruled * lines) * (1 - sheet[..., None]) + ink * sheet[..., None]
    photo = photo * _light(sheet.shape, scene.light)[..., None]
    photo += rng.normal(0, scene.noise, photo.shape) if scene.noise else 0
    opaque = np.full((*sheet.shape, 1), 255.0)
    pixels: RGBA = np.clip(np.concatenate([photo, opaque], axis=2), 0, 255).astype(np.uint8)
    return pixels


def _turned(levels: Levels, degrees: float) -> Levels:
    if not degrees:
        return levels
    image = Image.fromarray(levels.astype(np.float32))
    return np.clip(np.array(image.rotate(degrees, Image.Resampling.BICUBIC), float), 0, 1)


def _ruling(shape: tuple[int, ...], kind: str) -> Levels:
    """Printed lines 60 pixels apart, or squares of 30."""
    lines = np.zeros(shape)
    if kind == "lines":
        lines[40::60] = lines[41::60] = 1
    elif kind == "squares":
        lines[20::30] = 1
        lines[:, 20::30] = 1
    return lines


def _light(shape: tuple[int, ...], kind: str) -> Levels:
    rows, columns = (np.linspace(-0.5, 0.5, side) for side in shape)
    slanted: Levels = 0.6 * columns[None, :] + 0.8 * rows[:, None]
    if kind == "slope":
        return np.clip(0.65 + 0.6 * slanted, 0.2, 1)
    if kind == "lamp":
        return np.asarray(1 - 1.2 * (columns[None, :] ** 2 + rows[:, None] ** 2))
    if kind == "soft shadow":
        return np.asarray(1 - 0.5 / (1 + np.exp(-25 * (slanted - 0.1))))
    if kind == "hard shadow":
        return np.asarray(1 - 0.4 / (1 + np.exp(-150 * (slanted + 0.1))))
    return np.ones(shape)


def page(digits: NDArray[np.int64], seed: int, *, cell: int = 90, spread: float = 1.0) -> Levels:
    """Digits `[rows, columns]` written on a sheet; `spread` is their distance over their height."""
    return page_and_boxes(digits, seed, cell=cell, spread=spread)[0]


def page_and_boxes(
    digits: NDArray[np.int64], seed: int, *, cell: int = 90, spread: float = 1.0
) -> tuple[Levels, NDArray[np.int64]]:
    """The sheet of `page`, and the digits' boxes `[rows, columns, 4]`: left, top, width, height."""
    rng = np.random.default_rng(seed)
    rows, columns = digits.shape
    sheet = np.zeros((round(rows * cell * 1.35) + cell, round(columns * cell * spread) + cell))
    boxes = np.zeros((rows, columns, 4), dtype=np.int64)
    for (row, column), digit in np.ndenumerate(digits):
        height = round(cell * rng.uniform(0.7, 0.85))
        ink = handwriting(int(digit), seed * 1000 + row * columns + column, height)
        top = round((row + 0.5) * cell * 1.35 + rng.normal(0, 3) + (cell - ink.shape[0]) / 2)
        left = round((column + 0.5) * cell * spread + rng.normal(0, 3) + (cell - ink.shape[1]) / 2)
        spot = sheet[top : top + ink.shape[0], left : left + ink.shape[1]]
        np.maximum(spot, ink, out=spot)
        boxes[row, column] = left, top, ink.shape[1], ink.shape[0]
    return sheet, boxes
