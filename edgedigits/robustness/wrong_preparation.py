"""Seven mistakes that callers of a digit classifier make, each as it would reach the model.

The model is right and its file is right; only the picture is prepared in another way than it was
trained with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.artifact import InputContract
from edgedigits.datasets.dataset import SIDE
from edgedigits.robustness.pixel_changes import Images, inverted, levels

INK, PAPER = (30, 60, 180), (255, 250, 200)
"""A blue pen on a pale yellow pad: red, green and blue."""
LUMA = (0.299, 0.587, 0.114)
"""What red, green and blue weigh in a grey level (Rec. ITU-R BT.601)."""
LARGEST_SCALED = 2.0
"""A model whose values go further than this takes pixels as bytes, undivided."""


@dataclass(frozen=True)
class WrongPreparation:
    """One mistake.

    Attributes:
        name: what it is called.
        summary: what reaches the model, in a few words.
        change: what the caller makes of pictures `uint8 [N, 28, 28]`; None where they are right.
        fed: what pixels 0..255 become instead of what the model takes; None where that is right.
        seen: what the same caller would hand to picture preparation, colours `uint8 [N, 28, 28, 3]`
            of pictures; None where preparation is not what it is about.
    """

    name: str
    summary: str
    change: Callable[[Images], Images] | None = None
    fed: InputContract | None = None
    seen: Callable[[Images], NDArray[np.uint8]] | None = None


def cases(pixels: InputContract | None) -> tuple[WrongPreparation, ...]:
    """The seven mistakes with a model that takes `pixels`.

    The two of scale follow from what it takes: a model of bytes is fed bytes `divided` by 255, any
    other one bytes that were `not-divided`; and both a picture that was `divided-twice`. None, for
    a model that can only be given pictures, leaves these two out.
    """
    return (
        WrongPreparation("inverted", "dark ink on bright paper", inverted, seen=_grey(inverted)),
        WrongPreparation("transposed", "rows taken for columns", transposed),
        *(_scales(pixels) if pixels is not None else ()),
        WrongPreparation(
            "off-centre", "the ink in the top left corner", cornered, seen=_grey(cornered)
        ),
        WrongPreparation("mirrored", "left and right exchanged", mirrored),
        WrongPreparation(
            "rgb-order",
            "R and B swapped, blue on yellow",
            swapped_to_grey,
            seen=lambda images: coloured(images)[..., ::-1],
        ),
    )


def transposed(images: Images) -> Images:
    """Pictures mirrored on their diagonal, as when a file's columns are taken for its rows."""
    return np.ascontiguousarray(images.transpose(0, 2, 1))


def mirrored(images: Images) -> Images:
    """Pictures with left and right exchanged, as a front camera or a wrong axis gives them."""
    return np.ascontiguousarray(images[:, :, ::-1])


def cornered(images: Images) -> Images:
    """The ink moved up and to the left as far as it goes, as when a picture is cut at its ink and
    filled up to 28x28 at the right and the bottom. A blank picture stays as it is."""
    top = images.any(axis=2).argmax(axis=1)[:, None, None]
    left = images.any(axis=1).argmax(axis=1)[:, None, None]
    rows, columns = np.arange(SIDE)[:, None], np.arange(SIDE)
    pictures = np.arange(len(images))[:, None, None]
    # What wraps around is blank: there is no ink above `top` or left of `left`.
    moved: Images = images[pictures, (rows + top) % SIDE, (columns + left) % SIDE]
    return moved


def coloured(images: Images) -> NDArray[np.uint8]:
    """Pictures as colours `uint8 [N, 28, 28, 3]`: full ink is `INK`, none is `PAPER`."""
    shares = images[..., None] / 255
    return levels(shares * np.array(INK) + (1 - shares) * np.array(PAPER))


def swapped_to_grey(images: Images) -> Images:
    """What a caller gets who takes the blue of `coloured` pictures for red and the red for blue.

    The grey levels are stretched such that in the right order full ink would be 255, paper 0.
    """
    right = [float(np.dot(LUMA, colour)) for colour in (INK, PAPER)]
    grey = coloured(images)[..., ::-1] @ np.array(LUMA)
    return levels((right[1] - grey) * 255 / (right[1] - right[0]))


def _grey(change: Callable[[Images], Images]) -> Callable[[Images], NDArray[np.uint8]]:
    return lambda images: np.repeat(change(images)[..., None], 3, axis=3)


def _scales(pixels: InputContract) -> tuple[WrongPreparation, WrongPreparation]:
    if max(abs(pixels.low), abs(pixels.high)) > LARGEST_SCALED:
        first, factors = "divided", (1 / 255, 1 / 255**2)
    else:
        first, factors = "not-divided", (255.0, 1 / 255)
    once, twice = (_stretched(pixels, factor) for factor in factors)
    return (
        WrongPreparation(first, _instead(once, pixels), fed=once),
        WrongPreparation("divided-twice", _instead(twice, pixels), fed=twice),
    )


def _stretched(pixels: InputContract, factor: float) -> InputContract:
    return InputContract(pixels.low, pixels.low + (pixels.high - pixels.low) * factor)


def _instead(fed: InputContract, pixels: InputContract) -> str:
    return f"fed {fed.low:.3g}..{fed.high:.3g}, it takes {pixels.low:g}..{pixels.high:g}"
