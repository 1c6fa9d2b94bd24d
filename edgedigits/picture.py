"""Any picture to the 28x28 grey levels that the models expect: ink bright on dark, centred.

All arithmetic is on whole numbers, so that the JavaScript twin gives identical bytes. The steps:
grey over white paper; find out whether paper or ink is the lighter one; stretch the ink's contrast;
crop to the ink; fit into 20x20 by exact area averaging; brighten; place the centre of mass of the
ink in the middle of pixel (14, 14), where MNIST has it.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.errors import WrongUse

if TYPE_CHECKING:
    from PIL import Image

SIDE = 28
BOX = 20
#: Larger pictures are refused before they are decoded.
MOST_PIXELS = 40_000_000
#: File name endings of the pictures that `read` understands.
SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")

_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF")
_LEAST_CONTRAST = 32
_CLEAR_INK = 77
_BLOCK_PIXELS = 1 << 16


class NoInk(WrongUse):
    """The picture is blank: nothing in it stands out from the paper."""

    def __init__(self) -> None:
        """The message is always the same; who knows the file names it."""
        super().__init__(
            "the picture is blank: nothing in it stands out from the paper",
            "draw or photograph one digit with a pen that differs clearly from the paper",
        )


def read(path: Path) -> NDArray[np.uint8]:
    """The pixels of a picture file.

    Returns:
        RGBA `uint8 [H, W, 4]`, turned upright as a camera's EXIF note says; of an animation the
        first frame; 16-bit grey levels by their upper byte.

    Raises:
        WrongUse: when the file is missing, damaged, of an unknown kind, or declares more than 40
            million pixels.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    kinds = "pictures are PNG, JPEG, BMP, GIF, WebP or TIFF of at most 40 million pixels"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=_FORMATS) as opened:
                width, height = opened.size
                if width * height > MOST_PIXELS:
                    raise WrongUse(f"{path}: {width}x{height} pixels are too many", kinds)
                upright = ImageOps.exif_transpose(_eight_bits(opened))
                return np.array(upright.convert("RGBA"), dtype=np.uint8)
    except WrongUse:
        raise
    except UnidentifiedImageError as error:
        raise WrongUse(f"{path}: is no picture of a known kind", kinds) from error
    except Image.DecompressionBombError as error:
        raise WrongUse(f"{path}: has too many pixels", kinds) from error
    except FileNotFoundError as error:
        raise WrongUse(f"{path}: there is no such picture", kinds) from error
    except OSError as error:
        reason = error.strerror or error
        raise WrongUse(f"{path}: the picture cannot be read ({reason})", kinds) from error
    except Exception as error:
        # Decoders raise almost anything on files that are damaged in less usual ways.
        raise WrongUse(f"{path}: the picture is damaged ({error})", kinds) from error


def _eight_bits(opened: Image.Image) -> Image.Image:
    """The picture itself, or for 16-bit grey levels their upper byte."""
    from PIL import Image

    if opened.mode != "I" and not opened.mode.startswith("I;16"):
        return opened
    levels = np.asarray(opened)
    if levels.min() < 0 or levels.max() > 0xFFFF:
        raise ValueError("grey levels beyond 16 bits")
    eight = Image.fromarray((levels >> 8).astype(np.uint8))
    eight.info, orientation = dict(opened.info), opened.getexif()
    if orientation:
        eight.info["exif"] = orientation.tobytes()
    return eight


