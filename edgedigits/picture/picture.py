"""Any picture to the 28x28 grey levels that the models expect: ink bright on dark, centred.

All arithmetic is on whole numbers, so that the JavaScript twin gives identical bytes; the steps are
written down in docs/picture.md. Grey over white paper; the paper's map, which follows uneven light
and tells dark ink from bright; ink levels; connected pieces without the specks; the digit fitted
into 20x20 by exact area averages, its centre of mass at the middle of 28x28.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from edgedigits.errors import WrongUse
from edgedigits.picture import fit, segments
from edgedigits.picture.ink import Ink, find_ink
from edgedigits.picture.parts import Parts, cut_ink, find_parts, one_digit
from edgedigits.picture.segments import Digit

if TYPE_CHECKING:
    from PIL import Image

SIDE = fit.SIDE
BOX = fit.BOX
#: Larger pictures are refused before they are decoded.
MOST_PIXELS = 40_000_000
#: File name endings of the pictures that `read` understands.
SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")

_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF")


class NoInk(WrongUse):
    """The picture is blank: nothing in it stands out from the paper, or only specks do."""

    def __init__(self) -> None:
        """The message is always the same; who knows the file names it."""
        super().__init__(
            "the picture is blank: nothing in it stands out from the paper",
            "draw or photograph one digit with a pen that differs clearly from the paper",
        )


@dataclass(frozen=True, eq=False)
class Segment:
    """One digit: its box in the picture's own pixels, its line from 0, its 28x28 picture."""

    left: int
    top: int
    width: int
    height: int
    line: int
    picture: NDArray[np.uint8]


def read(path: Path, keep: tuple[int, int] | None = None) -> NDArray[np.uint8]:
    """The pixels of a picture file.

    Args:
        path: the file.
        keep: height and width that are enough: a JPEG is then decoded at an eighth, a quarter or a
            half of its size, the least at which both its sides are twice as long as these.

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
                upright = _eight_bits(_smaller(opened, keep) if keep else opened)
                # Each copy of a photo costs as much as a tenth of its decoding.
                ImageOps.exif_transpose(upright, in_place=True)
                return np.asarray(upright.convert("RGBA"))
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


def _smaller(opened: Image.Image, keep: tuple[int, int]) -> Image.Image:
    """A JPEG that is decoded at a part of its size if that is enough; others as they are."""
    from PIL import ExifTags, JpegImagePlugin

    if not isinstance(opened, JpegImagePlugin.JpegImageFile):
        return opened
    turned = opened.getexif().get(ExifTags.Base.Orientation) in (5, 6, 7, 8)
    height, width = keep[::-1] if turned else keep
    whole = opened.size
    for factor in (8, 4, 2):
        if whole[0] >= 2 * width * factor and whole[1] >= 2 * height * factor:
            opened.draft(None, (whole[0] // factor, whole[1] // factor))
            # A last row or column that the picture fills by less than half would stretch it.
            right, bottom = ((side + factor // 2) // factor for side in whole)
            fits = opened.size == (right, bottom)
            return opened if fits else opened.crop((0, 0, right, bottom))
    return opened


def _eight_bits(opened: Image.Image) -> Image.Image:
    """The picture itself, or for 16-bit grey levels their upper byte."""
    from PIL import Image

    if opened.mode == "F":
        raise ValueError("its pixels are fractions, no grey levels of 8 or 16 bits")
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
    return find_pieces(rgba).one_digit().picture


def segment(rgba: NDArray[np.uint8]) -> list[Segment]:
    """Find the digits of a line or a page of notes.

    Args:
        rgba: `uint8 [H, W, 4]`, at least 1x1 and at most 40 million pixels.

    Returns:
        The digits in reading order, lines from the top and each from the left: boxes in pixels of
        the picture, line numbers from 0, prepared pictures. Empty for a blank picture.

    Raises:
        WrongUse: for another shape or type, or too many pixels.
    """
    try:
        return find_pieces(rgba).digits()
    except NoInk:
        return []


@dataclass(frozen=True, eq=False)
class Pieces:
    """The ink of a picture of `height` x `width` pixels and its connected pieces."""

    ink: Ink
    parts: Parts
    height: int
    width: int

    def one_digit(self) -> Segment:
        """The picture as one digit.

        Raises:
            NoInk: when all pieces are specks, or too small for how far apart they are.
        """
        which = one_digit(self.parts, self.ink.levels.shape)
        if not len(which):
            raise NoInk
        cut = cut_ink(self.ink.levels, self.parts, which)
        top, left, _, _ = self.parts.box(which)
        digit = self._segment(Digit(left, top, cut), 0)
        if not digit.picture.any():
            raise NoInk
        return digit

    def digits(self) -> list[Segment]:
        """The digits of a line or a page in reading order."""
        lines = segments.lines(self.ink.levels, self.parts)
        return [self._segment(one, number) for number, line in enumerate(lines) for one in line]

    def _segment(self, digit: Digit, line: int) -> Segment:
        # The last square of a reduced picture may reach beyond its edge.
        left, top = digit.left * self.ink.factor, digit.top * self.ink.factor
        width = min(digit.right * self.ink.factor, self.width) - left
        height = min(digit.bottom * self.ink.factor, self.height) - top
        return Segment(left, top, width, height, line, fit.fit(digit.ink))


def find_pieces(rgba: NDArray[np.uint8]) -> Pieces:
    """What `prepare` and `segment` both begin with; they raise the same.

    Raises:
        NoInk: when nothing stands out from the paper.
    """
    check(rgba)
    ink = find_ink(rgba)
    if ink is None:
        raise NoInk
    return Pieces(ink, find_parts(ink.levels), rgba.shape[0], rgba.shape[1])


def check(rgba: NDArray[np.uint8]) -> None:
    """Refuse what is no picture.

    Raises:
        WrongUse: for another shape or type than `uint8 [H, W, 4]`, or more than 40 million pixels.
    """
    if rgba.dtype != np.uint8 or rgba.ndim != 3 or rgba.shape[2] != 4 or not rgba.size:
        raise WrongUse(f"pictures are uint8 [H, W, 4], not {rgba.dtype} {list(rgba.shape)}")
    if rgba.shape[0] * rgba.shape[1] > MOST_PIXELS:
        raise WrongUse(f"{rgba.shape[1]}x{rgba.shape[0]} pixels are more than {MOST_PIXELS:,}")
