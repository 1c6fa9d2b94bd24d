"""A photo of any size is framed to the golden bytes; a second way to reckon them agrees."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from edgedigits.errors import WrongUse
from edgedigits.picture import picture
from edgedigits.picture.frame import Mode, frame

RGBA = NDArray[np.uint8]
GOLDEN = Path(__file__).parents[1] / "golden" / "frames"
ANSWERS: list[dict[str, Any]] = json.loads((GOLDEN / "framed.json").read_text())


def opaque(colours: Any) -> RGBA:
    """Colours `[H, W, 3]`, or grey levels `[H, W]`, as a picture."""
    levels = np.asarray(colours, np.uint8)
    levels = np.repeat(levels[..., None], 3, axis=2) if levels.ndim == 2 else levels
    return np.concatenate([levels, np.full((*levels.shape[:2], 1), 255, np.uint8)], axis=2)


def grey(levels: Any, height: int, width: int, mode: Mode = Mode.STRETCH) -> list[list[int]]:
    framed = frame(opaque(levels), height, width, mode, channels=1)
    rows: list[list[int]] = framed[..., 0].tolist()
    return rows


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda each: "-".join(map(str, each.values()))[:24])
def test_golden_pictures_give_the_golden_bytes(answer: dict[str, Any]) -> None:
    wanted = {**answer, "mode": Mode(answer["mode"])}
    expected = wanted.pop("framed")
    rgba = picture.read(GOLDEN / f"{wanted.pop('picture')}.png")
    assert frame(rgba, **wanted).tobytes().hex() == expected


def weights(length: int, cells: int) -> NDArray[np.int64]:
    """`[cells, length]`: what lengths share, or a tent over the nearest middle."""
    old, new = np.arange(length)[None], np.arange(cells)[:, None]
    if cells <= length:
        ends = np.minimum((old + 1) * cells, (new + 1) * length)
        shared: NDArray[np.int64] = np.maximum(0, ends - np.maximum(old * cells, new * length))
        return shared
    middle = np.clip((2 * new + 1) * length, cells, (2 * length - 1) * cells)
    tent: NDArray[np.int64] = np.maximum(0, 2 * cells - np.abs(middle - (2 * old + 1) * cells))
    return tent


sides = st.one_of(st.integers(1, 6), st.integers(1, 60))


@settings(deadline=None, max_examples=150)
@given(sides, sides, sides, sides, st.integers(0, 2**32 - 1))
def test_every_value_is_the_weighted_mean_rounded_half_up(
    old_height: int, old_width: int, height: int, width: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    colours = rng.integers(0, 256, (old_height, old_width, 3)) // 51 * 51
    down, across = weights(old_height, height), weights(old_width, width)
    total = int(down[0].sum() * across[0].sum())
    sums = np.einsum("yi,xj,ijc->yxc", down, across, colours)
    expected = (2 * sums + total) // (2 * total)
    assert (frame(opaque(colours), height, width, Mode.STRETCH) == expected).all()


@pytest.mark.parametrize(("height", "width"), [(1, 1), (3, 7), (40, 31)])
def test_a_picture_of_the_right_size_stays_as_it_is(height: int, width: int) -> None:
    colours = np.random.default_rng(0).integers(0, 256, (height, width, 3)).astype(np.uint8)
    for mode in Mode:
        assert (frame(opaque(colours), height, width, mode) == colours).all()


def test_halves_are_rounded_up_and_only_once() -> None:
    assert grey([[0, 1]], 1, 1) == [[1]]
    # Each row's mean alone would be rounded up, and their mean be 1.
    assert grey([[0, 1], [0, 0]], 1, 1) == [[0]]


@pytest.mark.parametrize("width", [3996, 4352])
def test_sums_of_twelve_megapixels_and_more_are_exact(width: int) -> None:
    # On either side of where the largest sum still fits into 32 bits.
    rgba = np.full((4096, width, 4), 255, np.uint8)
    assert (frame(rgba, 1024, width // 4, Mode.STRETCH) == 255).all()
    noise = np.random.default_rng(0).integers(200, 256, rgba[..., 0].shape, dtype=np.uint8)
    rgba[..., 1] = noise
    means = noise.reshape(1024, 4, width // 4, 4).sum(axis=(1, 3), dtype=np.int64)
    found = frame(rgba, 1024, width // 4, Mode.STRETCH)[..., 1]
    assert np.array_equal(found, (means + 8) // 16)


def test_growing_draws_straight_lines_between_the_middles() -> None:
    assert grey([[0, 200]], 1, 4) == [[0, 50, 150, 200]]
    assert grey([[90]], 3, 2) == [[90, 90]] * 3


def test_stripes_finer_than_the_new_pixels_become_grey() -> None:
    stripes = np.tile(np.array([0, 255]), (300, 450))
    assert set(np.ravel(grey(stripes, 30, 90))) == {128}


def test_crop_takes_the_largest_part_in_the_middle() -> None:
    columns = np.tile(np.arange(9), (3, 1))
    assert grey(columns, 3, 3, Mode.CROP) == [[3, 4, 5]] * 3
    assert grey(columns.T, 3, 3, Mode.CROP) == [[3] * 3, [4] * 3, [5] * 3]
    assert grey(columns[:1], 1, 2, Mode.CROP) == [[3, 4]]
    assert grey(np.arange(200)[None], 50, 1, Mode.CROP)[0] == [99]


def test_pad_shows_the_whole_picture_between_bars() -> None:
    white = opaque(np.full((2, 8), 255))
    framed = frame(white, 7, 4, Mode.PAD, fill=(10, 20, 30))
    assert (framed[3] == 255).all()
    assert (framed[[0, 1, 2, 4, 5, 6]] == (10, 20, 30)).all()
    beside = frame(white, 1, 30, Mode.PAD, channels=1, fill=(10, 20, 30))
    assert beside[0, :, 0].tolist() == [18] * 13 + [255] * 4 + [18] * 13


def test_clear_parts_show_white_and_not_the_bars() -> None:
    clear = np.zeros((2, 2, 4), np.uint8)
    clear[0, :, 3] = 255, 128
    framed = frame(clear, 4, 2, Mode.PAD, channels=1)
    assert framed[..., 0].tolist() == [[0, 0], [0, 127], [255, 255], [0, 0]]


def test_a_strip_of_pixels_needs_little_memory() -> None:
    strip = np.full((1, 2_000_000, 4), 255, np.uint8)
    for rgba in (strip, strip.transpose(1, 0, 2)):
        tracemalloc.start()
        frame(rgba, 224, 224, Mode.STRETCH)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 100e6


def test_what_cannot_be_framed_is_refused() -> None:
    with pytest.raises(WrongUse, match="0x4 of 3 channels"):
        frame(opaque([[0]]), 0, 4, Mode.CROP)
    with pytest.raises(WrongUse, match="4x4 of 2 channels"):
        frame(opaque([[0]]), 4, 4, Mode.CROP, channels=2)
    with pytest.raises(WrongUse, match="uint8"):
        frame(np.zeros((3, 3, 3), np.uint8), 4, 4, Mode.PAD)
    with pytest.raises(WrongUse, match="more than"):
        frame(np.broadcast_to(np.uint8(0), (1, 40_000_001, 4)), 4, 4, Mode.PAD)


def photo(height: int, width: int) -> Image.Image:
    """Coloured clouds."""
    clouds = np.random.default_rng(4).integers(0, 256, (height // 100, width // 100, 3))
    small = Image.fromarray(clouds.astype(np.uint8))
    return small.resize((width, height), Image.Resampling.BICUBIC)


@pytest.mark.parametrize(
    ("keep", "expected"),
    [
        ((50, 75), (100, 150)),
        ((51, 75), (200, 300)),
        ((50, 76), (200, 300)),
        ((200, 300), (400, 600)),
        ((201, 30), (800, 1200)),
        (None, (800, 1200)),
    ],
)
def test_a_jpeg_is_decoded_at_least_twice_as_large_as_needed(
    tmp_path: Path, keep: tuple[int, int] | None, expected: tuple[int, int]
) -> None:
    photo(800, 1200).save(tmp_path / "a.jpg")
    assert picture.read(tmp_path / "a.jpg", keep).shape[:2] == expected


def test_a_turned_jpeg_keeps_what_is_needed_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    photo(801, 1203).save(tmp_path / "a.jpg", exif=exif)
    assert picture.read(tmp_path / "a.jpg", (150, 100)).shape[:2] == (301, 200)
    assert picture.read(tmp_path / "a.jpg", (100, 150)).shape[:2] == (602, 401)
    whole, smaller = (
        frame(picture.read(tmp_path / "a.jpg", keep), 60, 40, Mode.STRETCH).astype(int)
        for keep in (None, (60, 40))
    )
    assert np.abs(whole - smaller).mean() < 2


@pytest.mark.parametrize("ending", ["png", "webp", "bmp", "tiff"])
def test_other_files_are_read_whole(tmp_path: Path, ending: str) -> None:
    photo(200, 300).save(tmp_path / f"a.{ending}")
    assert picture.read(tmp_path / f"a.{ending}", (2, 2)).shape[:2] == (200, 300)


def test_a_jpeg_read_smaller_looks_the_same(tmp_path: Path) -> None:
    photo(801, 1203).save(tmp_path / "a.jpg", quality=85)
    for mode in Mode:
        whole, smaller = (
            frame(picture.read(tmp_path / "a.jpg", keep), 50, 50, mode).astype(int)
            for keep in (None, (50, 50))
        )
        assert np.abs(whole - smaller).mean() < 2
