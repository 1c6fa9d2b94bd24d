"""Photos with what must become of each: what a kit's self-test holds its preparation against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgedigits.picture import picture
from edgedigits.picture.form import DIGIT_FIT, Form
from edgedigits.picture.frame import Mode, frame

MOST = 4
ENLARGED = 3
FRAMED_SIDES = (41, 67), (67, 41)


@dataclass(frozen=True, eq=False)
class Example:
    """A photo `uint8 [H, W, 3]` and what it becomes, `uint8 [*form.shape]`."""

    photo: NDArray[np.uint8]
    prepared: NDArray[np.uint8]


def make(form: Form, images: NDArray[np.uint8]) -> tuple[Example, ...]:
    """Photos for models that take such pictures as `images` are, `uint8 [N, *form.shape]`."""
    photos = (
        [_of_paper(image) for image in images]
        if form.fit == DIGIT_FIT
        else [_pattern(*sides) for sides in FRAMED_SIDES]
    )
    found: list[Example] = []
    for photo in photos:
        try:
            found.append(Example(photo, prepare(photo, form)))
        except picture.NoInk:
            continue
        if len(found) == MOST:
            break
    return tuple(found)


def prepare(photo: NDArray[np.uint8], form: Form) -> NDArray[np.uint8]:
    """What a photo `uint8 [H, W, 3]` becomes.

    Raises:
        NoInk: it shall be a digit, and is blank.
    """
    rgba = np.dstack([photo, np.full(photo.shape[:2], 255, np.uint8)])
    if form.fit == DIGIT_FIT:
        return picture.prepare(rgba)
    framed = frame(rgba, form.height, form.width, Mode(form.fit), form.channels)
    return framed.reshape(form.shape)


def _of_paper(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture of bright ink as dark ink on paper under a lamp from the left."""
    large = np.kron(image, np.ones((ENLARGED, ENLARGED), np.int64))
    light = 240 - np.arange(large.shape[1])
    paper = light * (255 - large * 9 // 10) // 255
    photo: NDArray[np.uint8] = np.clip(paper[..., None] - [0, 6, 12], 0, 255).astype(np.uint8)
    return photo


def _pattern(height: int, width: int) -> NDArray[np.uint8]:
    """Slopes that differ by colour, with edges where they begin anew."""
    down, across, colour = np.indices((height, width, 3))
    levels = 7 * across + 13 * down + 50 * colour + across * down // 5
    photo: NDArray[np.uint8] = (levels % 256).astype(np.uint8)
    return photo
