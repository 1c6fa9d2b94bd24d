"""A picture of any kind, size and colours is read and prepared to the golden bytes, or refused."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from random_pictures import specks_far_apart

from edgedigits.errors import ExitCode, WrongUse
from edgedigits.picture import fit, picture

RGBA = NDArray[np.uint8]


def drawing(
    *,
    size: int = 280,
    paper: tuple[int, ...] = (255, 255, 255),
    ink: tuple[int, ...] = (0, 0, 0),
    shift: tuple[int, int] = (0, 0),
    scale: float = 1.0,
) -> RGBA:
    """A seven."""
    image = Image.new("RGBA", (size, size), (*paper, 255))
    corners = [(80, 60), (200, 60), (120, 220)]
    line = [(scale * x + shift[0], scale * y + shift[1]) for x, y in corners]
    ImageDraw.Draw(image).line(line, fill=(*ink, 255), width=int(22 * scale), joint="curve")
    return np.array(image)


def centre_of_mass(prepared: RGBA) -> tuple[float, float]:
    total = prepared.sum()
    centres = np.arange(28) + 0.5
    return prepared.sum(axis=1) @ centres / total, prepared.sum(axis=0) @ centres / total


GOLDEN = Path(__file__).parents[1] / "golden" / "pictures"
ANSWERS: dict[str, str | None] = json.loads((GOLDEN / "prepared.json").read_text())


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_golden_pictures_give_the_golden_bytes(name: str) -> None:
    rgba = picture.read(GOLDEN / f"{name}.png")
    expected = ANSWERS[name]
    if expected is None:
        with pytest.raises(picture.NoInk):
            picture.prepare(rgba)
    else:
        assert picture.prepare(rgba).tobytes().hex() == expected


def width_of(prepared: RGBA) -> float:
    pen, scale = fit.pen(prepared)
    return pen / scale


def test_a_hairline_becomes_as_wide_as_usual_and_a_broad_pen_narrower() -> None:
    for pixels, expected in ((2, (1.5, 3.0)), (22, (1.5, 3.0)), (64, (2.5, 4.8))):
        image = Image.new("RGBA", (320, 320), "white")
        corners = [(60, 60), (240, 60), (130, 270)]
        ImageDraw.Draw(image).line(corners, fill="black", width=pixels, joint="curve")
        low, high = expected
        assert low < width_of(picture.prepare(np.array(image))) < high


def test_ink_is_bright_on_dark_fills_20_and_is_centred() -> None:
    prepared = picture.prepare(drawing())
    assert prepared.shape == (28, 28)
    assert prepared.dtype == np.uint8
    assert prepared.max() == 255
    ink = np.flatnonzero(prepared.max(axis=1))
    assert ink[-1] - ink[0] + 1 == 20
    assert centre_of_mass(prepared) == pytest.approx((14.5, 14.5), abs=0.5)


@pytest.mark.parametrize(
    ("paper", "ink"),
    [
        ((0, 0, 0), (255, 255, 255)),
        ((40, 60, 50), (230, 240, 220)),
        ((200, 190, 160), (30, 30, 120)),
        ((150, 150, 150), (100, 100, 100)),
        ((100, 100, 100), (150, 150, 150)),
    ],
)
def test_colours_of_paper_and_ink_do_not_matter(
    paper: tuple[int, ...], ink: tuple[int, ...]
) -> None:
    prepared = picture.prepare(drawing(paper=paper, ink=ink)).astype(int)
    assert np.abs(prepared - picture.prepare(drawing())).max() <= 2


@pytest.mark.parametrize("shift", [(-50, -30), (60, 40), (0, 45)])
def test_place_does_not_matter(shift: tuple[int, int]) -> None:
    assert (picture.prepare(drawing(shift=shift)) == picture.prepare(drawing())).all()


@pytest.mark.parametrize("times", [2, 3])
def test_resolution_does_not_matter(times: int) -> None:
    larger = drawing().repeat(times, axis=0).repeat(times, axis=1)
    assert (picture.prepare(larger) == picture.prepare(drawing())).all()


def test_transparent_paper_is_white() -> None:
    rgba = drawing()
    clear = rgba.copy()
    clear[(rgba[..., :3] == 255).all(axis=2)] = 0
    assert (picture.prepare(clear) == picture.prepare(rgba)).all()


def test_blank_pictures_have_no_ink() -> None:
    faint = drawing(paper=(200, 200, 200), ink=(175, 175, 175))
    white = np.full((1, 1, 4), 255, np.uint8)
    for blank in (np.zeros((5, 5, 4), np.uint8), white, faint, specks_far_apart()):
        with pytest.raises(picture.NoInk) as caught:
            picture.prepare(blank)
        assert caught.value.exit_code == ExitCode.WRONG_USE


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((28, 28), np.uint8),
        np.zeros((28, 28, 3), np.uint8),
        np.zeros((0, 28, 4), np.uint8),
        np.zeros((28, 28, 4), np.float32),
    ],
)
def test_other_arrays_are_refused(wrong: NDArray[Any]) -> None:
    with pytest.raises(WrongUse, match=r"uint8 \[H, W, 4\]"):
        picture.prepare(wrong)


def test_extreme_shapes_are_prepared() -> None:
    for shape in ((1, 300_000), (300_000, 1)):
        rgba = np.full((*shape, 4), 255, dtype=np.uint8)
        rgba.reshape(-1, 4)[10:200_000, :3] = 0
        assert picture.prepare(rgba).max() == 255


MODES = ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"]


@pytest.mark.parametrize("mode", MODES)
def test_pictures_of_any_mode_are_read(tmp_path: Path, mode: str) -> None:
    plain = Image.fromarray(drawing())
    if mode == "I;16":
        grey = np.array(plain.convert("L")).astype(np.uint16)
        stored = Image.fromarray(grey * 257)
    else:
        stored = plain.convert(mode)
    path = tmp_path / ("a.tif" if mode == "CMYK" else "a.png")
    stored.save(path)
    rgba = picture.read(path)
    assert rgba.shape == (280, 280, 4)
    assert rgba.dtype == np.uint8
    assert np.abs(picture.prepare(rgba).astype(int) - picture.prepare(drawing())).max() <= 2


def test_palette_transparency_is_kept(tmp_path: Path) -> None:
    image = Image.fromarray(drawing()).convert("RGB").quantize(2)
    white = image.getpixel((0, 0))
    assert isinstance(white, int)
    image.save(tmp_path / "a.png", transparency=white)
    rgba = picture.read(tmp_path / "a.png")
    assert rgba[0, 0, 3] == 0
    assert (picture.prepare(rgba) == picture.prepare(drawing())).all()


@pytest.mark.parametrize("kind", ["L", "I;16"])
@pytest.mark.parametrize(
    ("orientation", "stored"),
    [
        (3, Image.Transpose.ROTATE_180),
        (6, Image.Transpose.ROTATE_90),
        (8, Image.Transpose.ROTATE_270),
    ],
)
def test_a_camera_held_sideways_is_turned_upright(
    tmp_path: Path, orientation: int, stored: Image.Transpose, kind: str
) -> None:
    image = Image.fromarray(drawing()).convert("L").crop((20, 0, 260, 280)).transpose(stored)
    if kind == "I;16":
        image = Image.fromarray(np.array(image).astype(np.uint16) << 8)
    exif = Image.Exif()
    exif[0x0112] = orientation
    image.save(tmp_path / "a.png", exif=exif)
    rgba = picture.read(tmp_path / "a.png")
    assert rgba.shape == (280, 240, 4)
    assert (picture.prepare(rgba) == picture.prepare(drawing())).all()


def test_unreadable_files_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    with pytest.raises(WrongUse, match="no such picture"):
        picture.read(path)
    path.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n")
    with pytest.raises(WrongUse, match="no picture of a known kind"):
        picture.read(path)
    Image.fromarray(drawing()).save(path)
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(WrongUse) as caught:
        picture.read(path)
    assert str(path) in caught.value.message
    with pytest.raises(WrongUse):
        picture.read(tmp_path)


def test_a_picture_bomb_is_refused_before_it_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.new("1", (8000, 5001)).save(tmp_path / "a.png")
    decoded: list[object] = []
    monkeypatch.setattr(Image.Image, "load", decoded.append)
    with pytest.raises(WrongUse, match="8000x5001 pixels are too many"):
        picture.read(tmp_path / "a.png")
    assert decoded == []


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damaged_files_never_crash(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ending = data.draw(st.sampled_from(["png", "jpg", "gif", "bmp", "tif", "webp"]))
    path = tmp_path_factory.getbasetemp() / f"damaged.{ending}"
    Image.fromarray(drawing(size=40, scale=0.14)).convert("RGB").save(path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    with contextlib.suppress(WrongUse):
        assert picture.read(path).shape[2] == 4
