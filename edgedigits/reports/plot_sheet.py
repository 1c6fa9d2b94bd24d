"""Sheets of 28x28 pictures with a caption under each, every pixel a whole number of dots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from edgedigits.changes.changes import Changes
from edgedigits.datasets.dataset import SIDE, Split
from edgedigits.reports import plots
from edgedigits.verification.class_words import ClassWords
from edgedigits.verification.comparison import Flip
from edgedigits.verification.evaluation import Mistake

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DOTS_A_PIXEL = 3
GAP = 14
LINE = 15
"""Dots between pictures, and for a line of their captions."""
MOST_MISTAKES = 40
MOST_CHANGES = 48
MOST_ROWS = 40
_BESIDE = 8
"""Letters of a name that has words beside it, below one picture."""
_ARTIFACT = 16
"""Letters of an artifact's id below one picture."""
_LONG = 2
_TILE = SIDE * DOTS_A_PIXEL


@dataclass(frozen=True)
class Tile:
    """A picture `uint8 [28, 28]`, the lines below it, and whether it gets a frame."""

    image: NDArray[np.uint8]
    caption: tuple[str, ...] = ()
    framed: bool = False


def draw(tiles: Sequence[Tile], columns: int, title: str, subtitle: str = "") -> Figure:
    """The pictures row by row, as a model sees them: ink bright on dark."""
    from matplotlib.patches import Rectangle

    rows = max(1, -(-len(tiles) // columns))
    lines = max((len(tile.caption) for tile in tiles), default=0)
    step_across, step_down = _TILE + GAP, _TILE + GAP // 2 + max(lines * LINE + 4, GAP // 2)
    width, body = columns * step_across + GAP, rows * step_down + GAP // 2
    with plots.look():
        drawn, inches = plots.headed(width / plots.DPI, body / plots.DPI, title, subtitle)
        height = round(inches * plots.DPI)
        header = height - body
        axes = drawn.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set_axis_off()
        axes.set(xlim=(0, width), ylim=(height, 0))
        for place, tile in enumerate(tiles):
            left = GAP + place % columns * step_across
            top = header + place // columns * step_down
            axes.imshow(
                tile.image, cmap="gray", vmin=0, vmax=255, interpolation="nearest",
                extent=(left, left + _TILE, top + _TILE, top), aspect="auto",
            )  # fmt: skip
            if tile.framed:
                axes.add_patch(
                    Rectangle(
                        (left - 2, top - 2), _TILE + 4, _TILE + 4,
                        fill=False, linewidth=3, edgecolor=plots.LIGHT,
                    )
                )  # fmt: skip
            for line, words in enumerate(tile.caption):
                axes.text(
                    left + _TILE / 2, top + _TILE + 5 + line * LINE, words,
                    ha="center", va="top", fontsize=9,
                    fontweight="bold" if tile.framed else "normal",
                )  # fmt: skip
        # Drawing a picture resets the limits to its own.
        axes.set(xlim=(0, width), ylim=(height, 0))
    return drawn


def draw_mistakes(split: Split, mistakes: Sequence[Mistake], title: str) -> Figure:
    """The most confident mistakes: picture, truth, answer and its probability."""
    shown = mistakes[:MOST_MISTAKES]
    names = plots.names(split.classes, _BESIDE)
    tiles = [
        Tile(
            split.images[mistake.index],
            (
                *_said(names, f"{names[mistake.label]} read", f"as {names[mistake.digit]}"),
                f"{_percent(mistake.probability)} sure",
                f"no. {mistake.index}",
            ),
        )
        for mistake in shown
    ]
    if not shown:
        return draw([], 8, title, f"no mistakes in {len(split):,} pictures")
    which = "all" if len(shown) == len(mistakes) else f"the {len(shown)} most confident"
    subtitle = (
        f"{which} of {len(mistakes):,} mistakes in {len(split):,} pictures, the surest first; "
        "no.: place among them, from 0"
    )
    return draw(tiles, 8, title, subtitle)


def draw_changes(found: Changes) -> Figure:
    """Pictures that two bundles answer otherwise: those that the newer one alone gets wrong first,
    and framed, then those that it alone gets right, then the others."""
    by: dict[Flip, list[str]] = {}
    for each in found.changes:
        for flip in each.parity.flips if each.parity is not None else ():
            by.setdefault(flip, []).append(each.pair.name)
    title = f"Answers that changed from {found.old.folder} to {found.new.folder}"
    if found.pictures is None or not by:
        return draw([], 8, title, "no answer changed")
    split = found.pictures.split
    every = sorted(
        by,
        key=lambda flip: (
            flip.float_digit != flip.label,
            flip.artifact_digit != flip.label,
            flip.index,
        ),
    )
    # The last one stands for no answer, whose place is -1.
    names = [*plots.names(split.classes, _BESIDE), "none"]
    tiles = [
        Tile(
            split.images[flip.index],
            (
                *_said(names[:-1], f"{names[flip.float_digit]} →", names[flip.artifact_digit]),
                f"is {names[flip.label]}",
                f"no. {flip.index}",
                *([_artifacts(by[flip])] if len(found.changes) > 1 else ()),
            ),
            framed=flip.float_digit == flip.label,
        )
        for flip in every[:MOST_CHANGES]
    ]
    wrong = sum(flip.float_digit == flip.label for flip in every)
    which = "all" if len(tiles) == len(every) else f"the first {len(tiles)}"
    subtitle = (
        f"{which} of {len(every):,} changes of answers to {len(split):,} pictures; {wrong:,} got "
        "wrong, framed; no.: place among the pictures, from 0"
    )
    return draw(tiles, 8, title, subtitle)


def draw_predictions(
    split: Split, probabilities: NDArray[np.float32], title: str, most: int = 100
) -> Figure:
    """The first pictures with their predicted class and its probability; mistakes are framed."""
    count = min(most, len(split))
    names = plots.names(split.classes, _BESIDE)
    tiles = []
    for image, label, row in zip(
        split.images[:count], split.labels[:count], probabilities[:count], strict=True
    ):
        answer = int(row.argmax())
        caption = [*_said(names, f"{names[answer]}  ", _percent(float(row[answer])))]
        if answer != label:
            caption.append(f"is {names[label]}")
        tiles.append(Tile(image, tuple(caption), framed=bool(answer != label)))
    wrong = sum(tile.framed for tile in tiles)
    subtitle = f"the first {count} pictures with answer and probability; {wrong} wrong, framed"
    return draw(tiles, 10, title, subtitle)


def draw_samples(split: Split, title: str, each: int = 10) -> Figure:
    """The first pictures of every class, a row for each; of many classes the first `MOST_ROWS`."""
    tiles = []
    blank = Tile(np.full((SIDE, SIDE), 255, np.uint8))
    noun, total = ClassWords(split.classes).noun, len(split.classes)
    for place, name in enumerate(plots.names(split.classes)[:MOST_ROWS]):
        chosen = np.flatnonzero(split.labels == place)[:each]
        # A digit needs no name.
        caption = () if split.of_digits else (name,)
        row = [Tile(split.images[index]) for index in chosen] + [blank] * (each - len(chosen))
        tiles += [replace(row[0], caption=caption), *row[1:]]
    counts = np.bincount(split.labels, minlength=total)
    least, most = f"{counts.min():,}", f"{counts.max():,}"
    of_one = least if least == most else f"{least} to {most}"
    subtitle = f"the first {each} of each {noun}, of {len(split):,} pictures ({of_one} a {noun})"
    if total > MOST_ROWS:
        subtitle += f"; the first {MOST_ROWS} of {total:,} classes"
    return draw(tiles, each, title, subtitle)


def _said(names: Sequence[str], first: str, second: str) -> tuple[str, ...]:
    """Two parts of a caption on one line, or on two where names of classes are long."""
    return (f"{first} {second}",) if max(map(len, names)) <= _LONG else (first, second)


def _artifacts(names: Sequence[str]) -> str:
    return f"{len(names)} artifacts" if len(names) > 1 else plots.names(names, _ARTIFACT)[0]


def _percent(probability: float) -> str:
    """A probability in percent that claims certainty only where it rounds to it."""
    percent = 100 * probability
    return f"{percent:.1f} %" if percent < 99.95 else f"{percent:.2f} %"
