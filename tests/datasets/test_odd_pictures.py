"""Pictures that are stored in less usual ways, in folders of classes and in archives: each is read
as docs/picture.md says, or left out with its reason."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from edgedigits.datasets import datasets
from edgedigits.errors import DataBad, ExitCode
from edgedigits.picture.form import Form

FORM = Form(2, 2, 3, "stretch")
GREY = Form(2, 2, 1, "stretch")
SIDE = 8
RED, WHITE, BLACK = (255, 0, 0), (255, 255, 255), (0, 0, 0)


def halves(left: object, right: object, mode: str = "RGB") -> Image.Image:
    """A picture of two colours side by side."""
    image = Image.new(mode, (SIDE, SIDE), left)  # type: ignore[arg-type]
    image.paste(right, (SIDE // 2, 0, SIDE, SIDE))  # type: ignore[arg-type]
    return image


def sixteen_bits(path: Path) -> None:
    levels = np.zeros((SIDE, SIDE), np.uint16)
    levels[:, : SIDE // 2] = 0xC8FF
    levels[:, SIDE // 2 :] = 0x00FF
    Image.fromarray(levels).save(path)


def sixteen_bit_colours(path: Path) -> None:
    """A PNG of 48 bits a pixel, which Pillow reads and does not write."""
    row = b"\0" + (b"\xff\x01\x00\xfe\x00\xfe" * 4) + (b"\x00\xfe" * 3 * 4)

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", SIDE, SIDE, 16, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(row * SIDE)), (b"IEND", b""))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts))


def animated(path: Path) -> None:
    first, second = halves(RED, BLACK), halves(BLACK, RED)
    first.save(path, save_all=True, append_images=[second, second], lossless=True)


def sideways(path: Path) -> None:
    """Held so that its left is at the top of the file."""
    exif = Image.Exif()
    exif[0x0112] = 6
    halves(RED, BLACK).transpose(Image.Transpose.ROTATE_90).save(path, exif=exif)


def clear_palette(path: Path) -> None:
    image = halves(RED, BLACK).quantize(2)
    image.save(path, transparency=image.getpixel((SIDE - 1, 0)))


def half_clear(path: Path) -> None:
    """Each colour of a palette with its own alpha: none, and half."""
    image = halves(RED, BLACK).quantize(2)
    alpha = b"\xff\x80" if image.getpixel((0, 0)) == 0 else b"\x80\xff"
    image.save(path, transparency=alpha)


READ: dict[str, tuple[str, Callable[[Path], None], tuple[int, ...], tuple[int, ...]]] = {
    "16-bit grey PNG": ("png", sixteen_bits, (200,) * 3, BLACK),
    "16-bit grey TIFF": ("tif", sixteen_bits, (200,) * 3, BLACK),
    "16-bit colours": ("png", sixteen_bit_colours, RED, BLACK),
    "1-bit": ("png", lambda path: halves(1, 0, "1").save(path), WHITE, BLACK),
    "CMYK TIFF": (
        "tif", lambda path: halves((0, 255, 255, 0), (0, 0, 0, 255), "CMYK").save(path), RED, BLACK
    ),
    "CMYK JPEG": (
        "jpg",
        lambda path: halves((0, 255, 255, 0), (0, 0, 0, 255), "CMYK").save(path, quality=100),
        RED, BLACK,
    ),
    "animated GIF": ("gif", animated, RED, BLACK),
    "animated PNG": ("png", animated, RED, BLACK),
    "animated WebP": ("webp", animated, RED, BLACK),
    "palette with a transparent colour": ("png", clear_palette, RED, WHITE),
    "palette with alpha": ("png", half_clear, RED, (127,) * 3),
    "colours with alpha": (
        "png", lambda path: halves((*RED, 255), (0, 0, 0, 128), "RGBA").save(path), RED, (127,) * 3
    ),
    "grey with alpha": (
        "png", lambda path: halves((200, 255), (0, 0), "LA").save(path), (200,) * 3, WHITE
    ),
    "turned by EXIF": ("png", sideways, RED, BLACK),
}  # fmt: skip


@pytest.mark.parametrize("kind", READ)
def test_it_is_read_as_the_specification_says(tmp_path: Path, kind: str) -> None:
    ending, save, left, right = READ[kind]
    for name in "ab":
        (tmp_path / name).mkdir()
        save(tmp_path / name / f"one.{ending}")
    image = datasets.load(tmp_path, form=FORM).everything().images[0].astype(int)
    most = 3 if ending == "jpg" else 0
    assert np.abs(image[:, 0] - left).max() <= most, image
    assert np.abs(image[:, 1] - right).max() <= most, image
    grey = datasets.load(tmp_path, form=GREY).everything().images[0].astype(int)
    weights = np.array([299, 587, 114])
    expected = (weights @ np.array([left, right]).T + 500) // 1000
    assert np.abs(grey[0] - expected).max() <= most, grey


def wide_levels(path: Path) -> None:
    Image.fromarray(np.full((SIDE, SIDE), 1 << 20, np.int32)).save(path)


def fractions(path: Path) -> None:
    Image.fromarray(np.full((SIDE, SIDE), 0.5, np.float32)).save(path)


def cut_off(path: Path) -> None:
    halves(RED, BLACK).save(path)
    path.write_bytes(path.read_bytes()[:45])


@pytest.mark.parametrize(
    ("ending", "save", "reason"),
    [
        ("tif", wide_levels, "grey levels beyond 16 bits"),
        ("tif", fractions, "its pixels are fractions"),
        ("png", cut_off, "cannot be read|damaged"),
        ("jpg", lambda path: path.write_bytes(b"<svg/>"), "no picture of a known kind"),
        ("gif", lambda path: path.touch(), "no picture of a known kind"),
    ],
    ids=["32-bit levels", "fractions", "cut off", "something else", "empty"],
)
def test_it_is_left_out_with_its_reason(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    ending: str,
    save: Callable[[Path], None],
    reason: str,
) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
        halves(RED, WHITE).save(tmp_path / name / "good.png")
    save(tmp_path / "a" / f"odd.{ending}")
    assert len(datasets.load(tmp_path, form=FORM).everything()) == 2
    note, named = capsys.readouterr().err.splitlines()
    assert "1 of 3 pictures" in note
    assert f"odd.{ending}" in named
    assert any(each in named for each in reason.split("|"))


def archive(path: Path, images: NDArray[np.generic]) -> Path:
    np.savez(path / "a.npz", images=images, labels=np.arange(len(images)) % 2)
    return path / "a.npz"


def test_pictures_of_differing_sizes_in_an_archive_are_refused(tmp_path: Path) -> None:
    images = np.empty(2, object)
    images[:] = [np.zeros((3, 3, 3), np.uint8), np.zeros((4, 4, 3), np.uint8)]
    with pytest.raises(DataBad, match="pictures of differing sizes") as caught:
        datasets.load(archive(tmp_path, images), form=FORM, classes=2)
    assert caught.value.exit_code == ExitCode.DATA_BAD
    assert "as folders" in str(caught.value.hint)


def test_an_archive_of_16_bits_is_refused(tmp_path: Path) -> None:
    images = np.full((4, 3, 3, 3), 0xFFFF, np.uint16)
    with pytest.raises(DataBad, match=r"not in 0\.\.255") as caught:
        datasets.load(archive(tmp_path, images), form=FORM, classes=2)
    assert "whole numbers 0..255" in str(caught.value.hint)
