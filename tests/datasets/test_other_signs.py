"""Folders and files of other handwritten signs than digits: named, counted, refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from command_line import Command
from PIL import Image

from edgedigits.datasets import datasets
from edgedigits.datasets.dataset import DIGITS, Dataset, Split
from edgedigits.datasets.strokes import alphabets
from edgedigits.errors import DataBad, ExitCode


def fill(root: Path, *names: str, each: int = 4) -> Path:
    """A folder of `each` drawn letters for every name, whatever letters they are."""
    for place, name in enumerate(names):
        labels = np.full(each, place % 26)
        images, _ = alphabets.LETTERS.draw(each, place, labels=labels)
        (root / name).mkdir(parents=True)
        for number, image in enumerate(images):
            Image.fromarray(image).save(root / name / f"{number}.png")
    return root


def test_the_names_of_folders_are_the_classes(tmp_path: Path) -> None:
    loaded = datasets.load(fill(tmp_path, "β", "alpha", "gamma ray", ".hidden"))
    assert loaded.classes == ("alpha", "gamma ray", "β")
    assert sorted(loaded.everything().labels.tolist()) == [0] * 4 + [1] * 4 + [2] * 4
    assert not loaded.train.of_digits
    datasets.check_trainable(loaded)


def test_signs_are_prepared_as_digits_are(tmp_path: Path) -> None:
    fill(tmp_path, "A", "B")
    image = Image.open(tmp_path / "A" / "0.png")
    paper = Image.new("L", (120, 90), 250)
    paper.paste(Image.eval(image.resize((56, 56)), lambda level: 250 - 250 * level // 255), (5, 9))
    paper.save(tmp_path / "A" / "0.png")
    for picture in datasets.load(tmp_path).everything().images:
        assert picture.shape == (28, 28)
        assert picture.max() == 255
        assert not picture[[0, -1]].any()


def test_digits_beside_letters_are_classes_like_them_but_for_a_model_of_digits(
    tmp_path: Path,
) -> None:
    fill(tmp_path, *DIGITS, "A", "B")
    assert datasets.load(tmp_path).classes == (*DIGITS, "A", "B")
    assert datasets.load(tmp_path, classes=DIGITS).classes == DIGITS
    assert len(datasets.load(tmp_path, classes=DIGITS).everything()) == 40


def test_some_of_the_digits_are_no_alphabet(tmp_path: Path) -> None:
    loaded = datasets.load(fill(tmp_path, "0", "1", "7"))
    with pytest.raises(DataBad, match="no training picture of 2, 3"):
        datasets.check_trainable(loaded)


def test_the_same_pictures_under_other_names_are_another_data_set(tmp_path: Path) -> None:
    one, two = (datasets.load(fill(tmp_path / name, "A", name)) for name in ("B", "C"))
    assert np.array_equal(one.everything().images, two.everything().images)
    assert one.fingerprint != two.fingerprint


def test_an_archive_names_its_classes(tmp_path: Path) -> None:
    images, labels = alphabets.LETTERS.draw(60, 1, labels=np.arange(60) % 3)
    names = np.array(["A", "B", "C"])
    np.savez(tmp_path / "a.npz", images=images, labels=labels, classes=names)
    loaded = datasets.load(tmp_path / "a.npz")
    assert loaded.classes == ("A", "B", "C")
    datasets.check_trainable(loaded)


@pytest.mark.parametrize("count", [1, 101])
def test_too_few_or_too_many_classes_are_refused_in_two_lines(
    count: int, command: Command, tmp_path: Path
) -> None:
    images, labels = alphabets.LETTERS.draw(4 * count, 1, labels=np.arange(4 * count) % 26)
    names = np.array([f"sign {place}" for place in range(max(2, count))])
    if count == 1:
        fill(tmp_path / "signs", "A")
    else:
        labels = np.arange(4 * count) % count
        np.savez(tmp_path / "signs", images=images, labels=labels, classes=names)
    done = command("train", "--dataset", "signs" if count == 1 else "signs.npz", cwd=tmp_path)
    assert done.code == ExitCode.DATA_BAD
    assert len(done.error) == 2
    assert f"{count} class" in done.err
    assert "2 to 100" in done.err
    assert not (tmp_path / "runs").exists()


def test_a_hundred_classes_are_not_too_many() -> None:
    names = tuple(f"sign {place}" for place in range(100))
    split = Split(np.zeros((100, 28, 28), np.uint8), np.arange(100), names)
    datasets.check_trainable(Dataset("signs", "nowhere", split, split, split, False))


def test_an_empty_class_is_refused_in_two_lines(command: Command, tmp_path: Path) -> None:
    fill(tmp_path / "signs", "A", "B")
    (tmp_path / "signs" / "C").mkdir()
    done = command("train", "--dataset", "signs", cwd=tmp_path)
    assert done.code == ExitCode.DATA_BAD
    assert len(done.error) == 2
    assert "signs/C: holds no pictures" in done.err


def test_a_sheet_shows_every_class_with_its_name(command: Command, tmp_path: Path) -> None:
    fill(tmp_path / "signs", "A", "a rather long name", "漢")
    done = command("datasets", "show", "signs", cwd=tmp_path)
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[-1] == "signs-samples.png"
    names = next(line for line in lines if line.startswith("  class"))
    assert names.split()[1:] == ["A", "a", "ra…", "漢"]
    assert next(line for line in lines if line.startswith("  train")).split()[1:] == ["2"] * 3
    assert done.err == ""


def test_classes_are_counted_ten_a_line(command: Command, tmp_path: Path) -> None:
    images, labels = alphabets.LETTERS.draw(130, 1)
    names = np.array(alphabets.LETTERS.classes)
    np.savez(tmp_path / "a.npz", images=images, labels=labels, classes=names)
    done = command("datasets", "show", "a.npz", cwd=tmp_path)
    assert done.code == 0, done.err
    assert sum(line.startswith("  class") for line in done.out.splitlines()) == 3
    assert max(map(len, done.out.splitlines())) <= 80
