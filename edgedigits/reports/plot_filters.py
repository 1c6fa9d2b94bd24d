"""A model's first layer as pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from edgedigits.models.first_layer import FirstLayer
from edgedigits.reports import plots
from edgedigits.verification.class_words import DIGITS, ClassWords

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 64
COLUMNS = 8
# All in inches.
SIZE = {"kernels": 0.8, "units": 0.9, "classes": 1.5}
GAP, CAPTION, MARGIN = 0.15, 0.2, 0.2
BAR, BAR_TEXT, LEAST_HEIGHT, LEAST_WIDTH = 0.2, 0.85, 2.4, 5.0
WHAT = {
    "kernels": "a kernel for each output channel",
    "units": "what each unit weighs, pixel by pixel",
    "classes": "what each {noun}'s output weighs, pixel by pixel",
}


def draw(layer: FirstLayer, title: str, classes: Sequence[str] = DIGITS) -> Figure:
    """Every filter in one scale of colours: bright speaks for ink at that place, dark against."""
    shown = layer.pictures[:MOST]
    few = layer.kind == "classes" and len(shown) <= len(DIGITS)
    columns = min(5 if few else COLUMNS, len(shown))
    rows = -(-len(shown) // columns)
    size = SIZE[layer.kind]
    grid = (columns * (size + GAP), max(rows * (size + GAP + CAPTION), LEAST_HEIGHT))
    width = max(grid[0] + 2 * MARGIN + BAR + BAR_TEXT, LEAST_WIDTH)
    of_classes = layer.kind == "classes"
    captions = plots.names(classes) if of_classes else [f"{index}" for index in range(len(shown))]
    most = float(np.abs(shown).max()) or 1.0
    with plots.look():
        drawn, height = plots.headed(
            width, grid[1] + MARGIN, title, _subtitle(layer, len(shown), classes)
        )
        for index, weights in enumerate(shown):
            left = MARGIN + index % columns * (size + GAP)
            below = MARGIN + grid[1] - (index // columns + 1) * (size + GAP + CAPTION) + GAP
            axes = drawn.add_axes((left / width, below / height, size / width, size / height))
            axes.set_axis_off()
            image = axes.imshow(weights, cmap=plots.COLOURS, vmin=-most, vmax=most, aspect="auto")
            axes.set_title(captions[index], fontsize=9, pad=2)
        bar = drawn.add_axes(
            (
                (MARGIN + grid[0]) / width,
                (MARGIN + GAP) / height,
                BAR / width,
                (grid[1] - CAPTION - GAP) / height,
            )
        )
        drawn.colorbar(image, cax=bar).set_label("weight (bright: for ink, dark: against)")
    return drawn


def _subtitle(layer: FirstLayer, shown: int, classes: Sequence[str]) -> str:
    number = len(layer.pictures)
    which = f"the first {shown} of {number}" if shown < number else f"all {number}"
    return f"{which}: {WHAT[layer.kind].format(noun=ClassWords(tuple(classes)).noun)}"
