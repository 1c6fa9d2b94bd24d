"""Pictures and labels as other people's files store them, brought to the form of a `Split`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets.dataset import CLASSES, DIGITS, SIDE, Split
from edgedigits.errors import DataBad
from edgedigits.picture.form import DIGIT, Form

#: More than this for one array of pictures is refused: a small archive may hold a large one.
MOST_BYTES = 4_000_000_000

SMALL_SIDE = 20
_MARGIN = (SIDE - SMALL_SIDE) // 2
_BRIGHT = 128
_SCALING_NOISE = 1e-3

Numbers = NDArray[Any]


def to_split(
    pictures: Numbers,
    labels: Numbers,
    where: str,
    form: Form = DIGIT,
    classes: tuple[str, ...] = DIGITS,
) -> Split:
    """Checked pictures and labels of one source.

    Args:
        pictures: see `to_pictures`; of another form than digits', see `to_form`.
        labels: see `to_labels`.
        where: the file, for messages.
        form: what the pictures are to be.
        classes: what the labels stand for.

    Raises:
        DataBad: when either cannot be understood, their counts differ, there are none, or the
            pictures show dark ink on light paper.
    """
    images = to_pictures(pictures, where) if form == DIGIT else to_form(pictures, where, form)
    digits = to_labels(labels, where, len(classes))
    if len(images) != len(digits):
        raise DataBad(
            f"{where}: {len(images)} pictures but {len(digits)} labels",
            "every picture needs one label: get the matching pair of files again",
        )
    if not len(images):
        raise DataBad(f"{where}: holds no pictures", "to go on without it: --dataset strokes")
    if form == DIGIT:
        check_polarity(images, where)
    return Split(images, digits, classes)


def to_pictures(array: Numbers, where: str) -> NDArray[np.uint8]:
    """Pictures `uint8 [N, 28, 28]` out of `[N, 28, 28]`, `[N, 28, 28, 1]`, `[N, 784]` and the like.

    20x20 pictures (`[N, 20, 20]`, `[N, 400]`) are placed in the middle of 28x28, which is where
    MNIST's own 20x20 boxes lie on average. Whole numbers in 0..255 are taken as they are, whatever
    their type. Fractions are taken only when they stand for grey levels exactly, that is when all
    of them are k/255; anything else would need rounding, and pixels that were changed silently are
    no longer the data set that was given.

    Raises:
        DataBad: for another shape, or values that are no grey levels.
    """
    return _centred(_grey_levels(_square(array, where), where))


def to_form(array: Numbers, where: str, form: Form) -> NDArray[np.uint8]:
    """Pictures `uint8 [N, *form.shape]` out of grey `[N, H, W]` and `[N, H, W, 1]`, or colours
    `[N, H, W, 3]`. Those of another size or in other colours are brought to the form as photos are.

    Raises:
        DataBad: for another shape, or values that are no grey levels.
    """
    if array.ndim == 4 and array.shape[3] == 1:
        array = array[..., 0]
    if array.ndim not in (3, 4) or array.shape[3:] not in ((), (3,)) or 0 in array.shape[1:]:
        raise DataBad(
            f"{where}: pictures of shape {list(array.shape)} are not [N, H, W] or [N, H, W, 3]",
            "pictures of differing sizes can be given as folders, one for each class",
        )
    levels = _grey_levels(array, where)
    if levels.shape[1:] == form.shape:
        return np.ascontiguousarray(levels)
    return np.stack([fitted(one, form) for one in levels])


def fitted(levels: NDArray[np.uint8], form: Form) -> NDArray[np.uint8]:
    """One picture, `uint8 [H, W]` or `[H, W, 3]` or with alpha `[H, W, 4]`, brought to a form."""
    from edgedigits.picture.frame import Mode, frame

    if levels.ndim == 2:
        levels = np.stack([levels] * 3, axis=-1)
    if levels.shape[2] == 3:
        opaque = np.full((*levels.shape[:2], 1), 255, np.uint8)
        levels = np.concatenate([levels, opaque], axis=2)
    found = frame(levels, form.height, form.width, Mode(form.fit), form.channels)
    return found.reshape(form.shape)


def _square(array: Numbers, where: str) -> Numbers:
    shape = array.shape
    if array.ndim == 4 and shape[3] == 1:
        array = array[..., 0]
    if array.ndim == 2:
        side = {SIDE * SIDE: SIDE, SMALL_SIDE * SMALL_SIDE: SMALL_SIDE}.get(shape[1])
        if side is not None:
            array = array.reshape(-1, side, side)
    if array.ndim != 3 or array.shape[1:] not in ((SIDE, SIDE), (SMALL_SIDE, SMALL_SIDE)):
        raise DataBad(
            f"{where}: pictures of shape {list(shape)} are not [N, 28, 28] or [N, 20, 20]",
            "grey pictures of another size can be given as folders: 0/a.png to 9/z.png",
        )
    return array


def _grey_levels(array: Numbers, where: str) -> NDArray[np.uint8]:
    if array.dtype == np.uint8 or not array.size:
        levels = array.astype(np.uint8, copy=False)
    elif array.dtype == np.bool_:
        raise _only_zero_and_one(where)
    elif np.issubdtype(array.dtype, np.integer):
        _check_range(array, where)
        levels = array.astype(np.uint8)
    elif np.issubdtype(array.dtype, np.floating):
        levels = _from_fractions(array, where)
    else:
        raise DataBad(f"{where}: pixels of type {array.dtype} are no numbers", _STORE_AS_BYTES)
    if levels.size and levels.max() == 1:
        raise _only_zero_and_one(where)
    return levels


_STORE_AS_BYTES = "store the pixels as whole numbers 0..255, ink bright: (x * 255).round()"


def _only_zero_and_one(where: str) -> DataBad:
    return DataBad(
        f"{where}: pixels are only 0 and 1, which on a scale of 0..255 is an empty picture",
        "store ink as 255: multiply by 255",
    )


def _check_range(array: Numbers, where: str) -> None:
    low, high = array.min(), array.max()
    if not (low >= 0 and high <= 255):
        raise DataBad(f"{where}: pixels from {low} to {high} are not in 0..255", _STORE_AS_BYTES)


def _from_fractions(array: Numbers, where: str) -> NDArray[np.uint8]:
    if not np.isfinite(array).all():
        raise DataBad(f"{where}: pixels that are no numbers (NaN or infinity)", _STORE_AS_BYTES)
    _check_range(array, where)
    levels = array * 255.0 if array.max() <= 1 else array
    rounded = np.rint(levels)
    if np.abs(levels - rounded).max() > _SCALING_NOISE:
        raise DataBad(f"{where}: fractions that are no grey levels k/255", _STORE_AS_BYTES)
    return rounded.astype(np.uint8)


def _centred(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if pictures.shape[1] == SIDE:
        return np.ascontiguousarray(pictures)
    return np.pad(pictures, ((0, 0), (_MARGIN, _MARGIN), (_MARGIN, _MARGIN)))


def to_labels(array: Numbers, where: str, classes: int = CLASSES) -> NDArray[np.int64]:
    """Labels `int64 [N]` in 0..classes - 1 out of `[N]`, `[N, 1]` or one-hot `[N, classes]`.

    Raises:
        DataBad: for another shape, a label that is no whole number, or one outside.
    """
    hint = _LABELS_HINT.format(most=classes - 1)
    if array.ndim == 2 and array.shape[1] == classes:
        if not (np.isin(array, (0, 1)).all() and (array.sum(axis=1) == 1).all()):
            raise DataBad(f"{where}: labels [N, {classes}] are not one-hot", hint)
        return np.asarray(array.argmax(axis=1), dtype=np.int64)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1 or not (
        np.issubdtype(array.dtype, np.integer) or np.issubdtype(array.dtype, np.floating)
    ):
        raise DataBad(
            f"{where}: labels of type {array.dtype} and shape {list(array.shape)} are no digits",
            hint,
        )
    with np.errstate(invalid="ignore"):
        labels = array.astype(np.int64)
    if not (labels == array).all():
        raise DataBad(f"{where}: labels that are no whole numbers", hint)
    outside = np.flatnonzero((labels < 0) | (labels >= classes))
    if len(outside):
        first = int(outside[0])
        raise DataBad(
            f"{where}: label {labels[first]} (number {first}) is outside 0..{classes - 1}", hint
        )
    return labels


_LABELS_HINT = "every label must be 0..{most}: keep only those pictures, or renumber the labels"


def check_polarity(images: NDArray[np.uint8], where: str) -> None:
    """Refuse pictures `uint8 [N, 28, 28]` whose outermost pixels are bright on the whole.

    Raises:
        DataBad: when the ink is dark on light paper; training would work and every picture
            prepared by the rules of this package would then be misread.
    """
    ring = np.ones((SIDE, SIDE), dtype=bool)
    ring[1:-1, 1:-1] = False
    if images[:, ring].mean() >= _BRIGHT:
        raise DataBad(
            f"{where}: the pictures are dark ink on light paper, not bright ink on dark",
            "invert them before storing: 255 - x",
        )
