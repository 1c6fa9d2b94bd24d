"""`edgedigits predict --annotate`: what was found is drawn, and no input is ever overwritten."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray
from photos import Scene, page, take
from PIL import Image

from edgedigits.picture import picture
from edgedigits.reading import annotation
from edgedigits.reading.predictions import Answer, Prediction

if TYPE_CHECKING:
    from command_line import Command

SURE = (0.0, 0.0, 0.004, 0.0, 0.0, 0.0, 0.0, 0.996, 0.0, 0.0)


def sheet(level: int, size: tuple[int, int] = (200, 300)) -> NDArray[np.uint8]:
    rgba = np.full((*size, 4), level, np.uint8)
    rgba[..., 3] = 255
    return rgba


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "in" / "note.png"
    path.parent.mkdir()
    Image.fromarray(take(page(np.array([[1, 9, 4, 5]]), 5), Scene(), 1)).save(path)
    return path


@pytest.mark.parametrize("level", [0, 60, 128, 200, 255])
def test_boxes_and_labels_are_seen_on_any_picture(level: int) -> None:
    digit = Answer(SURE, (100, 80, 60, 80))
    drawn = np.array(annotation.draw(sheet(level), (digit,)).convert("L"), int)
    # Around the box, across each of its sides, something differs clearly from the picture.
    for line in (drawn[74:82, 130], drawn[158:166, 130], drawn[120, 94:102], drawn[120, 158:166]):
        assert np.abs(line - level).max() > 80
    # The label above it has bright letters on a dark ground.
    label = drawn[50:78, 100:150]
    assert label.max() > 250
    assert label.min() < 110
    inside = drawn[84:156, 104:156]
    assert (inside == level).all()


def test_labels_stay_inside_the_picture() -> None:
    for left, top, width, height in ((0, 0, 300, 200), (280, 0, 20, 60), (0, 140, 30, 60)):
        plain = np.array(annotation.draw(sheet(255), ()).convert("L"))
        drawn = annotation.draw(sheet(255), (Answer(SURE, (left, top, width, height)),))
        assert drawn.size == (300, 200)
        # A whole label is some hundred pixels of its ground.
        assert (np.array(drawn.convert("L")) != plain).sum() > 300


def test_guesses_and_ink_that_is_no_digit_look_different() -> None:
    box = (100, 80, 60, 80)
    looks = [
        np.array(annotation.draw(sheet(255), (Answer(SURE, box, rejected=none, unsure=guess),)))
        for none, guess in ((False, False), (False, True), (True, False))
    ]
    for one, other in itertools.combinations(looks, 2):
        assert (one != other).any(axis=2).sum() > 400


def test_small_pictures_are_enlarged_and_large_ones_kept() -> None:
    small = annotation.draw(sheet(255, (28, 28)), (Answer(SURE, (0, 0, 28, 28)),))
    assert small.size == (280, 280)
    large = annotation.draw(sheet(255, (1200, 1600)), (Answer(SURE, (100, 300, 70, 90)),))
    assert large.size == (1600, 1200)
    tall = annotation.draw(sheet(255, (4096, 8)), (Answer(SURE, (0, 10, 5, 8)),))
    assert tall.size == (8, 4096)


def test_transparent_paper_is_white() -> None:
    clear = np.zeros((300, 300, 4), np.uint8)
    assert np.array(annotation.draw(clear, ())).min() == 255


def test_one_picture_goes_into_the_file_that_is_named(
    photo: Path, full_bundle: Path, command: Command, tmp_path: Path
) -> None:
    before = photo.read_bytes()
    asked = ("predict", "in/note.png", "--model", full_bundle)
    plain = command(*asked, cwd=tmp_path)
    for name, kind in (("new/out.png", "PNG"), ("out.jpg", "JPEG")):
        done = command(*asked, "--annotate", name, cwd=tmp_path)
        assert (done.code, done.out) == (0, plain.out)
        with Image.open(tmp_path / name) as drawn:
            assert (drawn.format, drawn.size) == (kind, Image.open(photo).size)
            assert np.abs(np.array(drawn, int) - picture.read(photo)[..., :3]).max() > 100
    assert photo.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "new", "out.jpg"]


def test_several_pictures_go_into_a_folder(
    photo: Path, full_bundle: Path, command: Command, tmp_path: Path
) -> None:
    (tmp_path / "in" / "deep").mkdir()
    for name in ("deep/note.png", "deep/note.jpg"):
        Image.open(photo).convert("RGB").save(tmp_path / "in" / name)
    Image.new("L", (40, 40), 255).save(tmp_path / "in" / "white.png")
    (tmp_path / "in" / "broken.png").write_bytes(b"no picture")
    asked = ("predict", "in", photo, "--model", full_bundle, "--annotate", "out")
    done = command(*asked, cwd=tmp_path)
    assert done.code == 2  # broken.png
    assert len(done.out.splitlines()) == 6
    made = sorted(str(path.relative_to(tmp_path)) for path in (tmp_path / "out").rglob("*.*"))
    assert made == [
        "out/deep/note.jpg.png",
        "out/deep/note.png",
        "out/note-2.png",
        "out/note.png",
        "out/white.png",
    ]


@pytest.mark.parametrize(
    ("names", "out", "reason"),
    [
        (["in/note.png"], "in/note.png", "is the picture itself"),
        (["in/note.png"], "in/../in/note.png", "is the picture itself"),
        (["in/note.png"], "linked.png", "is the picture itself"),
        (["in/note.png"], "in", "holds pictures that are to be read"),
        (["in/note.png", "in/note.png"], "in", "holds pictures that are to be read"),
        (["in"], ".", "holds pictures that are to be read"),
        (["in"], "in/drawn", "lies in a folder that is to be read"),
        (["in"], "out.png", "several pictures do not fit"),
        (["in/note.png", "in/note.png"], "out.jpg", "several pictures do not fit"),
        (["in/note.png"], "out.txt", "is no PNG or JPEG"),
        (["strokes:test:0"], "out.png", "is a place in a data set"),
    ],
)
def test_places_that_would_not_do_are_refused_and_nothing_is_written(
    names: list[str],
    out: str,
    reason: str,
    photo: Path,
    full_bundle: Path,
    command: Command,
    tmp_path: Path,
) -> None:
    (tmp_path / "linked.png").hardlink_to(photo)
    before = photo.read_bytes()
    done = command("predict", *names, "--model", full_bundle, "--annotate", out, cwd=tmp_path)
    assert done.code == 2
    assert reason in done.err
    assert photo.read_bytes() == before
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["in", "linked.png", "note.png"]


def test_a_full_disk_leaves_what_was_there(photo: Path, tiny_disk: Path) -> None:
    out = tiny_disk / "out.png"
    Image.new("L", (8, 8)).save(out)
    before = out.read_bytes()
    noisy = np.random.default_rng(0).integers(0, 256, (400, 400, 3), np.uint8)
    Image.fromarray(noisy).save(photo)
    planned = annotation.plan(out, [str(photo)])
    with pytest.raises(Exception, match="disk is full"):
        planned.write(Prediction(str(photo), (Answer(SURE, (10, 10, 50, 50)),)))
    assert out.read_bytes() == before
    assert [path.name for path in tiny_disk.iterdir()] == ["out.png"]
