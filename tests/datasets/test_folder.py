from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from edgedigits.datasets import datasets, folder
from edgedigits.datasets.strokes import strokes
from edgedigits.errors import DataBad, ExitCode
from edgedigits.picture import picture
from edgedigits.picture.form import DIGIT
from edgedigits.reading import inputs

if TYPE_CHECKING:
    from drawings import Drawn


def drawing(size: int = 64, *, dark_paper: bool = False, shift: int = 0) -> Image.Image:
    """A thick vertical stroke, off centre."""
    paper, ink = (20, 240) if dark_paper else (240, 20)
    image = Image.new("L", (size, size), paper)
    draw = ImageDraw.Draw(image)
    draw.line([(size // 4 + shift, 8), (size // 4 + shift, size - 12)], fill=ink, width=6)
    return image


def save(root: Path, digit: int, name: str, image: Image.Image) -> Path:
    path = root / str(digit) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)
    return path


def test_exported_mnist_is_taken_as_it_is(tmp_path: Path) -> None:
    images, labels = strokes.draw(40, 0)
    for number, (image, label) in enumerate(zip(images, labels.tolist(), strict=True)):
        stored = Image.fromarray(image)
        kind = ("L", "RGB", "RGBA", "P")[number % 4]
        save(tmp_path, label, f"{number}.png", stored.convert(kind))
    everything = datasets.load(tmp_path).everything()
    assert {(bytes(i), n) for i, n in zip(everything.images, everything.labels, strict=True)} == {
        (bytes(i), n) for i, n in zip(images, labels, strict=True)
    }


@pytest.mark.parametrize("ending", ["png", "jpg", "jpeg", "bmp", "gif", "webp", "tif", "PNG"])
def test_every_other_picture_is_prepared(tmp_path: Path, ending: str) -> None:
    path = save(tmp_path, 1, f"a.{ending}", drawing())
    dataset = datasets.load(tmp_path)
    assert (dataset.train.images[0] == picture.prepare(picture.read(path))).all()
    assert dataset.train.labels.tolist() == [1]


def test_small_pictures_on_light_paper_are_prepared_too(tmp_path: Path) -> None:
    save(tmp_path, 1, "a.png", drawing(28))
    image = datasets.load(tmp_path).train.images[0]
    assert image[0].max() == 0
    assert image.max() == 255


def test_pictures_are_found_at_any_depth_in_sorted_order_without_hidden_ones(
    tmp_path: Path,
) -> None:
    for name in ("b.png", "a.png", "sub/c.png", ".hidden.png", ".thumbs/d.png"):
        path = tmp_path / "3" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        drawing().save(path)
    (tmp_path / "3" / "notes.txt").write_text("mine")
    found = folder.picture_files(tmp_path / "3")
    assert [str(path.relative_to(tmp_path / "3")) for path in found] == [
        "a.png",
        "b.png",
        "sub/c.png",
    ]


def test_a_few_digits_load_for_verification_but_not_for_training(tmp_path: Path) -> None:
    for shift in range(4):
        save(tmp_path, 7, f"{shift}.png", drawing(shift=4 * shift, size=64 + shift))
    dataset = datasets.load(tmp_path)
    assert len(dataset.everything()) == 4
    with pytest.raises(DataBad, match="no training picture of 0, 1"):
        datasets.check_trainable(dataset)


def declared_png(width: int, height: int) -> bytes:
    """A PNG of some 70 bytes that says it is as large as that."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(9)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (declared_png(8000, 8000), "8000x8000 pixels are too many"),
        (declared_png(60_000, 60_000), "too many pixels"),
        (declared_png(100, 100), "truncated|cannot be read|damaged"),
        (b"no picture", "no picture of a known kind"),
        (b"", "no picture of a known kind"),
    ],
)
def test_unreadable_picture_is_named(tmp_path: Path, content: bytes, reason: str) -> None:
    save(tmp_path, 0, "good.png", drawing())
    bad = tmp_path / "5" / "bad.png"
    bad.parent.mkdir()
    bad.write_bytes(content)
    with pytest.raises(DataBad, match=reason) as caught:
        datasets.load(tmp_path)
    assert str(bad) in caught.value.message
    assert caught.value.exit_code == ExitCode.DATA_BAD


@pytest.mark.parametrize("grey", [0, 255])
def test_blank_picture_is_named(tmp_path: Path, grey: int) -> None:
    blank = save(tmp_path, 4, "blank.png", Image.new("L", (28, 28), grey))
    with pytest.raises(DataBad, match="blank") as caught:
        datasets.load(tmp_path)
    assert str(blank) in caught.value.message


def test_folders_of_digits_without_pictures_are_refused(tmp_path: Path) -> None:
    (tmp_path / "0").mkdir()
    with pytest.raises(DataBad, match="holds no pictures in folders 0 to 9"):
        datasets.load(tmp_path)


def test_grey_paper_of_28_by_28_is_not_mistaken_for_prepared() -> None:
    rgba = np.full((28, 28, 4), 255, dtype=np.uint8)
    rgba[..., :3] = 90
    rgba[4:24, 13:16, :3] = 250
    assert not folder.is_prepared(rgba)
    rgba[..., :3] = np.where(rgba[..., :3] == 90, 3, rgba[..., :3])
    assert folder.is_prepared(rgba)
    rgba[10, 13, 0] = 0  # coloured
    assert not folder.is_prepared(rgba)


def _grey(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.dstack([image] * 3 + [np.full_like(image, 255)])


@pytest.mark.mnist
def test_all_of_mnists_test_pictures_keep_the_contract(mnist_dir: Path) -> None:
    images = datasets.load("mnist", data_dir=mnist_dir).test.images
    assert all(folder.is_prepared(_grey(image)) for image in images)


@pytest.mark.parametrize("ending", [".png", ".jpg"])
def test_drawn_digits_are_taken_as_they_are(ending: str, drawn: Drawn, tmp_path: Path) -> None:
    for number, image in enumerate(drawn[0][:20]):
        path = tmp_path / f"{number}{ending}"
        Image.fromarray(image).save(path, quality=90)
        np.testing.assert_array_equal(
            folder.read_picture(path, DIGIT), picture.read(path)[..., 0], f"digit {number}"
        )


def test_a_digit_that_is_centred_by_its_box_is_prepared(tmp_path: Path) -> None:
    seven = np.zeros((28, 28), np.uint8)
    seven[4:7, 5:19] = seven[4:24, 16:19] = 255  # most of its ink is at the top and at the right
    Image.fromarray(np.roll(seven, 3, axis=1)).save(tmp_path / "7.png")
    rgba = picture.read(tmp_path / "7.png")
    assert not folder.is_prepared(rgba)
    assert folder.is_prepared(_grey(folder.read_picture(tmp_path / "7.png", DIGIT)))


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda digit: digit // 2, id="pale ink"),
        pytest.param(lambda digit: np.maximum(digit, 20), id="a grey ground"),
        pytest.param(lambda digit: np.roll(digit, 1, axis=0), id="a pixel too low"),
        pytest.param(lambda digit: digit[::-1].T[:, 1:], id="27 pixels wide"),
    ],
)
def test_what_breaks_the_contract_is_prepared(
    spoil: Callable[[NDArray[np.uint8]], NDArray[np.uint8]],
) -> None:
    fitted = picture.prepare(np.asarray(drawing(200).convert("RGBA")))
    assert folder.is_prepared(_grey(fitted))
    assert not folder.is_prepared(_grey(spoil(fitted)))


def test_what_is_prepared_here_keeps_it_too() -> None:
    prepared = picture.prepare(np.asarray(drawing(200).convert("RGBA")))
    assert folder.is_prepared(_grey(prepared))


def test_a_bright_digit_that_is_neither_fitted_nor_centred_is_prepared(tmp_path: Path) -> None:
    fitted = picture.prepare(np.asarray(drawing(200).convert("RGBA")))
    small = np.zeros_like(fitted)
    small[1:15, 1:15] = fitted[::2, ::2]
    for number, image in enumerate((np.roll(fitted, 3, axis=0), small)):
        path = save(tmp_path, 1, f"{number}.png", Image.fromarray(image))
        assert not folder.is_prepared(picture.read(path))
        (digit,) = inputs.read_digits(path).parts
        assert folder.is_prepared(_grey(digit.picture))
    for loaded in datasets.load(tmp_path).everything().images:
        assert folder.is_prepared(_grey(loaded))
