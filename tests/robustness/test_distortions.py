"""Each distortion does what its name says, to the pixel where that can be told."""

from __future__ import annotations

import hashlib
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits.datasets.strokes import strokes
from edgedigits.errors import WrongUse
from edgedigits.robustness import distortions, pixel_changes
from edgedigits.robustness.distortions import DISTORTIONS, distort

Images = NDArray[np.uint8]


@pytest.fixture(scope="module")
def digits() -> Images:
    drawn = strokes.draw(300, seed=5)[0]
    # Of a hairline without grey an erosion leaves nothing.
    grey: Images = drawn[~np.isin(drawn, (0, 255)).all(axis=(1, 2))]
    return grey[:200]


def blank() -> Images:
    return np.zeros((1, 28, 28), np.uint8)


def dot(row: int, column: int) -> Images:
    image = blank()
    image[0, row, column] = 200
    return image


def bar(width: int = 4) -> Images:
    """An upright bar of 20 x `width` pixels in the middle of its picture."""
    image = blank()
    image[0, 4:24, 14 - width // 2 : 14 - width // 2 + width] = 255
    return image


def middle_of_ink(image: Images) -> tuple[float, float]:
    """Row and column of the ink's centre of mass."""
    rows, columns = np.indices(image.shape)
    return float((rows * image).sum() / image.sum()), float((columns * image).sum() / image.sum())


def slant(image: Images) -> float:
    """Degrees from upright of the ink's main direction; leaning to the left is positive."""
    row, column = middle_of_ink(image)
    rows, columns = np.indices(image.shape)
    down, right, ink = rows - row, columns - column, image / image.sum()
    covariance = np.array(
        [
            [(ink * down * down).sum(), (ink * down * right).sum()],
            [(ink * down * right).sum(), (ink * right * right).sum()],
        ]
    )
    _, directions = np.linalg.eigh(covariance)
    down_, right_ = directions[:, 1]
    return math.degrees(math.atan2(right_, down_)) % 180


def every_way(image: Images, name: str) -> dict[str, Images]:
    """One picture under each of a distortion's ways."""
    found = DISTORTIONS[name]
    done = distort(np.repeat(image, 40 * len(found.ways), axis=0), found)
    return {way.name: done.images[done.ways == k][0] for k, way in enumerate(found.ways)}


@pytest.mark.parametrize("by", [1, 2, 3, 4])
def test_a_shift_moves_every_pixel_by_that_much(by: int) -> None:
    for name, goals in (
        (f"shift-{by}", {"up": (-by, 0), "down": (by, 0), "left": (0, -by), "right": (0, by)}),
        (
            f"shift-{by}-diagonal",
            {"up-left": (-by, -by), "up-right": (-by, by),
             "down-left": (by, -by), "down-right": (by, by)},
        ),
    ):  # fmt: skip
        found = every_way(dot(10, 12), name)
        assert set(found) == set(goals)
        for way, (down, right) in goals.items():
            assert np.array_equal(found[way], dot(10 + down, 12 + right)[0]), (name, way)


def test_what_is_shifted_beyond_the_edge_is_gone_and_counted_as_lost() -> None:
    image = dot(1, 14) + dot(14, 14)
    done = distort(np.repeat(image, 400, axis=0), DISTORTIONS["shift-2"])
    assert done.ink_lost is not None
    up = done.ways == 0
    assert (done.ink_lost[up] == 0.5).all()
    assert (done.ink_lost[~up] == 0).all()
    assert (done.images[up].sum((1, 2)) == 200).all()


@pytest.mark.parametrize("degrees", [10, 20, 30])
def test_a_rotation_turns_a_bar_by_its_degrees(degrees: int) -> None:
    found = every_way(bar(), f"rotation-{degrees}")
    assert slant(found["left"]) == pytest.approx(degrees, abs=0.3)
    assert slant(found["right"]) == pytest.approx(180 - degrees, abs=0.3)


@pytest.mark.parametrize("name", ["rotation-20", "scale-0.7", "scale-1.3", "shear-0.4"])
def test_the_middle_of_the_picture_stays_where_it_is(name: str) -> None:
    for image in every_way(bar(), name).values():
        assert middle_of_ink(image) == pytest.approx((13.5, 13.5), abs=0.05)


@pytest.mark.parametrize("factor", [0.7, 0.85, 1.15, 1.3])
def test_a_scale_changes_lengths_by_its_factor(factor: float) -> None:
    image = distort(bar(8), DISTORTIONS[f"scale-{factor:g}"]).images[0]
    ink = image.astype(float) / 255
    assert ink[:, 14].sum() == pytest.approx(20 * factor, abs=0.3)
    assert ink[14].sum() == pytest.approx(8 * factor, abs=0.3)


def test_a_shear_moves_rows_against_each_other() -> None:
    found = every_way(bar(), "shear-0.4")
    for way, sign in (("left", 1), ("right", -1)):
        for row in range(5, 23):
            ink = found[way][row].astype(float)
            at = (np.arange(28) * ink).sum() / ink.sum()
            assert at == pytest.approx(13.5 + sign * 0.4 * (row - 13.5), abs=0.02)


def test_bilinear_reading_of_a_place_between_pixels_is_worked_out_by_hand() -> None:
    # Twice as large: pixel (14, 14) of the outcome lies at 13.5 + 0.5 / 2 = 13.75 of the picture.
    image = blank()
    image[0, 13, 13], image[0, 13, 14], image[0, 14, 13], image[0, 14, 14] = 16, 32, 64, 128
    twice = pixel_changes.warped(image, np.diag((2.0, 2.0)))[0]
    by_hand = (16 + 3 * 32 + 3 * 64 + 9 * 128) / 16
    assert twice[14, 14] == by_hand


def test_the_identity_and_right_angles_lose_nothing(digits: Images) -> None:
    assert np.array_equal(pixel_changes.warped(digits, np.eye(2)), digits)
    quarter = np.array([[0.0, -1.0], [1.0, 0.0]])
    assert np.array_equal(pixel_changes.warped(digits, quarter), np.rot90(digits, axes=(1, 2)))


@pytest.mark.parametrize(("there", "back"), [("left", "right"), ("right", "left")])
def test_turning_back_undoes_turning_but_for_softer_edges(
    digits: Images, there: str, back: str
) -> None:
    ways = {way.name: way for way in DISTORTIONS["rotation-20"].ways}
    rng = np.random.default_rng(0)
    again = ways[back].change(ways[there].change(digits, rng), rng)
    difference = np.abs(again.astype(int) - digits).mean((1, 2))
    once = np.abs(ways[there].change(digits, rng).astype(int) - digits).mean((1, 2))
    assert (difference < 0.6 * once).all()


@pytest.mark.parametrize("name", ["erosion", "erosion-cross"])
def test_erosion_thins_and_never_adds_ink(digits: Images, name: str) -> None:
    assert (distort(digits, DISTORTIONS[name]).images <= digits).all()
    width = {"erosion": 3, "erosion-cross": 2}[name]
    thin = distort(bar(4), DISTORTIONS[name]).images[0]
    assert np.count_nonzero(thin[14]) == width


@pytest.mark.parametrize(
    ("name", "width"), [("dilation", 5), ("dilation-cross", 6), ("dilation-3x3", 6)]
)
def test_dilation_thickens_and_never_takes_ink_away(digits: Images, name: str, width: int) -> None:
    assert (distort(digits, DISTORTIONS[name]).images >= digits).all()
    thick = distort(bar(4), DISTORTIONS[name]).images[0]
    assert np.count_nonzero(thick[14]) == width


def test_dilation_brings_an_eroded_bar_back_to_its_place() -> None:
    thin = distort(bar(4), DISTORTIONS["erosion"]).images
    assert np.array_equal(distort(thin, DISTORTIONS["dilation"]).images, bar(4))


def test_erosion_leaves_something_of_nearly_every_digit(digits: Images) -> None:
    strong = (distort(digits, DISTORTIONS["erosion"]).images >= 128).sum((1, 2))
    assert np.mean(strong >= 5) > 0.95


@pytest.mark.parametrize("sigma", [25, 50])
def test_gaussian_noise_has_its_sigma(sigma: int) -> None:
    grey = np.full((100, 28, 28), 128, np.uint8)
    noise = distort(grey, DISTORTIONS[f"gaussian-noise-{sigma}"]).images.astype(float) - 128
    within = noise[np.abs(noise) < 127]
    assert within.mean() == pytest.approx(0, abs=1)
    assert within.std() == pytest.approx(sigma, rel=0.05)


@pytest.mark.parametrize("percent", [5, 10])
def test_salt_and_pepper_change_their_share_of_the_pixels(percent: int) -> None:
    grey = np.full((100, 28, 28), 128, np.uint8)
    spoilt = distort(grey, DISTORTIONS[f"salt-and-pepper-{percent}"]).images
    for level in (0, 255):
        assert 100 * np.mean(spoilt == level) == pytest.approx(percent / 2, rel=0.1)
    assert set(np.unique(spoilt)) == {0, 128, 255}


@pytest.mark.parametrize("sigma", [0.7, 1.0, 1.5])
def test_a_blur_spreads_a_dot_by_its_sigma_and_keeps_the_ink(sigma: float) -> None:
    image = blank()
    image[0, 14, 14] = 255
    # Levels are whole numbers: many dots in a row leave a profile that is fine enough.
    image[0, :, 14] = 255
    row = distort(image, DISTORTIONS[f"blur-{sigma:g}"]).images[0, 14].astype(float)
    assert row.sum() == pytest.approx(255, abs=4)
    spread = math.sqrt(((np.arange(28) - 14) ** 2 * row).sum() / row.sum())
    assert spread == pytest.approx(sigma, rel=0.06)


def test_contrast_goes_towards_middle_grey_and_fainter_ink_towards_the_paper() -> None:
    image = blank()
    image[0, 0, :3] = (255, 127, 128)
    flat = distort(image, DISTORTIONS["contrast-0.5"]).images[0, 0]
    assert flat[:4].tolist() == [191, 127, 128, 64]
    faint = distort(image, DISTORTIONS["faint-0.25"]).images[0, 0]
    assert faint[:4].tolist() == [64, 32, 32, 0]


def test_inversion_twice_is_nothing(digits: Images) -> None:
    dark = distort(digits, DISTORTIONS["inversion"]).images
    assert np.array_equal(dark.astype(int) + digits, np.full(digits.shape, 255))
    assert np.array_equal(distort(dark, DISTORTIONS["inversion"]).images, digits)


@pytest.mark.parametrize("side", [5, 7])
def test_occlusion_hides_one_square_in_the_middle_of_the_picture(side: int) -> None:
    white = np.full((300, 28, 28), 255, np.uint8)
    done = distort(white, DISTORTIONS[f"occlusion-{side}"])
    corners = set()
    for image in done.images:
        rows, columns = np.nonzero(image == 0)
        assert len(rows) == side * side
        assert np.ptp(rows) == np.ptp(columns) == side - 1
        corners.add((int(rows[0]), int(columns[0])))
    tops, lefts = zip(*corners, strict=True)
    assert (min(tops), min(lefts)) == (4, 4)
    assert (max(tops), max(lefts)) == (24 - side, 24 - side)
    assert done.ink_lost == pytest.approx(side * side / 784)


def test_same_seed_same_bytes_and_another_seed_other_ones(digits: Images) -> None:
    def fingerprint(seed: int) -> str:
        digest = hashlib.sha256()
        for each in DISTORTIONS.values():
            done = distort(digits, each, seed)
            digest.update(done.images.tobytes())
            digest.update(done.ways.astype("<i8").tobytes())
        return digest.hexdigest()

    assert fingerprint(0) == fingerprint(0)
    assert fingerprint(0) != fingerprint(1)


@pytest.mark.parametrize("name", DISTORTIONS)
def test_pictures_keep_shape_kind_and_order_and_the_originals_are_untouched(
    digits: Images, name: str
) -> None:
    before = digits.copy()
    done = distort(digits, DISTORTIONS[name])
    assert np.array_equal(digits, before)
    assert done.images.shape == digits.shape
    assert done.images.dtype == np.uint8
    assert not np.array_equal(done.images, digits)
    counts = np.bincount(done.ways, minlength=len(DISTORTIONS[name].ways))
    assert np.ptp(counts) == 0
    # A picture goes through alone as it does among others, where nothing but its way is drawn.
    if DISTORTIONS[name].family not in ("noise", "occlusion"):
        way = DISTORTIONS[name].ways[done.ways[7]]
        alone = way.change(digits[7:8], np.random.default_rng(0))
        assert np.array_equal(done.images[7], alone[0])


@pytest.mark.parametrize("name", DISTORTIONS)
def test_digits_stay_readable_ink_is_left_where_it_can_be_seen(digits: Images, name: str) -> None:
    done = distort(digits, DISTORTIONS[name])
    if done.ink_lost is not None and not name.startswith("occlusion"):
        # Most of a digit lies within the 20x20 in the middle: hardly anything falls off.
        assert done.ink_lost.mean() < 0.03
        assert done.ink_lost.max() < 0.35
    spread = np.ptp(done.images.reshape(len(digits), -1), axis=1)
    assert spread.min() >= 50


def test_no_pictures_are_no_trouble() -> None:
    nothing = np.zeros((0, 28, 28), np.uint8)
    for each in DISTORTIONS.values():
        assert distort(nothing, each).images.shape == (0, 28, 28)


def test_an_unknown_name_is_told_the_nearest() -> None:
    assert distortions.find("rotation-20").family == "rotation"
    with pytest.raises(WrongUse, match="did you mean rotation-20"):
        distortions.find("rotation20")