def prepare(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Prepare a picture for a model.

    Args:
        rgba: `uint8 [H, W, 4]`, at least 1x1 and at most 40 million pixels.

    Returns:
        `uint8 [28, 28]`, ink bright on dark, its brightest pixel 255.

    Raises:
        NoInk: when the picture is blank.
        WrongUse: for another shape or type, or too many pixels.
    """
    _check(rgba)
    ink = _crop(_ink(_grey_over_white(rgba)))
    box = _brighten(_fit(ink))
    top, left = _corner(box)
    placed = np.zeros((SIDE, SIDE), dtype=np.uint8)
    placed[top : top + box.shape[0], left : left + box.shape[1]] = box
    return placed


def _check(rgba: NDArray[np.uint8]) -> None:
    if rgba.dtype != np.uint8 or rgba.ndim != 3 or rgba.shape[2] != 4 or not rgba.size:
        raise WrongUse(f"pictures are uint8 [H, W, 4], not {rgba.dtype} {list(rgba.shape)}")
    if rgba.shape[0] * rgba.shape[1] > MOST_PIXELS:
        raise WrongUse(f"{rgba.shape[1]}x{rgba.shape[0]} pixels are more than {MOST_PIXELS:,}")


def _blocks(height: int, width: int) -> Iterator[slice]:
    """Bands of rows small enough to stay in the processor's cache."""
    rows = max(1, _BLOCK_PIXELS // width)
    for start in range(0, height, rows):
        yield slice(start, min(height, start + rows))


def _grey_over_white(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Luma `(299 R + 587 G + 114 B + 500) // 1000` of the picture laid on white paper."""
    grey = np.empty(rgba.shape[:2], dtype=np.uint8)
    for rows in _blocks(*grey.shape):
        band = rgba[rows]
        luma = np.full(band.shape[:2], 500, dtype=np.uint32)
        for channel, weight in enumerate((299, 587, 114)):
            luma += np.multiply(_over_white(band, channel), weight, dtype=np.uint32)
        luma //= 1000
        grey[rows] = luma
    return grey


def _over_white(band: NDArray[np.uint8], channel: int) -> NDArray[Any]:
    """`(c * alpha + 255 * (255 - alpha) + 127) // 255`, which is c where alpha is 255."""
    colour, alpha = band[..., channel], band[..., 3]
    if alpha.min() == 255:
        return colour
    # The same terms arranged so that none is negative: 255 * 255 + 127 - (255 - c) * alpha.
    mixed = np.multiply(255 - colour, alpha, dtype=np.uint32)
    np.subtract(255 * 255 + 127, mixed, out=mixed)
    mixed //= 255
    return mixed


def _ink(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """How far each pixel stands out from the paper, the strongest as 255.

    The paper is the border's median grey; it is light when it lies in the upper half of the
    picture's range. Less than half of the lowest 30 % is noise, and 0.
    """
    low, high = int(grey.min()), int(grey.max())
    if high - low < _LEAST_CONTRAST:
        raise NoInk
    paper = _border_median(grey)
    levels = np.arange(256)
    stands_out = paper - levels if paper * 2 >= low + high else levels - paper
    strength = np.maximum(stands_out, 0)
    top = int(strength[low : high + 1].max())
    if top < _LEAST_CONTRAST:
        raise NoInk
    strength[strength < top * 3 // 10 // 2] = 0
    stretched = np.minimum(255, (strength * 255 + top // 2) // top).astype(np.uint8)
    ink: NDArray[np.uint8] = stretched[grey]
    return ink


def _border_median(grey: NDArray[np.uint8]) -> int:
    """The smallest grey with at least half of the outermost pixels at or below it."""
    ring = [grey[0]]
    if grey.shape[0] > 1:
        ring.append(grey[-1])
    ring.append(grey[1:-1, 0])
    if grey.shape[1] > 1:
        ring.append(grey[1:-1, -1])
    counts = np.bincount(np.concatenate(ring), minlength=256)
    return int(np.argmax(np.cumsum(counts) * 2 >= counts.sum()))


def _crop(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The box around the clear ink."""
    rows = np.flatnonzero(ink.max(axis=1) >= _CLEAR_INK)
    columns = np.flatnonzero(ink.max(axis=0) >= _CLEAR_INK)
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _fit(ink: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The box scaled so that its longer side is 20, every cell the mean of the area it covers."""
    height, width = ink.shape
    longer = max(height, width)
    bands = _covered(ink, max(1, (height * BOX + longer // 2) // longer))
    sums = _covered(bands.T, max(1, (width * BOX + longer // 2) // longer)).T
    area = height * width
    mean: NDArray[np.int64] = (sums + area // 2) // area
    return mean


def _covered(values: NDArray[Any], cells: int) -> NDArray[np.int64]:
    """Sums over `cells` equal stretches of the first axis, `[L, ...]` to `[cells, ...]`.

    A pixel weighs `cells` and one that two stretches share is divided exactly between them, so
    that the weights of every sum add up to L.
    """
    length = len(values)
    edges = np.arange(cells + 1) * length
    pixel, part = edges // cells, (edges % cells)[:, None]
    sums = np.add.reduceat(values, pixel[:-1], axis=0, dtype=np.int64)
    sums[pixel[:-1] == pixel[1:]] = 0
    before = part[:-1] * values[pixel[:-1]].astype(np.int64)
    shared = part[1:] * values[np.minimum(pixel[1:], length - 1)].astype(np.int64)
    covered: NDArray[np.int64] = cells * sums - before + shared
    return covered


def _brighten(box: NDArray[np.int64]) -> NDArray[np.int64]:
    """Shrinking darkens thin lines; make the brightest pixel 255 again."""
    top = int(box.max())
    return np.minimum(255, (box * 255 + top // 2) // top) if 0 < top < 255 else box


def _corner(box: NDArray[np.int64]) -> tuple[int, int]:
    """Top and left of the box such that its centre of mass is nearest to (14.5, 14.5)."""
    height, width = box.shape
    total = int(box.sum())
    down = int(box.sum(axis=1) @ (2 * np.arange(height) + 1))
    across = int(box.sum(axis=0) @ (2 * np.arange(width) + 1))
    top = ((SIDE + 2) * total - down) // (2 * total)
    left = ((SIDE + 2) * total - across) // (2 * total)
    return min(max(top, 0), SIDE - height), min(max(left, 0), SIDE - width)
