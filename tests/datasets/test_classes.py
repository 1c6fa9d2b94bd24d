"""Pictures of any form and classes of any name: archives, folders, and lists of names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from edgedigits.datasets import classes, datasets
from edgedigits.datasets.strokes import strokes
from edgedigits.errors import DataBad, WrongUse
from edgedigits.picture.form import Form

FORM = Form(6, 8, 3, "stretch")
NAMES = ("cat", "dog", "emu")


def archive(path: Path, shape: tuple[int, ...] = (6, 8, 3), **more: Any) -> Path:
    images = np.random.default_rng(0).integers(0, 256, (60, *shape), np.uint8)
    np.savez(path, images=images, labels=np.arange(60) % 3, **more)
    return path


def folders(path: Path) -> Path:
    rng = np.random.default_rng(0)
    for name in NAMES:
        (path / name / "deep").mkdir(parents=True)
        for number in range(12):
            shown = rng.integers(0, 256, (int(rng.integers(5, 20)), 9, 3), np.uint8)
            Image.fromarray(shown).save(path / name / "deep" / f"{number}.png")
    (path / ".hidden").mkdir()
    return path


def test_an_archive_says_its_classes_or_they_are_numbered(tmp_path: Path) -> None:
    named = archive(tmp_path / "named.npz", classes=np.array(NAMES))
    assert datasets.load(named, form=FORM, classes=3).classes == NAMES
    plain = archive(tmp_path / "plain.npz")
    found = datasets.load(plain, form=FORM, classes=3)
    assert found.classes == ("0", "1", "2")
    assert found.train.images.shape[1:] == FORM.shape
    assert len(found.everything()) == 60


def test_labels_become_places_in_the_models_own_order(tmp_path: Path) -> None:
    named = archive(tmp_path / "named.npz", classes=np.array(NAMES))
    ours, theirs = (
        datasets.load(named, form=FORM, classes=names)
        for names in (NAMES, ("emu", "a fly", "dog", "cat"))
    )
    table = np.array([3, 2, 0])
    np.testing.assert_array_equal(table[ours.train.labels], theirs.train.labels)
    np.testing.assert_array_equal(ours.train.images, theirs.train.images)
    assert ours.fingerprint != theirs.fingerprint


@pytest.mark.parametrize(
    ("more", "asked", "says"),
    [
        ({"classes": np.array(NAMES)}, 4, "3 classes, the model tells 4 apart"),
        ({"classes": np.array(NAMES)}, ("cat", "dog"), "class 'emu' is none of the model's 2"),
        ({"classes": np.array(("cat", "cat", "emu"))}, 3, "'cat' is there twice"),
        ({"classes": np.arange(3)}, 3, "no list of names"),
        ({}, 2, "is outside 0..1"),
    ],
)
def test_classes_that_are_not_the_models_are_told(
    tmp_path: Path, more: dict[str, Any], asked: classes.Wanted, says: str
) -> None:
    path = archive(tmp_path / "some.npz", **more)
    with pytest.raises(DataBad, match=says):
        datasets.load(path, form=FORM, classes=asked)


def test_folders_name_the_classes_and_photos_of_any_size_are_fitted(tmp_path: Path) -> None:
    found = datasets.load(folders(tmp_path / "photos"), form=FORM, classes=3)
    assert found.classes == NAMES
    every = found.everything()
    assert every.images.shape == (36, *FORM.shape)
    assert np.bincount(every.labels).tolist() == [12, 12, 12]


def test_pictures_of_another_size_or_in_grey_are_brought_to_the_form(tmp_path: Path) -> None:
    path = archive(tmp_path / "grey.npz", shape=(12, 16))
    found = datasets.load(path, form=FORM, classes=3).everything().images
    assert found.shape[1:] == FORM.shape
    np.testing.assert_array_equal(found[..., 0], found[..., 2])
    held = np.load(path)["images"].astype(int).reshape(60, 6, 2, 8, 2)
    means = (held.sum(axis=(2, 4)) + 2) // 4
    assert {image.tobytes() for image in means.astype(np.uint8)} == {
        image[..., 0].tobytes() for image in found
    }


def test_drawn_digits_do_for_a_model_of_ten_classes_in_colour(tmp_path: Path) -> None:
    images, labels = strokes.draw(60, seed=1)
    path = tmp_path / "digits.csv"
    rows = np.column_stack([labels, images.reshape(60, -1)])
    np.savetxt(path, rows, fmt="%d", delimiter=",")
    found = datasets.load(path, form=Form(32, 32, 3, "pad"), classes=10).everything()
    assert found.images.shape[1:] == (32, 32, 3)
    assert found.classes == tuple("0123456789")
    assert sorted(found.labels.tolist()) == sorted(labels.tolist())
    with pytest.raises(DataBad, match="10 classes, the model tells 5 apart"):
        datasets.load(path, form=FORM, classes=5)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"one\n", "1 names of classes"),
        (b"one\n\nthree\n", "class 2 is empty"),
        (b"one\ntwo\none\n", "'one' is there twice"),
        (b"\xff\xfe\x00", "no text in UTF-8"),
    ],
)
def test_a_file_of_names_that_is_none_is_told(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "labels.txt"
    path.write_bytes(content)
    with pytest.raises(DataBad, match=says):
        classes.read(path)


def test_names_are_read_a_line_each(tmp_path: Path) -> None:
    path = tmp_path / "labels.txt"
    path.write_bytes("\ufeffEmu \r\nTür\r\n\r\n".encode())
    assert classes.read(path) == ("Emu", "Tür")
    with pytest.raises(WrongUse, match="No such file"):
        classes.read(tmp_path / "none.txt")
